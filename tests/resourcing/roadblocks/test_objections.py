"""What was foreseen in a review stands in the way once the account is selected."""

from tests.asking import ok
from tests.selection.reviews.ground import SOON, a_voted_review
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_open_objections_become_roadblocks_once_the_account_is_selected_and_once_only(client):
    case = await a_voted_review(client)
    stands, settled = await case.objects(), await case.objects(body="Our margin")
    await ok(
        client.post(
            f"/v1/selection/objections/{settled['id']}/withdraw",
            json={"user_id": case.people["finance"]},
        )
    )
    deferred = await case.decides(decision="defer", tier=None)
    assert (await ok(client.get("/v1/roadblocks")))["data"] == []

    await case.decides(supersedes_id=deferred["id"])
    here = f"/v1/accounts/{case.accounts[0]['id']}/lifecycle/moves"
    for to in ("candidate", "shortlisted", "calibrated", "selected"):
        await ok(client.post(here, json={"to": to, "reason": "As decided"}), 201)

    (found,) = (await ok(client.get("/v1/roadblocks")))["data"]
    assert found["objection_id"] == stands["id"]
    assert (found["account_id"], found["function"], found["due_on"]) == (case.accounts[0]["id"], "operations", SOON)
    assert (found["title"], found["owner_user_id"]) == ("No service team in Asia", case.people["operations"])
