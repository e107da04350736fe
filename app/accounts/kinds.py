"""The kinds of facts: for each its rows, its wire, what it refers to, and the rule by which a change settles."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from app.accounts import queries, schemas, tables
from app.accounts.core import opportunities
from app.accounts.core.history import dated, holds_from, outdated, told_at
from app.accounts.core.parents import OwnAncestor
from app.infra.records.kind import Columns, Filter, Kind, Moment, Reference, Settled, unversioned
from app.infra.records.statements import own_columns
from app.kernel.errors import FieldProblem, Invalid, NotFound


class UserNotFound(NotFound):
    """No such user."""


class AccountNotFound(NotFound):
    """No such account."""


class BuyingCenterNotFound(NotFound):
    """No such buying center."""


class ContactNotFound(NotFound):
    """No such contact."""


class OfferingNotFound(NotFound):
    """No such offering."""


class OpportunityNotFound(NotFound):
    """No such opportunity."""


class EngagementNotFound(NotFound):
    """No such engagement."""


class ObservationNotFound(NotFound):
    """No such observation."""


class RatingNotFound(NotFound):
    """No such rating."""


class TargetNotFound(NotFound):
    """No such target."""


class ExchangeRateNotFound(NotFound):
    """No such exchange rate."""


class DoesNotFit(Invalid):
    """Two fields do not fit together."""


def _dated(before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment, *, tracked: Any) -> Settled:
    since = holds_from(moment.now, moment.arrived_on, given.get("effective_on"))
    present, past = dated(before, after, since, tracked=tracked)
    return Settled(present, past)


def _told(
    before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment, *, tracked: Any
) -> Settled | None:
    """As `_dated`, of records whose source may tell when it changed them: older news is left aside.

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


def _account(before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment) -> Settled | None:
    if ATTRIBUTES_BESIDE in given:
        told = {**after["attributes"], **given[ATTRIBUTES_BESIDE]}
        after["attributes"] = {key: value for key, value in told.items() if value is not None}
    if after["parent_id"] == after["id"]:
        raise OwnAncestor("it would be its own parent", errors=[FieldProblem("/parent", "circle", "is itself")])
    return _told(before, after, given, moment, tracked=("kam_user_id", "parent_id", "industry"))


def _deal(before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment) -> Settled | None:
    history = given.get("stage_history")
    if history is not None:
        given = {**given, "stage_history": [_entry(line) for line in history]}
    past = before["past"] if before is not None else []
    outcome = opportunities.settled(before, past, after, given, moment.now, moment.arrived_on)
    if outcome is None:
        return None
    present, states = outcome
    columns = own_columns(tables.opportunities_past)
    states = [{name: state[name] for name in columns} for state in states]
    return Settled(present, states, whole_past=states != past, children={"past": states})


def _entry(line: schemas.StageEntry) -> opportunities.Entry:
    amount, currency = (line.amount.amount, line.amount.currency) if line.amount else (None, None)
    return opportunities.Entry(line.at, line.stage, line.status, amount, currency, line.probability)


def _since(row: Columns) -> Columns:
    """A removed record is what it now is, gone, since its removal."""
    return {"valid_from": row["removed_at"] or row["valid_from"]}


def _stage_history(row: Columns) -> Columns:
    """All states of a deal, oldest first, the present one last; a removed deal has none."""
    present = () if row["removed_at"] else (row,)
    return {"stage_history": [_shown_state(state) for state in (*row["past"], *present)]}


def _shown_state(state: Columns) -> dict[str, Any]:
    amount = None if state["amount"] is None else {"amount": state["amount"], "currency": state["currency"]}
    kept = {name: state[name] for name in ("stage", "status", "probability")}
    return {"at": state["valid_from"], "amount": amount, **kept}


def _engagement(_before: Columns | None, after: dict[str, Any], given: Columns, _moment: Moment) -> Settled:
    people = given.get("contact_ids", ())
    return Settled(after, children={"contact_ids": sorted(set(people or ()))} if "contact_ids" in given else {})


def _offering(before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment) -> Settled:
    if after["active_from"] and after["active_to"] and after["active_from"] > after["active_to"]:
        raise DoesNotFit(
            "active_to lies before active_from",
            errors=[FieldProblem("/active_to", "out_of_order", "lies before active_from")],
        )
    return unversioned(before, after, given, moment)


