"""PgBouncer in transaction mode, really run: hardly any connections to the server, and everything goes through them."""

import asyncio

import pytest
from sqlalchemy import text

from app.infra.db import UnsafeRole, opened_for, refuse_bypassing_role
from app.infra.settings import DirectUrlMissing, Settings
from app.kernel.ids import TenantId, new_id
from tests.asking import ok
from tests.conftest import a_tenant
from tests.crm.delivering import a_change, an_inlet, hubspot
from tests.jobs.ground import opened, until
from tests.processes import kap, serving, working
from tests.program.ground import a_scored_book
from tests.resourcing.catalogue import ground as catalogue
from tests.scale_out.ground import Balancer, a_server, asked, needs_pgbouncer, pooled

pytestmark = needs_pgbouncer
CONNECTIONS = 6
TENANTS = 2
DELIVERIES = 20


@pytest.fixture(scope="module")
def server():
    return a_server()


@pytest.fixture(scope="module")
def through(server):
    with pooled(server, connections=CONNECTIONS) as url:
        yield url


def settings(**more):
    return Settings(transaction_pooling=True, database_direct_url="postgresql://nowhere", **more)


async def test_each_transaction_has_its_tenant_its_role_and_its_settings_and_leaves_none_behind(through):
    database = await opened_for(settings(pool_size=12), through)
    await refuse_bypassing_role(database)

    async def one(number):
        tenant_id = TenantId(new_id())
        for _ in range(5):
            async with database.transaction(tenant_id) as connection:
                row = (await connection.execute(_HOLDS, {"given": str(number)})).one()
                assert row == (str(tenant_id), "kap_app", "UTC", "15s", "off")
            told = await database.quickly("SELECT $1::int AS number, $2::text AS words", number, str(tenant_id))
            assert told is not None
            assert (told["number"], told["words"]) == (number, str(tenant_id))

    await asyncio.gather(*(one(number) for number in range(24)))
    left = await database.fast.fetch("SELECT name FROM pg_prepared_statements")
    role = await database.fast.fetchval("SELECT current_user || coalesce(current_setting('app.tenant_id', true), '')")
    await database.close()

    assert (left, role) == ([], "kap_login")


_HOLDS = text(
    "SELECT current_setting('app.tenant_id'), current_user, current_setting('TimeZone'),"
    " current_setting('statement_timeout'), current_setting('jit') WHERE CAST(:given AS text) IS NOT NULL"
)


async def test_a_login_that_would_bypass_the_policies_is_refused_though_transactions_take_another_role(server):
    with pooled(server, connections=2, login="kap") as url:
        database = await opened_for(settings(), url)
        with pytest.raises(UnsafeRole, match="kap would bypass"):
            await refuse_bypassing_role(database)
        await database.close()


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
async def test_nothing_starts_behind_the_pooler_without_a_way_past_it(command, through, tmp_path):
    with pytest.raises(DirectUrlMissing):
        Settings(transaction_pooling=True, database_direct_url=None).direct_url(through)

    told = {"DATABASE_URL": through, "KAP_TRANSACTION_POOLING": "true"}
    async with kap(command, log=tmp_path / command, **told) as process:
        assert await process.ended() == 1

    assert "DATABASE_DIRECT_URL has to lead to PostgreSQL itself" in " ".join(process.said.split())
    assert "Traceback" not in process.said


async def test_two_servers_and_two_workers_share_six_connections_and_nobody_notices(server, through, tmp_path):
    told = {"KAP_TRANSACTION_POOLING": "true", "DATABASE_DIRECT_URL": server.url, "KAP_POOL_TIMEOUT_SECONDS": "20"}
    async with (
        serving(through, log=tmp_path / "one", **told) as one,
        serving(through, log=tmp_path / "two", **told) as two,
        working(through, log=tmp_path / "worker", **told),
        working(through, log=tmp_path / "other", **told),
        opened(server.url) as database,
    ):
        balancer = Balancer(one, two)
        organizations = [await an_organization_with_an_inlet(database) for _ in range(TENANTS)]
        seen = await asyncio.gather(*(all_at_once(balancer, *each) for each in organizations))

        assert balancer.failed == []
        for (tenant, _), shown in zip(organizations, seen, strict=True):
            assert shown == {tenant.name}
        async with asked(server.url) as owner:
            assert await owner.fetchval("SELECT count(*) FROM crm_events") == TENANTS * DELIVERIES
            assert await owner.fetchval(_POOLED) <= CONNECTIONS


_POOLED = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'kap_login'"


async def an_organization_with_an_inlet(database):
    tenant = await a_tenant(database)
    return tenant, await an_inlet(database, tenant)


async def all_at_once(balancer, tenant, inlet):
    """Records, jobs, reads and deliveries of one organization; whose accounts it sees then."""
    async with balancer.client(tenant.key) as client:
        deliveries = [hubspot(inlet, [a_change(number)]).by(client) for number in range(DELIVERIES)]
        book, _, *answers = await asyncio.gather(
            a_scored_book(client, 3), catalogue.a_whole_story(client), *deliveries, *(read(client) for _ in range(20))
        )
        assert {answer.status_code for answer in answers[:DELIVERIES]} == {202}
        await asyncio.gather(*(named(client, account, tenant.name) for account in book))
        await until(lambda: scored(client, book))
        page = await ok(client.get("/v1/accounts", params={"limit": 100}))
        return {one["industry"] for one in page["data"] if one["id"] in {account["id"] for account in book}}


async def read(client):
    return await ok(client.get("/v1/accounts"))


async def named(client, account, name):
    return await ok(client.patch(f"/v1/accounts/{account['id']}", json={"industry": name}))


async def scored(client, book):
    answers = await asyncio.gather(*(client.get(f"/v1/accounts/{account['id']}/score") for account in book))
    return all(answer.status_code == 200 for answer in answers)
