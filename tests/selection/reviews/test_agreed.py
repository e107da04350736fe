"""What the joint session agrees on: beside what was rated blind, and as the facts that scores are made of."""

from tests.asking import ok
from tests.selection.ground import a_published_model, a_rating
from tests.selection.reviews.ground import TODAY, a_joint_review
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def facts(client, account, metric="goal_fit"):
    found = await ok(client.get("/v1/ratings", params={"account_id": account["id"], "metric": metric, "limit": 500}))
    return found["data"]


async def metric_of(client, account, metric="goal_fit"):
    found = await ok(client.get(f"/v1/accounts/{account['id']}/metrics", params={"keys": metric}))
    return found["metrics"][metric]["value"]


async def test_blind_agreed_and_what_lies_between_are_shown_side_by_side(client):
    case = await a_joint_review(client)

    look = await case.agrees(goal_fit=4)

    # By hand: sales 5, finance 2, operations 2: mean 3, range 3, deviation sqrt((4 + 1 + 1) / 3) = sqrt(2); 4 - 3 = 1.
    fit = next(one for one in look["metrics"] if one["metric"] == "goal_fit")
    assert (fit["blind_mean"], fit["unified"], fit["shift"]) == (3.0, 4, 1.0)
    assert fit["between_functions"] == {"range": 3.0, "sd": 1.4142}
    assert fit["between_raters"] == {"range": 3.0, "sd": 1.4142}
    assert not fit["single_rater"]
    other = next(one for one in look["metrics"] if one["metric"] == "willingness_to_partner")
    assert (other["blind_mean"], other["unified"], other["shift"]) == (4.0, None, None)
    assert look["agreed"] == [{"metric": "goal_fit", "value": 4, "comment": None}]
    assert look["agreed_by_user_id"] == case.people["sales"]
    alignment = next(one for one in look["axes"] if one["axis"] == "alignment")
    # By hand: sales (5 + 4) / 2, finance and operations (2 + 4) / 2.
    assert [one["mean"] for one in alignment["by_function"]] == [3.0, 3.0, 4.5]
    assert alignment["mean"] == 3.5


async def test_what_was_agreed_is_what_the_metric_says_and_the_score_is_made_of(client):
    case = await a_joint_review(client)
    account = case.accounts[0]
    await a_published_model(client)
    await ok(client.post(f"/v1/accounts/{account['id']}/scores", json={}), 201)

    await case.agrees(goal_fit=4)

    assert await metric_of(client, account) == 4
    stale = await ok(client.get(f"/v1/accounts/{account['id']}/score"))
    assert stale["stale"]
    anew = await ok(client.post(f"/v1/accounts/{account['id']}/scores", json={}), 201)
    fit = next(part for part in anew["contributions"] if part["criterion"] == "fit")
    assert (fit["value"], fit["utility"]) == (4, 0.75)


async def test_each_participating_function_is_recorded_with_it_once_however_often_it_is_said(client):
    case = await a_joint_review(client)
    account = case.accounts[0]

    for _ in range(2):
        await case.agrees(goal_fit=4)
    recorded = await facts(client, account)

    assert sorted(one["function"] for one in recorded) == ["finance", "operations", "sales"]
    assert {one["value"] for one in recorded} == {4}
    assert {(one["source"], one["rated_on"], one["version"]) for one in recorded} == {("review", TODAY.isoformat(), 1)}
    assert {one["comment"] for one in recorded} == {"Agreed in the review Key accounts"}


async def test_what_is_agreed_anew_is_a_later_fact_and_counts_also_over_what_was_rated_in_between(client):
    case = await a_joint_review(client)
    account = case.accounts[0]

    await case.agrees(goal_fit=4)
    await a_rating(client, account, 1, rated_on=TODAY.isoformat(), function="finance")
    look = await case.agrees(goal_fit=2, willingness_to_partner=5, function="finance")

    assert sorted(one["value"] for one in await facts(client, account)) == [1, 2, 2, 2, 4, 4, 4]
    assert await metric_of(client, account) == 2
    assert await metric_of(client, account, "willingness_to_partner") == 5
    assert {one["metric"]: one["value"] for one in look["agreed"]} == {"goal_fit": 2, "willingness_to_partner": 5}
    assert look["agreed_by_user_id"] == case.people["finance"]


async def test_what_a_participant_had_rated_outside_the_review_gives_way_to_what_was_agreed(client):
    case = await a_joint_review(client)
    account = case.accounts[0]
    await a_rating(client, account, 1, rated_on=TODAY.isoformat(), function="operations")
    own = {"account": account["id"], "metric": "goal_fit", "value": 1, "user": case.people["finance"]}
    await ok(client.post("/v1/ratings", json={**own, "rated_on": TODAY.isoformat()}), 201)

    await case.agrees(goal_fit=4)
    assert await metric_of(client, account) == 4
    await case.agrees(goal_fit=5)
    assert await metric_of(client, account) == 5


async def test_a_function_that_takes_no_part_keeps_its_own_voice(client):
    case = await a_joint_review(client)
    account = case.accounts[0]
    await a_rating(client, account, 1, rated_on=TODAY.isoformat(), function="legal")

    await case.agrees(goal_fit=5)

    # By hand: three functions at 5, legal at 1.
    assert await metric_of(client, account) == 4


async def test_ratings_that_are_blind_yet_are_no_facts(client):
    case = await a_joint_review(client)
    assert await facts(client, case.accounts[0]) == []
