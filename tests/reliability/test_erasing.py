"""An organization that leaves: all that it had is gone, what was done to it stays on record, nobody else notices."""

from uuid import uuid4

import asyncpg
import pytest_asyncio

from app.infra.db import plain_url
from tests.accounts.facts import a_ground
from tests.asking import ok
from tests.calibration.calibrations.ground import an_active_one
from tests.events.ground import an_endpoint
from tests.planning.ground import a_plan
from tests.processes import printed
from tests.resourcing.commitments.ground import a_case
from tests.selection.ground import a_book, a_published_model
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


@pytest_asyncio.fixture(loop_scope="module")
async def owner(database_url):
    connection = await asyncpg.connect(plain_url(database_url))
    yield connection
    await connection.close()


async def rows(owner, tenant):
    """How many rows of the organization there are, by table; those without any are left out."""
    tables = await owner.fetch(
        "SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema,"
        " table_name) WHERE column_name = 'tenant_id' AND table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    counted = {
        table: await owner.fetchval(f"SELECT count(*) FROM {table} WHERE tenant_id = $1", tenant.id)
        for (table,) in tables
    }
    queued = "SELECT count(*) FROM pgqueuer WHERE convert_from(payload, 'UTF8') LIKE '%' || $1 || '%'"
    counted["pgqueuer"] = await owner.fetchval(queued, str(tenant.id))
    return {table: number for table, number in counted.items() if number}


async def lives(client):
    """Some of everything: facts with a past, scores, a plan, a calibration, promises, endpoints, jobs, answers kept."""
    await an_endpoint(client)
    await a_ground(client)
    accounts = await a_book(client, 2)
    await a_published_model(client)
    for account in accounts:
        await ok(client.post(f"/v1/accounts/{account['id']}/scores", json={}), 201)
    await ok(client.patch(f"/v1/accounts/{accounts[0]['id']}", json={"industry": "retail"}))
    await ok(client.post("/v1/selection/runs", json={}, headers={"Idempotency-Key": "run"}), 202)
    await a_plan(client)
    await an_active_one(client)
    await (await a_case(client)).promised()


async def test_case_76_an_organization_that_is_erased_leaves_its_audit_log_and_nothing_else(
    client, other_client, tenant, other_tenant, owner, database_url, tmp_path
):
    await lives(client)
    await lives(other_client)
    before, beside = await rows(owner, tenant), await rows(owner, other_tenant)
    assert {"accounts", "api_keys", "events", "idempotency_keys", "jobs", "pgqueuer", "scores"} <= before.keys()
    assert len(before) > 30

    done = await erased(tenant.name, database_url, tmp_path)

    assert done.code == 0, done.said
    assert str(tenant.id) in done.said
    assert await rows(owner, tenant) == {"audit_log": before["audit_log"] + 1}
    said = await owner.fetchval("SELECT said FROM audit_log WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1", tenant.id)
    assert tenant.name in said
    assert (await client.get("/v1/me")).status_code == 401
    assert await rows(owner, other_tenant) == beside
    await ok(other_client.get("/v1/accounts"))
    again = await erased(tenant.name, database_url, tmp_path)
    assert (again.code, "there is no organization" in again.said) == (1, True)

    # Whoever was let in before may still have written: by the id that is found, too.
    late = "INSERT INTO users (tenant_id, id, name, function) VALUES ($1, gen_random_uuid(), 'Late', 'sales')"
    await owner.execute(late, tenant.id)
    assert (await erased(str(tenant.id), database_url, tmp_path)).code == 0
    assert await rows(owner, tenant) == {"audit_log": before["audit_log"] + 2}
    assert (await erased(str(tenant.id), database_url, tmp_path)).code == 1


async def erased(name, url, folder):
    """The command, once it has ended; its log is its own."""
    return await printed("organizations", "erase", name, "--yes", log=folder / str(uuid4()), DATABASE_URL=url)
