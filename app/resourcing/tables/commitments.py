"""Rows of what was asked for and promised, and of every move that brought it where it stands."""

from sqlalchemy import CheckConstraint, Column, Date, Float, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import refers, tenant_index, tenant_table

COMMITMENT_STATES = ("requested", "countered", "accepted", "declined", "withdrawn", "delivered", "missed")
CHANNELS = ("defined_process", "own_authority", "personal_relationship")

# A request and the promise that came of it are one row. `quantity`, `starts_on` and `due_on` are those that hold:
# asked for, or, once accepted, agreed; what was asked and countered before stands in the moves.
commitments = tenant_table(
    "commitments",
    Column("account_id", Uuid, nullable=False),
    Column("resource_id", Uuid, nullable=False),
    Column("plan_action_id", Uuid),  # the line of the growth plan behind it; without one it is unplanned
    Column("quantity", Float, nullable=False),
    Column("starts_on", Date),
    Column("due_on", Date, nullable=False),
    Column("expected_outcome", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'requested'")),
    Column("requested_on", Date, nullable=False),
    Column("requested_by_user_id", Uuid),
    Column("answered_on", Date),  # the first answer
    Column("answered_by_user_id", Uuid),
    Column("countered_quantity", Float),
    Column("countered_due_on", Date),
    Column("accepted_on", Date),
    Column("owner_user_id", Uuid),  # who answers for it
    Column("override_reason", Text),  # accepted beyond capacity
    Column("scheduled_on", Date),
    Column("delivered_on", Date),
    Column("confirmed_on", Date),
    Column("closed_on", Date),  # declined, withdrawn, missed
    Column("reminded_on", Date),  # that it falls due soon was told
    Column("overdue_told_on", Date),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("resource_id", "resources"),
    refers("plan_action_id", "plan_actions"),
    refers("requested_by_user_id", "users"),
    refers("answered_by_user_id", "users"),
    refers("owner_user_id", "users"),
    CheckConstraint(f"state IN {COMMITMENT_STATES}", name="state"),
    CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
    CheckConstraint("quantity > 0", name="quantity_positive"),
    CheckConstraint("countered_quantity > 0", name="countered_quantity_positive"),
    CheckConstraint("starts_on <= due_on", name="order"),
    CheckConstraint("(state = 'requested') = (answered_on IS NULL AND closed_on IS NULL)", name="answered"),
    CheckConstraint("(state = 'delivered') = (delivered_on IS NOT NULL)", name="delivered"),
    CheckConstraint("(state IN ('declined', 'withdrawn', 'missed')) = (closed_on IS NOT NULL)", name="closed"),
    CheckConstraint("state NOT IN ('accepted', 'delivered', 'missed') OR accepted_on IS NOT NULL", name="accepted"),
)
tenant_index("commitments", commitments.c.account_id, commitments.c.id)
tenant_index("commitments", commitments.c.resource_id, commitments.c.due_on)
tenant_index("commitments", commitments.c.state, commitments.c.due_on)

# Append-only. `terms`: quantity and days that the move asked for or offered.
commitment_moves = tenant_table(
    "commitment_moves",
    Column("commitment_id", Uuid, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("moved_on", Date, nullable=False),
    Column("user_id", Uuid),
    Column("function", Text),  # that they spoke for then
    Column("note", Text),
    Column("terms", JSONB, nullable=False, server_default=text("'{}'")),
    Column("key_id", Uuid),
    refers("commitment_id", "commitments", ondelete="CASCADE"),
    refers("user_id", "users"),
    CheckConstraint(f"to_state IN {COMMITMENT_STATES}", name="to_state"),
)
tenant_index("commitment_moves", commitment_moves.c.commitment_id, commitment_moves.c.id)
