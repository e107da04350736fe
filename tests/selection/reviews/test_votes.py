"""What a vote changes beside the review: which functions work together on the account."""

from datetime import UTC, datetime

from app.accounts.service import changing
from tests.asking import ok
from tests.selection.reviews.ground import a_joint_review
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_a_vote_asks_for_the_accounts_figures_anew(client, database, tenant):
    case = await a_joint_review(client)
    async with database.transaction(tenant.id) as connection:
        await changing.all_taken(connection, tenant.id)

    await case.votes("finance")

    async with database.transaction(tenant.id) as connection:
        assert await changing.marked(connection, tenant.id) == (1, False)
    here = f"/v1/accounts/{case.accounts[0]['id']}/metrics"
    measured = await ok(client.get(here, params={"as_of": datetime.now(UTC).date().isoformat()}))
    assert measured["metrics"]["collaboration_breadth"]["value"] == 1
