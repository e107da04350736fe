"""Rows of portfolios: what was asked for, what the best allocation is, and what it gives each account."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import refers, tenant_index, tenant_table

# A portfolio has the id of its job.
portfolios = tenant_table(
    "portfolios",
    Column("name", Text),
    Column("as_of", Date, nullable=False),
    Column("parameters", JSONB, nullable=False),
    Column("key_id", Uuid),
    Column("result", JSONB),
    refers("id", "jobs"),
)

# `tier` None: left out, `figures` says by what.
portfolio_entries = tenant_table(
    "portfolio_entries",
    Column("portfolio_id", Uuid, nullable=False),
    Column("place", Integer, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("tier", Text),
    Column("kam_user_id", Uuid),
    Column("figures", JSONB, nullable=False),
    refers("portfolio_id", "portfolios", ondelete="CASCADE"),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("kam_user_id", "users"),
    CheckConstraint("place >= 1", name="place"),
    key=("portfolio_id", "place"),
)
portfolio_entries.info["merging"] = "stays"  # it says what was allotted to that account, then
tenant_index("portfolio_entries", portfolio_entries.c.account_id, portfolio_entries.c.portfolio_id)
