"""Workers as they are run, killed in the middle of their work; and the command line's view of the same work."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

import pytest

from app.crm.service import connecting, draining, starting
from app.kernel.ids import ConnectionId
from tests.conftest import SEALING_KEYS, Tenant
from tests.crm.fakes.fake import serving
from tests.crm.fakes.hubspot import hubspot
from tests.crm.service.ground import SETUP, asked_for
from tests.jobs import ground
from tests.jobs.ground import an_organization, opened, owner, until

ROOT = Path(__file__).parents[3]
DEALS = 60
PROGRAM = """
import asyncio, sys
from app import worker
from app.infra import logs
from app.infra.settings import Settings
from tests.jobs.ground import QUICK

logs.configure()
asyncio.run(worker.run_alone(sys.argv[1], Settings(), pace=QUICK))
"""
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "KAP_SEALING_KEYS": SEALING_KEYS,
    "KAP_LOOPBACK_CRMS": "true",
    "KAP_DEMO": "false",
}


@pytest.fixture
def url():
    return ground.fresh_database()


@contextlib.asynccontextmanager
async def a_process(*command, **more):
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd="/", env={**ENVIRONMENT, **more}, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def a_connection(database, fake, name="The organization"):
    """A connection of a new organization to the fake."""
    tenant = Tenant(await an_organization(database, name), name, "")
    async with database.transaction(tenant.id) as db:
        made = await connecting.create(db, SETUP, tenant.id, asked_for(fake), None)
    return tenant, ConnectionId(made.row["id"])


def a_crm():
    fake = hubspot(page_size=2)
    account = fake.add("account", name="Acme").id
    for number in range(DEALS):
        fake.add("opportunity", name=f"Deal {number}", amount=str(number), account=account)
    return fake


async def test_a_backfill_whose_worker_is_killed_goes_on_at_its_checkpoint_and_does_nothing_twice(url):
    fake = a_crm()
    fake.faults.next("slow", times=10_000, seconds=0.1, on="/objects/deals")
    with serving(fake):
        async with opened(url) as database, owner(url) as everything:
            tenant, connection_id = await a_connection(database, fake)
            async with database.transaction(tenant.id) as db:
                asked = starting.Asked("backfill", ["account", "opportunity"])
                job = await starting.start(db, tenant.id, connection_id, asked, None)

            async with a_process("-c", PROGRAM, url) as killed:
                await until(lambda: everything.fetchval("SELECT count(*) > 9 FROM opportunities"))
                killed.kill()
                await killed.wait()
            assert await everything.fetchval("SELECT count(*) FROM opportunities") < DEALS

            fake.faults.clear()
            async with a_process("-c", PROGRAM, url):
                await until(lambda: everything.fetchval("SELECT status = 'succeeded' FROM jobs WHERE id = $1", job.id))

            row = await everything.fetchrow("SELECT counts FROM crm_syncs WHERE id = $1", job.id)
            assert f'"created": {DEALS}' in row["counts"]
            versions = await everything.fetch("SELECT DISTINCT version FROM opportunities")
            assert [row["version"] for row in versions] == [1]
            assert await everything.fetchval("SELECT count(*) FROM opportunities") == DEALS
            # At most the page that was lost on the way, and the one fetched ahead, were asked for again.
            assert len([path for path in fake.paths() if path.endswith("/deals/search")]) <= DEALS // 2 + 4


async def test_a_drain_whose_worker_is_killed_is_taken_up_by_another(url):
    fake = a_crm()
    fake.faults.next("slow", times=1, seconds=30, on="/deals/batch/read")
    with serving(fake):
        async with opened(url) as database, owner(url) as everything:
            tenant, connection_id = await a_connection(database, fake)
            deals = [record.id for record in fake.store.all("opportunity")]
            await everything.execute(
                "INSERT INTO crm_hints (tenant_id, connection_id, object, external_id)"
                " SELECT $1, $2, 'opportunity', unnest($3::text[])", tenant.id, connection_id, deals,
            )  # fmt: skip
            async with database.transaction(tenant.id) as db:
                await draining.ask(db, tenant.id, connection_id, after=0)
            async with a_process("-c", PROGRAM, url) as killed:
                await until(lambda: any("/deals/batch/read" in path for path in fake.paths()))
                killed.kill()
                await killed.wait()
            # The claim of the dead runs out.
            await everything.execute("UPDATE crm_hints SET taken_until = now() + interval '2 seconds'")
            async with a_process("-c", PROGRAM, url):
                await until(lambda: everything.fetchval(f"SELECT count(*) = {DEALS} FROM opportunities"))
            assert await everything.fetchval("SELECT count(*) FROM crm_hints") == 0


async def test_the_command_line_backfills_with_progress_and_shows_how_things_stand(url):
    fake = a_crm()
    with serving(fake):
        async with opened(url) as database:
            await a_connection(database, fake, "Acme Supplies")

        told = ("-m", "app", "crm")
        of = ("--organization", "Acme Supplies")
        async with a_process(*told, "backfill", *of, "--connection", "hubspot", DATABASE_URL=url) as backfill:
            shown, _ = await asyncio.wait_for(backfill.communicate(), 60)
        assert backfill.returncode == 0, shown
        assert "opportunity" in shown.decode()
        async with a_process(*told, "status", *of, DATABASE_URL=url) as status:
            shown, _ = await asyncio.wait_for(status.communicate(), 60)
        assert "backfill of" in shown.decode()
        assert "succeeded" in shown.decode()
        async with a_process(*told, "connections", *of, DATABASE_URL=url) as listed:
            shown, _ = await asyncio.wait_for(listed.communicate(), 60)
        assert "hubspot" in shown.decode()
        async with a_process(*told, "backfill", *of, "--connection", "nothing", DATABASE_URL=url) as missing:
            await asyncio.wait_for(missing.wait(), 60)
        assert missing.returncode == 1
