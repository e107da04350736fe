"""A backup taken by the role for backups and restored on another server: the same service, to the last score."""

import asyncio
import contextlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.engine.url import make_url

from app.infra.embedded import EmbeddedPostgres
from app.infra.embedded.binaries import package_binaries
from app.main import create_app
from app.worker import run_worker
from tests.asking import ok
from tests.conftest import a_tenant, client_of
from tests.crm.fakes.fake import serving
from tests.crm.ground import HUBSPOT, connected
from tests.events import ground as webhooks
from tests.events.receivers import receiving, signature, signatures
from tests.jobs import ground
from tests.jobs.ground import owner, until
from tests.journeys.test_selection import a_book
from tests.processes import printed
from tests.selection.backtest.ground import ended
from tests.selection.litmus import ground as litmus

PROGRAMS = package_binaries()
TABLES = """SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"""
TODAY: dict[str, str] = {}


@pytest.fixture(scope="module")
def url():
    return ground.fresh_database()


@pytest.fixture(scope="module")
def elsewhere():
    """Another server, which nothing of ours has ever been on."""
    folder = Path(tempfile.mkdtemp(prefix="kap-elsewhere-"))
    try:
        with EmbeddedPostgres(folder, durable=False) as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Running:
    """The service at work on a database."""

    database: Any
    tenant: Any
    client: Any


@contextlib.asynccontextmanager
async def running(settings, url, tenant=None):
    """The application and a worker, and a client of the organization, or of a new one."""
    app = create_app(settings, url)
    stop = asyncio.Event()
    async with app.router.lifespan_context(app):
        worker = asyncio.create_task(run_worker(url, settings, stop, pace=ground.QUICK))
        try:
            database = app.state.doorkeeper.database
            tenant = tenant or await a_tenant(database)
            async with client_of(app, tenant) as client:
                yield Running(database, tenant, client)
        finally:
            stop.set()
            await worker


async def newly_scored(client):
    """Who is where in the matrix, by scores that are computed now."""
    accepted = await client.post("/v1/selection/runs", json=TODAY)
    assert (await ended(client, accepted))["status"] == "succeeded"
    return await matrix(client)


async def matrix(client):
    points = (await ok(client.get("/v1/selection/matrix")))["points"]
    return sorted((one["account_id"], one["opportunity"], one["alignment"], one["tier"]) for one in points)


async def contents(url):
    """Every table with what is in it, as a digest."""
    async with owner(url) as connection:
        return {
            table: await connection.fetchrow(
                f"SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY t::text)) FROM {table} t"
            )
            for (table,) in await connection.fetch(TABLES)
        }


def program(name, *arguments):
    done = subprocess.run([PROGRAMS / name, *arguments], capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stderr


async def backed_up(url, file, log):
    """A dump by the role that the command makes."""
    made = await printed("migrate", "--backup-role", "kap_backup", log=log, DATABASE_URL=url)
    assert made.code == 0, made.said
    async with owner(url) as connection:
        await connection.execute("ALTER ROLE kap_backup LOGIN PASSWORD 'at-night'")
    code, said = program("pg_dump", "--format=custom", f"--file={file}", as_(url, "kap_backup", "at-night"))
    assert (code, said) == (0, "")


def as_(url, user, password):
    """The address for another login, as PostgreSQL's own programs take it."""
    return make_url(url).set(username=user, password=password).render_as_string(hide_password=False)


async def restored(elsewhere, file):
    """The address of what the file holds, in a database of an owner who is no superuser."""
    async with owner(elsewhere) as connection:
        await connection.execute("CREATE ROLE kap_owner LOGIN PASSWORD 'new' CREATEROLE")
        await connection.execute("CREATE DATABASE restored OWNER kap_owner")
    url = as_(elsewhere.replace("/kap?", "/restored?"), "kap_owner", "new")
    async with owner(url) as connection:
        await connection.execute("CREATE ROLE kap_app NOLOGIN")
        await connection.execute("GRANT kap_app TO CURRENT_USER")
    told = ("--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={url}", str(file))
    assert program("pg_restore", *told) == (0, "")
    return url


async def test_case_90_a_backup_that_is_restored_on_another_server_is_the_same_service(
    settings, url, elsewhere, tmp_path
):
    fake = HUBSPOT.made()
    async with receiving() as receiver:
        with serving(fake):
            async with running(settings, url) as here:
                account = (await a_book(here.client))[0]
                kept = await ok(once(here.client), 201)
                before = await newly_scored(here.client)
                link = await connected(here.client, HUBSPOT, fake)
                endpoint = await webhooks.an_endpoint(here.client, "tier.changed", url=receiver.url())
                first = await told_of(here, receiver, account)
            await backed_up(url, tmp_path / "dump", tmp_path / "migrate")
            again = await restored(elsewhere, tmp_path / "dump")

            assert len(before) > 20
            assert await contents(elsewhere.replace("/kap?", "/restored?")) == await contents(url)
            async with running(settings, again, here.tenant) as there:
                assert await matrix(there.client) == before
                assert await newly_scored(there.client) == before
                assert (await ok(there.client.post(f"/v1/crm/connections/{link.id}/test")))["ok"]
                assert await ok(once(there.client), 201) == kept  # one account, by a request's key that was kept
                second = await told_of(there, receiver, account)
                assert await litmus.a_whole_story(there.client)

    assert [one.id for one in receiver.received] == [first.id, second.id]
    assert second.told["sequence"] == first.told["sequence"] + 1
    assert signature(endpoint["secret"], second) in signatures(second)


def once(client):
    """A request that counts once, however often it is made."""
    return client.post("/v1/accounts", json={"name": "only once"}, headers={"Idempotency-Key": "once"})


async def told_of(running, receiver, account):
    """The message about what happens to the account now."""
    number = len(receiver.received)
    await webhooks.happens(running.database, running.tenant, account_id=UUID(account))
    await until(lambda: len(receiver.received) > number)
    return receiver.received[-1]
