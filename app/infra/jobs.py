"""What is enqueued lives and dies with the caller's transaction; thin over pgqueuer's tables."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import orjson
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.ports.driver import Driver
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.db import Database

MAX_TRIES = 5
_LOG_ROWS = 1000


class Joined:
    """As much of a driver as enqueuing needs: it carries statements in the transaction that SQLAlchemy has open."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        result = await self._connection.exec_driver_sql(query, args)
        return [dict(row) for row in result.mappings()]


async def enqueue(
    connection: AsyncConnection,
    name: str,
    payload: Mapping[str, Any],
    *,
    after: timedelta | None = None,
    dedupe_key: str | None = None,
) -> None:
    """Enqueue when the open transaction commits; one with the `dedupe_key` of a job that has not ended is left out."""
    await Queries(cast("Driver", Joined(connection))).enqueue(
        name, orjson.dumps(payload), execute_after=after, dedupe_key=dedupe_key, on_conflict="skip"
    )


async def enqueue_all(
    connection: AsyncConnection, name: str, payloads: Sequence[Mapping[str, Any]], dedupe_keys: Sequence[str | None]
) -> None:
    """Enqueue many jobs of one name as `enqueue` does one, in one statement; each with its dedupe key, or none."""
    if payloads:
        await Queries(cast("Driver", Joined(connection))).enqueue(
            [name] * len(payloads),
            [orjson.dumps(payload) for payload in payloads],
            [0] * len(payloads),
            dedupe_key=list(dedupe_keys),
            on_conflict="skip",
        )


async def is_queued(connection: AsyncConnection, name: str, payload: Mapping[str, Any]) -> bool:
    """Whether a job of this name and payload waits, and has not begun: to leave out a second one without waiting."""
    found = await connection.exec_driver_sql(_IS_QUEUED, (name, orjson.dumps(payload)))
    return bool(found.scalar_one())


_IS_QUEUED = """SELECT EXISTS (SELECT FROM pgqueuer
    WHERE entrypoint = $1 AND status = 'queued' AND payload = $2::bytea)"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One handing-out of a queued job; `tries` counts from 1, those whose process died included."""

    name: str
    payload: dict[str, Any]
    tries: int

    @property
    def last(self) -> bool:
        """Whether the queue gives up if this one fails."""
        return self.tries >= MAX_TRIES


Task = Callable[[Delivery], Awaitable[None]]


def pause_after(tries: int) -> timedelta:
    """How long to wait after the given number of failed tries (1, 2, ...): 1 s, 4 s, 16 s, then 60 s."""
    return timedelta(seconds=min(4 ** (tries - 1), 60))


async def clear_log(database: Database, *, older_than: timedelta = timedelta(hours=1)) -> None:
    """Delete what the queue library has written down about jobs that are over."""
    # Not TRUNCATE: it would wait for every open transaction that enqueued, and hold up all that enqueue meanwhile.
    while await database.fast.execute(_CLEAR_LOG, older_than, _LOG_ROWS) == f"DELETE {_LOG_ROWS}":
        pass


_CLEAR_LOG = """DELETE FROM pgqueuer_log WHERE id IN (
    SELECT id FROM pgqueuer_log WHERE created < now() - $1::interval LIMIT $2)"""
