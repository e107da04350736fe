"""Rows of the second step: how people of both sides rate how they fit."""

from sqlalchemy import CheckConstraint, Column, Date, Index, SmallInteger, Text

from app.calibration.tables.speakers import of_calibration, said_by
from app.infra.rows import tenant_table

DIMENSIONS = (
    "strategy_horizon", "culture", "decision_process", "governance", "technology", "commercial_terms", "data_sharing",
    "risk",
)  # fmt: skip

# One per person and dimension: rated again, the row is changed. A row without a person is the key's own.
compatibility_ratings = tenant_table(
    "compatibility_ratings",
    *of_calibration(),
    Column("dimension", Text, nullable=False),
    Column("value", SmallInteger, nullable=False),
    Column("comment", Text),
    Column("rated_on", Date, nullable=False),
    *said_by(),
    CheckConstraint(f"dimension IN {DIMENSIONS}", name="dimension"),
    CheckConstraint("value BETWEEN 1 AND 5", name="value"),
)
Index(
    "compatibility_ratings_person_idx",
    *(
        compatibility_ratings.c[name]
        for name in ("tenant_id", "calibration_id", "party", "dimension", "user_id", "invitation_id")
    ),
    unique=True,
    postgresql_nulls_not_distinct=True,
    postgresql_where=compatibility_ratings.c.invalidated_at.is_(None),
)
