"""How a deal's states follow one another in time, from what a CRM says of it.

A deal is a row of states, each from an instant until the next. What was known on a day is the state that held when the
day ended. A deal exists from the day it was created, else from the day it arrived. It is won or lost from its close
date on, whenever that was learnt; any other change holds from the time the source gives, else from its arrival.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from app.accounts.core.history import back, holds_from, midnight, outdated, told_at
from app.kernel.errors import FieldProblem, Invalid

Columns = Mapping[str, Any]

TRACKED = (
    "account_id", "offering_id", "buying_center_id", "primary_contact_id", "amount", "currency", "stage", "status",
    "probability", "closed_on", "sole_sourced", "competitor",
)  # fmt: skip


class UnlikelyDeal(Invalid):
    """What is said of the opportunity does not fit together."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a deal's stage history, as its source tells it."""

    at: datetime
    stage: str | None
    status: str
    amount: Any = None
    currency: str | None = None
    probability: float | None = None


def settled(
    before: Columns | None,
    past: Sequence[Columns],
    after: dict[str, Any],
    given: Columns,
    now: datetime,
    arrived_on: date,
) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    """The present state and the whole past of a deal after a change; None if the change is older than what is known.

    before, past: the present row and the earlier states so far. after: the row as the change would have it.
    given: what the change itself says; may hold `stage_history`, a sequence of Entry, which then replaces the past.
    Raises UnlikelyDeal if status and dates contradict one another.
    """
    told = told_at(given.get("source_modified_at"), now)
    if outdated(before, told):
        return None
    if told is not None:
        after["source_modified_at"] = told
    _decide_status(before, after, given)
    _check(after)
    born = _born(after, past, before, arrived_on)
    if given.get("stage_history") is not None:
        return _from_history(after, given["stage_history"], born)
    if before is None:
        return _first(after, born), []
    since = told or holds_from(now, arrived_on)
    if before.get("removed_at") is not None:
        return _returned(before, past, after, since)
    if after["status"] != "open" and before["status"] == "open":
        return _decided(before, past, after, born)
    return _appended(before, past, after, since, born)


def arrived(
    columns: Mapping[str, Sequence[Any]], now: datetime, arrived_on: date
) -> tuple[dict[str, Sequence[Any]], set[int]]:
    """The columns that follow for deals that nobody knew, as `settled` has them one by one.

    columns: by name, a value for each deal, `external_id` among them; what is not there was not said of any deal.
    Answers with the columns that it fills, and the places of deals that contradict themselves; they hold nothing then.
    """
    unsaid: Sequence[Any] = [None] * len(columns["external_id"])
    told = [told_at(at, now) for at in columns.get("source_modified_at", unsaid)]
    statuses = [status or "open" for status in columns.get("status", unsaid)]
    days = (columns.get(name, unsaid) for name in ("created_on", "closed_on"))
    begun = [_beginning(*said, arrived_on) for said in zip(statuses, *days, strict=True)]
    filled: dict[str, Sequence[Any]] = {
        "source_modified_at": told,
        "status": statuses,
        "valid_from": [born for born, _ in begun],
        "stage_entered_at": [entered for _, entered in begun],
    }
    return filled, {place for place, (born, _) in enumerate(begun) if born is None}


@lru_cache(maxsize=8192)
def _beginning(
    status: str, created_on: date | None, closed_on: date | None, arrived_on: date
) -> tuple[datetime | None, datetime | None]:
    """From when a deal that nobody knew holds, and since when it is at its stage; None if it contradicts itself."""
    after = {"status": status, "created_on": created_on, "closed_on": closed_on}
    if _contradictions(after):
        return None, None
    first = _first(after, _born(after, (), None, arrived_on))
    return first["valid_from"], first["stage_entered_at"]


def _decide_status(before: Columns | None, after: dict[str, Any], given: Columns) -> None:
    """What goes without saying: a new deal is open, and a deal that is reopened is not closed."""
    if after["status"] is None:
        after["status"] = "open"
    reopened = before is not None and before["status"] != "open" and after["status"] == "open"
    if reopened and "closed_on" not in given:
        after["closed_on"] = None


def _check(after: Columns) -> None:
    if problems := _contradictions(after):
        raise UnlikelyDeal(problems[0].message, errors=problems)


def _contradictions(after: Columns) -> list[FieldProblem]:
    problems = []
    if after["status"] != "open" and after["closed_on"] is None:
        problems.append(FieldProblem("/closed_on", "missing", "is needed when the opportunity is won or lost"))
    if after["status"] == "open" and after["closed_on"] is not None:
        problems.append(FieldProblem("/closed_on", "unexpected", "an open opportunity is not closed"))
    if after["created_on"] and after["closed_on"] and after["closed_on"] < after["created_on"]:
        problems.append(FieldProblem("/closed_on", "out_of_order", "lies before created_on"))
    return problems


