"""Rows of what stands in the way of an account, and of how far up it was taken."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Text, UniqueConstraint, Uuid, text

from app.accounts.tables import FUNCTIONS
from app.infra.rows import refers, tenant_index, tenant_table

ROADBLOCK_KINDS = (
    "capacity", "priority", "policy", "pricing", "legal", "technical", "data", "skills", "process", "relationship",
    "other",
)  # fmt: skip
SEVERITIES = ("low", "medium", "high", "critical")
ROADBLOCK_STATES = ("open", "mitigating", "resolved")
RUNGS = ("owner", "function_leader", "executive_sponsor", "cso")

# Without an account it is one of the whole program. `rung` is how far up it was taken.
roadblocks = tenant_table(
    "roadblocks",
    Column("account_id", Uuid),
    Column("commitment_id", Uuid),
    Column("objection_id", Uuid),  # of the review that selected the account
    Column("kind", Text, nullable=False),
    Column("function", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("impact", Text),
    Column("owner_user_id", Uuid),
    Column("opened_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("rung", Text, nullable=False, server_default=text("'owner'")),
    Column("resolved_on", Date),
    Column("resolution", Text),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("commitment_id", "commitments"),
    refers("objection_id", "review_objections"),
    refers("owner_user_id", "users"),
    CheckConstraint(f"kind IN {ROADBLOCK_KINDS}", name="kind"),
    CheckConstraint(f"function IN {FUNCTIONS}", name="function"),
    CheckConstraint(f"severity IN {SEVERITIES}", name="severity"),
    CheckConstraint(f"state IN {ROADBLOCK_STATES}", name="state"),
    CheckConstraint(f"rung IN {RUNGS}", name="rung"),
    CheckConstraint("(state = 'resolved') = (resolved_on IS NOT NULL)", name="resolved"),
    CheckConstraint("opened_on <= due_on", name="order"),
)
tenant_index("roadblocks", roadblocks.c.account_id, roadblocks.c.id)
tenant_index("roadblocks", roadblocks.c.state, roadblocks.c.due_on)
Index(
    "roadblocks_objection_idx",
    roadblocks.c.tenant_id,
    roadblocks.c.objection_id,
    unique=True,
    postgresql_where=roadblocks.c.objection_id.is_not(None),
)

# Append-only; each rung is climbed once.
roadblock_moves = tenant_table(
    "roadblock_moves",
    Column("roadblock_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rung", Text),
    Column("moved_on", Date, nullable=False),
    Column("to_user_id", Uuid),  # who was told
    Column("user_id", Uuid),
    Column("note", Text),
    Column("key_id", Uuid),
    refers("roadblock_id", "roadblocks", ondelete="CASCADE"),
    refers("to_user_id", "users"),
    refers("user_id", "users"),
    UniqueConstraint("tenant_id", "roadblock_id", "rung"),
    CheckConstraint("kind IN ('opened', 'changed', 'escalated', 'resolved')", name="kind"),
    CheckConstraint("(kind = 'escalated') = (rung IS NOT NULL)", name="rung_escalated"),
    CheckConstraint(f"rung IN {RUNGS}", name="rung"),
)
tenant_index("roadblock_moves", roadblock_moves.c.roadblock_id, roadblock_moves.c.id)
