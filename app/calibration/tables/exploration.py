"""Rows of the first step: what each side submits under seal, and what both make of it afterwards."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Float, Index, Integer, Text, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.accounts.tables import MONEY
from app.calibration.tables.speakers import PARTIES, of_calibration, said_by
from app.infra.rows import Instant, refers, tenant_index, tenant_table

# One per party and round; each party may write on its own until it seals it, and nobody else reads it until both have.
# `document`: goals, expectations, obligations. Of a party that is the customer the invitation is who saved it last.
calibration_submissions = tenant_table(
    "calibration_submissions",
    *of_calibration(),
    Column("round", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("sealed_at", Instant),
    *said_by(),
)
Index(
    "calibration_submissions_party_idx",
    *(calibration_submissions.c[name] for name in ("tenant_id", "calibration_id", "round", "party")),
    unique=True,
)

# What goals of both sides have in common; a goal belongs to one theme. Goals are named by their keys.
calibration_themes = tenant_table(
    "calibration_themes",
    *of_calibration(),
    Column("name", Text, nullable=False),
    Column("supplier_goals", ARRAY(Text), nullable=False),
    Column("customer_goals", ARRAY(Text), nullable=False),
    *said_by(),
    CheckConstraint("cardinality(supplier_goals) + cardinality(customer_goals) > 0", name="of_some_goal"),
)
tenant_index("calibration_themes", calibration_themes.c.calibration_id)

# `limitations` may be empty only where somebody looked and found none.
joint_opportunities = tenant_table(
    "joint_opportunities",
    *of_calibration(),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("supplier_goals", ARRAY(Text), nullable=False),
    Column("customer_goals", ARRAY(Text), nullable=False),
    Column("limitations", ARRAY(Text), nullable=False),
    Column("no_limitation_found", Boolean, nullable=False, server_default=sql("false")),
    Column("likelihood", Float),
    Column("worth", MONEY),
    Column("currency", Text),
    *said_by(),
    CheckConstraint("cardinality(supplier_goals) > 0 AND cardinality(customer_goals) > 0", name="goals_of_both"),
    CheckConstraint("(cardinality(limitations) = 0) = no_limitation_found", name="limits_stated"),
    CheckConstraint("likelihood BETWEEN 0 AND 1", name="likelihood"),
    CheckConstraint("(worth IS NULL) = (currency IS NULL)", name="worth_is_money"),
)
tenant_index("joint_opportunities", joint_opportunities.c.calibration_id)

ASSUMPTION_STATES = ("untested", "confirmed", "refuted", "waived")

# What a side takes for granted of the other (`side`: whose assumption it is), and how it was tried.
calibration_assumptions = tenant_table(
    "calibration_assumptions",
    *of_calibration(),
    Column("side", Text, nullable=False),
    Column("assumption", Text, nullable=False),
    Column("test", Text),
    Column("state", Text, nullable=False, server_default=sql("'untested'")),
    Column("result", Text),
    Column("tested_on", Date),
    Column("waived_by_user_id", Uuid),
    Column("waive_reason", Text),
    *said_by(),
    refers("waived_by_user_id", "users"),
    CheckConstraint(f"side IN {PARTIES}", name="side"),
    CheckConstraint(f"state IN {ASSUMPTION_STATES}", name="state"),
    CheckConstraint("(state IN ('confirmed', 'refuted')) = (tested_on IS NOT NULL)", name="tested"),
    CheckConstraint("(state = 'waived') = (waive_reason IS NOT NULL)", name="waived"),
)
tenant_index("calibration_assumptions", calibration_assumptions.c.calibration_id)
