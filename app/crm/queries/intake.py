"""SQL of the intake: deliveries of one organization and the events they tell of, kept in one short transaction.

It runs on the fast lane. Whatever happens it is over within `PATIENCE_SECONDS`: a connection that does not answer is
given up. All of it may be said twice: rows that are there already stay as they are.

The row of each connection is locked while its deliveries are kept. So a secret that was replaced before is not taken
any more, two processes that are told the same see each other's, and a drain, which begins by changing that row, either
finds these hints or has not begun, and then the job that is queued here is another one than its own.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast
from uuid import UUID

import asyncpg
import orjson
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.ports.driver import Driver

from app.crm.core.delivery import Event
from app.crm.core.names import DRAIN, drain_key
from app.infra.db import Database
from app.kernel.ids import ConnectionId, TenantId

PATIENCE_SECONDS = 2.5
_ACQUIRE_SECONDS = 1.0

_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    ConnectionError,
)

Lane = Any  # a connection of asyncpg's pool, whose proxy is no subclass of its Connection


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery that was verified and read, on its way into the inbox. version: the connection's, when it was."""

    id: UUID
    connection_id: ConnectionId
    version: int
    content_type: str
    body: bytes
    events: Sequence[Event]
    ids: Sequence[UUID]  # of its events, in their order


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a letter's events: how many are new, and how many of those contradict another one."""

    fresh: int
    conflicts: int


# changed: the connection is not the one that verified it any more. gone: there is no such connection.
Outcome = Kept | Literal["changed", "gone"]


async def keep(database: Database, tenant_id: TenantId, letters: Sequence[Letter]) -> list[Outcome]:
    """Keep the letters; what is returned holds, whatever happens to the server.

    Done once more where the connection was dead, or lost against another transaction.
    """
    try:
        return await _keep_once(database, tenant_id, letters)
    except _PASSING:
        return await _keep_once(database, tenant_id, letters)


async def _keep_once(database: Database, tenant_id: TenantId, letters: Sequence[Letter]) -> list[Outcome]:
    async with database.fast.acquire(timeout=_ACQUIRE_SECONDS) as lane:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await lane.execute(_BEGIN.format(tenant_id=tenant_id))
                outcomes = await _kept(lane, tenant_id, letters)
                await lane.execute("COMMIT")
        except BaseException:
            lane.terminate()  # rolls back, without waiting for a server that may not answer
            raise
    return outcomes


async def _kept(lane: Lane, tenant_id: TenantId, letters: Sequence[Letter]) -> list[Outcome]:
    rows = await lane.fetch(_LOCK, tenant_id, list({letter.connection_id for letter in letters}))
    found = {row["id"]: row for row in rows}
    welcome = [
        letter
        for letter in letters
        if letter.connection_id in found and found[letter.connection_id]["version"] == letter.version
    ]
    fresh: dict[UUID, bool] = {}
    if any(letter.events for letter in welcome):
        fresh = {row["id"]: row["conflict"] for row in await lane.fetch(_KEEP, tenant_id, *_columns(welcome))}
    conflicts = [event_id for event_id, conflict in fresh.items() if conflict]
    if conflicts:
        await lane.execute(_MARK, tenant_id, conflicts)
    await _ask_for_drains(lane, tenant_id, _to_drain(welcome, fresh, found))
    return [_outcome(letter, found, fresh) for letter in letters]


def _outcome(letter: Letter, found: dict[UUID, Any], fresh: dict[UUID, bool]) -> Outcome:
    if letter.connection_id not in found:
        return "gone"
    if found[letter.connection_id]["version"] != letter.version:
        return "changed"
    conflicts = [fresh[event_id] for event_id in letter.ids if event_id in fresh]
    return Kept(len(conflicts), sum(conflicts))


def _to_drain(letters: Sequence[Letter], fresh: dict[UUID, bool], found: dict[UUID, Any]) -> dict[UUID, int]:
    """The turns of the connections that have something new to do; those at rest ask themselves when they go on."""
    return {
        letter.connection_id: found[letter.connection_id]["drain_turn"]
        for letter in letters
        if found[letter.connection_id]["state"] == "active"
        and any(
            event.state == "waiting" and event_id in fresh
            for event, event_id in zip(letter.events, letter.ids, strict=True)
        )
    }


def _columns(letters: Sequence[Letter]) -> list[list[Any]]:
    """The letters as columns, and their events as columns."""
    deliveries = [
        (letter.id, letter.connection_id, letter.content_type, letter.body, len(letter.body), len(letter.events))
        for letter in letters
    ]
    digests: dict[tuple[UUID, str], bytes] = {}
    events = [
        (
            event_id,
            letter.connection_id,
            letter.id,
            event.position,
            event.identity,
            event.digest,
            event.object,
            event.external_id,
            event.change,
            event.occurred_at,
            orjson.dumps(event.detail()).decode(),
            event.state,
            event.reason,
            event.identity is not None
            and digests.setdefault((letter.connection_id, event.identity), event.digest) != event.digest,
        )
        for letter in letters
        for event, event_id in zip(letter.events, letter.ids, strict=True)
    ]
    return [*map(list, zip(*deliveries, strict=True)), *map(list, zip(*events, strict=True))]


