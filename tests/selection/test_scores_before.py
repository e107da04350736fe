"""How the scores before new ones are looked up, as the server itself explains it."""

import re

from sqlalchemy import text

from app.kernel.ids import new_id
from app.metrics.families.portfolio import allow_memory
from app.selection.queries import transitions
from app.selection.service.keeping import today


async def test_scores_before_are_found_by_their_account_whatever_is_known_of_the_table(database, tenant):
    """Through an index that begins otherwise, all scores of a new organization were read for each of its accounts."""
    asked = {
        "tenant_id": tenant.id,
        "account_ids": [new_id(), new_id()],
        "ids": [new_id(), new_id()],
        "model_id": new_id(),
        "as_of": today(),
        "past": True,
    }
    async with database.transaction(tenant.id) as connection:
        await allow_memory(connection)
        await connection.execute(text("SET LOCAL enable_seqscan = off"))  # of no rows a scan is as good
        for statement in (transitions.LATEST, transitions.UTILITIES):
            plan = "\n".join((await connection.execute(text(f"EXPLAIN {statement.text}"), asked)).scalars())

            assert set(re.findall(r"using (\w+) on scores", plan)) == {"scores_account_id_as_of_id_idx"}
            assert "Seq Scan on scores" not in plan
