"""No hot route looks through a whole table that grows: as the server itself explains what it is really sent."""

import asyncio
from functools import partial

import asyncpg
import pytest

from app.infra.db import connected
from app.tenancy import service as tenancy
from benchmarks import facts, plans, portfolio
from benchmarks.ground import Ground
from tests.jobs.ground import fresh_database

ACCOUNTS, DEALS_EACH = 200, 4


@pytest.fixture
def filled(settings):
    """Two organizations with facts on a database of their own; one of them was scored."""
    url = fresh_database()
    tenant_id, key = asyncio.run(_organizations(url, settings))
    return Ground(url, settings, tenant_id, key)


async def _organizations(url, settings):
    database = await connected(
        url, role=settings.app_role, pool_size=2, pool_timeout_seconds=10, statement_timeout_seconds=60
    )
    owner = await asyncpg.connect(url)
    try:
        async with database.engine.begin() as connection:
            others, ours = [await tenancy.found(connection, name) for name in ("others", "ours")]
            _, key = await tenancy.issue_key(connection, ours, name="test", scopes=["admin"])
        for tenant_id in (others, ours):
            await facts.make(owner, tenant_id, accounts=ACCOUNTS, deals_each=DEALS_EACH)
        await portfolio.run_seconds(database, ours)
        await owner.execute("ANALYZE")
    finally:
        await owner.close()
        await database.close()
    return ours, key


async def _looked_through(ground, requests, **settings):
    owner = await asyncpg.connect(ground.url)
    try:
        return await plans.scans(owner, ground, requests, **settings)
    finally:
        await owner.close()


def test_no_hot_route_looks_through_a_big_table(filled):
    # A table this small is quicker read as a whole: the planner is told not to, and does so only where it has no index.
    looked = partial(_looked_through, filled)

    assert asyncio.run(looked(plans.HOT, enable_seqscan="off")) == []

    # Without any index to go by, the same look finds what it should not.
    assert {one.table for one in asyncio.run(looked(["/v1/accounts?limit=100"], enable_indexscan="off",
                                                    enable_bitmapscan="off"))} == {"accounts"}  # fmt: skip
