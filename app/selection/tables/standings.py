"""Rows of where accounts stand in the program, and of every move that brought them there."""

from sqlalchemy import CheckConstraint, Column, Date, Text, Uuid, text

from app.infra.rows import Instant, refers, tenant_index, tenant_table
from app.selection.core import inheriting

LIFECYCLE_STATES = (
    "prospect", "candidate", "shortlisted", "calibrated", "selected", "under_review", "retiered", "reset",
    "reselection", "exited",
)  # fmt: skip
TRACKS = ("standard", "high_potential")

account_standings = tenant_table(
    "account_standings",
    Column("account_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("track", Text, nullable=False, server_default=text("'standard'")),
    Column("tier", Text),
    Column("since", Instant, nullable=False),
    Column("review_due_on", Date),
    refers("account_id", "accounts", ondelete="CASCADE"),
    CheckConstraint(f"state IN {LIFECYCLE_STATES}", name="state"),
    CheckConstraint(f"track IN {TRACKS}", name="track"),
    key=("account_id",),
)
account_standings.info["merging"] = inheriting.STANDING
tenant_index("account_standings", account_standings.c.state, account_standings.c.account_id)

# Append-only. What is told as of a day goes by `moved_on`: histories are brought in after their days.
lifecycle_moves = tenant_table(
    "lifecycle_moves",
    Column("account_id", Uuid, nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("track", Text, nullable=False),
    Column("tier", Text),
    Column("moved_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decision_id", Uuid),
    Column("user_id", Uuid),
    Column("key_id", Uuid),  # a merge has none
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("decision_id", "decision_records"),
    refers("user_id", "users"),
    CheckConstraint(f"from_state IN {LIFECYCLE_STATES} AND to_state IN {LIFECYCLE_STATES}", name="states"),
    CheckConstraint(f"track IN {TRACKS}", name="track"),
)
lifecycle_moves.info["merging"] = inheriting.MOVES
tenant_index("lifecycle_moves", lifecycle_moves.c.account_id, lifecycle_moves.c.id)
