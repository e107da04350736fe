"""SQL by which all that an organization has is erased; what was done to it stays on record."""

import asyncpg
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.tenancy.tables import tenant_directory

OWN_NAME = "organization"
# From the catalog, so that no table is forgotten when one is added; of the directory, see `lock_out`.
_TABLES = """SELECT c.oid::regclass::text AS name FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace
    AND c.relname NOT IN ('audit_log', 'tenant_directory') ORDER BY 1"""
_QUEUED = "DELETE FROM pgqueuer WHERE position(convert_to($1, 'UTF8') IN payload) > 0"


async def lock_out(connection: AsyncConnection, tenant_id: TenantId, *, name_too: bool = False) -> None:
    """From now on no key, address of a CRM or invitation leads to the organization; its own name does until the end."""
    directory = tenant_directory.c
    mine = delete(tenant_directory).where(directory.tenant_id == tenant_id)
    await connection.execute(mine if name_too else mine.where(directory.kind != OWN_NAME))
    # A change, and to be noted as one, also where the directory knows of nothing any more.
    await connection.execute(select(func.pg_current_xact_id()))


async def erase(owner: "asyncpg.Connection[asyncpg.Record]", tenant_id: TenantId) -> int:
    """Delete all rows of the organization and its jobs in the queue, in one transaction; how many rows there were.

    owner: a connection of who owns the tables, since the role that serves may not delete what is only appended.
    """
    async with owner.transaction():
        await owner.execute("SELECT set_config('app.tenant_id', $1, true)", str(tenant_id))
        names = [row["name"] for row in await owner.fetch(_TABLES)]
        # In one statement: references are checked at its end, so rows that refer to each other go in any order.
        gone = ", ".join(
            f"gone_{at} AS (DELETE FROM {name} WHERE tenant_id = $1 RETURNING 1)"  # names of the catalog
            for at, name in enumerate(names)
        )
        counted = " + ".join(f"(SELECT count(*) FROM gone_{at})" for at in range(len(names)))
        rows: int = await owner.fetchval(f"WITH {gone} SELECT {counted}", tenant_id)
        await owner.execute(_QUEUED, str(tenant_id))
    return rows
