"""Rows of the third step: which level each side proposes and agrees to, and that the customer was told of it."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Text, Uuid

from app.calibration.tables.calibrations import LEVELS
from app.calibration.tables.speakers import of_calibration, said_by
from app.infra.rows import refers, tenant_index, tenant_table

# The last of a party counts.
level_proposals = tenant_table(
    "level_proposals",
    *of_calibration(),
    Column("level", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_on", Date, nullable=False),
    *said_by(),
    CheckConstraint(f"level IN {LEVELS}", name="level"),
)
tenant_index("level_proposals", level_proposals.c.calibration_id, level_proposals.c.id)

level_agreements = tenant_table(
    "level_agreements",
    *of_calibration(),
    Column("level", Text, nullable=False),
    Column("agreed_on", Date, nullable=False),
    *said_by(),
    CheckConstraint(f"level IN {LEVELS}", name="level"),
)
Index(
    "level_agreements_party_idx",
    level_agreements.c.tenant_id,
    level_agreements.c.calibration_id,
    level_agreements.c.party,
    unique=True,
    postgresql_where=level_agreements.c.invalidated_at.is_(None),
)

# Said openly to the customer, whatever the level.
level_communications = tenant_table(
    "level_communications",
    *of_calibration(),
    Column("level", Text, nullable=False),
    Column("contact_id", Uuid, nullable=False),  # who was told
    Column("told_on", Date, nullable=False),
    Column("channel", Text, nullable=False),
    Column("note", Text),
    *said_by(party=False),
    refers("contact_id", "contacts"),
    CheckConstraint(f"level IN {LEVELS}", name="level"),
    CheckConstraint("channel IN ('meeting', 'call', 'letter', 'email', 'other')", name="channel"),
)
tenant_index("level_communications", level_communications.c.calibration_id)
