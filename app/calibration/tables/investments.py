"""Rows of the fourth step: what the supplier puts in, and that every function that gives something knows."""

from sqlalchemy import CheckConstraint, Column, Date, Float, Index, Text, Uuid

from app.accounts.tables import FUNCTIONS
from app.calibration.tables.speakers import of_calibration, said_by
from app.infra.rows import refers, tenant_index, tenant_table

# `quantity` per quarter from a day until another (not included). Beyond what the level brings it is an exception, which
# has a reason and somebody who approved it.
calibration_investments = tenant_table(
    "calibration_investments",
    *of_calibration(),
    Column("resource_id", Uuid, nullable=False),
    Column("quantity", Float, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date),
    Column("purpose", Text),  # told to the customer
    Column("internal_note", Text),
    Column("exception_reason", Text),
    Column("approved_by_user_id", Uuid),
    Column("approved_on", Date),
    *said_by(party=False),
    refers("resource_id", "resources"),
    refers("approved_by_user_id", "users"),
    CheckConstraint("quantity > 0", name="quantity_positive"),
    CheckConstraint("from_on < until_on", name="order"),
    CheckConstraint("(approved_by_user_id IS NULL) = (approved_on IS NULL)", name="approved"),
)
Index(
    "calibration_investments_resource_idx",
    *(calibration_investments.c[name] for name in ("tenant_id", "calibration_id", "resource_id")),
    unique=True,
    postgresql_where=calibration_investments.c.invalidated_at.is_(None),
)

calibration_acknowledgements = tenant_table(
    "calibration_acknowledgements",
    *of_calibration(),
    Column("function", Text, nullable=False),
    Column("acknowledged_on", Date, nullable=False),
    Column("note", Text),
    *said_by(party=False),
    CheckConstraint(f"function IN {FUNCTIONS}", name="function"),
)
tenant_index("calibration_acknowledgements", calibration_acknowledgements.c.calibration_id)
