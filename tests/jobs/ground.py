"""What tests of jobs stand on: a server of their own, migrated databases on it, organizations, and patience."""

import asyncio
import atexit
import contextlib
import functools
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import asyncpg

from app.infra import db, migrate
from app.infra.embedded import EmbeddedPostgres
from app.infra.job_queue import Pace, Queue
from app.infra.queue_line import connecting
from app.kernel.ids import new_id
from app.tenancy import service as tenancy

ROLE = "kap_app"
PATIENCE_SECONDS = 60
QUICK = Pace(heartbeat=timedelta(seconds=1.5), poll=timedelta(seconds=0.1), grace=timedelta(seconds=10), concurrency=4)


@functools.cache
def server():
    """One server for the process; a test takes it away with `server_away` only, so that it comes back."""
    folder = Path(tempfile.mkdtemp(prefix="kap-jobs-"))
    embedded = EmbeddedPostgres(folder, durable=False)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(embedded.stop)
    embedded.start()
    return embedded


@contextlib.asynccontextmanager
async def server_away():
    """The server is down inside the block and up again after it, whatever happens there."""
    await asyncio.to_thread(server().stop)
    try:
        yield
    finally:
        await asyncio.to_thread(server().start)


@functools.cache
def template():
    url = _address("kap_template")
    _administer("DROP DATABASE IF EXISTS kap_template")  # of a migration that failed
    _administer("CREATE DATABASE kap_template")
    migrate.upgrade(url, role=ROLE)
    return "kap_template"


def fresh_database():
    """The URL of a new, migrated database."""
    name = f"kap_{new_id().hex}"
    _administer(f"CREATE DATABASE {name} TEMPLATE {template()}")
    return _address(name)


def _address(database):
    return server().url.replace("/kap?", f"/{database}?")


def _administer(statement):
    async def run():
        connection = await asyncpg.connect(server().url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    with asyncio.Runner() as runner:
        runner.run(run())


@contextlib.asynccontextmanager
async def opened(url, *, pool_size=8):
    database = await db.connected(
        url, role=ROLE, pool_size=pool_size, pool_timeout_seconds=5, statement_timeout_seconds=30
    )
    try:
        yield database
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def owner(url):
    """A connection that may see and do everything: what a test looks at, it looks at from outside."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def an_organization(database, name=None):
    async with database.engine.begin() as connection:
        return await tenancy.found(connection, name or f"organization {new_id()}")


@contextlib.asynccontextmanager
async def working(url, tasks, *, pace=QUICK, schedule=None):
    """A queue at work inside the block."""
    stop = asyncio.Event()
    queue = Queue(connecting(url, role=ROLE), tasks, schedule or {}, pace)
    running = asyncio.create_task(queue.run(stop))
    try:
        yield running
    finally:
        stop.set()
        await running


async def until(condition):
    """What `condition`, a function or a coroutine function, returns once it is true."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while True:
        value = condition()
        if asyncio.iscoroutine(value):
            value = await value
        if value:
            return value
        assert asyncio.get_running_loop().time() < deadline, "it never came"
        await asyncio.sleep(0.02)
