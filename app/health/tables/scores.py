"""Rows of hygiene and health: one per account and day, and where each account stands now."""

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Float, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from app.health.tables.models import of_version
from app.infra.rows import refers, tenant_index, tenant_table

QUADRANTS = ("thriving", "coasting", "building", "at_risk")


def _figures() -> list[Column[Any]]:
    """Score, bounds (0..100) and coverage (0..1) of both; null where nothing is known."""
    return [Column(name, Float) for side in ("hygiene", "health") for name in (side, f"{side}_low", f"{side}_high")] + [
        Column(f"{side}_coverage", Float, nullable=False) for side in ("hygiene", "health")
    ]


# The last word of each day. Arrays follow the order of the version's indicators.
health_scores = tenant_table(
    "health_scores",
    Column("account_id", Uuid, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("model_id", Uuid, nullable=False),
    Column("model_version", Integer, nullable=False),
    Column("inputs", ARRAY(Float), nullable=False),
    Column("utilities", ARRAY(Float), nullable=False),
    Column("fact_counts", ARRAY(Integer), nullable=False),
    Column("facts_on", ARRAY(Date), nullable=False),
    *_figures(),
    Column("quadrant", Text),
    Column("provisional", Boolean, nullable=False),
    refers("account_id", "accounts", ondelete="CASCADE"),
    of_version(),
    CheckConstraint(f"quadrant IN {QUADRANTS}", name="quadrant"),
    key=("account_id", "as_of"),
)
health_scores.info["merging"] = "stays"  # it says what was found of that account, then
# No index by day: without statistics the planner would walk it for the days of single accounts.

# The newest of them, with what changed since; portfolio lists read this alone.
account_health = tenant_table(
    "account_health",
    Column("account_id", Uuid, nullable=False),
    Column("as_of", Date, nullable=False),
    *_figures(),
    Column("quadrant", Text),
    Column("provisional", Boolean, nullable=False),
    Column("quadrant_since", Date, nullable=False),
    Column("previous_on", Date),
    *(Column(f"{side}_{since}", Float) for side in ("hygiene", "health") for since in ("delta", "30", "90")),
    refers("account_id", "accounts", ondelete="CASCADE"),
    CheckConstraint(f"quadrant IN {QUADRANTS}", name="quadrant"),
    key=("account_id",),
)
account_health.info["merging"] = "stays"  # the account that stands for both has its own
for side in ("hygiene", "health"):
    tenant_index("account_health", account_health.c[side], account_health.c.account_id)
tenant_index("account_health", account_health.c.quadrant, account_health.c.account_id)
