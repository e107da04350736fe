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


async def test_what_is_settled_in_the_review_stands_in_the_way_no_more(client):
    case = await a_voted_review(client)
    solved, taken_back, stands = [await case.objects(body=body) for body in ("No team", "Our margin", "Their lawyers")]
    await case.decides()
    here = f"/v1/accounts/{case.accounts[0]['id']}/lifecycle/moves"
    for to in ("candidate", "shortlisted", "calibrated", "selected"):
        await ok(client.post(here, json={"to": to, "reason": "As decided"}), 201)

    at, who = "/v1/selection/objections", {"user_id": case.people["finance"]}
    await ok(client.post(f"{at}/{solved['id']}/resolve", json={**who, "resolution": "A hub is opened"}))
    await ok(client.post(f"{at}/{taken_back['id']}/withdraw", json=who))

    found = {one["objection_id"]: one for one in (await ok(client.get("/v1/roadblocks")))["data"]}
    assert {key: (one["state"], one["resolution"]) for key, one in found.items()} == {
        solved["id"]: ("resolved", "A hub is opened"),
        taken_back["id"]: ("resolved", "The objection was withdrawn"),
        stands["id"]: ("open", None),
    }
    (*_, last) = (await ok(client.get(f"/v1/roadblocks/{found[solved['id']]['id']}/moves")))["data"]
    assert (last["kind"], last["user_id"]) == ("resolved", case.people["finance"])
