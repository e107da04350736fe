"""Rows of account plans with their versions, actions, sign-offs and readers, and of what was said of whitespace."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Float, Index, Integer, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from app.accounts.core.inheriting import Follows, whole
from app.accounts.tables import FUNCTIONS, MONEY
from app.infra.rows import Instant, refers, tenant_index, tenant_table

PLAN_STATES = ("active", "archived")
SIDES = ("supplier", "customer")
ACTION_STATES = ("open", "done", "dropped")
CELL_STATES = ("open", "no_pursue", "not_applicable", "competitor")

# An account has one active plan; `newest` is the number of its newest version.
account_plans = tenant_table(
    "account_plans",
    Column("account_id", Uuid, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'active'")),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("newest", Integer, nullable=False),
    Column("archived_at", Instant),
    refers("account_id", "accounts", ondelete="CASCADE"),
    CheckConstraint(f"state IN {PLAN_STATES}", name="state"),
    CheckConstraint("starts_on < ends_on", name="horizon"),
    CheckConstraint("(state = 'archived') = (archived_at IS NOT NULL)", name="archived"),
)
account_plans.info["merging"] = whole("plan", lambda row, _: row["state"] == "active")
Index(
    "account_plans_active_idx",
    account_plans.c.tenant_id,
    account_plans.c.account_id,
    unique=True,
    postgresql_where=account_plans.c.state == "active",
)
tenant_index("account_plans", account_plans.c.account_id, account_plans.c.id)

# Append-only. `substantive`: something that the plan says changed, not its wording alone.
plan_versions = tenant_table(
    "plan_versions",
    Column("plan_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("note", Text),
    Column("substantive", Boolean, nullable=False),
    Column("saved_on", Date, nullable=False),
    Column("user_id", Uuid),
    Column("function", Text),  # that they spoke for then
    Column("key_id", Uuid, nullable=False),
    refers("plan_id", "account_plans", ondelete="CASCADE"),
    refers("user_id", "users"),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("starts_on < ends_on", name="horizon"),
    CheckConstraint(f"function IN {FUNCTIONS}", name="function"),
    key=("plan_id", "number"),
)

# `goal` is the key of the customer's objective that the action serves; without one it pushes a product.
plan_actions = tenant_table(
    "plan_actions",
    Column("plan_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("title", Text, nullable=False),
    Column("goal", Text),
    Column("play", Text),
    Column("side", Text, nullable=False),
    Column("owner_user_id", Uuid),
    Column("owner_contact_id", Uuid),
    Column("buying_center_id", Uuid),
    Column("offering_id", Uuid),
    Column("worth", MONEY),
    Column("currency", Text),
    Column("opened_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("closed_on", Date),
    Column("outcome", Text),
    Column("key_id", Uuid, nullable=False),
    refers("plan_id", "account_plans", ondelete="CASCADE"),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("owner_user_id", "users"),
    refers("owner_contact_id", "contacts"),
    refers("buying_center_id", "buying_centers"),
    refers("offering_id", "offerings"),
    CheckConstraint(f"side IN {SIDES}", name="side"),
    CheckConstraint(f"state IN {ACTION_STATES}", name="state"),
    CheckConstraint("(state = 'open') = (closed_on IS NULL)", name="closed"),
    CheckConstraint("(owner_user_id IS NULL) <> (owner_contact_id IS NULL)", name="one_owner"),
    CheckConstraint("(worth IS NULL) = (currency IS NULL)", name="worth_is_money"),
)
plan_actions.info["merging"] = Follows("plan_id", "account_plans")
tenant_index("plan_actions", plan_actions.c.plan_id, plan_actions.c.due_on)
tenant_index("plan_actions", plan_actions.c.account_id)

# Append-only: who of either side stands behind which version.
plan_approvals = tenant_table(
    "plan_approvals",
    Column("plan_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("side", Text, nullable=False),
    Column("user_id", Uuid),
    Column("contact_id", Uuid),
    Column("approved_on", Date, nullable=False),
    Column("comment", Text),
    Column("key_id", Uuid, nullable=False),
    refers("plan_id", "account_plans", ondelete="CASCADE"),
    refers("user_id", "users"),
    refers("contact_id", "contacts"),
    CheckConstraint(f"side IN {SIDES}", name="side"),
    CheckConstraint("(side = 'supplier') = (user_id IS NOT NULL)", name="supplier"),
    CheckConstraint("(side = 'customer') = (contact_id IS NOT NULL)", name="customer"),
)
plan_approvals.info["merging"] = "stays"  # it tells of who signed, and is never changed
tenant_index("plan_approvals", plan_approvals.c.plan_id, plan_approvals.c.number)

# Who is to know the plan, and which version they last said to have read.
plan_readers = tenant_table(
    "plan_readers",
    Column("plan_id", Uuid, nullable=False),
    Column("user_id", Uuid),
    Column("contact_id", Uuid),
    Column("read_number", Integer),
    Column("read_on", Date),
    refers("plan_id", "account_plans", ondelete="CASCADE"),
    refers("user_id", "users"),
    refers("contact_id", "contacts"),
    CheckConstraint("(user_id IS NULL) <> (contact_id IS NULL)", name="one_reader"),
    CheckConstraint("(read_number IS NULL) = (read_on IS NULL)", name="read"),
    UniqueConstraint("tenant_id", "plan_id", "user_id"),
    UniqueConstraint("tenant_id", "plan_id", "contact_id"),
)

# What somebody said of a cell, buying center by offering, and when: the last word of a day holds from that day on. What
# was bought and is open there is found in the deals.
whitespace_statements = tenant_table(
    "whitespace_statements",
    Column("account_id", Uuid, nullable=False),
    Column("buying_center_id", Uuid, nullable=False),
    Column("offering_id", Uuid, nullable=False),
    Column("said_on", Date, nullable=False),
    Column("potential", MONEY),
    Column("currency", Text),
    Column("how", Text),
    Column("confidence", Float),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("competitor", Text),
    Column("owner_user_id", Uuid),
    Column("next_step", Text),
    Column("due_on", Date),
    Column("user_id", Uuid),
    Column("key_id", Uuid, nullable=False),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("buying_center_id", "buying_centers"),
    refers("offering_id", "offerings"),
    refers("owner_user_id", "users"),
    refers("user_id", "users"),
    CheckConstraint(f"state IN {CELL_STATES}", name="state"),
    CheckConstraint("(potential IS NULL) = (currency IS NULL)", name="potential_is_money"),
    CheckConstraint("potential >= 0", name="potential_not_negative"),
    CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_is_share"),
)
Index(
    "whitespace_statements_cell_idx",
    "tenant_id",
    *(whitespace_statements.c[name] for name in ("account_id", "buying_center_id", "offering_id", "said_on", "id")),
)
