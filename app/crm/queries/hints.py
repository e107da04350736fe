"""SQL of what waits to be pulled: hints are claimed, given back or settled; and so are the events that told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.core.spec import ObjectName
from app.kernel.ids import ConnectionId, TenantId


@dataclass(frozen=True, slots=True)
class Place:
    """Whose records: a connection's, of one kind."""

    tenant_id: TenantId
    connection_id: ConnectionId
    object: ObjectName

    def values(self, **more: Any) -> dict[str, Any]:
        """The parameters that every statement here takes, and more."""
        return {"tenant_id": self.tenant_id, "connection_id": self.connection_id, "object": self.object, **more}


@dataclass(frozen=True, slots=True)
class Hint:
    """A record that was claimed: how often it had been heard of by then, and how often pulling it had failed."""

    external_id: str
    heard: int
    attempts: int


_HERE = "tenant_id = :tenant_id AND connection_id = :connection_id AND object = :object"
_OF_CONNECTION = "tenant_id = :tenant_id AND connection_id = :connection_id"


async def begin_drain(connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId) -> int | None:
    """The turn of drains, now up by one; None if the connection is gone.

    It waits for deliveries that are being stored, since they hold the row: what they tell of is seen afterwards.
    """
    turn: int | None = await connection.scalar(_BEGIN, {"tenant_id": tenant_id, "connection_id": connection_id})
    return turn


_BEGIN = text(
    "UPDATE crm_connections SET drain_turn = drain_turn + 1"
    " WHERE tenant_id = :tenant_id AND id = :connection_id RETURNING drain_turn"
)


async def claim(connection: AsyncConnection, place: Place, *, number: int, seconds: float) -> list[Hint]:
    """Take hints whose time has come, those that waited longest first; they are ours for so many seconds."""
    rows = await connection.execute(_CLAIM, place.values(number=number, seconds=seconds))
    return [Hint(row.external_id, row.heard, row.attempts) for row in rows]


_CLAIM = text(
    "WITH due AS ("
    f" SELECT external_id FROM crm_hints WHERE {_HERE}"
    "  AND coalesce(not_before, '-infinity') <= now() AND coalesce(taken_until, '-infinity') <= now()"
    " ORDER BY updated_at, external_id LIMIT :number FOR UPDATE SKIP LOCKED)"
    " UPDATE crm_hints AS h SET taken_until = now() + make_interval(secs => :seconds) FROM due"
    " WHERE h.tenant_id = :tenant_id AND h.connection_id = :connection_id AND h.object = :object"
    "  AND h.external_id = due.external_id"
    " RETURNING h.external_id, h.heard, h.attempts"
)


async def waiting_events(connection: AsyncConnection, place: Place, ids: Sequence[str]) -> Sequence[RowMapping]:
    """The events that told of these records and are not settled, in the order of what they tell."""
    rows: Sequence[RowMapping] = (await connection.execute(_WAITING, place.values(ids=list(ids)))).mappings().all()
    return rows


_WAITING = text(
    "SELECT id, external_id, change, occurred_at, detail, attempts, created_at, state FROM crm_events"
    f" WHERE {_HERE} AND external_id = ANY(CAST(:ids AS text[])) AND state = 'waiting'"
    " ORDER BY occurred_at NULLS FIRST, id"
)


async def brought_events(connection: AsyncConnection, place: Place, ids: Sequence[str]) -> Sequence[RowMapping]:
    """Of each record the events that wait, and those done that are no older than the first of them, in their order.

    Of a record that was ever deleted all of them: what is told of it afterwards adds to what was told before.
    """
    rows: Sequence[RowMapping] = (await connection.execute(_BROUGHT, place.values(ids=list(ids)))).mappings().all()
    return rows


_BROUGHT = text(
    "SELECT id, external_id, change, occurred_at, detail, attempts, created_at, state FROM ("
    " SELECT *, coalesce(occurred_at, created_at) AS told_at, bool_or(change = 'deleted') OVER record AS ever_gone,"
    "  min(coalesce(occurred_at, created_at)) FILTER (WHERE state = 'waiting') OVER record AS first"
    f" FROM crm_events WHERE {_HERE} AND external_id = ANY(CAST(:ids AS text[]))"
    "  AND state IN ('waiting', 'done', 'stale') WINDOW record AS (PARTITION BY external_id)) AS told"
    " WHERE told_at >= first OR ever_gone ORDER BY external_id, told_at, digest"
)


async def gaps(connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId) -> int:
    """Settle events that tell of changes to nobody knows which records; how many there were."""
    return (await connection.execute(_GAPS, {"tenant_id": tenant_id, "connection_id": connection_id})).rowcount


