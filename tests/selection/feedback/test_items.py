"""Objections and proposals, and what becomes of them."""

import pytest

from tests.asking import a_person, ok, own_client
from tests.selection.feedback.ground import a_draft, a_round, disposes, people_of, raises, weighs
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def a_round_of_two(client):
    people = await people_of(client, "finance", "legal")
    return await a_round(client, await a_draft(client), people), *people


def item_url(item, door):
    return f"/v1/selection/feedback-items/{item['id']}/{door}"


async def closed(client, url, *people):
    for person in people:
        await weighs(client, url, person, 40, 30, 20, 10)
    return await ok(client.post(f"{url}/close"))


async def test_what_is_raised_is_seen_by_all_at_once(app, client):
    url, ada, ben = await a_round_of_two(client)
    proposed = {"key": "churn_risk", "metric": "gross_retention", "dimension": "alignment", "weight": 10}
    await raises(client, url, ada, criterion="spend", blocking=True)
    await raises(client, url, ben, kind="proposal", body="Look at churn", proposed=proposed)

    async with await own_client(app, client, ben) as his:
        items = (await ok(his.get(url)))["items"]

    assert [(one["kind"], one["function"], one["criterion"], one["blocking"]) for one in items] == [
        ("objection", "finance", "spend", True),
        ("proposal", "legal", None, False),
    ]
    assert items[0]["name"] == "finance 0"
    assert items[1]["proposed"] == {**proposed, "group": None, "rationale": None}
    assert [(one["disposition"], one["open"]) for one in items] == [(None, True), (None, False)]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"criterion": "luck"}, "/criterion"),
        ({"kind": "proposal", "blocking": True}, "/blocking"),
        ({"proposed": {"key": "churn"}}, "/proposed"),
        ({"body": ""}, "/body"),
        ({"body": "x" * 2001}, "/body"),
        ({"kind": "praise"}, "/kind"),
        ({"kind": "proposal", "proposed": {"weight": -1}}, "/proposed/weight"),
    ],
)
async def test_what_cannot_be_raised_is_refused(client, fields, pointer):
    url, ada, _ = await a_round_of_two(client)

    refused = await client.post(f"{url}/items", json={"kind": "objection", "body": "No", "user_id": ada, **fields})

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]


async def test_only_participants_raise(client):
    url, _, _ = await a_round_of_two(client)
    body = {"kind": "objection", "body": "No", "user_id": await a_person(client, "product")}

    refused = await client.post(f"{url}/items", json=body)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_asked_for_feedback")


async def test_a_round_is_not_closed_before_everything_has_a_disposition(client):
    url, ada, ben = await a_round_of_two(client)
    await weighs(client, url, ada, 40, 30, 20, 10)
    first, second, third = [await raises(client, url, ada) for _ in range(3)]
    await disposes(client, first, "accepted", ben, "True enough")

    refused = await client.post(f"{url}/close")
    await disposes(client, second, "rejected", ben)
    await ok(client.post(item_url(third, "withdraw"), json={"user_id": ada}))
    seen = await ok(client.post(f"{url}/close"))

    assert (refused.status_code, refused.json()["detail"]) == (409, "2 of 3 have none yet")
    assert [one["disposition"] for one in seen["items"]] == ["accepted", "rejected", "withdrawn"]
    assert (seen["items"][0]["reason"], seen["items"][0]["disposed_by_name"]) == ("True enough", "legal 1")
    assert seen["items"][2]["reason"] is None


async def test_a_deferred_blocking_objection_stays_open_and_may_be_settled_after_the_round(client):
    url, ada, ben = await a_round_of_two(client)
    blocking, other, taken_back = [await raises(client, url, ada, blocking=block) for block in (True, False, True)]
    for item in (blocking, other, taken_back):
        await disposes(client, item, "deferred", ben)
    before = await closed(client, url, ada, ben)
    late = {"disposition": "accepted", "reason": "Settled by now", "user_id": ben}

    settled = await ok(client.post(item_url(blocking, "dispose"), json=late))
    refused = await client.post(item_url(other, "dispose"), json=late)
    again = await client.post(item_url(blocking, "dispose"), json=late)
    await ok(client.post(item_url(taken_back, "withdraw"), json={"user_id": ada}))
    after = await ok(client.get(url))

    assert (before["open_blocking"], after["open_blocking"]) == (2, 0)
    assert not settled["open"]
    assert [(one.status_code, one.json()["code"]) for one in (refused, again)] == [
        (409, "round_ended"),
        (409, "item_settled"),
    ]
    # What the round came to stays as it was; how it stands now is told beside it.
    assert after["result"] == before["result"]
    kept, now = (found["functions"][0] for found in (after["result"]["co_ownership"], before["co_ownership"]))
    assert kept == now == {
        "function": "finance", "consulted": True, "influenced": False, "endorsed": False, "index": 0.333333,
    }  # fmt: skip
    assert after["co_ownership"]["functions"][0]["influenced"]


async def test_only_who_raised_it_takes_it_back(app, client):
    url, ada, ben = await a_round_of_two(client)
    item = await raises(client, url, ada)

    async with await own_client(app, client, ben) as his:
        refused = await his.post(item_url(item, "withdraw"), json={})
    async with await own_client(app, client, ada) as her:
        taken_back = await ok(her.post(item_url(item, "withdraw"), json={"reason": "Seen otherwise"}))
    again = await client.post(item_url(item, "withdraw"), json={"user_id": ada})

    assert (refused.status_code, refused.json()["code"]) == (403, "raised_by_another")
    assert (taken_back["disposition"], taken_back["reason"], taken_back["disposed_by"]) == (
        "withdrawn", "Seen otherwise", ada,
    )  # fmt: skip
    assert (again.status_code, again.json()["detail"]) == (409, "it is withdrawn")


async def test_an_item_of_another_organization_is_not_there(client, other_client):
    url, ada, _ = await a_round_of_two(client)
    item = await raises(client, url, ada)
    body = {"disposition": "rejected", "reason": "Mine now", "user_id": ada}

    answers = [
        await other_client.post(item_url(item, "dispose"), json=body),
        await other_client.post(item_url(item, "withdraw"), json={"user_id": ada}),
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "item_not_found")] * 2
