"""A release's migrations beside the release before, and the way back with everything that the service can hold."""

import asyncio
import shutil

import asyncpg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from app.infra import migrate
from app.infra.settings import Settings
from app.main import create_app
from tests.conftest import SEALING_KEYS, a_tenant, client_of
from tests.faults.ground import EVERYTHING_WRONG, Load, a_key, names_in
from tests.jobs import ground
from tests.jobs.ground import owner, until
from tests.processes import serving
from tests.stories import STORIES

# What the next release may well do: to the tables that all calls use, each statement with a lock that keeps others out.
NEXT = '''
"""Shapes of a release to come."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{newest}", None, None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("to_come", sa.Text(), nullable=False, server_default="new"))
    op.execute("UPDATE accounts SET to_come = name")
    op.create_index("accounts_to_come", "accounts", ["tenant_id", "to_come"])
    op.add_column("api_keys", sa.Column("to_come", sa.Boolean(), nullable=True))
    op.execute("ALTER TABLE accounts ADD CONSTRAINT to_come_is_told CHECK (to_come <> '')")


def downgrade() -> None:
    op.drop_column("api_keys", "to_come")
    op.drop_column("accounts", "to_come")
'''


@pytest.fixture
def url():
    return ground.fresh_database()


@pytest.fixture
def next_release(url, tmp_path):
    """The configuration of a release that has one migration more than this code."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_to_come.py").write_text(NEXT.format(newest=migrate.newest()))
    config = migrate.configuration(url, role=ground.ROLE)
    config.set_main_option("script_location", str(folder))
    return config


async def test_case_80_while_the_next_release_migrates_the_one_before_serves(url, next_release, tmp_path):
    key = await a_key(url)
    async with serving(url, log=tmp_path / "log") as process, process.client() as client:
        async with Load(process, key) as load:
            await until(lambda: len(load.acknowledged) > 20)
            await asyncio.to_thread(command.upgrade, next_release, "head")
            after = len(load.acknowledged)
            await until(lambda: len(load.acknowledged) > after + 20)
            ready = await client.get("/readyz")
            await asyncio.to_thread(command.downgrade, next_release, "-1")
            after = len(load.acknowledged)
            await until(lambda: len(load.acknowledged) > after + 20)

        assert ready.status_code == 200, "it is not taken out of service by the release that replaces it"
        assert (load.failed, load.unanswered) == ([], set())
        assert set(load.statuses) <= {200, 201, 503}
        assert load.statuses[503] <= 2 * load.callers
        assert load.acknowledged <= set(await names_in(url))
        assert not any(word in process.said for word in EVERYTHING_WRONG), process.said


async def test_case_80_a_process_of_the_release_before_can_still_be_started_on_the_database_of_the_next(
    url, next_release, tmp_path
):
    await asyncio.to_thread(command.upgrade, next_release, "head")
    await asyncio.to_thread(migrate.upgrade, url, role=ground.ROLE)
    async with serving(url, log=tmp_path / "log") as process, process.client(await a_key(url)) as client:
        made = await client.post("/v1/accounts", json={"name": "Acme"})

    assert made.status_code == 201
    async with owner(url) as connection:
        assert await migrate.current(connection) == "9999"


async def counts(connection):
    """How many rows each table has."""
    tables = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND relname NOT LIKE 'alembic%' AND relname NOT LIKE 'pgqueuer%'"
    )
    return {row["relname"]: await connection.fetchval(f"SELECT count(*) FROM {row['relname']}") for row in tables}


# Together they fill tables of every migration that makes some.
OF_A_CRM = {"merged_rows"}  # no story merges accounts
TOLD = ("/reviews", "/lifecycle", "/plan", "/commitments", "/retiering", "/webhook-")


async def test_case_81_every_step_back_keeps_all_rows_of_the_tables_that_the_older_release_has(url):
    """What a release before has no place for goes with its tables; nothing else does, and the way up is free again."""
    await _filled(url)
    config = migrate.configuration(url, role=ground.ROLE)
    older = [each.revision for each in ScriptDirectory(str(migrate.FOLDER)).walk_revisions()][1:]
    connection = await asyncpg.connect(url)
    try:
        full = await counts(connection)
        left = full
        for revision in older:
            newer = left
            await asyncio.to_thread(command.downgrade, config, revision)
            left = await counts(connection)
            assert left == {table: full[table] for table in left}, revision
            gone = newer.keys() - left.keys() - OF_A_CRM
            assert not gone or any(newer[table] for table in gone), f"nothing was in the tables newer than {revision}"
        await asyncio.to_thread(migrate.upgrade, url, role=ground.ROLE)
        again = await counts(connection)
    finally:
        await connection.close()

    assert again == {table: left.get(table, 0) for table in full}


async def _filled(url):
    settings = Settings(
        demo=False, rate_limit="1000000/minute", sealing_keys=SEALING_KEYS, loopback_crms=True, loopback_webhooks=True
    )
    app = create_app(settings, url)
    async with app.router.lifespan_context(app):
        for story in (STORIES[path] for path in TOLD):
            async with client_of(app, await a_tenant(app.state.doorkeeper.database)) as client:
                await story(client)
