"""What a side submits under seal: its goals, what it expects and what it commits to; who may read it, and when."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from app.calibration.core.open_points import OpenPoint
from app.calibration.core.parties import PARTIES, Party
from app.kernel.errors import Conflict, FieldProblem, Invalid

GoalHorizon = Literal["short", "medium", "long"]
PARTS: Final = ("goals", "expectations", "commitments")


class UnusableSubmission(Invalid):
    """The submission does not fit together."""


class SubmissionSealed(Conflict):
    """The submission is sealed, and stays as it is."""


class NothingToSeal(Conflict):
    """There is nothing to be sealed yet."""


def check(document: Mapping[str, Any]) -> None:
    """Raises UnusableSubmission where a part has a key twice, or an entry serves a goal that is not there."""
    goals = {entry["key"] for entry in document["goals"]}
    problems = [*_repeated(document)]
    for part in PARTS[1:]:
        for at, entry in enumerate(document[part]):
            if entry["goal"] is not None and entry["goal"] not in goals:
                problems.append(FieldProblem(f"/document/{part}/{at}/goal", "unknown_goal", "names none of the goals"))
    if problems:
        raise UnusableSubmission("see the places named", errors=problems)


def _repeated(document: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for part in PARTS:
        seen: set[str] = set()
        for at, entry in enumerate(document[part]):
            if entry["key"] in seen:
                yield FieldProblem(f"/document/{part}/{at}/key", "repeated_key", "an entry before it has this key")
            seen.add(entry["key"])


def check_sealable(document: Mapping[str, Any]) -> None:
    """Raises NothingToSeal unless the document names a goal: without one nothing could be explored together."""
    if not document["goals"]:
        raise NothingToSeal("a submission needs a goal at least")


def revealed(sealed: Sequence[Party]) -> bool:
    """Whether both sides may read both submissions of a round; sealed: the sides that sealed theirs."""
    return set(PARTIES) <= set(sealed)


def readable(reader: Party, sealed: Sequence[Party]) -> tuple[Party, ...]:
    """Whose submissions a side may read: its own, and the other's once both are sealed."""
    return PARTIES if revealed(sealed) else (reader,)


def missing(sealed: Sequence[Party]) -> list[OpenPoint]:
    """What is open in a round: each side that has not sealed its submission."""
    return [
        OpenPoint(f"{party}_not_sealed", f"the {party}'s submission is not sealed")
        for party in PARTIES
        if party not in sealed
    ]
