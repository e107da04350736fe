"""A streaming replica that answers what is only read, never anything older than what its asker knows of.

Whoever is let in is looked up on the primary, which tells in the same query how far it has written by then. All that
was acknowledged to anybody before, by whichever process, lies within that: a replica that has replayed as much answers
as the primary would have. Nothing is remembered between requests. Where the replica is not so far, or there is
anything else with it, the primary is asked, and the replica left alone for a moment.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.kernel.ids import TenantId

# How long a replica that is nearly there is waited for, look by look.
PAUSES_SECONDS = (0.002, 0.004, 0.008, 0.016)
ENTER_SECONDS = 0.5
LATE_SECONDS = 0.25
AWAY_SECONDS = 5.0


class NotThere(Exception):  # it tells of no error: the primary answers
    """The replica has not come so far."""


# Whatever goes wrong there, the primary is asked; should it be the request's fault, it tells.
TROUBLE = (
    NotThere,
    SQLAlchemyError,
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


@dataclass(slots=True)
class Replica:
    """What a process holds of it. rests_until: until when it is left alone, by the monotonic clock."""

    engine: AsyncEngine
    rests_until: float = field(default=0.0)

    @property
    def rests(self) -> bool:
        return time.monotonic() < self.rests_until

    def leave_alone(self, trouble: BaseException) -> None:
        """Ask the primary for a while: shortly when it is only late, longer when it is away."""
        state = getattr(getattr(trouble, "orig", trouble), "sqlstate", None) or ""
        if state.startswith(_OF_THE_REQUEST):
            return
        pause = LATE_SECONDS if isinstance(trouble, NotThere) else AWAY_SECONDS
        self.rests_until = time.monotonic() + pause
        structlog.get_logger().warning("replica_rests", error_class=type(trouble).__name__, delay_seconds=pause)

    @asynccontextmanager
    async def transaction(self, tenant_id: TenantId, written: str) -> AsyncIterator[AsyncConnection]:
        """One transaction that only reads, in which only rows of `tenant_id` exist, and all that was `written`.

        Raises what is in TROUBLE.
        """
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(ENTER_SECONDS):
                connection = await stack.enter_async_context(self.engine.begin())
                await _enter(connection, tenant_id, written)
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()


async def _enter(connection: AsyncConnection, tenant_id: TenantId, written: str) -> None:
    for pause in (*PAUSES_SECONDS, None):
        there = await connection.scalar(_ENTER, {"tenant_id": str(tenant_id), "written": written})
        if there:
            return
        if there is None or pause is None:  # it is no replica (any more), or too late
            break
        await asyncio.sleep(pause)
    raise NotThere


# Nothing is wrong with the replica: the request writes after all, or has a value that does not fit.
_OF_THE_REQUEST = ("25006", "22", "23")
_ENTER = text(
    "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() >= CAST(CAST(:written AS text) AS pg_lsn) END,"
    " set_config('app.tenant_id', :tenant_id, true)"
)
