"""Rows of what may not be taken from an account before somebody has talked with the customer."""

from sqlalchemy import CheckConstraint, Column, Date, Uuid

from app.infra.rows import refers, tenant_index, tenant_table

# One per decision that takes from an account; it goes with the account where that is merged, as does the customer
# who is to be told. Until `conversation_on` is known nothing is withdrawn; from that day on, until it is closed, what
# the customer was told of may be.
withdrawal_holds = tenant_table(
    "withdrawal_holds",
    Column("account_id", Uuid, nullable=False),
    Column("retiering_id", Uuid, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("conversation_on", Date),
    Column("closed_on", Date),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("retiering_id", "retierings", ondelete="CASCADE"),
    CheckConstraint("opened_on <= conversation_on", name="order"),
    key=("retiering_id",),
)
tenant_index("withdrawal_holds", withdrawal_holds.c.account_id)
