"""Rows of cross-functional reviews: candidates, blind ratings, votes, objections, and the records of decisions."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.infra.rows import Instant, refers, tenant_index, tenant_table

REVIEW_STATES = ("rating", "joint", "closed", "abandoned")
VOTES = ("support", "support_with_conditions", "object")
OBJECTION_STATES = ("open", "resolved", "withdrawn")
DECISIONS = ("select", "defer", "reject")

selection_reviews = tenant_table(
    "selection_reviews",
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'rating'")),
    Column("metrics", ARRAY(Text), nullable=False),
    Column("due_on", Date),
    Column("key_id", Uuid, nullable=False),
    Column("revealed_at", Instant),
    Column("revealed_by_user_id", Uuid),
    Column("reveal_reason", Text),
    Column("closed_at", Instant),
    Column("closed_by_user_id", Uuid),
    Column("close_reason", Text),
    refers("revealed_by_user_id", "users"),
    refers("closed_by_user_id", "users"),
    CheckConstraint(f"state IN {REVIEW_STATES}", name="state"),
    CheckConstraint("(revealed_at IS NULL) = (revealed_by_user_id IS NULL)", name="revealed_by"),
    CheckConstraint("(closed_at IS NULL) = (closed_by_user_id IS NULL)", name="closed_by"),
)

review_participants = tenant_table(
    "review_participants",
    Column("review_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("function", Text, nullable=False),
    refers("review_id", "selection_reviews", ondelete="CASCADE"),
    refers("user_id", "users"),
    key=("review_id", "user_id"),
)

# `unified` is what all agreed on in the joint session: {metric: {"value", "comment"}}.
review_candidates = tenant_table(
    "review_candidates",
    Column("review_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("unified", JSONB),
    Column("unified_at", Instant),
    Column("unified_by_user_id", Uuid),
    refers("unified_by_user_id", "users"),
    refers("review_id", "selection_reviews", ondelete="CASCADE"),
    refers("account_id", "accounts", ondelete="CASCADE"),
    key=("review_id", "account_id"),
)
review_candidates.info["merging"] = "stays"  # who was reviewed was that account
tenant_index("review_candidates", review_candidates.c.account_id)

# `ratings` are blind until the review is joint: {metric: {"value", "comment"}}.
review_ratings = tenant_table(
    "review_ratings",
    Column("review_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("function", Text, nullable=False),
    Column("ratings", JSONB, nullable=False),
    Column("key_id", Uuid, nullable=False),
    refers("review_id", "selection_reviews", ondelete="CASCADE"),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("user_id", "users"),
    key=("review_id", "account_id", "user_id"),
)
review_ratings.info["merging"] = "stays"

review_votes = tenant_table(
    "review_votes",
    Column("review_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("function", Text, nullable=False),
    Column("vote", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("conditions", Text),
    Column("key_id", Uuid, nullable=False),
    refers("review_id", "selection_reviews", ondelete="CASCADE"),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("user_id", "users"),
    CheckConstraint(f"vote IN {VOTES}", name="vote"),
    key=("review_id", "account_id", "user_id"),
)
review_votes.info["merging"] = "stays"

# What stands in the way, foreseen by who raised it: it becomes a roadblock once the account is selected.
review_objections = tenant_table(
    "review_objections",
    Column("review_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("function", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("owner_user_id", Uuid, nullable=False),
    Column("owner_function", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("resolution", Text),
    Column("resolved_at", Instant),
    Column("resolved_by_user_id", Uuid),
    Column("key_id", Uuid, nullable=False),
    refers("review_id", "selection_reviews", ondelete="CASCADE"),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("user_id", "users"),
    refers("owner_user_id", "users"),
    refers("resolved_by_user_id", "users"),
    CheckConstraint(f"state IN {OBJECTION_STATES}", name="state"),
)
review_objections.info["merging"] = "stays"
tenant_index("review_objections", review_objections.c.review_id, review_objections.c.account_id)

# Append-only: a decision is never changed, only followed by another one.
decision_records = tenant_table(
    "decision_records",
    Column("review_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("decision", Text, nullable=False),
    Column("tier", Text),
    Column("rationale", Text, nullable=False),
    Column("model_id", Uuid),
    Column("model_version", Integer),
    # The score, ratings, votes, objections and dissent as they were when it was decided.
    Column("grounds", JSONB, nullable=False),
    Column("supersedes_id", Uuid),
    Column("user_id", Uuid, nullable=False),
    Column("key_id", Uuid, nullable=False),
    refers("review_id", "selection_reviews"),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("supersedes_id", "decision_records"),
    refers("user_id", "users"),
    CheckConstraint(f"decision IN {DECISIONS}", name="decision"),
    CheckConstraint("(decision = 'select') = (tier IS NOT NULL)", name="tier"),
)
decision_records.info["merging"] = "stays"
tenant_index("decision_records", decision_records.c.account_id, decision_records.c.id)
