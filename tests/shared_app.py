"""Fixtures for modules with many short tests: the application starts once for all tests of a module.

They stand in for those of the same names in `tests/conftest.py`; such a module marks its tests with `ONE_LOOP`.
Each test still has organizations of its own.
"""

import httpx
import pytest
import pytest_asyncio

from app.main import create_app
from tests.conftest import a_tenant, client_of

ONE_LOOP = pytest.mark.asyncio(loop_scope="module")

__all__ = ["ONE_LOOP", "anyone", "app", "client", "one_app", "other_client", "other_tenant", "tenant"]


@pytest.fixture(scope="session")
def one_app(settings, database_url):
    """The application, not started; made once, since its first request is the dear one."""
    return create_app(settings, database_url)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(one_app):
    async with one_app.router.lifespan_context(one_app):
        yield one_app


@pytest_asyncio.fixture(loop_scope="module")
async def tenant(database):
    return await a_tenant(database)


@pytest_asyncio.fixture(loop_scope="module")
async def other_tenant(database):
    return await a_tenant(database)


@pytest_asyncio.fixture(loop_scope="module")
async def client(app, tenant):
    async with client_of(app, tenant) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def other_client(app, other_tenant):
    async with client_of(app, other_tenant) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def anyone(app):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kap.test", timeout=60) as made:
        yield made