def _born(after: Columns, past: Sequence[Columns], before: Columns | None, arrived_on: date) -> datetime:
    """When the deal begins to exist."""
    if after["created_on"] is not None:
        return midnight(after["created_on"])
    if before is not None:
        first: datetime = min([state["valid_from"] for state in past], default=before["valid_from"])
        return min(first, midnight(after["closed_on"])) if after["closed_on"] else first
    return midnight(min(arrived_on, after["closed_on"] or arrived_on))


def _first(after: dict[str, Any], born: datetime) -> dict[str, Any]:
    entered = midnight(after["closed_on"]) if after["status"] != "open" else born
    after["valid_from"], after["stage_entered_at"] = born, entered
    return after


def _decided(
    before: Columns, past: Sequence[Columns], after: dict[str, Any], born: datetime
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Won or lost from the close date on, whenever that was learnt: what was told of later days no longer holds."""
    since = midnight(after["closed_on"])
    kept = [dict(state) for state in (*past, before) if state["valid_from"] < since]
    states = [{**state, "valid_to": min(state.get("valid_to", since), since)} for state in kept]
    entered = since if before["stage"] != after["stage"] else min(before["stage_entered_at"], since)
    return _reborn({**after, "valid_from": since, "stage_entered_at": entered}, states, born)


def _returned(
    before: Columns, past: Sequence[Columns], after: dict[str, Any], since: datetime
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A deal that its source had removed is there again; its last state ended then, and in between there was none."""
    present = back(before, after, since)
    if before["stage"] != after["stage"]:
        present["stage_entered_at"] = present["valid_from"]
    return present, [dict(state) for state in past]


def _appended(
    before: Columns, past: Sequence[Columns], after: dict[str, Any], since: datetime, born: datetime
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    moved = before["stage"] != after["stage"]
    present = {**after, "stage_entered_at": since if moved else before["stage_entered_at"]}
    states = [dict(state) for state in past]
    if any(before[name] != after[name] for name in TRACKED) and since > before["valid_from"]:
        states.append({**before, "valid_to": since})
        present["valid_from"] = since
    else:
        present["valid_from"] = before["valid_from"]
    return _reborn(present, states, born)


def _reborn(
    present: dict[str, Any], states: list[dict[str, Any]], born: datetime
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The first state begins when the deal does; states that ended before are gone."""
    states = sorted((state for state in states if state["valid_to"] > born), key=lambda state: state["valid_from"])
    if states:
        states[0] = {**states[0], "valid_from": born}
    else:
        present = {**present, "valid_from": born}
    return present, states


def _from_history(
    after: dict[str, Any], history: Sequence[Entry], born: datetime
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """States from the source's own history; where the history ends before the present state, that is added."""
    lines = sorted(history, key=lambda entry: entry.at)
    begins = _begins(after, lines, born)
    states: list[dict[str, Any]] = []
    for line in lines:
        if line.at < begins:
            states.append(_state(after, line, states[-1] if states else None))
    entered = _entered(after["stage"], begins, states[-1] if states else None)
    states.append({**after, "valid_from": begins, "stage_entered_at": entered})
    return _reborn(states[-1], _ended(states), born)


def _begins(after: Columns, lines: list[Entry], born: datetime) -> datetime:
    """From when the present state holds, which may be the last of the `lines`; those that it covers are taken away."""
    if after["status"] != "open":
        while lines and lines[-1].status == after["status"]:
            lines.pop()
        return midnight(after["closed_on"])
    if not lines:
        return born
    last = lines[-1]
    told: datetime | None = after["source_modified_at"]
    if (last.stage, last.status) == (after["stage"], after["status"]) or told is None:
        return last.at
    return max(last.at, told)


def _entered(stage: str | None, since: datetime, earlier: Columns | None) -> datetime:
    """When the stage of a state was entered: with the state, unless the deal was in it already."""
    if earlier is None or earlier["stage"] != stage:
        return since
    entered: datetime = earlier["stage_entered_at"]
    return entered


def _state(after: Columns, line: Entry, earlier: Columns | None) -> dict[str, Any]:
    closed = line.at.date() if line.status != "open" else None
    return {
        **after,
        "stage": line.stage,
        "status": line.status,
        "amount": after["amount"] if line.amount is None else line.amount,
        "currency": after["currency"] if line.amount is None else line.currency,
        "probability": line.probability,
        "closed_on": closed,
        "valid_from": line.at,
        "stage_entered_at": _entered(line.stage, line.at, earlier),
    }


def _ended(states: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """All states but the last, each until the next; those that lasted no time are gone."""
    pairs = pairwise(states)
    return [
        {**state, "valid_to": following["valid_from"]}
        for state, following in pairs
        if state["valid_from"] < following["valid_from"]
    ]
