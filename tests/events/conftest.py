"""What the tests of events share: nobody listens any more once a test is over."""

import asyncpg
import pytest_asyncio


@pytest_asyncio.fixture(autouse=True)
async def nobody_listens_afterwards(request):
    """Remove the endpoints that a test has made: each worker of a later test would try to reach them again."""
    yield
    if "database_url" in request.fixturenames:
        connection = await asyncpg.connect(request.getfixturevalue("database_url"))
        try:
            await connection.execute("DELETE FROM webhook_endpoints")
        finally:
            await connection.close()
