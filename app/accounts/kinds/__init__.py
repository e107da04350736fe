"""The kinds of facts: for each its rows, its wire, what it refers to, and the rule by which a change settles."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from app.accounts import queries, tables
from app.accounts.kinds import deriving, settling
from app.accounts.schemas import answers, bodies, words
from app.infra.records.kind import Filter, Kind, Reference, unversioned
from app.infra.wire import IsoDate
from app.kernel.errors import NotFound


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
        f"{stem}_from": Filter(column, IsoDate, "at_least", f"`{column}` on this day or later"),
        f"{stem}_until": Filter(column, IsoDate, "at_most", f"`{column}` on this day or earlier"),
    }


ACCOUNT = Reference("account", "account_id", tables.accounts)
BUYING_CENTER = Reference(
    "buying_center", "buying_center_id", tables.buying_centers, text_column="name_key", within_account=True
)

USERS = Kind(
    "user", "users", tables.users, bodies.UserBody, bodies.UserBody, answers.User, UserNotFound,
    settle=unversioned,
    required=("name", "function", "active"),
    defaults={"active": True},
    filters={
        "function": Filter("function", words.Function),
        "active": Filter("active", bool),
        "email": Filter("email", str),
        **IDENTITY,
    },
    sorts=("name",),
)  # fmt: skip

ACCOUNTS = Kind(
    "account", "accounts", tables.accounts, bodies.AccountBody, bodies.AccountBody, answers.Account, AccountNotFound,
    settle=settling.account_change,
    required=("name", "attributes"),
    defaults={"attributes": {}},
    references=(
        Reference("parent", "parent_id", tables.accounts),
        Reference("kam_user_id", "kam_user_id", tables.users),
    ),
    past=tables.accounts_past,
    derived=deriving.since,
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
    bodies.BuyingCenterBody, bodies.BuyingCenterBody, answers.BuyingCenter, BuyingCenterNotFound,
    settle=unversioned,
    required=("account_id", "name"),
    references=(ACCOUNT,),
    natural_key=("account_id", "name_key"),
    filters=BELOW,
    sorts=("name",),
)  # fmt: skip

CONTACTS = Kind(
    "contact", "contacts", tables.contacts,
    bodies.ContactBody, bodies.ContactBody, answers.Contact, ContactNotFound,
    settle=partial(settling.told_change, tracked=("account_id", "seniority", "stance", "active", "buying_center_id")),
    required=("account_id", "name", "stance", "active"),
    defaults={"stance": "unknown", "active": True},
    references=(ACCOUNT, BUYING_CENTER),
    past=tables.contacts_past,
    derived=deriving.since,
    filters={
        **BELOW,
        "stance": Filter("stance", words.Stance),
        "seniority": Filter("seniority", words.Seniority),
        "active": Filter("active", bool),
        "buying_center_id": Filter("buying_center_id", UUID),
        **REMOVED,
    },
    sorts=("name",),
)  # fmt: skip

OFFERINGS = Kind(
    "offering", "offerings", tables.offerings,
    bodies.OfferingBody, bodies.OfferingBody, answers.Offering, OfferingNotFound,
    settle=settling.offering_change,
    required=("code", "name"),
    natural_key=("code",),
    filters={"code": Filter("code", str), "series": Filter("series", str), **IDENTITY},
    sorts=("code", "name"),
)  # fmt: skip

OPPORTUNITIES = Kind(
    "opportunity", "opportunities", tables.opportunities,
    bodies.OpportunityBody, bodies.OpportunityBody, answers.Opportunity, OpportunityNotFound,
    settle=settling.deal_change,
    arrive=settling.deals_arrived,
    required=(),
    references=(
        ACCOUNT,
        Reference("offering", "offering_id", tables.offerings, text_column="code"),
        BUYING_CENTER,
        Reference("primary_contact", "primary_contact_id", tables.contacts, within_account=True),
    ),
    past=tables.opportunities_past,
    children=queries.past_deals,
    derived=deriving.stage_history,
    filters={
        **BELOW,
        "unassigned": Filter("account_id", bool, "is_null", "True: those without an account"),
        "status": Filter("status", words.Status),
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
    bodies.EngagementBody, bodies.EngagementBody, answers.Engagement, EngagementNotFound,
    settle=settling.engagement_change,
    required=("account_id", "kind", "held_on"),
    references=(ACCOUNT, BUYING_CENTER, Reference("contacts", "contact_ids", tables.contacts, within_account=True)),
    children=queries.participants,
    save_children=queries.save_participants,
    filters={**BELOW, "kind": Filter("kind", words.EngagementKind), **_between("held_on")},
    sorts=("held_on",),
)  # fmt: skip

OBSERVATIONS = Kind(
    "observation", "observations", tables.observations,
    bodies.ObservationBody, bodies.ObservationBody, answers.Observation, ObservationNotFound,
    settle=unversioned,
    required=("account_id", "metric", "value", "observed_on"),
    references=(ACCOUNT,),
    filters={**BELOW, "metric": Filter("metric", str), **_between("observed_on")},
    sorts=("observed_on",),
)  # fmt: skip

RATINGS = Kind(
    "rating", "ratings", tables.ratings,
    bodies.RatingBody, bodies.RatingBody, answers.Rating, RatingNotFound,
    settle=unversioned,
    required=("account_id", "metric", "value", "function", "rated_on"),
    references=(ACCOUNT, Reference("user", "user_id", tables.users, brings=("function",))),
    filters={
        **BELOW,
        "metric": Filter("metric", str),
        "function": Filter("function", words.Function),
        "user_id": Filter("user_id", UUID),
        **_between("rated_on"),
    },
    sorts=("rated_on",),
)  # fmt: skip

TARGETS = Kind(
    "target", "targets", tables.targets,
    bodies.TargetBody, bodies.TargetBody, answers.Target, TargetNotFound,
    settle=partial(
        settling.dated_change, tracked=("account_id", "metric", "period_from", "period_to", "amount", "currency")
    ),
    required=("account_id", "metric", "period_from", "period_to", "amount"),
    references=(ACCOUNT,),
    past=tables.targets_past,
    filters={**BELOW, "metric": Filter("metric", str)},
    sorts=("period_from",),
)  # fmt: skip

EXCHANGE_RATES = Kind(
    "exchange_rate", "exchange_rates", tables.exchange_rates,
    bodies.ExchangeRateBody, bodies.ExchangeRateBody, answers.ExchangeRate, ExchangeRateNotFound,
    settle=settling.exchange_rate_change,
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
