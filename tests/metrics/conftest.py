"""A database as the role that serves, and an organization of each test's own with facts put in directly."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.infra.db import Database, connected
from tests.metrics.ground import World, founded


def pytest_collection_modifyitems(items):
    """These tests share a loop, and so a connection that has its statements prepared."""
    for item in items:
        if "measuring" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def measuring(database_url, settings) -> AsyncIterator[Database]:
    """The database as the unprivileged role: row-level security is on."""
    opened = await connected(
        database_url, role=settings.app_role, pool_size=1, pool_timeout_seconds=5, statement_timeout_seconds=30
    )
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def world(measuring) -> World:
    """The organization of the test."""
    return await founded(measuring)
