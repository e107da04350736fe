"""Rows of early warnings, and of what became of the rules on days that are past."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.rows import Instant, refers, tenant_index, tenant_table

WARNING_STATES = ("open", "acknowledged", "resolved")
SEVERITIES = ("low", "medium", "high")

# One that holds again after it was resolved is a new one. `clean_days`: evaluations in a row that did not find it.
account_warnings = tenant_table(
    "account_warnings",
    Column("account_id", Uuid, nullable=False),
    Column("code", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("evidence", JSONB, nullable=False),
    Column("first_seen_on", Date, nullable=False),
    Column("last_seen_on", Date, nullable=False),
    Column("evaluated_on", Date, nullable=False),
    Column("clean_days", Integer, nullable=False, server_default=text("0")),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by_user_id", Uuid),
    Column("acknowledgement", Text),
    Column("resolved_on", Date),
    refers("account_id", "accounts", ondelete="CASCADE"),
    refers("acknowledged_by_user_id", "users"),
    CheckConstraint(f"state IN {WARNING_STATES}", name="state"),
    CheckConstraint(f"severity IN {SEVERITIES}", name="severity"),
    CheckConstraint("(state = 'resolved') = (resolved_on IS NOT NULL)", name="resolved"),
)
account_warnings.info["merging"] = "stays"  # it says what was found of that account, then
Index(
    "account_warnings_live_idx",
    account_warnings.c.tenant_id,
    account_warnings.c.account_id,
    account_warnings.c.code,
    unique=True,
    postgresql_where=account_warnings.c.state != "resolved",
)
tenant_index("account_warnings", account_warnings.c.account_id, account_warnings.c.id)
tenant_index("account_warnings", account_warnings.c.state, account_warnings.c.id)

# A backtest has the id of its job.
warning_backtests = tenant_table(
    "warning_backtests",
    Column("parameters", JSONB, nullable=False),
    Column("key_id", Uuid),
    Column("result", JSONB),
    refers("id", "jobs"),
)
