"""Migrations go up, down and up again with data there, several at once, and on the oldest PostgreSQL we take."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.engine.url import make_url

from app.infra import migrate
from app.infra.db import plain_url
from app.infra.embedded import EmbeddedPostgres
from app.kernel.ids import new_id
from app.main import create_app
from tests.accounts.facts import CHANGES, a_ground, bodies, made, path_of
from tests.conftest import Tenant, a_tenant, client_of

ROOT = Path(__file__).parents[1]
OLDEST = Path("/usr/lib/postgresql/15/bin")
KEPT = (
    "organizations", "api_keys", "users", "offerings", "exchange_rates", "accounts", "accounts_past", "buying_centers",
    "contacts", "contacts_past", "opportunities", "opportunities_past", "engagements", "engagement_contacts",
    "observations", "ratings", "targets", "targets_past",
)  # fmt: skip


@pytest_asyncio.fixture
async def scratch(database_url):
    """The URL of an empty database."""
    name = f"scratch_{new_id().hex}"
    owner = await asyncpg.connect(plain_url(database_url))
    await owner.execute(f"CREATE DATABASE {name}")
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await owner.close()


async def upgraded(url, role):
    await asyncio.to_thread(migrate.upgrade, url, role=role)


async def contents(url):
    """All rows of facts, as texts."""
    connection = await asyncpg.connect(plain_url(url))
    rows = {
        table: sorted(row["row"] for row in await connection.fetch(f"SELECT to_jsonb(t)::text AS row FROM {table} t"))
        for table in KEPT
    }
    await connection.close()
    return rows


async def journey(url, settings, tenant=None):
    """Facts of every kind are made and changed; returns the organization and what it then reads."""
    app = create_app(settings, url)
    async with app.router.lifespan_context(app):
        if tenant is None:
            tenant = await a_tenant(app.state.doorkeeper.database)
            async with client_of(app, tenant) as client:
                ground = await a_ground(client)
                for plural, body in bodies(ground).items():
                    record = await made(client, path_of(plural), body)
                    field, value = CHANGES[plural]
                    changed = await client.patch(f"/v1/{path_of(plural)}/{record['id']}", json={field: value})
                    assert changed.status_code == 200, changed.text
        return tenant, await read(app, tenant)


async def read(app, tenant: Tenant):
    async with client_of(app, tenant) as client:
        assert (await client.get("/readyz")).status_code == 200
        answers = {plural: await client.get(f"/v1/{path_of(plural)}") for plural in CHANGES}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {plural: answer.json() for plural, answer in answers.items()}


async def test_every_step_down_and_up_again_keeps_the_facts(scratch, settings):
    await upgraded(scratch, settings.app_role)
    tenant, shown = await journey(scratch, settings)
    kept = await contents(scratch)
    assert all(kept.values())
    config = migrate.configuration(scratch, role=settings.app_role)
    older = [each.revision for each in ScriptDirectory(str(migrate.FOLDER)).walk_revisions()][1:]

    for revision in older:
        await asyncio.to_thread(command.downgrade, config, revision)
        assert not await migrate.is_current(scratch)
        await upgraded(scratch, settings.app_role)
        assert await contents(scratch) == kept

    assert "0001" in older
    assert await journey(scratch, settings, tenant) == (tenant, shown)


async def test_all_the_way_down_leaves_nothing_and_up_again_serves(scratch, settings):
    await upgraded(scratch, settings.app_role)
    await journey(scratch, settings)

    await asyncio.to_thread(migrate.downgrade, scratch, role=settings.app_role)
    connection = await asyncpg.connect(plain_url(scratch))
    left = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relname NOT LIKE 'alembic_version%'"
        " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace"
        " AND typname NOT LIKE '%alembic_version'"
    )
    await connection.close()
    await upgraded(scratch, settings.app_role)

    assert [row[0] for row in left] == []
    await journey(scratch, settings)


async def test_a_second_upgrade_changes_nothing_and_the_tables_are_those_of_the_code(scratch, settings):
    await upgraded(scratch, settings.app_role)
    await upgraded(scratch, settings.app_role)

    assert await migrate.is_current(scratch)
    await asyncio.to_thread(migrate.check, scratch, role=settings.app_role)


async def test_processes_that_migrate_at_once_do_not_get_in_each_others_way(scratch, settings):
    program = "import sys; from app.infra import migrate; migrate.upgrade(sys.argv[1], role=sys.argv[2])"
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, scratch, settings.app_role, cwd=ROOT)
        for _ in range(3)
    ]

    assert [await process.wait() for process in running] == [0, 0, 0]
    assert await migrate.is_current(scratch)
    await journey(scratch, settings)


async def test_a_database_that_is_behind_is_not_ready_and_nothing_breaks(scratch, settings):
    await upgraded(scratch, settings.app_role)
    app = create_app(settings, scratch)
    async with app.router.lifespan_context(app):
        tenant = await a_tenant(app.state.doorkeeper.database)
        connection = await asyncpg.connect(plain_url(scratch))
        await connection.execute("UPDATE alembic_version SET version_num = '0001'")
        async with client_of(app, tenant) as client:
            behind = await client.get("/readyz")
        await connection.execute("UPDATE alembic_version SET version_num = $1", migrate.newest())
        await connection.close()

    assert (behind.status_code, behind.json()["reason"]) == (503, "migrations are behind")


@pytest.mark.skipif(not (OLDEST / "postgres").exists(), reason=f"there is no PostgreSQL 15 in {OLDEST}")
async def test_postgresql_15_takes_the_migrations_and_serves(settings):
    folder = Path(tempfile.mkdtemp(prefix="kap-15-"))
    server = EmbeddedPostgres(folder, durable=False, binaries=OLDEST)
    try:
        url = await asyncio.to_thread(server.start)
        await upgraded(url, settings.app_role)
        await asyncio.to_thread(migrate.check, url, role=settings.app_role)
        connection = await asyncpg.connect(plain_url(url))
        assert await connection.fetchval("SELECT current_setting('server_version_num')::int / 10000") == 15
        await connection.close()

        _, shown = await journey(url, settings)

        assert all(page["data"] for page in shown.values())
    finally:
        await asyncio.to_thread(server.stop)
        shutil.rmtree(folder, ignore_errors=True)
