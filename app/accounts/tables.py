"""Rows of facts; what changes in a dated way keeps its past states beside it."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

from app.accounts.core import functions
from app.infra.rows import Instant, external_identity, metadata, past_of, refers, tenant_index, tenant_table

SENIORITIES = ("functional", "manager", "director", "vp", "c_level")
STANCES = ("advocate", "coach", "supporter", "neutral", "detractor", "unknown")
STATUSES = ("open", "won", "lost")
ENGAGEMENT_KINDS = (
    "meeting", "qbr", "executive_review", "steering_committee", "workshop",
    "training", "proposal", "referral", "call", "email",
)  # fmt: skip
FUNCTIONS = functions.FUNCTIONS
MONEY = Numeric(19, 4)
PRESENT_ONLY = ("removed_at", "merged_into_id")  # said of the record itself; no past state has them


def _removable(table: str) -> list[SchemaItem]:
    """What is told of records that their source may take away, or merge into another of its records.

    A removed record holds no state: its row says since when it is gone, and is valid from infinity on, that is never;
    its last state stands among the past ones and ends there. So whoever reads the states of a day finds none from the
    removal on, and need not ask; a million deals are read without looking at one more column.
    """
    return [
        Column("source_modified_at", Instant),
        Column("removed_at", Instant),
        Column("merged_into_id", Uuid),
        refers("merged_into_id", table),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        CheckConstraint("merged_into_id IS NULL OR removed_at IS NOT NULL", name="removed_when_merged"),
        CheckConstraint("(removed_at IS NULL) = (valid_from < 'infinity')", name="no_state_when_removed"),
    ]


users = tenant_table(
    "users",
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("function", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    *external_identity(),
    CheckConstraint(f"function IN {FUNCTIONS}", name="function"),
)

accounts = tenant_table(
    "accounts",
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),  # lower case: under row-level security lower(name) = … finds no index
    *external_identity(),
    Column("parent_id", Uuid),
    Column("industry", Text),
    Column("country", Text),
    Column("employees", Integer),
    Column("annual_revenue", MONEY),
    Column("annual_revenue_currency", Text),
    Column("website", Text),
    Column("kam_user_id", Uuid),
    Column("customer_since", Date),
    Column("attributes", JSONB, nullable=False, server_default=text("'{}'")),
    Column("valid_from", Instant, nullable=False),
    *_removable("accounts"),
    refers("parent_id", "accounts"),
    refers("kam_user_id", "users"),
    CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    CheckConstraint("employees >= 0", name="employees_not_negative"),
    CheckConstraint("(annual_revenue IS NULL) = (annual_revenue_currency IS NULL)", name="annual_revenue_is_money"),
)
tenant_index("accounts", accounts.c.name_key, accounts.c.id)
tenant_index("accounts", accounts.c.parent_id)
tenant_index("accounts", accounts.c.kam_user_id)
accounts_past = past_of(accounts, without=PRESENT_ONLY)

buying_centers = tenant_table(
    "buying_centers",
    Column("account_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    *external_identity(),
    refers("account_id", "accounts"),
    UniqueConstraint("tenant_id", "account_id", "name_key"),
)

contacts = tenant_table(
    "contacts",
    Column("account_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("title", Text),
    Column("email", Text),
    *external_identity(),
    Column("seniority", Text),
    Column("stance", Text, nullable=False, server_default=text("'unknown'")),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("buying_center_id", Uuid),
    Column("valid_from", Instant, nullable=False),
    *_removable("contacts"),
    refers("account_id", "accounts"),
    refers("buying_center_id", "buying_centers"),
    CheckConstraint(f"seniority IN {SENIORITIES}", name="seniority"),
    CheckConstraint(f"stance IN {STANCES}", name="stance"),
)
tenant_index("contacts", contacts.c.account_id)
tenant_index("contacts", contacts.c.buying_center_id)
contacts_past = past_of(contacts, without=PRESENT_ONLY)
tenant_index("contacts_past", contacts_past.c.account_id)

offerings = tenant_table(
    "offerings",
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("series", Text),
    Column("list_price", MONEY),
    Column("list_price_currency", Text),
    Column("active_from", Date),
    Column("active_to", Date),
    *external_identity(),
    UniqueConstraint("tenant_id", "code"),
    CheckConstraint("active_from <= active_to", name="active_order"),
    CheckConstraint("(list_price IS NULL) = (list_price_currency IS NULL)", name="list_price_is_money"),
)

opportunities = tenant_table(
    "opportunities",
    Column("account_id", Uuid),
    Column("name", Text),
    *external_identity(),
    Column("offering_id", Uuid),
    Column("buying_center_id", Uuid),
    Column("primary_contact_id", Uuid),
    Column("amount", MONEY),
    Column("currency", Text),
    Column("stage", Text),
    Column("stage_entered_at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("probability", Float),
    Column("created_on", Date),
    Column("expected_close_on", Date),
    Column("closed_on", Date),
    Column("sole_sourced", Boolean),
    Column("competitor", Text),
    Column("owner", Text),
    Column("valid_from", Instant, nullable=False),
    *_removable("opportunities"),
    refers("account_id", "accounts"),
    refers("offering_id", "offerings"),
    refers("buying_center_id", "buying_centers"),
    refers("primary_contact_id", "contacts"),
    CheckConstraint(f"status IN {STATUSES}", name="status"),
    CheckConstraint("(status = 'open') = (closed_on IS NULL)", name="closed_when_decided"),
    CheckConstraint("probability BETWEEN 0 AND 1", name="probability_is_share"),
    CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="amount_is_money"),
    CheckConstraint("created_on <= closed_on", name="closed_after_created"),
)
tenant_index("opportunities", opportunities.c.account_id, opportunities.c.closed_on)
tenant_index("opportunities", opportunities.c.offering_id)
tenant_index("opportunities", opportunities.c.buying_center_id)
tenant_index("opportunities", opportunities.c.primary_contact_id)
opportunities_past = past_of(opportunities, without=PRESENT_ONLY)
tenant_index("opportunities_past", opportunities_past.c.account_id)
for removable in (accounts, contacts, opportunities):
    merged = removable.c.merged_into_id
    tenant_index(removable.name, merged, where=merged.is_not(None))
for deals in (opportunities, opportunities_past):
    # Whether the organization records proposals and competitors at all, without reading its deals.
    tenant_index(deals.name, deals.c.stage)
    Index(f"{deals.name}_competitor_idx", deals.c.tenant_id, postgresql_where=deals.c.competitor.is_not(None))

engagements = tenant_table(
    "engagements",
    Column("account_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("held_on", Date, nullable=False),
    Column("subject", Text),
    Column("initiated_by", Text),
    Column("buying_center_id", Uuid),
    *external_identity(),
    refers("account_id", "accounts"),
    refers("buying_center_id", "buying_centers"),
    CheckConstraint(f"kind IN {ENGAGEMENT_KINDS}", name="kind"),
    CheckConstraint("initiated_by IN ('supplier', 'customer')", name="initiated_by"),
)
tenant_index("engagements", engagements.c.account_id, engagements.c.held_on)
tenant_index("engagements", engagements.c.buying_center_id)

engagement_contacts = Table(
    "engagement_contacts",
    metadata,
    Column("tenant_id", Uuid, nullable=False),
    Column("engagement_id", Uuid, nullable=False),
    Column("contact_id", Uuid, nullable=False),
    PrimaryKeyConstraint("tenant_id", "engagement_id", "contact_id"),
    refers("engagement_id", "engagements", ondelete="CASCADE"),
    refers("contact_id", "contacts"),
)
tenant_index("engagement_contacts", engagement_contacts.c.contact_id)

observations = tenant_table(
    "observations",
    Column("account_id", Uuid, nullable=False),
    Column("metric", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("observed_on", Date, nullable=False),
    *external_identity(),
    refers("account_id", "accounts"),
    CheckConstraint("value = value AND abs(value) < 'Infinity'", name="value_is_finite"),
)
tenant_index("observations", observations.c.account_id, observations.c.metric, observations.c.observed_on)

ratings = tenant_table(
    "ratings",
    Column("account_id", Uuid, nullable=False),
    Column("metric", Text, nullable=False),
    Column("value", SmallInteger, nullable=False),
    Column("user_id", Uuid),
    Column("function", Text, nullable=False),
    Column("rated_on", Date, nullable=False),
    Column("comment", Text),
    *external_identity(),
    refers("account_id", "accounts"),
    refers("user_id", "users"),
    CheckConstraint("value BETWEEN 1 AND 5", name="value_on_scale"),
    CheckConstraint(f"function IN {FUNCTIONS}", name="function"),
)
tenant_index("ratings", ratings.c.account_id, ratings.c.metric, ratings.c.rated_on)
tenant_index("ratings", ratings.c.user_id)

targets = tenant_table(
    "targets",
    Column("account_id", Uuid, nullable=False),
    Column("metric", Text, nullable=False),
    Column("period_from", Date, nullable=False),
    Column("period_to", Date, nullable=False),
    Column("amount", MONEY, nullable=False),
    Column("currency", Text, nullable=False),
    *external_identity(),
    Column("valid_from", Instant, nullable=False),
    refers("account_id", "accounts"),
    CheckConstraint("metric IN ('revenue', 'margin')", name="metric"),
    CheckConstraint("period_from <= period_to", name="period_order"),
)
tenant_index("targets", targets.c.account_id, targets.c.metric)
targets_past = past_of(targets)

exchange_rates = tenant_table(
    "exchange_rates",
    Column("currency", Text, nullable=False),
    Column("into_currency", Text, nullable=False),
    Column("rate", Numeric(24, 12), nullable=False),
    Column("from_on", Date, nullable=False),
    *external_identity(),
    UniqueConstraint("tenant_id", "currency", "into_currency", "from_on"),
    CheckConstraint("rate > 0", name="rate_positive"),
    CheckConstraint("currency <> into_currency", name="two_currencies"),
)

# What was changed since it was last scored: a row per account, or one without account for all of them at once. Who
# changes facts adds rows, or holds those that are there; who scores takes the rows away before reading the facts.
changed_accounts = tenant_table(
    "changed_accounts",
    Column("account_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
)
tenant_index("changed_accounts", changed_accounts.c.account_id)
changed_accounts.info["merging"] = "stays"  # a merge marks both accounts itself

# Append-only: whose a row was that a merge made another account's, until when; `row_id` is of any such table.
merged_rows = tenant_table(
    "merged_rows",
    Column("row_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("until_at", Instant, nullable=False),
    refers("account_id", "accounts", ondelete="CASCADE"),
    key=("row_id", "account_id"),
)
merged_rows.info["merging"] = "stays"
tenant_index("merged_rows", merged_rows.c.account_id)
