"""A plan as it is meant to go: drawn up, saved anew, acted on, signed, read, put away."""

from tests.asking import ok
from tests.planning.ground import a_whole_story
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_every_operation_is_carried_out_once_and_what_happened_is_told(client):
    ids = await a_whole_story(client)

    plan = await ok(client.get(f"/v1/accounts/{ids['account_id']}/plan"))
    events = (await ok(client.get("/v1/events")))["data"]

    assert plan["number"] == plan["version"] == 2
    assert plan["figures"]["completeness"] == 1
    assert plan["figures"]["co_created"]
    told = [one["type"] for one in reversed(events) if one["type"].startswith("plan")]
    assert told == [
        "plan.saved", "plan.saved", "plan_action.completed", "plan.approved", "plan.saved", "plan.archived",
    ]  # fmt: skip
