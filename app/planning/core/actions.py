"""How an action may change: who owns it, when it is closed, and what it may refer to."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from app.kernel.errors import FieldProblem, Invalid

_NEEDED: Final = ("title", "due_on", "state")
_OWNERS: Final = ("owner_user_id", "owner_contact_id")


class UnusableAction(Invalid):
    """The action cannot be so."""


def opened(given: Mapping[str, Any], today: date) -> dict[str, Any]:
    """A new action as it is kept; it is open from `today` on. Raises UnusableAction without exactly one owner."""
    owned = _owner(given, {})
    return {**given, **owned, "state": "open", "opened_on": today}


def changed(before: Mapping[str, Any], given: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What a change makes of an action: the columns that it sets.

    before: the action as it is. given: the fields that were named, null where one is to be emptied. A new owner takes
    the place of the old one, of whichever side. An action that is closed is so today unless `closed_on` says since
    when; one that is opened again has no outcome any more. Raises UnusableAction, naming the fields.
    """
    missing = [name for name in _NEEDED if name in given and given[name] is None]
    if missing:
        raise _refused([FieldProblem(f"/{name}", "missing", "must not be null") for name in missing])
    fields = {**given, **_owner(given, before)}
    return {**fields, **_closing(before, given, today)}


def check_goal(goal: str | None, goals: Collection[str]) -> None:
    """Raise UnusableAction unless the goal is an objective of the plan, or there is none."""
    if goal is not None and goal not in goals:
        raise _refused([FieldProblem("/goal", "unknown_objective", "is no objective's key in the newest version")])


def _owner(given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    named = [name for name in _OWNERS if given.get(name) is not None]
    if len(named) > 1:
        raise _refused([FieldProblem(f"/{name}", "two_owners", "an action has one owner") for name in named])
    if named:
        side = "supplier" if named[0] == "owner_user_id" else "customer"
        return {**dict.fromkeys(_OWNERS), named[0]: given[named[0]], "side": side}
    emptied = any(name in given and before.get(name) is not None for name in _OWNERS)
    if emptied or not before:
        raise _refused([FieldProblem("/owner_user_id", "missing", "name a user or a contact who owns it")])
    return {name: before[name] for name in _OWNERS if name in given}


def _closing(before: Mapping[str, Any], given: Mapping[str, Any], today: date) -> dict[str, Any]:
    state = given.get("state", before["state"])
    if state == "open":
        if given.get("closed_on") is not None or given.get("outcome") is not None:
            raise _refused([FieldProblem("/state", "open", "what is open has neither a closing day nor an outcome")])
        return {"closed_on": None, "outcome": None}
    closed_on = given.get("closed_on") or before["closed_on"] or today
    if not before["opened_on"] <= closed_on <= today:
        message = f"must lie between {before['opened_on']}, when it was opened, and today"
        raise _refused([FieldProblem("/closed_on", "out_of_range", message)])
    return {"closed_on": closed_on}


def _refused(problems: list[FieldProblem]) -> UnusableAction:
    return UnusableAction(problems[0].message, errors=problems)
