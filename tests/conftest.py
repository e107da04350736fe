"""A migrated PostgreSQL of each test process, organizations of each test's own, and clients of the real application.

Tests do not roll back: every test makes an organization of its own, and row-level security keeps it apart from the
others, as it does for real ones.
"""

import asyncio
import logging
import os
import shutil
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import hypothesis
import pytest
import pytest_asyncio
import structlog
from fastapi import FastAPI

from app.infra import migrate
from app.infra.db import Database, enter
from app.infra.embedded import EmbeddedPostgres
from app.infra.job_queue import Pace
from app.infra.loops import collect_seldom
from app.infra.settings import Settings
from app.kernel.ids import TenantId
from app.main import create_app
from app.tenancy import service as tenancy
from app.worker import run_worker

# How long an example takes, and how many are drawn in vain, says how busy the machine is or how lucky a draw was, and
# nothing of the code. The same code is tried with the same examples, so that a change is never refused by chance; a
# search with other and many more: make test ARGS="--hypothesis-profile=thorough".
CHANCE = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much]
hypothesis.settings.register_profile(
    "kap", deadline=None, max_examples=50, derandomize=True, suppress_health_check=CHANCE
)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=1_000, suppress_health_check=CHANCE)
hypothesis.settings.load_profile("kap")

# As the service does; thousands of collected tests are much to look through again and again.
pytest_collection_finish = collect_seldom

SHARED = Path(__file__).parents[2] / "shared"
SEALING_KEYS = f"test:{b64encode(bytes(32)).decode()}"
MAVEN = SHARED / "data" / "maven_crm_sales_opportunities"


@dataclass(frozen=True)
class Tenant:
    """An organization that a test made, with a key that may do everything."""

    id: TenantId
    name: str
    key: str


@pytest.fixture(autouse=True)
def _logs_left_as_they_were() -> Iterator[None]:
    """A test that sends the log elsewhere changes nothing for those after it."""
    root, kept = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.configure(**kept)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(
        demo=False,
        rate_limit="1000000/minute",
        bad_key_limit="1000000/minute",
        pool_size=8,
        pool_timeout_seconds=30,  # how busy the machine is says nothing of the code
        quick_seconds=30,
        sealing_keys=SEALING_KEYS,
        loopback_crms=True,
        loopback_webhooks=True,
    )


@pytest.fixture(scope="session")
def database_url(settings) -> Iterator[str]:
    """The owner's URL of a migrated database: a server of this process's own, or the one of TEST_DATABASE_URL."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        migrate.upgrade(given, role=settings.app_role)
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="kap-test-"))
    try:
        with EmbeddedPostgres(folder, durable=False) as url:
            migrate.upgrade(url, role=settings.app_role)
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="session")
async def app(settings, database_url) -> AsyncIterator[FastAPI]:
    """The application, started."""
    made = create_app(settings, database_url)
    async with made.router.lifespan_context(made):
        yield made


@pytest_asyncio.fixture
async def no_crm_of_before(database_url, tenant) -> None:
    """Connections that tests before have left lead nowhere any more; no worker is to wait for their CRMs."""
    owner = await asyncpg.connect(database_url)
    await owner.execute(
        "UPDATE crm_connections SET state = 'paused' WHERE state = 'active' AND tenant_id <> $1", tenant.id
    )
    await owner.close()


@pytest_asyncio.fixture
async def working(settings, database_url, no_crm_of_before) -> AsyncIterator[None]:
    """A worker, doing the jobs as long as the test runs, and none of those that come when the clock strikes."""
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(database_url, settings, stop, pace=Pace(by_the_clock=False)))
    yield
    stop.set()
    await worker


@pytest.fixture
def database(app) -> Database:
    """The application's database, as the role that serves."""
    made: Database = app.state.doorkeeper.database
    return made


@pytest_asyncio.fixture
async def anyone(app) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kap.test", timeout=60) as client:
        yield client


async def a_tenant(database: Database, *, name: str | None = None) -> Tenant:
    """A new organization with a key of the scope `admin`."""
    async with database.engine.begin() as connection:
        named = name or f"organization {uuid4()}"
        tenant_id = await tenancy.found(connection, named)
        await enter(connection, tenant_id)
        _, key = await tenancy.issue_key(connection, tenant_id, name="test", scopes=["admin"])
    return Tenant(tenant_id, named, key)


@pytest_asyncio.fixture
async def tenant(database) -> Tenant:
    """The organization of the test."""
    return await a_tenant(database)


@pytest_asyncio.fixture
async def other_tenant(database) -> Tenant:
    """Another organization."""
    return await a_tenant(database)


@pytest_asyncio.fixture
async def client(app, tenant) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the test organization's key."""
    async with client_of(app, tenant) as made:
        yield made


@pytest_asyncio.fixture
async def other_client(app, other_tenant) -> AsyncIterator[httpx.AsyncClient]:
    """A client with another organization's key."""
    async with client_of(app, other_tenant) as made:
        yield made


def client_of(app: FastAPI, tenant: Tenant) -> httpx.AsyncClient:
    """A client that shows the tenant's key."""
    return client_with(app, tenant.key)


def client_with(app: FastAPI, key: str) -> httpx.AsyncClient:
    """A client that shows the key."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://kap.test",
        headers={"Authorization": f"Bearer {key}"},
        timeout=60,
    )