async def _ask_for_drains(lane: Lane, tenant_id: TenantId, turns: dict[UUID, int]) -> None:
    """Queue a drain of each connection, unless one waits; not even a statement is said then, as it wakes workers."""
    keys = {drain_key(connection_id, turn): connection_id for connection_id, turn in turns.items()}
    if not keys:
        return
    asked = {row["dedupe_key"] for row in await lane.fetch(_ASKED, list(keys))}
    wanted = {key: connection_id for key, connection_id in keys.items() if key not in asked}
    if wanted:
        payloads: list[bytes | None] = [
            orjson.dumps({"tenant_id": str(tenant_id), "connection_id": str(connection_id)})
            for connection_id in wanted.values()
        ]
        named: list[str | None] = [*wanted]
        await Queries(cast("Driver", _Lane(lane))).enqueue(
            [DRAIN] * len(named),
            payloads,
            [0] * len(named),
            [None] * len(named),
            named,
            on_conflict="skip",
        )


class _Lane:
    """As much of a driver as enqueuing needs."""

    def __init__(self, lane: "asyncpg.Connection[Any]") -> None:
        self._lane = lane

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return [dict(row) for row in await self._lane.fetch(query, *args)]


# Ids are UUIDs, so that they may stand in the text; all is said in one message. Without sorting, the order by which
# rows are looked up below names the one index that can find them.
_BEGIN = (
    "BEGIN; SET LOCAL app.tenant_id = '{tenant_id}'; SET LOCAL lock_timeout = '1500ms';"
    f" SET LOCAL statement_timeout = '{int(PATIENCE_SECONDS * 1000)}ms';"
    " SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"
)

_LOCK = """SELECT id, version, state, drain_turn FROM crm_connections
    WHERE tenant_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE"""

# One statement for all. Events that were kept before are left out by their digest, and so are deliveries that tell
# nothing else; hints of one record come to one row. In an order that is the same for all, so that none waits for
# another who waits for it.
# The next identity in order, instead of an equal one, has one index only that can find it: on a table of which the
# planner has no statistics yet, it would take equality to any index that begins with the connection, and read it all.
_KEEP = """
WITH delivered AS (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bytea[], $6::int[], $7::smallint[])
        AS d(id, connection_id, content_type, body, bytes, events)
), told AS (
    SELECT * FROM unnest($8::uuid[], $9::uuid[], $10::uuid[], $11::smallint[], $12::text[], $13::bytea[], $14::text[],
                         $15::text[], $16::text[], $17::timestamptz[], $18::text[], $19::text[], $20::text[],
                         $21::boolean[])
        AS t(id, connection_id, delivery_id, position, identity, digest, object, external_id, change, occurred_at,
             detail, state, reason, conflict)
), kept AS (
    INSERT INTO crm_events (tenant_id, id, connection_id, delivery_id, position, identity, digest, object, external_id,
                            change, occurred_at, detail, state, reason, conflict, settled_at)
    SELECT $1, t.id, t.connection_id, t.delivery_id, t.position, t.identity, t.digest, t.object, t.external_id,
           t.change, t.occurred_at, t.detail::jsonb, t.state, t.reason,
           t.conflict OR coalesce(other.identity = t.identity, false), CASE WHEN t.state <> 'waiting' THEN now() END
    FROM told t LEFT JOIN LATERAL (
        SELECT e.identity FROM crm_events e
        WHERE e.tenant_id = $1 AND e.connection_id = t.connection_id AND e.identity >= t.identity
        ORDER BY e.identity LIMIT 1) other ON true
    ORDER BY t.connection_id, t.digest, t.delivery_id, t.position
    ON CONFLICT (tenant_id, connection_id, digest) DO NOTHING
    RETURNING id, connection_id, delivery_id, object, external_id, state, conflict
), deliveries AS (
    INSERT INTO crm_deliveries (tenant_id, id, connection_id, content_type, body, bytes, events)
    SELECT $1, d.* FROM delivered d WHERE d.id IN (SELECT delivery_id FROM kept)
), hints AS (
    INSERT INTO crm_hints (tenant_id, connection_id, object, external_id, heard)
    SELECT $1, connection_id, object, external_id, count(*) FROM kept
    WHERE state = 'waiting' AND object IS NOT NULL AND external_id IS NOT NULL
    GROUP BY connection_id, object, external_id ORDER BY connection_id, object, external_id
    ON CONFLICT (tenant_id, connection_id, object, external_id)
    DO UPDATE SET heard = crm_hints.heard + excluded.heard, updated_at = now()
), heard AS (
    UPDATE crm_connections SET last_event_at = now()
    WHERE tenant_id = $1 AND id IN (SELECT connection_id FROM kept)
      AND (last_event_at IS NULL OR last_event_at < now() - interval '1 second')
)
SELECT id, conflict FROM kept
"""

# Those of the same identity that were kept before contradict the new ones, too. Found as above.
_MARK = """UPDATE crm_events SET conflict = true, version = version + 1, updated_at = now()
    WHERE tenant_id = $1 AND NOT conflict AND id IN (
        SELECT other.id FROM crm_events n, LATERAL (
            SELECT e.id, e.identity FROM crm_events e
            WHERE e.tenant_id = $1 AND e.connection_id = n.connection_id AND e.identity >= n.identity
            ORDER BY e.identity LIMIT 20) other
        WHERE n.tenant_id = $1 AND n.id = ANY($2::uuid[]) AND other.identity = n.identity)"""

_ASKED = "SELECT dedupe_key FROM pgqueuer WHERE dedupe_key = ANY($1::text[]) AND status IN ('queued', 'picked')"
