import pytest

from tests.accounts.facts import a_ground


@pytest.fixture
async def ground(client):
    """Records of the test's organization that others can refer to."""
    return await a_ground(client)


@pytest.fixture
async def other_ground(other_client):
    """The same of another organization."""
    return await a_ground(other_client)
