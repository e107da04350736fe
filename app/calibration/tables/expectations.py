"""Rows of what each side expects of the other, whether it was met, and what went into the customer's own planning."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Float, Text, Uuid

from app.accounts.core.inheriting import Follows
from app.calibration.tables.speakers import PARTIES, of_calibration, said_by
from app.infra.rows import refers, tenant_index, tenant_table

COMPARISONS = ("at_least", "at_most")

# `owed_by`: the side that has to meet it. Measured by a metric of the registry, or judged by people where `metric` is
# NULL. `internal`: not told to the customer.
expectations = tenant_table(
    "expectations",
    *of_calibration(),
    Column("account_id", Uuid, nullable=False),
    Column("owed_by", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("metric", Text),
    Column("comparison", Text),
    Column("target", Float),
    Column("unit", Text),
    Column("due_on", Date, nullable=False),
    Column("owner_user_id", Uuid),
    Column("owner_contact_id", Uuid),
    Column("withdrawn_on", Date),
    *said_by(),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("owner_user_id", "users"),
    refers("owner_contact_id", "contacts"),
    CheckConstraint(f"owed_by IN {PARTIES}", name="owed_by"),
    CheckConstraint(f"comparison IN {COMPARISONS}", name="comparison"),
    CheckConstraint("(comparison IS NULL) = (target IS NULL)", name="measurable"),
    CheckConstraint("metric IS NULL OR target IS NOT NULL", name="metric_has_target"),
)
expectations.info["merging"] = Follows("calibration_id", "calibrations")
tenant_index("expectations", expectations.c.calibration_id)
tenant_index("expectations", expectations.c.account_id)

# Append-only; the last of a day holds from that day on.
expectation_assessments = tenant_table(
    "expectation_assessments",
    Column("expectation_id", Uuid, nullable=False),
    Column("met", Boolean, nullable=False),
    Column("value", Float),
    Column("assessed_on", Date, nullable=False),
    Column("note", Text),
    *said_by(),
    refers("expectation_id", "expectations", ondelete="CASCADE"),
)
tenant_index("expectation_assessments", expectation_assessments.c.expectation_id, expectation_assessments.c.id)

# What was put into the customer's strategic planning.
strategic_contributions = tenant_table(
    "strategic_contributions",
    Column("account_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("contributed_on", Date, nullable=False),
    Column("in_their_plan", Boolean, nullable=False),
    Column("contact_id", Uuid),
    Column("user_id", Uuid),
    Column("note", Text),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("contact_id", "contacts"),
    refers("user_id", "users"),
    CheckConstraint("kind IN ('market_insight', 'strategy_session')", name="kind"),
)
tenant_index("strategic_contributions", strategic_contributions.c.account_id, strategic_contributions.c.contributed_on)
