"""Hours and incentives of managers, through their doors."""

from tests.asking import a_person, days_ago, ok, own_client
from tests.program.summary.ground import a_key_account
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
HOURS, INCENTIVES = "/v1/program/kam-hours", "/v1/program/incentives"


async def test_hours_are_listed_by_who_where_what_and_when_and_taken_back(client, other_client):
    kim, lee = await a_person(client, "sales", "Kim"), await a_person(client, "sales", "Lee")
    account = await a_key_account(client, "Konex")
    items = [
        {"user_id": kim, "account_id": account, "activity": "joint_roadmap", "hours": 2.5, "on": days_ago(3)},
        {"user_id": kim, "activity": "internal_coordination", "hours": 1, "on": days_ago(2)},
        {"user_id": lee, "activity": "other", "hours": 4},
    ]
    kept = await ok(client.post(f"{HOURS}/batch", json={"items": items}), 201)
    assert (kept["recorded"], kept["hours"]) == (3, 7.5)

    async def listed(asking=client, **params):
        return [one["hours"] for one in (await ok(asking.get(HOURS, params=params)))["data"]]

    assert await listed() == [4.0, 1.0, 2.5]  # the latest first
    assert await listed(sort="hours") == [1.0, 2.5, 4.0]
    assert await listed(user_id=kim) == [1.0, 2.5]
    assert await listed(account_id=account) == [2.5]
    assert await listed(activity="other") == [4.0]
    assert await listed(**{"from": days_ago(3), "to": days_ago(2)}) == [1.0, 2.5]
    assert await listed(other_client) == []

    gone = f"{HOURS}/{kept['ids'][0]}"
    assert (await ok(client.get(gone)))["hours"] == 2.5
    assert {(await asked).status_code for asked in (other_client.get(gone), other_client.delete(gone))} == {404}
    await ok(client.delete(gone), 204)
    again = await client.delete(gone)
    assert (again.status_code, again.json()["code"]) == (404, "hours_not_found")
    assert await listed(account_id=account) == []


async def test_one_wrong_entry_keeps_all_of_a_batch_out_and_is_named(client, other_client):
    kim = await a_person(client, "sales", "Kim")
    stranger = await a_person(other_client, "sales")
    theirs = await a_key_account(other_client, "Theirs")
    good = {"user_id": kim, "activity": "other", "hours": 1}
    for wrong, pointer in (
        ({"user_id": stranger}, "/items/1/user_id"),
        ({"user_id": None}, "/items/1/user_id"),
        ({"account_id": theirs}, "/items/1/account_id"),
        ({"on": days_ago(-1)}, "/items/1/on"),
        ({"hours": 0}, "/items/1/hours"),
        ({"hours": 169}, "/items/1/hours"),
    ):
        refused = await client.post(f"{HOURS}/batch", json={"items": [good, good | wrong]})
        assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, [pointer]), wrong
    assert (await ok(client.get(HOURS)))["data"] == []


async def test_a_persons_key_records_their_own_hours_alone(app, client):
    kim, lee = await a_person(client, "sales", "Kim"), await a_person(client, "sales", "Lee")
    async with await own_client(app, client, kim, scopes=("retiering:read", "retiering:write")) as own:
        kept = await ok(own.post(HOURS, json={"activity": "negotiation", "hours": 2}), 201)
        assert (kept["user_id"], kept["spent_on"], kept["account_id"]) == (kim, days_ago(0), None)
        refused = await own.post(HOURS, json={"activity": "negotiation", "hours": 2, "user_id": lee})
        assert (refused.status_code, refused.json()["code"]) == (403, "speaks_for_another")


async def test_the_plan_for_all_holds_for_who_has_none_and_what_leans_on_the_short_term_is_flagged(client):
    kim, lee = await a_person(client, "sales", "Kim"), await a_person(client, "sales", "Lee")
    await a_key_account(client, "Konex", kam_user_id=kim)
    await a_key_account(client, "Cancity", kam_user_id=lee)
    assert (await ok(client.get(INCENTIVES)))["managers_without_plan"] == 2

    even = {"short_term_revenue": 0.5, "retention": 0.1, "growth": 0.2, "new_business": 0.2}
    greedy = {"short_term_revenue": 0.8, "growth": 0.2}
    await ok(client.put(INCENTIVES, json={"mix": greedy, "from_on": days_ago(100)}))
    await ok(client.put(INCENTIVES, json={"mix": even, "from_on": days_ago(50)}))
    found = await ok(client.put(INCENTIVES, json={"mix": greedy, "user_id": kim, "from_on": days_ago(20)}))

    assert (found["general"]["from_on"], found["general"]["rewards_landing_and_expanding"]) == (days_ago(50), True)
    told = {one["user_name"]: (one["own"], one["plan"]["above_cap"]) for one in found["managers"]}
    assert told == {"Kim": (True, True), "Lee": (False, False)}
    assert (found["managers_above_cap"], found["mean"]["short_term_revenue"]) == (1, 0.65)

    past = await ok(client.get(INCENTIVES, params={"as_of": days_ago(60)}))
    assert (past["managers_above_cap"], past["general"]["mix"]["short_term_revenue"]) == (2, 0.8)
    corrected = await ok(client.put(INCENTIVES, json={"mix": even, "user_id": kim, "from_on": days_ago(20)}))
    assert corrected["managers_above_cap"] == 0
    for_all = await ok(client.put(INCENTIVES, json={"mix": greedy, "from_on": days_ago(50)}))
    assert (for_all["general"]["above_cap"], for_all["managers_above_cap"]) == (True, 1)


async def test_a_mix_that_is_not_whole_and_a_stranger_are_refused(client, other_client):
    stranger = await a_person(other_client, "sales")
    whole = {"short_term_revenue": 1.0}
    for body, pointer in (
        ({"mix": {"short_term_revenue": 0.5}}, "/mix"),
        ({"mix": {"short_term_revenue": 0.5, "growth": 0.6}}, "/mix"),
        ({"mix": {"short_term_revenue": -0.5, "growth": 1.5}}, "/mix/short_term_revenue"),
        ({"mix": whole, "user_id": stranger}, "/user_id"),
    ):
        refused = await client.put(INCENTIVES, json=body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), body
