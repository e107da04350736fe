"""Rows of what people tell of the program: its mandate, rebuilds, maturity, incentives, hours, actions, benchmarks."""

from sqlalchemy import CheckConstraint, Column, Date, Float, Index, Integer, SmallInteger, Text, UniqueConstraint, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.accounts.tables import FUNCTIONS
from app.infra.rows import refers, tenant_index, tenant_table

ACTIVITIES = (
    "senior_relationships", "negotiation", "escalations", "joint_roadmap", "data_analysis", "internal_coordination",
    "other",
)  # fmt: skip

# A set of published figures that was brought in; a newer version stands beside the older one, never in its place.
benchmark_sets = tenant_table(
    "benchmark_sets",
    Column("name", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("published_on", Date),
    Column("benchmarks", JSONB, nullable=False),
    Column("key_id", Uuid),
    UniqueConstraint("tenant_id", "name", "number"),
    CheckConstraint("number >= 1", name="number"),
)

# What KAMs are paid for, as shares of variable pay, from a day on. Without a user it holds for all who have no own.
incentive_plans = tenant_table(
    "incentive_plans",
    Column("user_id", Uuid),
    Column("from_on", Date, nullable=False),
    Column("short_term_revenue", Float, nullable=False),
    Column("retention", Float, nullable=False),
    Column("growth", Float, nullable=False),
    Column("profitability", Float, nullable=False),
    Column("satisfaction_and_health", Float, nullable=False),
    Column("new_business", Float, nullable=False),
    Column("key_id", Uuid),
    refers("user_id", "users"),
    CheckConstraint(
        "abs(short_term_revenue + retention + growth + profitability + satisfaction_and_health + new_business - 1)"
        " < 1e-6",
        name="whole",
    ),
    CheckConstraint(
        "least(short_term_revenue, retention, growth, profitability, satisfaction_and_health, new_business) >= 0",
        name="not_negative",
    ),
)
Index(
    "incentive_plans_own_idx",
    incentive_plans.c.tenant_id,
    incentive_plans.c.user_id,
    incentive_plans.c.from_on,
    unique=True,
    postgresql_nulls_not_distinct=True,
)

# What KAMs spent their time on; with an account where it was for one.
kam_hours = tenant_table(
    "kam_hours",
    Column("user_id", Uuid, nullable=False),
    Column("account_id", Uuid),
    Column("spent_on", Date, nullable=False),
    Column("activity", Text, nullable=False),
    Column("hours", Float, nullable=False),
    Column("key_id", Uuid),
    refers("user_id", "users"),
    refers("account_id", "accounts", ondelete="CASCADE"),
    CheckConstraint(f"activity IN {ACTIVITIES}", name="activity"),
    CheckConstraint("hours > 0 AND hours <= 168", name="hours"),
)
tenant_index("kam_hours", kam_hours.c.user_id, kam_hours.c.spent_on)

# Who stands behind the program, and with which mandate across functions; the newest holds.
program_mandates = tenant_table(
    "program_mandates",
    Column("user_id", Uuid, nullable=False),
    Column("mandate", Text, nullable=False),
    Column("functions", JSONB, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date),
    Column("key_id", Uuid),
    refers("user_id", "users"),
    CheckConstraint("from_on < until_on", name="order"),
)

program_rebuilds = tenant_table(
    "program_rebuilds",
    Column("rebuilt_on", Date, nullable=False),
    Column("cause", Text, nullable=False),
    Column("note", Text),
    Column("key_id", Uuid),
)

# People's judgements of the program, 1 to 5: of a guiding question's maturity, or of a skill.
program_ratings = tenant_table(
    "program_ratings",
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", SmallInteger, nullable=False),
    Column("about_user_id", Uuid),  # whose skill it is
    Column("user_id", Uuid, nullable=False),
    Column("function", Text, nullable=False),
    Column("rated_on", Date, nullable=False),
    Column("comment", Text),
    Column("key_id", Uuid),
    refers("about_user_id", "users"),
    refers("user_id", "users"),
    CheckConstraint("subject IN ('maturity', 'skill', 'planning')", name="subject"),
    CheckConstraint(f"function IN {FUNCTIONS}", name="function"),
    CheckConstraint("value BETWEEN 1 AND 5", name="value"),
)
tenant_index("program_ratings", program_ratings.c.subject, program_ratings.c.rated_on)

# What is to be done about the program itself.
program_actions = tenant_table(
    "program_actions",
    Column("title", Text, nullable=False),
    Column("requirement", Text),  # of the audit
    Column("area", Text),
    Column("term", Text, nullable=False),
    Column("owner_user_id", Uuid, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False, server_default=sql("'open'")),
    Column("closed_on", Date),
    Column("note", Text),
    Column("key_id", Uuid),
    refers("owner_user_id", "users"),
    CheckConstraint("term IN ('short', 'long')", name="term"),
    CheckConstraint("state IN ('open', 'done', 'dropped')", name="state"),
    CheckConstraint("(state = 'open') = (closed_on IS NULL)", name="closed"),
)
tenant_index("program_actions", program_actions.c.state, program_actions.c.due_on)
