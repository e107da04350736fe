"""SQL of how far each object of a connection has been read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.queries.hints import Place
from app.kernel.ids import ConnectionId, TenantId


@dataclass(frozen=True, slots=True)
class Mark:
    """Everything that changed before `since` has been read; `delta` is the address that tells what changed after."""

    since: datetime | None = None
    delta: str | None = None


async def marks(connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId) -> dict[str, Mark]:
    """The marks by object; one that was never read whole has none."""
    rows = await connection.execute(_MARKS, {"tenant_id": tenant_id, "connection_id": connection_id})
    return {row.object: Mark(row.since, row.delta) for row in rows}


_MARKS = text(
    "SELECT object, since, delta FROM crm_marks WHERE tenant_id = :tenant_id AND connection_id = :connection_id"
)


async def advance(connection: AsyncConnection, place: Place, mark: Mark) -> None:
    """Move a mark forward; `since` never goes back, and a delta address that is not given stays."""
    await connection.execute(_ADVANCE, place.values(since=mark.since, delta=mark.delta))


_ADVANCE = text(
    "INSERT INTO crm_marks (tenant_id, connection_id, object, since, delta, delta_at)"
    " VALUES (:tenant_id, :connection_id, :object, CAST(:since AS timestamptz), CAST(:delta AS text),"
    "  CASE WHEN CAST(:delta AS text) IS NULL THEN NULL ELSE now() END)"
    " ON CONFLICT (tenant_id, connection_id, object) DO UPDATE SET"
    "  since = greatest(crm_marks.since, excluded.since),"
    "  delta = coalesce(excluded.delta, crm_marks.delta), delta_at = coalesce(excluded.delta_at, crm_marks.delta_at),"
    "  version = crm_marks.version + 1, updated_at = now()"
)


async def drop_delta(connection: AsyncConnection, place: Place) -> None:
    """A delta address no longer holds."""
    await connection.execute(_DROP, place.values())


_DROP = text(
    "UPDATE crm_marks SET delta = NULL, delta_at = NULL, version = version + 1, updated_at = now()"
    " WHERE tenant_id = :tenant_id AND connection_id = :connection_id AND object = :object"
)