def _exchange_rate(before: Columns | None, after: dict[str, Any], given: Columns, moment: Moment) -> Settled:
    after["rate"] = Decimal(after["rate"])
    if after["rate"] <= 0:
        raise DoesNotFit("a rate is above zero", errors=[FieldProblem("/rate", "not_positive", "must be above zero")])
    if after["currency"] == after["into_currency"]:
        raise DoesNotFit(
            "a rate is between two currencies",
            errors=[FieldProblem("/into_currency", "same_currency", "is the currency itself")],
        )
    return unversioned(before, after, given, moment)


IDENTITY = {
    "source": Filter("source", str, description="The system the record comes from"),
    "external_id": Filter("external_id", str, description="The record's id there"),
}
ACCOUNT_ID = Filter("account_id", UUID, description="The account", follows=tables.accounts)
BELOW = {"account_id": ACCOUNT_ID, **IDENTITY}
REMOVED = {
    "removed": Filter(
        "removed_at", bool, "null_unless_asked", "True: those that are gone from their source, too; left out otherwise"
    )
}


def _between(column: str) -> dict[str, Filter]:
    """The two filters of a day: from, and until, both included."""
    stem = column.removesuffix("_on")
    return {
        f"{stem}_from": Filter(column, date, "at_least", f"`{column}` on this day or later"),
        f"{stem}_until": Filter(column, date, "at_most", f"`{column}` on this day or earlier"),
    }


ACCOUNT = Reference("account", "account_id", tables.accounts)
BUYING_CENTER = Reference(
    "buying_center", "buying_center_id", tables.buying_centers, text_column="name_key", within_account=True
)

USERS = Kind(
    "user", "users", tables.users, schemas.UserBody, schemas.UserBody, schemas.User, UserNotFound,
    settle=unversioned,
    required=("name", "function", "active"),
    defaults={"active": True},
    filters={
        "function": Filter("function", schemas.Function),
        "active": Filter("active", bool),
        "email": Filter("email", str),
        **IDENTITY,
    },
    sorts=("name",),
)  # fmt: skip

ACCOUNTS = Kind(
    "account", "accounts", tables.accounts, schemas.AccountBody, schemas.AccountBody, schemas.Account, AccountNotFound,
    settle=_account,
    required=("name", "attributes"),
    defaults={"attributes": {}},
    references=(
        Reference("parent", "parent_id", tables.accounts),
        Reference("kam_user_id", "kam_user_id", tables.users),
    ),
    past=tables.accounts_past,
    derived=_since,
    filters={
        "kam_user_id": Filter("kam_user_id", UUID, description="The key account manager"),
        "parent_id": Filter("parent_id", UUID, follows=tables.accounts),
        "industry": Filter("industry", str),
        "country": Filter("country", str),
        "name": Filter("name_key", str, "in_any_case", "The whole name, in any case"),
        **IDENTITY,
        **REMOVED,
    },
    sorts=("name",),
)  # fmt: skip

BUYING_CENTERS = Kind(
    "buying_center", "buying_centers", tables.buying_centers,
    schemas.BuyingCenterBody, schemas.BuyingCenterBody, schemas.BuyingCenter, BuyingCenterNotFound,
    settle=unversioned,
    required=("account_id", "name"),
    references=(ACCOUNT,),
    natural_key=("account_id", "name_key"),
    filters=BELOW,
    sorts=("name",),
)  # fmt: skip

CONTACTS = Kind(
    "contact", "contacts", tables.contacts,
    schemas.ContactBody, schemas.ContactBody, schemas.Contact, ContactNotFound,
    settle=partial(_told, tracked=("account_id", "seniority", "stance", "active", "buying_center_id")),
    required=("account_id", "name", "stance", "active"),
    defaults={"stance": "unknown", "active": True},
    references=(ACCOUNT, BUYING_CENTER),
    past=tables.contacts_past,
    derived=_since,
    filters={
        **BELOW,
        "stance": Filter("stance", schemas.Stance),
        "seniority": Filter("seniority", schemas.Seniority),
        "active": Filter("active", bool),
        "buying_center_id": Filter("buying_center_id", UUID),
        **REMOVED,
    },
    sorts=("name",),
)  # fmt: skip

OFFERINGS = Kind(
    "offering", "offerings", tables.offerings,
    schemas.OfferingBody, schemas.OfferingBody, schemas.Offering, OfferingNotFound,
    settle=_offering,
    required=("code", "name"),
    natural_key=("code",),
    filters={"code": Filter("code", str), "series": Filter("series", str), **IDENTITY},
    sorts=("code", "name"),
)  # fmt: skip

