"""SQL of what became of accounts that did not keep to what was agreed, before it was kept here."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.bulk import insert_all
from app.kernel.ids import TenantId
from app.retiering.tables import (
    appraisal_actions,
    appraisals,
    peer_connections,
    realignments,
    reentry_criteria,
    relationship_resets,
    reselections,
    reset_steps,
    retierings,
)

# In the order in which they refer to each other.
TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        appraisals, appraisal_actions, retierings, relationship_resets, reset_steps, realignments, reselections,
        reentry_criteria, peer_connections,
    )
}  # fmt: skip


async def add_all(connection: AsyncConnection, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Rows by table, a statement each."""
    for name, table in TABLES.items():
        await insert_all(connection, table, rows.get(name, ()))


async def appraised(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[RowMapping]:
    """All appraisals, each with its day."""
    columns = appraisals.c
    statement = select(columns.id, columns.account_id, columns.opened_on).where(columns.tenant_id == tenant_id)
    return (await connection.execute(statement)).mappings().all()


async def judged(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[RowMapping]:
    """All retierings, each with its day."""
    columns = retierings.c
    statement = select(columns.id, columns.account_id, columns.proposed_on, columns.keeping_reason)
    return (await connection.execute(statement.where(columns.tenant_id == tenant_id))).mappings().all()


async def change(
    connection: AsyncConnection, tenant_id: TenantId, table: str, record_id: UUID, values: Mapping[str, Any]
) -> None:
    """What a record of one of the tables was found to say."""
    rows = TABLES[table]
    await connection.execute(update(rows).where(rows.c.tenant_id == tenant_id, rows.c.id == record_id).values(**values))
