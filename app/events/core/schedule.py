"""Decides what an answer means to a delivery and to its endpoint: done, tried again when, or given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from app.kernel.retry_after import retry_at

# How long each attempt waits for the one before it; the first for nothing.
DELAYS: Final = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
SPREAD: Final = 0.2
FAILING: Final = timedelta(days=5)  # of nothing but failures, and an endpoint is disabled
_GONE = 410
_ASKS_FOR_PATIENCE = frozenset({429, 503})

DisabledReason = Literal["gone", "failing"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt: a status and `Retry-After`, or, without a status, the reason why none came."""

    status: int | None = None
    retry_after: str | None = None
    failure: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether the endpoint took the message: any 2xx; a redirect is none, since it is not followed."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def reason(self) -> str | None:
        """Why the attempt failed; None where it did not."""
        if self.delivered:
            return None
        if self.status is None:
            return self.failure or "it did not answer"
        sends_on = " and sends us on, which we do not follow" if 300 <= self.status < 400 else ""
        return f"it answered with status {self.status}{sends_on}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery; `due_at` is its next attempt's time where it waits for one."""

    state: Literal["delivered", "waiting", "exhausted", "dropped"]
    due_at: datetime | None = None


def verdict(answer: Answer, tries: int, now: datetime, chance: float) -> Verdict:
    """What an answer makes of a delivery.

    tries: attempts since it was last asked for, this one included (1, 2, …). now: an aware time, of the answer.
    chance: 0 to 1, spreads the wait. After a 410 nothing is tried again: the endpoint is gone.
    """
    if answer.delivered:
        return Verdict("delivered")
    if answer.status == _GONE:
        return Verdict("dropped")
    wait = pause(tries, chance)
    if wait is None:
        return Verdict("exhausted")
    due_at = now + wait
    if answer.status in _ASKS_FOR_PATIENCE and (told := retry_at(answer.retry_after, now)) is not None:
        due_at = max(due_at, told)
    return Verdict("waiting", due_at)


def pause(tries: int, chance: float) -> timedelta | None:
    """How long to wait after so many failed attempts (1, 2, …); None when that was the last of them.

    chance: 0 to 1; makes the wait up to a fifth longer, never shorter, so that what failed together comes apart.
    """
    if tries >= len(DELAYS):
        return None
    return DELAYS[max(tries, 0)] * (1 + SPREAD * chance)


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint does: since when it only fails (None: it does not), and why it is to be disabled, if it is."""

    failing_since: datetime | None
    disable: DisabledReason | None = None


def health(answers: Sequence[tuple[Answer, datetime]], failing_since: datetime | None) -> Health:
    """How an endpoint does after answers, each with its time (aware), in order.

    A success forgets the failures before it, a 410 ends it at once. failing_since: the first failure after the last
    success. Days of failures end it with a failure only, so that a silent endpoint is left alone.
    """
    since = failing_since
    for answer, at in answers:
        since = None if answer.delivered else since or at
    if any(answer.status == _GONE for answer, _ in answers):
        return Health(since, "gone")
    overdue = since is not None and bool(answers) and answers[-1][1] - since >= FAILING
    return Health(since, "failing" if overdue else None)