OPPORTUNITIES = Kind(
    "opportunity", "opportunities", tables.opportunities,
    schemas.OpportunityBody, schemas.OpportunityBody, schemas.Opportunity, OpportunityNotFound,
    settle=_deal,
    required=(),
    references=(
        ACCOUNT,
        Reference("offering", "offering_id", tables.offerings, text_column="code"),
        BUYING_CENTER,
        Reference("primary_contact", "primary_contact_id", tables.contacts, within_account=True),
    ),
    past=tables.opportunities_past,
    children=queries.past_deals,
    derived=_stage_history,
    filters={
        **BELOW,
        "unassigned": Filter("account_id", bool, "is_null", "True: those without an account"),
        "status": Filter("status", schemas.Status),
        "stage": Filter("stage", str, description="The CRM's own word"),
        "offering_id": Filter("offering_id", UUID),
        "buying_center_id": Filter("buying_center_id", UUID),
        "owner": Filter("owner", str),
        **_between("created_on"),
        **_between("closed_on"),
        **REMOVED,
    },
    sorts=("closed_on", "created_on", "amount"),
)  # fmt: skip

ENGAGEMENTS = Kind(
    "engagement", "engagements", tables.engagements,
    schemas.EngagementBody, schemas.EngagementBody, schemas.Engagement, EngagementNotFound,
    settle=_engagement,
    required=("account_id", "kind", "held_on"),
    references=(ACCOUNT, BUYING_CENTER, Reference("contacts", "contact_ids", tables.contacts, within_account=True)),
    children=queries.participants,
    save_children=queries.save_participants,
    filters={**BELOW, "kind": Filter("kind", schemas.EngagementKind), **_between("held_on")},
    sorts=("held_on",),
)  # fmt: skip

OBSERVATIONS = Kind(
    "observation", "observations", tables.observations,
    schemas.ObservationBody, schemas.ObservationBody, schemas.Observation, ObservationNotFound,
    settle=unversioned,
    required=("account_id", "metric", "value", "observed_on"),
    references=(ACCOUNT,),
    filters={**BELOW, "metric": Filter("metric", str), **_between("observed_on")},
    sorts=("observed_on",),
)  # fmt: skip

RATINGS = Kind(
    "rating", "ratings", tables.ratings,
    schemas.RatingBody, schemas.RatingBody, schemas.Rating, RatingNotFound,
    settle=unversioned,
    required=("account_id", "metric", "value", "function", "rated_on"),
    references=(ACCOUNT, Reference("user", "user_id", tables.users, brings=("function",))),
    filters={
        **BELOW,
        "metric": Filter("metric", str),
        "function": Filter("function", schemas.Function),
        "user_id": Filter("user_id", UUID),
        **_between("rated_on"),
    },
    sorts=("rated_on",),
)  # fmt: skip

TARGETS = Kind(
    "target", "targets", tables.targets,
    schemas.TargetBody, schemas.TargetBody, schemas.Target, TargetNotFound,
    settle=partial(_dated, tracked=("account_id", "metric", "period_from", "period_to", "amount", "currency")),
    required=("account_id", "metric", "period_from", "period_to", "amount"),
    references=(ACCOUNT,),
    past=tables.targets_past,
    filters={**BELOW, "metric": Filter("metric", str)},
    sorts=("period_from",),
)  # fmt: skip

EXCHANGE_RATES = Kind(
    "exchange_rate", "exchange_rates", tables.exchange_rates,
    schemas.ExchangeRateBody, schemas.ExchangeRateBody, schemas.ExchangeRate, ExchangeRateNotFound,
    settle=_exchange_rate,
    required=("currency", "into_currency", "rate", "from_on"),
    natural_key=("currency", "into_currency", "from_on"),
    filters={"currency": Filter("currency", str), "into_currency": Filter("into_currency", str), **IDENTITY},
    sorts=("from_on",),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {
    kind.plural: kind
    for kind in (
        USERS, OFFERINGS, EXCHANGE_RATES, ACCOUNTS, BUYING_CENTERS, CONTACTS,
        OPPORTUNITIES, ENGAGEMENTS, OBSERVATIONS, RATINGS, TARGETS,
    )
}  # fmt: skip
