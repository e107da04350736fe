"""Rows of feedback rounds: who was asked, what each weighed, objected to or proposed, and what became of it."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Integer, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import Instant, refers, tenant_index, tenant_table
from app.selection.tables.models import of_version

ROUND_STATES = ("open", "closed", "abandoned")
METHODS = ("points", "ahp")
ITEM_KINDS = ("objection", "proposal")
DISPOSITIONS = ("accepted", "rejected", "deferred", "withdrawn")

# `criteria` are the draft's as they were when the round was opened; `result` is what closing it came to, for good.
feedback_rounds = tenant_table(
    "feedback_rounds",
    Column("model_id", Uuid, nullable=False),
    Column("model_version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("criteria", JSONB, nullable=False),
    Column("closes_on", Date),
    Column("key_id", Uuid, nullable=False),
    Column("closed_at", Instant),
    Column("result", JSONB),
    of_version(ondelete="CASCADE"),
    CheckConstraint(f"state IN {ROUND_STATES}", name="state"),
)
tenant_index("feedback_rounds", feedback_rounds.c.model_id, feedback_rounds.c.id)

# `answer` is blind until the round is closed: {"points": […]} in the order of the criteria, or {"comparisons": […]}:
# how often the first outweighs the second, the first the third and so on; with its "weights" and "consistency".
feedback_participants = tenant_table(
    "feedback_participants",
    Column("round_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("function", Text, nullable=False),
    Column("method", Text),
    Column("answer", JSONB),
    Column("submitted_at", Instant),
    Column("key_id", Uuid),
    refers("round_id", "feedback_rounds", ondelete="CASCADE"),
    refers("user_id", "users"),
    CheckConstraint(f"method IN {METHODS}", name="method"),
    CheckConstraint("(answer IS NULL) = (submitted_at IS NULL)", name="submitted"),
    key=("round_id", "user_id"),
)

feedback_items = tenant_table(
    "feedback_items",
    Column("round_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("function", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("criterion", Text),
    Column("body", Text, nullable=False),
    Column("blocking", Boolean, nullable=False, server_default=text("false")),
    Column("proposed", JSONB),
    Column("disposition", Text),
    Column("disposition_reason", Text),
    Column("disposed_at", Instant),
    Column("disposed_by", Uuid),
    Column("key_id", Uuid, nullable=False),
    refers("round_id", "feedback_rounds", ondelete="CASCADE"),
    refers("user_id", "users"),
    CheckConstraint(f"kind IN {ITEM_KINDS}", name="kind"),
    CheckConstraint(f"disposition IN {DISPOSITIONS}", name="disposition"),
    CheckConstraint("(disposition IS NULL) = (disposed_at IS NULL)", name="disposed"),
)
tenant_index("feedback_items", feedback_items.c.round_id, feedback_items.c.id)
