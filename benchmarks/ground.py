"""What is measured stands on this: a durable, migrated PostgreSQL of its own, and an organization with a key."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncpg

from app.infra import loops, migrate
from app.infra.db import Database, connected
from app.infra.embedded import EmbeddedPostgres
from app.infra.settings import Settings
from app.kernel.ids import TenantId
from app.tenancy import service as tenancy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ground:
    """The owner's URL of a database, and an organization on it."""

    url: str
    settings: Settings
    tenant_id: TenantId
    key: str

    def owning(self, work: "Callable[[asyncpg.Connection[asyncpg.Record]], Awaitable[T]]") -> T:
        """What `work` makes of a connection as the owner, whom no policy binds."""

        async def run() -> T:
            connection = await asyncpg.connect(self.url)
            try:
                return await work(connection)
            finally:
                await connection.close()

        return asyncio.run(run())

    def serving(self, work: Callable[[Database], Awaitable[T]]) -> T:
        """What `work` makes of the database as the worker sees it, in a process that runs as the worker's does."""

        async def run() -> T:
            async with _opened(self.url, self.settings) as database:
                return await work(database)

        loops.collect_seldom()
        return loops.run(run())


@contextlib.contextmanager
def ground() -> Iterator[Ground]:
    """A database that is thrown away afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kap-bench-"))
    settings = Settings(demo=False)
    try:
        with EmbeddedPostgres(folder) as url:
            migrate.upgrade(url, role=settings.app_role)
            tenant_id, key = asyncio.run(_organization(url, settings))
            yield Ground(url, settings, tenant_id, key)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def _opened(url: str, settings: Settings) -> AsyncIterator[Database]:
    database = await connected(
        url, role=settings.app_role, pool_size=4, pool_timeout_seconds=10, statement_timeout_seconds=600
    )
    try:
        yield database
    finally:
        await database.close()


async def _organization(url: str, settings: Settings) -> tuple[TenantId, str]:
    async with _opened(url, settings) as database, database.engine.begin() as connection:
        tenant_id = await tenancy.found(connection, "benchmarks")
        _, key = await tenancy.issue_key(connection, tenant_id, name="benchmarks", scopes=["admin"])
        return tenant_id, key
