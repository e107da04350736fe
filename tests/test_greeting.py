"""The key that a first start hands out: to the demonstration it makes itself, and to nobody's own organization."""

import pytest

from app import greeting
from app.infra.settings import Settings
from app.tenancy import service as tenancy
from tests.jobs import ground


@pytest.fixture
def url():
    return ground.fresh_database()


@pytest.mark.parametrize("demo", [True, False])
async def test_no_key_is_made_for_an_organization_of_somebodys_own_that_is_called_demo(url, tmp_path, demo):
    async with ground.opened(url) as database:
        async with database.engine.begin() as connection:
            await tenancy.found(connection, "demo")

        key = await greeting.prepare(database, Settings(demo=demo, data_dir=tmp_path))

    assert key is None
    assert list(tmp_path.iterdir()) == []


async def test_nothing_is_made_where_no_demonstration_is_wanted(url, tmp_path):
    async with ground.opened(url) as database:
        assert await greeting.prepare(database, Settings(demo=False, data_dir=tmp_path)) is None
        async with database.engine.begin() as connection:
            assert await tenancy.all_tenants(connection) == []
