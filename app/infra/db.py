"""The database as a process sees it: an engine that works as the unprivileged role, and a fast lane beside it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.infra.db_sessions import APPLICATION, Sessions, plain_url, sqlalchemy_url
from app.infra.replica import Replica
from app.infra.settings import Settings
from app.kernel.errors import Unavailable
from app.kernel.ids import TenantId

__all__ = ["APPLICATION", "Database", "connected", "enter", "plain_url", "sqlalchemy_url"]


class UnsafeRole(Unavailable):
    """The database role would bypass the policies that keep organizations apart."""


@dataclass(frozen=True, slots=True)
class Database:
    """What a process holds of its database; made at its start, closed at its end.

    quick_seconds: how long each step on the fast lane may take.
    """

    engine: AsyncEngine
    fast: "asyncpg.Pool[asyncpg.Record]"
    replica: Replica | None = None
    quick_seconds: float = 1.0

    @asynccontextmanager
    async def transaction(self, tenant_id: TenantId) -> AsyncIterator[AsyncConnection]:
        """One transaction, in which only rows of `tenant_id` exist; a connection that died in the pool is replaced."""
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(self.engine.begin())
            try:
                await enter(connection, tenant_id)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                await connection.rollback()
                await stack.aclose()
                connection = await stack.enter_async_context(self.engine.begin())
                await enter(connection, tenant_id)
            yield connection

    async def quickly(self, query: str, *arguments: object) -> "asyncpg.Record | None":
        """One row by the fast lane."""
        rows = await self.all_quickly(query, *arguments)
        return rows[0] if rows else None

    async def all_quickly(self, query: str, *arguments: object) -> "list[asyncpg.Record]":
        """A few rows by the fast lane; however the database hangs, the caller waits thrice `quick_seconds` at most."""
        # To take, to ask, to give back: each is bounded, since a cancelled statement is waited for as well.
        async with self.fast.acquire(timeout=self.quick_seconds) as connection:
            try:
                rows: list[asyncpg.Record] = await connection.fetch(query, *arguments, timeout=self.quick_seconds)
            except asyncpg.InternalClientError as error:  # so asyncpg tells of a connection that ends while it is used
                raise asyncpg.ConnectionDoesNotExistError("the connection ended") from error
        return rows

    async def close(self) -> None:
        if self.replica is not None:
            await self.replica.close()
        await self.engine.dispose()
        self.fast.terminate()


async def enter(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Let the open transaction see the rows of `tenant_id`, and of nobody else."""
    await connection.execute(_ENTER, {"tenant_id": str(tenant_id)})


_ENTER = text("SELECT set_config('app.tenant_id', :tenant_id, true)")


async def connected(
    url: str, *, role: str, pool_size: int, pool_timeout_seconds: float, statement_timeout_seconds: float
) -> Database:
    """Open the database; every connection works as `role` and gives up on a statement after the time-out."""
    return await _joined(url, pool_size, Sessions(role, pool_timeout_seconds, statement_timeout_seconds))


async def opened_for(
    settings: Settings,
    url: str,
    *,
    pool_size: int | None = None,
    pool_timeout_seconds: float | None = None,
    statement_timeout_seconds: float | None = None,
    reads_apart: bool = False,
) -> Database:
    """Open the database as the settings have it, save for what is given.

    reads_apart: whether what is only read may be asked of the replica, if there is one.
    """
    sessions = Sessions(
        settings.app_role,
        pool_timeout_seconds or settings.pool_timeout_seconds,
        statement_timeout_seconds or settings.statement_timeout_seconds,
        settings.transaction_pooling,
    )
    size = pool_size or settings.pool_size
    database = replace(await _joined(url, size, sessions), quick_seconds=settings.quick_seconds)
    if not reads_apart or settings.database_read_url is None:
        return database
    return replace(database, replica=Replica(sessions.engine(settings.database_read_url, size)))


async def _joined(url: str, pool_size: int, sessions: Sessions) -> Database:
    fast = await asyncpg.create_pool(
        plain_url(url), min_size=0, max_size=max(2, pool_size // 2), reset=_nothing_to_reset, **sessions.arguments()
    )
    return Database(sessions.engine(url, pool_size), fast)


async def _nothing_to_reset(_connection: Any) -> None:
    """The fast lane runs single statements and whole transactions only: no session state is left behind."""


async def refuse_bypassing_role(database: Database) -> None:
    """Refuse to serve when the role at work could read across organizations.

    Behind a pooler, what is said in one statement without a transaction is said by the login itself: it is asked about
    here, as well as the role of the transactions.
    """
    single = await database.fast.fetchrow(_WHO)
    async with database.engine.begin() as connection:
        within = (await connection.exec_driver_sql(_WHO)).mappings().one_or_none()
    for role in (single, within):
        if role is None or role["bypasses"]:
            raise UnsafeRole(f"the database role {role and role['rolname']} would bypass row-level security")


_WHO = "SELECT rolname, rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = current_user"


async def copy_lines(connection: AsyncConnection, table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
    """Insert lines of `app.kernel.copy_text`."""
    text = "".join(f"{line}\n" for line in lines).encode()
    await _copied(connection, table, columns, BytesIO(text), "text")


async def copy_rows(connection: AsyncConnection, table: str, columns: Sequence[str], packed: bytes) -> None:
    """Insert rows of `app.kernel.copy_binary`, which the server reads in a quarter of the time that lines take."""
    await _copied(connection, table, columns, BytesIO(packed), "binary")


async def _copied(  # what goes where
    connection: AsyncConnection, table: str, columns: Sequence[str], source: BytesIO, encoding: str
) -> None:
    """COPY into a temporary table of the same shape and insert from there (COPY itself refuses policies)."""
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    staging = f"staging_{table}"
    names = ", ".join(columns)
    await driver.execute(f"DROP TABLE IF EXISTS {staging}")
    await driver.execute(f"CREATE TEMP TABLE {staging} ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0")
    await driver.copy_to_table(staging, columns=list(columns), source=source, format=encoding)
    await driver.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {staging}")
