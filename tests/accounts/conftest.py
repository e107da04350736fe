import pytest
import pytest_asyncio

from app.main import create_app
from tests.accounts.facts import a_ground


@pytest.fixture(scope="session")
def one_app(settings, database_url):
    """The application, not started; made once, since its first request is the dear one."""
    return create_app(settings, database_url)


@pytest_asyncio.fixture
async def app(one_app):
    async with one_app.router.lifespan_context(one_app):
        yield one_app


@pytest_asyncio.fixture
async def ground(client):
    """Records of the test's organization that others can refer to."""
    return await a_ground(client)


@pytest_asyncio.fixture
async def other_ground(other_client):
    """The same of another organization."""
    return await a_ground(other_client)
