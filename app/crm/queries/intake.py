"""SQL of the intake: deliveries of one organization and the events they tell of, kept in one round trip.

It runs on the fast lane. Whatever happens it is over soon, after `PATIENCE` of its steps: a connection that does not
answer is given up. All of it may be said twice: rows that are there already stay as they are. How it is safe against
drains, other processes and replaced secrets, `keep_deliveries` tells (in the migrations).
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from asyncpg.pgproto import pgproto
from uuid_utils import uuid7

from app.crm.core.delivery import Event
from app.crm.core.names import DRAIN
from app.infra.db import Database
from app.kernel.ids import ConnectionId, TenantId

PATIENCE = 2.5

_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    ConnectionError,
)


def fresh_id() -> UUID:
    """A fresh UUIDv7, of the database driver's own kind: made and sent in a third of the time."""
    return pgproto.UUID(uuid7().bytes)


class Letter(NamedTuple):
    """A delivery that was verified and read, on its way into the inbox. version: the connection's, when it was."""

    id: UUID
    connection_id: ConnectionId
    version: int
    content_type: str
    body: bytes
    events: Sequence[Event]
    ids: Sequence[UUID]  # of its events, in their order


class Kept(NamedTuple):
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
    async with database.fast.acquire(timeout=database.quick_seconds) as lane:
        try:
            async with asyncio.timeout(PATIENCE * database.quick_seconds):
                rows = await lane.fetch(_KEEP, tenant_id, *_columns(letters), DRAIN)
        except BaseException:
            lane.terminate()  # without waiting for a server that may not answer
            raise
    versions = {row["kept_id"]: row["present_version"] for row in rows if row["present_version"] is not None}
    fresh = {row["kept_id"]: row["conflicting"] for row in rows if row["present_version"] is None}
    return [_outcome(letter, versions, fresh) for letter in letters]


def _outcome(letter: Letter, versions: Mapping[UUID, int], fresh: Mapping[UUID, bool]) -> Outcome:
    version = versions.get(letter.connection_id)
    if version is None:
        return "gone"
    if version != letter.version:
        return "changed"
    conflicts = [fresh[event_id] for event_id in letter.ids if event_id in fresh]
    return Kept(len(conflicts), sum(conflicts))


def _columns(letters: Sequence[Letter]) -> list[Sequence[Any]]:
    """The letters as columns, and their events as columns, each with the place of its letter from 1."""
    digests: dict[tuple[UUID, str], bytes] = {}
    events = [
        (
            event_id,
            place,
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
        for place, letter in enumerate(letters, 1)
        for event, event_id in zip(letter.events, letter.ids, strict=True)
    ]
    return [
        [letter.id for letter in letters],
        [letter.connection_id for letter in letters],
        [letter.version for letter in letters],
        [letter.content_type for letter in letters],
        [letter.body for letter in letters],
        [len(letter.events) for letter in letters],
        *(zip(*events, strict=True) if events else [()] * _EVENT_COLUMNS),
    ]


_EVENT_COLUMNS = 13
_KEEP = f"SELECT * FROM keep_deliveries({', '.join(f'${number}' for number in range(1, 22))})"
