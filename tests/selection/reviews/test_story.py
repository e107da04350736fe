"""A review as it is meant to go: rated blind, revealed, agreed on, voted on, decided, closed."""

from tests.asking import ok
from tests.selection.reviews.ground import a_whole_story
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_every_operation_is_carried_out_once_from_the_first_rating_to_the_end(client):
    ids = await a_whole_story(client)

    review = await ok(client.get(f"/v1/selection/reviews/{ids['review_id']}"))
    events = (await ok(client.get("/v1/events")))["data"]

    assert review["state"] == "closed"
    assert [one["decision"] for one in review["candidates"]] == ["select", "defer", "defer"]
    told = [one["type"] for one in events]
    assert told.count("selection_decision.recorded") == 3
    assert told.count("selection_review.closed") == 2
    assert told.count("selection_review.revealed") == 1
