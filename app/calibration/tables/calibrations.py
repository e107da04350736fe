"""Rows of calibrations, of every move that they made, and of who is invited to take part."""

from sqlalchemy import CheckConstraint, Column, Date, Float, Index, Integer, LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.accounts.core.inheriting import whole
from app.infra.rows import Instant, refers, tenant_index, tenant_table

STATES = ("exploring", "assessing", "aligning", "investing", "active", "superseded", "ended")
IN_PROGRESS = ("exploring", "assessing", "aligning", "investing")
LEVELS = ("transactional", "preferred", "strategic", "integrated")

# `round`: how often the parties have explored. `weights` of the dimensions of compatibility; without them all weigh
# alike. `potential`, `compatibility` and `recommended_level` are kept when the parties begin to align. `owner_user_id`
# leads it for the supplier. Neither side's submission touches the row before both are sealed.
calibrations = tenant_table(
    "calibrations",
    Column("account_id", Uuid, nullable=False),
    Column("state", Text, nullable=False, server_default=sql("'exploring'")),
    Column("round", Integer, nullable=False, server_default=sql("1")),
    Column("supersedes_id", Uuid),
    Column("trigger", Text),  # why it was begun anew
    Column("owner_user_id", Uuid),
    Column("weights", JSONB, nullable=False, server_default=sql("'{}'")),
    Column("started_on", Date, nullable=False),
    Column("entered_on", Date, nullable=False),  # the state that it is in
    Column("revealed_at", Instant),
    Column("potential", Float),
    Column("compatibility", Float),
    Column("recommended_level", Text),
    Column("agreed_level", Text),
    Column("agreed_on", Date),
    Column("activated_on", Date),
    Column("ended_on", Date),
    Column("end_reason", Text),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("supersedes_id", "calibrations"),
    refers("owner_user_id", "users"),
    CheckConstraint(f"state IN {STATES}", name="state"),
    CheckConstraint("round >= 1", name="round"),
    CheckConstraint(f"recommended_level IN {LEVELS} AND agreed_level IN {LEVELS}", name="levels"),
    CheckConstraint("(agreed_level IS NULL) = (agreed_on IS NULL)", name="agreed"),
    CheckConstraint("state <> 'active' OR activated_on IS NOT NULL", name="activated"),
    CheckConstraint("(state IN ('superseded', 'ended')) = (ended_on IS NOT NULL)", name="ended"),
)
# One that is in force and the one that is to follow it pass on together, or not at all.
calibrations.info["merging"] = whole("calibrations", lambda row, _: row["state"] in {*IN_PROGRESS, "active"})
tenant_index("calibrations", calibrations.c.account_id, calibrations.c.id)
tenant_index("calibrations", calibrations.c.state, calibrations.c.entered_on)
Index(
    "calibrations_in_progress_idx",
    calibrations.c.tenant_id,
    calibrations.c.account_id,
    unique=True,
    postgresql_where=calibrations.c.state.in_(IN_PROGRESS),
)
Index(
    "calibrations_active_idx",
    calibrations.c.tenant_id,
    calibrations.c.account_id,
    unique=True,
    postgresql_where=calibrations.c.state == "active",
)

# Append-only: who did what when.
calibration_moves = tenant_table(
    "calibration_moves",
    Column("calibration_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("moved_on", Date, nullable=False),
    Column("reason", Text),
    Column("party", Text, nullable=False),
    Column("user_id", Uuid),
    Column("invitation_id", Uuid),
    Column("key_id", Uuid),
    refers("calibration_id", "calibrations", ondelete="CASCADE"),
    refers("user_id", "users"),
    refers("invitation_id", "calibration_invitations"),
    CheckConstraint("kind IN ('started', 'advanced', 'went_back', 'revealed', 'agreed', 'ended')", name="kind"),
    CheckConstraint(f"to_state IN {STATES}", name="to_state"),
    CheckConstraint("party IN ('supplier', 'customer')", name="party"),
)
tenant_index("calibration_moves", calibration_moves.c.calibration_id, calibration_moves.c.id)

# A token belongs to one person of the customer, and opens one calibration; nothing but its digest is kept.
calibration_invitations = tenant_table(
    "calibration_invitations",
    Column("calibration_id", Uuid, nullable=False),
    Column("contact_id", Uuid),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("public_id", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),
    Column("user_id", Uuid),
    Column("key_id", Uuid),
    refers("calibration_id", "calibrations", ondelete="CASCADE"),
    refers("contact_id", "contacts"),
    refers("user_id", "users"),
    UniqueConstraint("tenant_id", "public_id"),
    CheckConstraint("octet_length(digest) = 32", name="digest_is_sha256"),
)
tenant_index("calibration_invitations", calibration_invitations.c.calibration_id, calibration_invitations.c.id)
