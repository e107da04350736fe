"""How the scores before new ones are looked up, as the server itself explains it."""

import re

import pytest
from sqlalchemy import text

from app.infra.db import connected, enter
from app.kernel.ids import TenantId, new_id
from app.metrics.families.portfolio import allow_memory
from app.selection.queries import transitions
from app.selection.service.keeping import today
from tests.jobs.ground import fresh_database


@pytest.fixture
def url():
    """A database of which the server knows nothing yet."""
    return fresh_database()


async def test_scores_before_are_found_by_their_account_though_nothing_is_known_of_the_table(url, settings):
    """Through an index that begins otherwise, all scores of a new organization were read for each of its accounts."""
    tenant_id = TenantId(new_id())
    asked = {
        "tenant_id": tenant_id,
        "account_ids": [new_id(), new_id()],
        "ids": [new_id(), new_id()],
        "model_id": new_id(),
        "as_of": today(),
        "past": True,
    }
    database = await connected(
        url, role=settings.app_role, pool_size=1, pool_timeout_seconds=10, statement_timeout_seconds=30
    )
    async with database.engine.begin() as connection:
        await enter(connection, tenant_id)
        await allow_memory(connection)
        await connection.execute(text("SET LOCAL enable_seqscan = off"))  # of no rows a scan is as good
        for statement in (transitions.LATEST, transitions.UTILITIES):
            plan = "\n".join((await connection.execute(text(f"EXPLAIN {statement.text}"), asked)).scalars())

            assert set(re.findall(r"using (\w+) on scores", plan)) == {"scores_account_id_as_of_id_idx"}
            assert "Seq Scan on scores" not in plan
    await database.close()
