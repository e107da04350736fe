"""Judges an executive sponsorship: is the role defined, are the two of a rank, do they meet, has the sponsor the time.

Charter: what the sponsor answers for. Cadence: after how many days the two are to have met again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

from app.kernel.errors import FieldProblem, Invalid

SponsorLevel = Literal["director", "vp", "c_level"]
Flag = Literal[
    "undefined_role", "review_overdue", "unpaired", "counterpart_left", "seniority_gap", "no_recent_meeting",
    "sponsor_left", "overloaded",
]  # fmt: skip
FLAGS: Final[tuple[Flag, ...]] = get_args(Flag)

CHARTER: Final = ("scope", "responsibilities", "out_of_scope", "time_budget_days_per_quarter", "next_review_on")
SENIORITIES: Final = ("functional", "manager", "director", "vp", "c_level")
EXECUTIVES: Final = ("vp", "c_level")  # of the customer, whom the metric of executive meetings counts, too
WIDEST_GAP: Final = 1  # levels between the sponsor and their counterpart
MOST_ACCOUNTS: Final = 5  # per sponsor (ours)
YEAR_DAYS: Final = 365


class UnusableSponsorship(Invalid):
    """The sponsorship cannot be so."""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The customer's executive with whom the sponsor is paired; seniority: None where it is not known."""

    seniority: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class Sponsorship:
    """What is known of a sponsorship on a day.

    charter: what of the role is written down, by the names of CHARTER. meetings: the days on which the two met, rising.
    load: how many accounts the sponsor has now. ended_on: the first day on which it was over; None while it lasts.
    """

    level: str
    charter: Mapping[str, Any]
    cadence_days: int
    started_on: date
    ended_on: date | None
    counterpart: Counterpart | None
    sponsor_active: bool
    meetings: Sequence[date]
    load: int


@dataclass(frozen=True, slots=True)
class Activity:
    """How the two keep in touch.

    last_on: None where they have not met since it began. days_since: since the last meeting, else since it began.
    next_due_on: by when they are to have met again; None once it is over. held, planned: meetings of the last 365 days,
    or since it began, and how many the cadence asks for in these days. adherence: held / planned, 1 at most; None while
    none was due.
    """

    last_on: date | None
    days_since: int
    next_due_on: date | None
    held: int
    planned: int
    adherence: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a sponsorship comes to; missing: what of the charter is not written down."""

    missing: tuple[str, ...]
    seniority_gap: int | None
    activity: Activity
    flags: tuple[Flag, ...]


def missing(charter: Mapping[str, Any]) -> tuple[str, ...]:
    """The parts of the charter that say nothing, in the order of CHARTER."""
    return tuple(name for name in CHARTER if not charter.get(name))


def seniority_gap(level: str, seniority: str | None) -> int | None:
    """Levels between a sponsor and a contact, either way; None where the contact's is not known."""
    return None if seniority is None else abs(SENIORITIES.index(level) - SENIORITIES.index(seniority))


def activity(one: Sponsorship, today: date) -> Activity:
    """How the two keep in touch, at the end of a day; of one that is over: on its last day."""
    until = today if one.ended_on is None else min(today, one.ended_on)
    met = [day for day in one.meetings if one.started_on <= day <= until]
    last_on = met[-1] if met else None
    begun = max(one.started_on.toordinal(), until.toordinal() - YEAR_DAYS)
    held = sum(day.toordinal() > begun or day == one.started_on for day in met)
    planned = (until.toordinal() - begun) // one.cadence_days
    since = last_on or one.started_on
    due = None if one.ended_on is not None else date.fromordinal(since.toordinal() + one.cadence_days)
    adherence = min(1.0, held / planned) if planned else None
    return Activity(last_on, (until - since).days, due, held, planned, adherence)


def judged(one: Sponsorship, today: date) -> Judged:
    """What a sponsorship comes to at the end of a day; one that is over has no flags.

    Of the flags `unpaired`, `counterpart_left` and `seniority_gap` one holds at most.
    """
    lacking = missing(one.charter)
    gap = None if one.counterpart is None else seniority_gap(one.level, one.counterpart.seniority)
    kept = activity(one, today)
    if one.ended_on is not None:
        return Judged(lacking, gap, kept, ())
    raised: dict[Flag, bool] = {
        "undefined_role": bool(lacking),
        "review_overdue": _is_past(one.charter.get("next_review_on"), today),
        **_pairing(one.counterpart, gap),
        "no_recent_meeting": kept.days_since > one.cadence_days,
        "sponsor_left": not one.sponsor_active,
        "overloaded": one.load > MOST_ACCOUNTS,
    }
    return Judged(lacking, gap, kept, tuple(flag for flag in FLAGS if raised[flag]))


def _pairing(counterpart: Counterpart | None, gap: int | None) -> dict[Flag, bool]:
    gone = counterpart is not None and not counterpart.active
    return {
        "unpaired": counterpart is None,
        "counterpart_left": gone,
        "seniority_gap": not gone and gap is not None and gap > WIDEST_GAP,
    }


def _is_past(day: str | None, today: date) -> bool:
    return day is not None and date.fromisoformat(day) < today


def check_days(started_on: date, ended_on: date | None, today: date) -> None:
    """Raise UnusableSponsorship for a beginning or an end after today, or an end before the beginning."""
    wrong = {
        "/started_on": started_on > today,
        "/on": ended_on is not None and not started_on <= ended_on <= today,
    }
    problems = [
        FieldProblem(pointer, "impossible_day", "must not lie after today, nor before the beginning")
        for pointer, is_wrong in wrong.items()
        if is_wrong
    ]
    if problems:
        raise UnusableSponsorship("the days cannot be so", errors=problems)
