"""Rows of which executive sponsors which account, for what, and since when."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from app.accounts.core.inheriting import whole
from app.infra.rows import refers, tenant_index, tenant_table

# `charter`: scope, responsibilities, out of scope, time budget, next review. `level`: how senior the sponsor is.
sponsorships = tenant_table(
    "sponsorships",
    Column("account_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("contact_id", Uuid),  # the executive of the customer that they are paired with
    Column("level", Text, nullable=False),
    Column("charter", JSONB, nullable=False, server_default=text("'{}'")),
    Column("cadence_days", Integer, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("ended_on", Date),
    Column("end_reason", Text),
    Column("key_id", Uuid),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("user_id", "users"),
    refers("contact_id", "contacts"),
    CheckConstraint("level IN ('director', 'vp', 'c_level')", name="level"),
    CheckConstraint("cadence_days BETWEEN 7 AND 730", name="cadence_days"),
    CheckConstraint("started_on <= ended_on", name="order"),
)
Index(
    "sponsorships_current_idx",
    sponsorships.c.tenant_id,
    sponsorships.c.account_id,
    sponsorships.c.user_id,
    unique=True,
    postgresql_where=sponsorships.c.ended_on.is_(None),
)
sponsorships.info["merging"] = whole("sponsorships", lambda row, _: row["ended_on"] is None, key=("user_id",))
tenant_index("sponsorships", sponsorships.c.account_id, sponsorships.c.started_on)
tenant_index("sponsorships", sponsorships.c.user_id)
