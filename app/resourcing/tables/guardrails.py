"""Rows of how far KAMs may go by themselves, and of what they asked for inside and beyond it."""

from sqlalchemy import CheckConstraint, Column, Date, Float, Index, Text, Uuid, text

from app.infra.rows import Instant, refers, tenant_index, tenant_table

GUARDED = ("discount", "contract_value", "resource_units", "product_request")
REQUEST_STATES = ("auto_approved", "pending", "approved", "refused", "withdrawn")

# Without a user it holds for everybody who has none of their own. What goes beyond goes to the approver.
guardrails = tenant_table(
    "guardrails",
    Column("kind", Text, nullable=False),
    Column("user_id", Uuid),
    Column("up_to", Float, nullable=False),
    Column("currency", Text),  # of contract values
    Column("approver_user_id", Uuid, nullable=False),
    refers("user_id", "users"),
    refers("approver_user_id", "users"),
    CheckConstraint(f"kind IN {GUARDED}", name="kind"),
    CheckConstraint("up_to >= 0", name="up_to_not_negative"),
    CheckConstraint("(kind = 'contract_value') = (currency IS NOT NULL)", name="currency"),
)
Index(
    "guardrails_own_idx",
    guardrails.c.tenant_id,
    guardrails.c.kind,
    guardrails.c.user_id,
    unique=True,
    postgresql_nulls_not_distinct=True,
)

# `up_to`: the guardrail that held then.
guarded_requests = tenant_table(
    "guarded_requests",
    Column("account_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("amount", Float, nullable=False),
    Column("currency", Text),
    Column("up_to", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("requested_on", Date, nullable=False),
    Column("requested_at", Instant, nullable=False, server_default=text("now()")),
    Column("user_id", Uuid, nullable=False),
    Column("approver_user_id", Uuid),
    Column("answered_at", Instant),
    Column("answer_note", Text),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("user_id", "users"),
    refers("approver_user_id", "users"),
    CheckConstraint(f"kind IN {GUARDED}", name="kind"),
    CheckConstraint(f"state IN {REQUEST_STATES}", name="state"),
    CheckConstraint("amount >= 0", name="amount_not_negative"),
    CheckConstraint("(state = 'pending') = (answered_at IS NULL)", name="answered"),
)
tenant_index("guarded_requests", guarded_requests.c.account_id, guarded_requests.c.id)
tenant_index("guarded_requests", guarded_requests.c.user_id, guarded_requests.c.id)
