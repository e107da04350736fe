import pytest_asyncio

from tests.accounts.facts import a_ground
from tests.shared_app import *  # noqa: F403  # fixtures


@pytest_asyncio.fixture(loop_scope="module")
async def ground(client):
    """Records of the test's organization that others can refer to."""
    return await a_ground(client)


@pytest_asyncio.fixture(loop_scope="module")
async def other_ground(other_client):
    """The same of another organization."""
    return await a_ground(other_client)
