from datetime import timedelta

import pytest

from app.infra.housekeeping import forget_answers
from tests.jobs import ground
from tests.jobs.ground import an_organization, opened, owner


@pytest.fixture(scope="module")
def url():
    return ground.fresh_database()


async def keep(everything, tenant_id, number, age):
    await everything.execute(
        """INSERT INTO idempotency_keys (tenant_id, key, request_digest, status, headers, body, created_at)
           SELECT $1, $4::text || n, '', 201, '{}', '', now() - $3::interval FROM generate_series(1, $2::int) n""",
        tenant_id,
        number,
        age,
        str(age),
    )


async def kept(everything, tenant_id):
    return await everything.fetchval("SELECT count(*) FROM idempotency_keys WHERE tenant_id = $1", tenant_id)


async def test_answers_are_forgotten_after_their_day_and_only_the_organizations_own(url):
    async with opened(url) as database, owner(url) as everything:
        mine, other = await an_organization(database), await an_organization(database)
        for tenant_id in (mine, other):
            await keep(everything, tenant_id, 2500, timedelta(hours=25))
            await keep(everything, tenant_id, 3, timedelta(hours=23))

        assert await forget_answers(database, mine) == 2500

        assert await kept(everything, mine) == 3
        assert await kept(everything, other) == 2503
