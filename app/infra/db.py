"""The database as a process sees it: an engine that works as the unprivileged role, and a fast lane beside it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import asyncpg
import orjson
from sqlalchemy import text
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.kernel.errors import Unavailable
from app.kernel.ids import TenantId

APPLICATION = "key-account-program"
FAST_SECONDS = 1.0


class UnsafeRole(Unavailable):
    """The database role would bypass the policies that keep organizations apart."""


@dataclass(frozen=True, slots=True)
class Database:
    """What a process holds of its database; made at its start, closed at its end."""

    engine: AsyncEngine
    fast: "asyncpg.Pool[asyncpg.Record]"

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
        """One row by the fast lane; however the database hangs, the caller waits thrice FAST_SECONDS at most."""
        # To take, to ask, to give back: each is bounded, since a cancelled statement is waited for as well.
        async with self.fast.acquire(timeout=FAST_SECONDS) as connection:
            try:
                row: asyncpg.Record | None = await connection.fetchrow(query, *arguments, timeout=FAST_SECONDS)
            except asyncpg.InternalClientError as error:  # so asyncpg tells of a connection that ends while it is used
                raise asyncpg.ConnectionDoesNotExistError("the connection ended") from error
        return row

    async def close(self) -> None:
        await self.engine.dispose()
        self.fast.terminate()


async def enter(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Let the open transaction see the rows of `tenant_id`, and of nobody else."""
    await connection.execute(_ENTER, {"tenant_id": str(tenant_id)})


_ENTER = text("SELECT set_config('app.tenant_id', :tenant_id, true)")


def plain_url(url: str) -> str:
    """The form that asyncpg takes."""
    for prefix in ("postgresql+asyncpg://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql://" + url.removeprefix(prefix)
    return url


def sqlalchemy_url(url: str) -> str:
    """The form that SQLAlchemy's asyncpg dialect takes; a socket folder in `?host=` stays where it is."""
    return make_url(plain_url(url)).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


async def connected(
    url: str, *, role: str, pool_size: int, pool_timeout_seconds: float, statement_timeout_seconds: float
) -> Database:
    """Open the database; every connection works as `role` and gives up on a statement after the time-out."""
    session = {
        "role": role,
        "application_name": APPLICATION,
        "timezone": "UTC",
        "statement_timeout": str(int(statement_timeout_seconds * 1000)),
        "idle_in_transaction_session_timeout": "60000",
        "jit": "off",
    }
    engine = create_async_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout_seconds,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={
            "server_settings": session,
            "timeout": pool_timeout_seconds,
            "command_timeout": statement_timeout_seconds + 1,
        },
    )
    fast = await asyncpg.create_pool(
        plain_url(url),
        min_size=0,
        max_size=max(2, pool_size // 2),
        server_settings=session,
        timeout=pool_timeout_seconds,
        command_timeout=statement_timeout_seconds + 1,
        reset=_nothing_to_reset,
    )
    return Database(engine, fast)


async def _nothing_to_reset(_connection: Any) -> None:
    """The fast lane runs single statements and whole transactions only: no session state is left behind."""


async def refuse_bypassing_role(database: Database) -> None:
    """Refuse to serve when the role at work could read across organizations."""
    role = await database.fast.fetchrow(
        "SELECT rolname, rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = current_user"
    )
    if role is None or role["bypasses"]:
        raise UnsafeRole(f"the database role {role and role['rolname']} would bypass row-level security")


async def copy_lines(connection: AsyncConnection, table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
    """COPY lines into a temporary table of the same shape and insert them from there (COPY itself refuses policies)."""
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    staging = f"staging_{table}"
    names = ", ".join(columns)
    await driver.execute(f"DROP TABLE IF EXISTS {staging}")
    await driver.execute(f"CREATE TEMP TABLE {staging} ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0")
    text = BytesIO("".join(f"{line}\n" for line in lines).encode())
    await driver.copy_to_table(staging, columns=list(columns), source=text, format="text")
    await driver.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {staging}")
