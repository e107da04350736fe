"""What may be changed about a roadblock, and how the change is told."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

from app.kernel.errors import Conflict, FieldProblem, Invalid
from app.resourcing.core.roadblocks.ladder import due_when_changed

RoadblockState = Literal["open", "mitigating", "resolved"]
ROADBLOCK_KINDS: Final = (
    "capacity", "priority", "policy", "pricing", "legal", "technical", "data", "skills", "process", "relationship",
    "other",
)  # fmt: skip
_NEEDED: Final = ("kind", "function", "severity", "title", "due_on", "state")


class UnusableRoadblock(Invalid):
    """The roadblock cannot be so."""


class RoadblockResolved(Conflict):
    """The roadblock is out of the way already."""


def check_unresolved(state: str) -> None:
    """Raise RoadblockResolved unless it still stands; what comes back is a roadblock of its own."""
    if state == "resolved":
        raise RoadblockResolved("it is resolved; legal: nothing. What stands in the way again is opened anew")


def check_days(opened_on: date, due_on: date, today: date) -> None:
    """Raise UnusableRoadblock where it is opened after today, or due before it is opened."""
    if opened_on > today:
        raise _refused("/on", "in_the_future", "must not lie after today")
    if due_on < opened_on:
        raise _refused("/due_on", "before_opening", f"must not lie before {opened_on}, when it is opened")


def check_move_on(on: date, last_on: date, today: date) -> None:
    """Raise UnusableRoadblock where a move is after today, or before the move before it."""
    if on > today:
        raise _refused("/on", "in_the_future", "must not lie after today")
    if on < last_on:
        raise _refused("/on", "before_last_move", f"must not lie before {last_on}, when it was last moved")


def changes(before: Mapping[str, Any], given: Mapping[str, Any], on: date, days: Mapping[str, int]) -> dict[str, Any]:
    """The columns that a change sets, those alone that differ.

    before: the roadblock as it is. given: the fields that were named. on: the day of the change. days: by severity.
    A graver severity may bring its day forward unless a day is named, see `ladder.due_when_changed`.
    Raises UnusableRoadblock for what is emptied and must not be, or due before it was opened.
    """
    for name in _NEEDED:
        if name in given and given[name] is None:
            raise _refused(f"/{name}", "missing", "must not be null")
    wanted = dict(given)
    if wanted.get("severity", before["severity"]) != before["severity"] and "due_on" not in wanted:
        wanted["due_on"] = due_when_changed(before["due_on"], on, wanted["severity"], days)
    if wanted.get("due_on", before["due_on"]) < before["opened_on"]:
        raise _refused("/due_on", "before_opening", f"must not lie before {before['opened_on']}, when it was opened")
    return {name: value for name, value in wanted.items() if value != before[name]}


def told(before: Mapping[str, Any], changed: Mapping[str, Any], note: str | None) -> str | None:
    """A change in words: what was what and is what now, and the note; None where there is nothing to tell.

    Of long texts and of people it is told that they changed.
    """
    parts = [
        f"{name} changed" if name in {"title", "impact", "owner_user_id"} else f"{name} {before[name]} -> {value}"
        for name, value in changed.items()
    ]
    said = "; ".join([*parts, *([note] if note else [])])
    return said or None


def _refused(pointer: str, code: str, message: str) -> UnusableRoadblock:
    return UnusableRoadblock(f"{pointer} {message}", errors=[FieldProblem(pointer, code, message)])