_GAPS = text(
    "UPDATE crm_events SET state = 'done', reason = 'all that changed is read', settled_at = now(),"
    " version = version + 1, updated_at = now()"
    f" WHERE {_OF_CONNECTION} AND external_id IS NULL AND state = 'waiting'"
)


async def settle_events(
    connection: AsyncConnection, tenant_id: TenantId, settled: Mapping[UUID, tuple[str, str | None]]
) -> None:
    """Write down what came of events: the state, and the reason where there is one."""
    if not settled:
        return
    values = {
        "tenant_id": tenant_id,
        "ids": list(settled),
        "states": [state for state, _ in settled.values()],
        "reasons": [reason for _, reason in settled.values()],
    }
    await connection.execute(_SETTLE_EVENTS, values)


_SETTLE_EVENTS = text(
    "UPDATE crm_events AS e SET state = given.state, reason = given.reason, settled_at = now(),"
    " attempts = e.attempts + 1, version = e.version + 1, updated_at = now()"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:reasons AS text[])) AS given(id, state, reason)"
    " WHERE e.tenant_id = :tenant_id AND e.id = given.id AND e.state = 'waiting'"
)


async def settle(connection: AsyncConnection, place: Place, hints: Sequence[Hint]) -> None:
    """Be done with hints; those that were heard of again meanwhile are free for the next look."""
    if not hints:
        return
    values = place.values(ids=[hint.external_id for hint in hints], heard=[hint.heard for hint in hints])
    await connection.execute(_SETTLE, values)
    await connection.execute(_FREE, values)


_SETTLE = text(
    "DELETE FROM crm_hints AS h"
    " USING unnest(CAST(:ids AS text[]), CAST(:heard AS bigint[])) AS given(external_id, heard)"
    " WHERE h.tenant_id = :tenant_id AND h.connection_id = :connection_id AND h.object = :object"
    "  AND h.external_id = given.external_id AND h.heard = given.heard"
)
_FREE = text(
    "UPDATE crm_hints SET taken_until = NULL, not_before = NULL, attempts = 0, reason = NULL"
    f" WHERE {_HERE} AND external_id = ANY(CAST(:ids AS text[]))"
)


async def give_back(connection: AsyncConnection, place: Place, ids: Sequence[str]) -> None:
    """Let go of hints that were not tried."""
    await connection.execute(_GIVE_BACK, place.values(ids=list(ids)))


_GIVE_BACK = text(f"UPDATE crm_hints SET taken_until = NULL WHERE {_HERE} AND external_id = ANY(CAST(:ids AS text[]))")


async def postpone(connection: AsyncConnection, place: Place, hint: Hint, not_before: datetime, reason: str) -> None:
    """Try a record again later: pulling it failed."""
    values = place.values(id=hint.external_id, attempts=hint.attempts + 1, not_before=not_before, reason=reason)
    await connection.execute(_POSTPONE, values)


_POSTPONE = text(
    "UPDATE crm_hints SET taken_until = NULL, attempts = :attempts, not_before = :not_before, reason = :reason"
    f" WHERE {_HERE} AND external_id = :id"
)


async def hear(connection: AsyncConnection, place: Place, ids: Sequence[str]) -> None:
    """Ask for records to be pulled, as an event would."""
    if ids:
        await connection.execute(_HEAR, place.values(ids=sorted(set(ids))))


_HEAR = text(
    "INSERT INTO crm_hints (tenant_id, connection_id, object, external_id)"
    " SELECT CAST(:tenant_id AS uuid), CAST(:connection_id AS uuid), CAST(:object AS text), heard.id"
    " FROM unnest(CAST(:ids AS text[])) AS heard(id)"
    " ON CONFLICT (tenant_id, connection_id, object, external_id)"
    " DO UPDATE SET heard = crm_hints.heard + 1, not_before = NULL"
)


async def seconds_until_due(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId
) -> float | None:
    """When the next hint may be pulled: 0 if one may at once; None if nothing waits."""
    seconds = await connection.scalar(_DUE, {"tenant_id": tenant_id, "connection_id": connection_id})
    return None if seconds is None else max(float(seconds), 0.0)


_DUE = text(
    "SELECT extract(epoch FROM min(greatest(not_before, taken_until, now())) - now()) FROM crm_hints"
    f" WHERE {_OF_CONNECTION}"
)


async def note_pull(connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId) -> None:
    await connection.execute(_PULLED, {"tenant_id": tenant_id, "connection_id": connection_id})


_PULLED = text("UPDATE crm_connections SET last_pull_at = now() WHERE tenant_id = :tenant_id AND id = :connection_id")
