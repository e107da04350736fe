"""SQL of connections; what is secret in them is opened and sealed here, so that it stands nowhere else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.tables import crm_connections
from app.infra.sealing import KeyRing
from app.kernel.ids import ConnectionId, TenantId

columns = crm_connections.c
SEALED = ("credentials", "webhook_secrets", "tokens")


def sealed(keys: KeyRing, tenant_id: TenantId, connection_id: ConnectionId, column: str, value: Any) -> bytes:
    """A value (plain JSON) as one of the sealed columns of a connection keeps it."""
    return keys.seal(orjson.dumps(value), str(tenant_id), str(connection_id), column)


def opened(keys: KeyRing, row: Mapping[Any, Any], column: str) -> Any:
    """What one of the sealed columns of a connection's row holds; None where it is empty. Raises NotOpened."""
    kept = row[column]
    return None if kept is None else orjson.loads(keys.open(kept, str(row["tenant_id"]), str(row["id"]), column))


def resealed(keys: KeyRing, row: RowMapping, column: str) -> bytes:
    """What a sealed column holds, under the first key. Raises NotOpened."""
    about = (str(row["tenant_id"]), str(row["id"]), column)
    return keys.seal(keys.open(row[column], *about), *about)


def rows_of(tenant_id: TenantId) -> Select[Any]:
    """The selection that a page of connections is cut from."""
    return select(*columns).where(columns.tenant_id == tenant_id)


async def row(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, *, lock: bool = False
) -> RowMapping | None:
    """The connection; with `lock` held as the intake holds it, so that rows which refer to it can still be added."""
    statement = rows_of(tenant_id).where(columns.id == connection_id)
    if lock:
        statement = statement.with_for_update(key_share=True)
    found: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return found


async def active_rows(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[RowMapping]:
    statement = rows_of(tenant_id).where(columns.state == "active").order_by(columns.id)
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def source_taken(connection: AsyncConnection, tenant_id: TenantId, source: str) -> bool:
    statement = select(columns.id).where(columns.tenant_id == tenant_id, columns.source == source)
    return await connection.scalar(statement) is not None


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    return (await connection.execute(insert(crm_connections).values(**values).returning(*columns))).mappings().one()


async def change(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, values: Mapping[str, Any]
) -> RowMapping:
    """Settle something anew: the version goes up, and whoever keeps the connection in memory reads it again."""
    statement = (
        update(crm_connections)
        .where(columns.tenant_id == tenant_id, columns.id == connection_id)
        .values(**values, version=columns.version + 1, updated_at=func.now())
        .returning(*columns)
    )
    return (await connection.execute(statement)).mappings().one()


async def note(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, values: Mapping[str, Any]
) -> None:
    """Keep what the work with the connection shows (access, rest, what is left); its version stays."""
    await connection.execute(
        update(crm_connections).where(columns.tenant_id == tenant_id, columns.id == connection_id).values(**values)
    )


async def remove(connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId) -> None:
    """Remove a connection with all that is known by it; facts stay."""
    await connection.execute(delete(crm_connections).where(columns.tenant_id == tenant_id, columns.id == connection_id))


async def need_reauth(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, reason: str
) -> bool:
    """Whether the connection stops here for want of credentials; False if it had stopped already, or was paused."""
    statement = (
        update(crm_connections)
        .where(columns.tenant_id == tenant_id, columns.id == connection_id, columns.state == "active")
        .values(state="needs_reauth", state_reason=reason, updated_at=func.now())
        .returning(columns.id)
    )
    return await connection.scalar(statement) is not None


async def rest(
    connection: AsyncConnection,
    tenant_id: TenantId,
    connection_id: ConnectionId,
    until: datetime | None,
    reason: str | None,
    failures: int,
) -> None:
    """Leave the CRM alone until then, or with None no longer."""
    values = {"resting_until": until, "resting_reason": reason, "failures": failures}
    await note(connection, tenant_id, connection_id, values)


async def sealed_rows(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[RowMapping]:
    """The sealed columns of every connection, locked."""
    statement = (
        select(columns.tenant_id, columns.id, *(columns[name] for name in SEALED))
        .where(columns.tenant_id == tenant_id)
        .order_by(columns.id)
        .with_for_update()
    )
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows
