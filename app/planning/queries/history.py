"""SQL of plans that came to be elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.bulk import insert_all
from app.planning.tables import (
    account_plans,
    plan_actions,
    plan_approvals,
    plan_readers,
    plan_versions,
    whitespace_statements,
)

# In the order in which they refer to each other.
TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (account_plans, plan_versions, plan_approvals, plan_actions, plan_readers, whitespace_statements)
}
SIGNED: Final = frozenset(name for name, table in TABLES.items() if "key_id" in table.columns)


async def add_all(connection: AsyncConnection, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Rows by table, a statement each."""
    for name, table in TABLES.items():
        await insert_all(connection, table, rows[name])
