"""Rows of scores, which are never overwritten, and of manual tiers."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Float, Index, Integer, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from app.accounts.core.inheriting import by_days
from app.infra.rows import Instant, refers, tenant_index, tenant_table

# Arrays follow the order of the model version's criteria and gates; the explained answer is put together from both.
scores = tenant_table(
    "scores",
    Column("account_id", Uuid, nullable=False),
    Column("run_id", Uuid),
    Column("model_id", Uuid, nullable=False),
    Column("model_version", Integer, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("key_id", Uuid),
    Column("inputs", ARRAY(Float), nullable=False),
    Column("utilities", ARRAY(Float), nullable=False),
    Column("gate_inputs", ARRAY(Float), nullable=False),
    Column("fact_counts", ARRAY(Integer), nullable=False),
    Column("facts_on", ARRAY(Date), nullable=False),
    Column("opportunity", Float),
    Column("alignment", Float),
    Column("composite", Float),
    Column("low", Float),
    Column("high", Float),
    Column("coverage", Float, nullable=False),
    Column("quadrant", Text),
    Column("tier", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("rank", Integer),
    Column("ranked", Integer),
    Column("percentile", Float),
    Column("previous_composite", Float),
    Column("previous_tier", Text),
    Column("previous_as_of", Date),
    Column("told_id", Uuid),  # the earlier score that moves are told against; NULL: the next is held against this one
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("run_id", "selection_runs", ondelete="CASCADE"),
    UniqueConstraint("tenant_id", "run_id", "account_id"),
)
scores.info["merging"] = "stays"  # a score is never changed: it says what was judged of that account, then
tenant_index("scores", scores.c.account_id, scores.c.as_of, scores.c.id)
Index(
    "scores_run_id_best_first_idx",
    scores.c.tenant_id,
    scores.c.run_id,
    scores.c.composite.desc().nulls_last(),
    scores.c.id.desc(),
    scores.c.tier,  # last: those of one tier are told apart without a look at the rows
)

tier_overrides = tenant_table(
    "tier_overrides",
    Column("account_id", Uuid, nullable=False),
    Column("tier", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("user_id", Uuid),
    Column("key_id", Uuid, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("withdrawn_at", Instant),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("user_id", "users"),
    CheckConstraint("from_on <= until_on", name="override_order"),
)
tier_overrides.info["merging"] = by_days(
    "tier_override", lambda row, on: row["withdrawn_at"] is None and row["until_on"] >= on, ended=False
)
tenant_index("tier_overrides", tier_overrides.c.account_id, tier_overrides.c.until_on)
