"""The use cases of syncs as they stand: asked for, listed, looked at; how each goes on is in `syncing`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.core.connection import Connection
from app.crm.core.names import SYNC
from app.crm.core.spec import OBJECTS, ObjectName
from app.crm.queries import syncs as queries
from app.crm.service import connections
from app.infra.paging import PageRequest, Slice
from app.jobs import service as jobs
from app.jobs.core.job import Job
from app.kernel.errors import Conflict, FieldProblem, Invalid, NotFound
from app.kernel.ids import ConnectionId, KeyId, SyncId, TenantId

SyncKind = Literal["backfill", "changes", "sweep"]
KEPT_DAYS = 7


class SyncNotFound(NotFound):
    """No such sync."""


class SyncRuns(Conflict):
    """A sync of this connection runs already."""


class NothingToRead(Invalid):
    """The connection reads no such object."""


class ConnectionRests(Conflict):
    """The connection does not work at present."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sync is to read: all that the connection reads unless `objects` says less; changes `since`."""

    kind: SyncKind
    objects: Sequence[ObjectName] | None = None
    since: datetime | None = None


async def start(
    db: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, asked: Asked, key_id: KeyId | None
) -> Job:
    """Ask for a backfill, or for what has changed; it begins once the open transaction is committed."""
    connection = await connections.connection(db, tenant_id, connection_id)
    if connection.state != "active":
        raise ConnectionRests(f"its state is {connection.state}")
    readable = [name for name in OBJECTS if name in connection.objects and name in connection.spec.objects]
    wanted = readable if asked.objects is None else [name for name in OBJECTS if name in asked.objects]
    if not wanted or not set(wanted) <= set(readable) or connection.spec.events.data:
        problem = FieldProblem("/objects", "not_read", f"must be among: {', '.join(readable) or 'none'}")
        raise NothingToRead("there is nothing to pull", errors=[problem])
    await queries.hold(db, connection_id)
    running = await queries.unfinished(db, tenant_id, connection_id, ("backfill", "changes"))
    if running is not None:
        raise SyncRuns(f"it is {running}")
    return await _started(db, connection, asked, wanted, key_id)


async def _started(
    db: AsyncConnection, connection: Connection, asked: Asked, objects: Sequence[ObjectName], key_id: KeyId | None
) -> Job:
    job = await jobs.start(db, connection.tenant_id, SYNC, {}, key_id=key_id)
    values: dict[str, Any] = {
        "tenant_id": connection.tenant_id,
        "id": job.id,
        "connection_id": connection.id,
        "kind": asked.kind,
        "objects": list(objects),
    }
    if asked.since is not None:
        values["checkpoint"] = {"since": asked.since.isoformat()}
    await queries.add(db, values)
    return job


async def sweep(db: AsyncConnection, connection: Connection) -> Job | None:
    """Ask for a sweep of the connection; none where one waits, and where there is nothing to pull."""
    objects = [name for name in OBJECTS if name in connection.objects and name in connection.spec.objects]
    if connection.spec.events.data or not objects:
        return None
    await queries.hold(db, connection.id)
    if await queries.unfinished(db, connection.tenant_id, connection.id, ("backfill", "changes", "sweep")):
        return None
    return await _started(db, connection, Asked("sweep"), objects, None)


async def one(db: AsyncConnection, tenant_id: TenantId, sync_id: SyncId) -> RowMapping:
    """One sync, with the state of its job."""
    found = await queries.one(db, tenant_id, sync_id)
    if found is None:
        raise SyncNotFound(str(sync_id))
    return found


async def page(
    db: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Mapping[str, Any]
) -> Slice[RowMapping]:
    """A page of syncs, the newest first."""
    return await queries.page(db, tenant_id, asked, wanted)


@dataclass(frozen=True, slots=True)
class Drift:
    """What sweeps of a connection found that no webhook had told of."""

    since: datetime
    sweeps: int
    read: int
    missed: int
    examples: Sequence[Mapping[str, Any]]


async def drift(db: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, hours: int) -> Drift:
    """What webhooks missed in the last hours, with some examples, the newest first."""
    await connections.row(db, tenant_id, connection_id)
    since = datetime.now(UTC) - timedelta(hours=hours)
    rows = await queries.sweeps_since(db, tenant_id, connection_id, since)
    counts = [each for row in rows for each in row["counts"].values()]
    return Drift(
        since=since,
        sweeps=len(rows),
        read=sum(each.get("read", 0) for each in counts),
        missed=sum(each.get("missed", 0) for each in counts),
        examples=[example for row in rows for example in row["missed"]][:100],
    )
