"""Rows of what may not be taken from an account before somebody has talked with the customer."""

from sqlalchemy import CheckConstraint, Column, Date, Uuid

from app.infra.rows import refers, tenant_index, tenant_table

# One per relationship reset. Until `conversation_on` is known nothing is withdrawn; from then until it is closed what
# the customer was told of may be.
withdrawal_holds = tenant_table(
    "withdrawal_holds",
    Column("account_id", Uuid, nullable=False),
    Column("reset_id", Uuid, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("conversation_on", Date),
    Column("closed_on", Date),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("reset_id", "relationship_resets", ondelete="CASCADE"),
    CheckConstraint("opened_on <= conversation_on", name="order"),
    key=("reset_id",),
)
withdrawal_holds.info["merging"] = "stays"  # as the reset that it is of
tenant_index("withdrawal_holds", withdrawal_holds.c.account_id)
