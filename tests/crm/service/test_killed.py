"""Workers as they are run, killed in the middle of their work; and the command line's view of the same work."""

import pytest

from app.crm.service import connecting, draining, starting
from app.kernel.ids import ConnectionId
from tests.conftest import Tenant
from tests.crm.fakes.fake import serving
from tests.crm.fakes.hubspot import hubspot
from tests.crm.service.ground import SETUP, asked_for
from tests.jobs import ground
from tests.jobs.ground import an_organization, opened, owner, until
from tests.jobs.workers import quick
from tests.processes import forked, printed

DEALS = 60


@pytest.fixture
def url():
    return ground.fresh_database()


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


async def test_a_backfill_whose_worker_is_killed_goes_on_at_its_checkpoint_and_does_nothing_twice(url, tmp_path):
    fake = a_crm()
    fake.faults.next("slow", times=10_000, seconds=0.1, on="/objects/deals")
    with serving(fake):
        async with opened(url) as database, owner(url) as everything:
            tenant, connection_id = await a_connection(database, fake)
            async with database.transaction(tenant.id) as db:
                asked = starting.Asked("backfill", ["account", "opportunity"])
                job = await starting.start(db, tenant.id, connection_id, asked, None)

            async with forked(quick, url, log=tmp_path / "first") as killed:
                await until(lambda: everything.fetchval("SELECT count(*) > 9 FROM opportunities"))
                await killed.kill()
            assert await everything.fetchval("SELECT count(*) FROM opportunities") < DEALS

            fake.faults.clear()
            async with forked(quick, url, log=tmp_path / "second"):
                await until(lambda: everything.fetchval("SELECT status = 'succeeded' FROM jobs WHERE id = $1", job.id))

            row = await everything.fetchrow("SELECT counts FROM crm_syncs WHERE id = $1", job.id)
            assert f'"created": {DEALS}' in row["counts"]
            versions = await everything.fetch("SELECT DISTINCT version FROM opportunities")
            assert [row["version"] for row in versions] == [1]
            assert await everything.fetchval("SELECT count(*) FROM opportunities") == DEALS
            # At most the page that was lost on the way, and the one fetched ahead, were asked for again.
            assert len([path for path in fake.paths() if path.endswith("/deals/search")]) <= DEALS // 2 + 4


async def test_a_drain_whose_worker_is_killed_is_taken_up_by_another(url, tmp_path):
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
            async with forked(quick, url, log=tmp_path / "first") as killed:
                await until(lambda: any("/deals/batch/read" in path for path in fake.paths()))
                await killed.kill()
            # The claim of the dead runs out.
            await everything.execute("UPDATE crm_hints SET taken_until = now() + interval '2 seconds'")
            async with forked(quick, url, log=tmp_path / "second"):
                await until(lambda: everything.fetchval(f"SELECT count(*) = {DEALS} FROM opportunities"))
            assert await everything.fetchval("SELECT count(*) FROM crm_hints") == 0


async def test_the_command_line_backfills_with_progress_and_shows_how_things_stand(url, tmp_path):
    fake = a_crm()
    with serving(fake):
        async with opened(url) as database:
            await a_connection(database, fake, "Acme Supplies")

        async def told(command, *more):
            return await printed(
                *("crm", command, "--organization", "Acme Supplies", *more), log=tmp_path / command, DATABASE_URL=url
            )

        done = await told("backfill", "--connection", "hubspot")
        assert done.code == 0, done.said
        assert "opportunity" in done.out
        status = await told("status")
        assert "backfill of" in status.out
        assert "succeeded" in status.out
        assert "hubspot" in (await told("connections")).out
        assert (await told("backfill", "--connection", "nothing")).code == 1
