"""The rules by which a change to a fact settles: from when it holds, what becomes of the past, what cannot be."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.accounts import tables
from app.accounts.core import opportunities
from app.accounts.core.history import dated, holds_from, outdated, told_at
from app.accounts.core.parents import OwnAncestor
from app.accounts.schemas.bodies import StageEntry
from app.infra.records.kind import Columns, Moment, Settled, unversioned
from app.infra.records.statements import own_columns
from app.kernel.errors import FieldProblem, Invalid


class DoesNotFit(Invalid):
    """Two fields do not fit together."""


def dated_change(
    before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment, *, tracked: Any
) -> Settled:
    """A change that holds from the day that it names, else from its arrival; `tracked` are the columns of the past."""
    since = holds_from(moment.now, moment.arrived_on, given.get("effective_on"))
    present, past = dated(before, after, since, tracked=tracked)
    return Settled(present, past)


def told_change(
    before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment, *, tracked: Any
) -> Settled | None:
    """As `dated_change`, of records whose source may tell when it changed them: older news is left aside.

    A change holds from the day that it names, else from when its source made it, else from its arrival.
    """
    told = told_at(given.get("source_modified_at"), moment.now)
    if outdated(before, told):
        return None
    said = given.get("effective_on")
    if told is not None:
        after["source_modified_at"] = told
    since = told if told is not None and said is None else holds_from(moment.now, moment.arrived_on, said)
    present, past = dated(before, after, since, tracked=tracked)
    return Settled(present, past)


# What a change gives that speaks of some attributes only: these are set, or with null forgotten; the others stay.
ATTRIBUTES_BESIDE = "attributes_beside"


def account_change(before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment) -> Settled | None:
    if ATTRIBUTES_BESIDE in given:
        told = {**after["attributes"], **given[ATTRIBUTES_BESIDE]}
        after["attributes"] = {key: value for key, value in told.items() if value is not None}
    if after["parent_id"] == after["id"]:
        raise OwnAncestor("it would be its own parent", errors=[FieldProblem("/parent", "circle", "is itself")])
    return told_change(before, after, given, moment, tracked=("kam_user_id", "parent_id", "industry"))


def deal_change(before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment) -> Settled | None:
    history = given.get("stage_history")
    if history is not None:
        given = {**given, "stage_history": [_entry(line) for line in history]}
    past = before["past"] if before is not None else []
    outcome = opportunities.settled(before, past, after, given, moment.now, moment.arrived_on)
    if outcome is None:
        return None
    present, states = outcome
    if not (states or past):
        return Settled(present, children=_NO_PAST)
    columns = own_columns(tables.opportunities_past)
    states = [{name: state[name] for name in columns} for state in states]
    return Settled(present, states, whole_past=states != past, children={"past": states})


def deals_arrived(columns: Mapping[str, Sequence[Any]], moment: Moment) -> tuple[Mapping[str, Sequence[Any]], set[int]]:
    return opportunities.arrived(columns, moment.now, moment.arrived_on)


_NO_PAST: Columns = {"past": []}


def _entry(line: StageEntry) -> opportunities.Entry:
    amount, currency = (line.amount.amount, line.amount.currency) if line.amount else (None, None)
    return opportunities.Entry(line.at, line.stage, line.status, amount, currency, line.probability)


def engagement_change(_before: Columns | None, after: dict[str, Any], given: Columns, _moment: Moment) -> Settled:
    people = given.get("contact_ids", ())
    return Settled(after, children={"contact_ids": sorted(set(people or ()))} if "contact_ids" in given else {})


def offering_change(before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment) -> Settled:
    if after["active_from"] and after["active_to"] and after["active_from"] > after["active_to"]:
        raise DoesNotFit(
            "active_to lies before active_from",
            errors=[FieldProblem("/active_to", "out_of_order", "lies before active_from")],
        )
    return unversioned(before, after, given, moment)


def exchange_rate_change(before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment) -> Settled:
    after["rate"] = Decimal(after["rate"])
    if after["rate"] <= 0:
        raise DoesNotFit("a rate is above zero", errors=[FieldProblem("/rate", "not_positive", "must be above zero")])
    if after["currency"] == after["into_currency"]:
        raise DoesNotFit(
            "a rate is between two currencies",
            errors=[FieldProblem("/into_currency", "same_currency", "is the currency itself")],
        )
    return unversioned(before, after, given, moment)
