"""SQL of syncs: what was asked, how far each is, and what webhooks missed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, insert, select, text
from sqlalchemy.engine import Row, RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.queries.hints import Place
from app.crm.tables import crm_syncs
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.jobs.tables import jobs
from app.kernel.ids import ConnectionId, SyncId, TenantId

syncs = crm_syncs.c
COLUMNS = (*crm_syncs.columns, jobs.c.status, jobs.c.problem)
SYNCS = Keyset({"created_at": syncs.created_at}, tiebreak=syncs.id, default="-created_at")


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(crm_syncs).values(**values))


def _of(tenant_id: TenantId) -> Select[Any]:
    """Syncs with the state of their jobs."""
    return (
        select(*COLUMNS)
        .join_from(crm_syncs, jobs, (jobs.c.tenant_id == syncs.tenant_id) & (jobs.c.id == syncs.id))
        .where(syncs.tenant_id == tenant_id)
    )


async def one(connection: AsyncConnection, tenant_id: TenantId, sync_id: SyncId) -> RowMapping | None:
    row: RowMapping | None = (await connection.execute(_of(tenant_id).where(syncs.id == sync_id))).mappings().first()
    return row


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Mapping[str, Any]
) -> Slice[RowMapping]:
    statement = _of(tenant_id)
    for name, value in wanted.items():
        statement = statement.where(syncs[name] == value)
    return SYNCS.cut((await connection.execute(SYNCS.page(statement, asked))).all(), asked, by_name)


async def hold(connection: AsyncConnection, connection_id: ConnectionId) -> None:
    """Let nobody else start a sync of the connection until the transaction ends."""
    await connection.execute(_HOLD, {"connection_id": str(connection_id)})


_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('crm sync ' || :connection_id, 0))")


async def unfinished(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, kinds: Sequence[str]
) -> SyncId | None:
    """A sync of one of the kinds that has not ended."""
    statement = _of(tenant_id).where(
        syncs.connection_id == connection_id, syncs.kind.in_(kinds), jobs.c.status.in_(("queued", "running"))
    )
    found = (await connection.execute(statement.limit(1))).first()
    return None if found is None else SyncId(found.id)


async def keep(
    connection: AsyncConnection, tenant_id: TenantId, sync_id: SyncId, version: int, values: Mapping[str, Any]
) -> bool:
    """Write down how far a sync is; False if somebody else has gone on with it meanwhile."""
    row = await connection.execute(
        _KEEP,
        {
            "tenant_id": tenant_id,
            "id": sync_id,
            "version": version,
            "resumes_at": values.get("resumes_at"),
            "finished": values.get("finished", False),
            **{name: orjson.dumps(values[name]).decode() for name in ("checkpoint", "counts", "missed")},
        },
    )
    return row.first() is not None


_KEEP = text(
    "UPDATE crm_syncs SET checkpoint = CAST(:checkpoint AS jsonb), counts = CAST(:counts AS jsonb),"
    " missed = CAST(:missed AS jsonb), resumes_at = :resumes_at,"
    " finished_at = CASE WHEN :finished THEN now() END, version = version + 1, updated_at = now()"
    " WHERE tenant_id = :tenant_id AND id = :id AND version = :version RETURNING id"
)


async def heard_of(
    connection: AsyncConnection, place: Place, changes: Mapping[str, datetime | None], *, early: float
) -> set[str]:
    """Those of the records (with when each changed) of which an event told, `early` seconds before that at most."""
    if not changes:
        return set()
    values = place.values(ids=list(changes), changed=list(changes.values()), early=early)
    return set(await connection.scalars(_HEARD, values))


_HEARD = text(
    "SELECT DISTINCT given.id FROM unnest(CAST(:ids AS text[]), CAST(:changed AS timestamptz[])) AS given(id, changed)"
    " JOIN crm_events AS e ON e.tenant_id = :tenant_id AND e.connection_id = :connection_id AND e.object = :object"
    "  AND e.external_id = given.id"
    " WHERE given.changed IS NULL"
    "  OR greatest(e.occurred_at, e.created_at) >= given.changed - make_interval(secs => :early)"
)


async def sweeps_since(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, since: datetime
) -> Sequence[RowMapping]:
    """The sweeps of a connection from an instant on, the newest first."""
    statement = (
        _of(tenant_id)
        .where(syncs.connection_id == connection_id, syncs.kind == "sweep", syncs.created_at >= since)
        .order_by(syncs.created_at.desc())
    )
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def forget_sweeps(connection: AsyncConnection, tenant_id: TenantId, *, days: int) -> None:
    """Remove sweeps that ended so many days ago, with their jobs."""
    ids = list(await connection.scalars(_OLD_SWEEPS, {"tenant_id": tenant_id, "days": days}))
    if ids:
        await connection.execute(_FORGET_SYNCS, {"tenant_id": tenant_id, "ids": ids})
        await connection.execute(_FORGET_JOBS, {"tenant_id": tenant_id, "ids": ids})


_OLD_SWEEPS = text(
    "SELECT s.id FROM crm_syncs AS s JOIN jobs AS j ON j.tenant_id = s.tenant_id AND j.id = s.id"
    " WHERE s.tenant_id = :tenant_id AND s.kind = 'sweep' AND j.finished_at < now() - make_interval(days => :days)"
    " LIMIT 1000"
)
_FORGET_SYNCS = text("DELETE FROM crm_syncs WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[]))")
_FORGET_JOBS = text("DELETE FROM jobs WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[]))")


async def standings(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[Row[Any]]:
    """By connection: what waits, the events and records that went wrong, the kind and state of the latest sync."""
    return (await connection.execute(_STANDINGS, {"tenant_id": tenant_id})).all()


_STANDINGS = text(
    "SELECT c.id, (SELECT count(*) FROM crm_hints h WHERE h.tenant_id = c.tenant_id AND h.connection_id = c.id)"
    "  AS waiting,"
    " (SELECT count(*) FROM crm_events e WHERE e.tenant_id = c.tenant_id AND e.state IN ('quarantined', 'dead')"
    "  AND e.connection_id = c.id) AS bad_events,"
    " (SELECT count(*) FROM crm_records r WHERE r.tenant_id = c.tenant_id AND r.connection_id = c.id"
    "  AND r.state = 'quarantined') AS quarantined, latest.kind, latest.status, latest.created_at"
    " FROM crm_connections c LEFT JOIN LATERAL ("
    "  SELECT s.kind, j.status, s.created_at FROM crm_syncs s JOIN jobs j ON j.tenant_id = s.tenant_id AND j.id = s.id"
    "  WHERE s.tenant_id = c.tenant_id AND s.connection_id = c.id ORDER BY s.id DESC LIMIT 1) latest ON true"
    " WHERE c.tenant_id = :tenant_id"
)
