"""Scoring accounts that are sent along."""

import copy

import pytest

from tests.selection.ground import MODEL

CRITERION = MODEL["criteria"][0]


def with_criterion(**changes):
    return {"criteria": [{**CRITERION, **changes}]}


def with_function(**function):
    return with_criterion(value_function=function)


async def score(client, model, *accounts):
    return await client.post("/v1/selection/score", json={"model": model, "accounts": list(accounts)})


async def test_a_plugin_gets_scores_in_the_order_of_its_accounts(client):
    # By hand: rating 4 of 5 is (4 - 1) / 4 = 0.75; spends 100, 300, 200: mid-rank shares 1/6, 5/6, 3/6.
    accounts = [
        {"ref": "a", "inputs": {"goal_fit": 4, "future_spend": 100}},
        {"ref": "b", "inputs": {"goal_fit": 5, "future_spend": 300}},
        {"ref": "c", "inputs": {"goal_fit": 1, "future_spend": 200}},
    ]

    answer = await score(client, MODEL, *accounts)

    results = answer.json()["results"]
    assert [result["ref"] for result in results] == ["a", "b", "c"]
    assert [result["alignment"]["score"] for result in results] == [75.0, 100.0, 0.0]
    assert [result["opportunity"]["score"] for result in results] == [16.6667, 83.3333, 50.0]
    assert [result["composite"]["score"] for result in results] == [45.8333, 91.6667, 25.0]
    assert [result["rank"] for result in results] == [2, 1, 3]
    assert [result["tier"] for result in results] == ["standard", "tier_1", "standard"]
    assert answer.json()["model_id"] is None


async def test_an_account_of_which_nothing_is_known_has_no_made_up_score(client):
    answer = await score(client, MODEL, {"ref": "a", "inputs": {}})

    (result,) = answer.json()["results"]
    assert result["composite"] == {"score": None, "low": 0.0, "high": 100.0, "coverage": 0.0}
    assert [warning["code"] for warning in result["warnings"]] == ["insufficient_data"]
    assert result["tier"] == "standard"
    assert result["rank"] is None


async def test_the_organizations_own_model_counts_when_none_is_given(client):
    answer = await client.post("/v1/selection/score", json={"accounts": [{"inputs": {"goal_fit": 5}}]})

    assert answer.status_code == 200
    assert answer.json()["model_version"] == 1


async def test_a_model_and_the_id_of_one_exclude_each_other(client):
    body = {"model": MODEL, "model_id": "01900000-0000-7000-8000-000000000000", "accounts": [{"inputs": {}}]}

    answer = await client.post("/v1/selection/score", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/model_id"


BAD_MODELS = [
    ({"criteria": []}, "/model/criteria"),
    ({"criteria": [{}]}, "/model/criteria/0/key"),
    ({**MODEL, "criteria": [CRITERION, CRITERION]}, "/model/criteria/1/key"),
    ({**MODEL, "opportunity_share": 1.5}, "/model/opportunity_share"),
    ({**MODEL, "missing_policy": "optimistic"}, "/model/missing_policy"),
    ({**MODEL, "surprise": 1}, "/model/surprise"),
    (with_criterion(weight=-1), "/model/criteria/0/weight"),
    (with_criterion(weight="20"), "/model/criteria/0/weight"),
    (with_criterion(weight=0), "/model/criteria"),
    (with_criterion(dimension="profit"), "/model/criteria/0/dimension"),
    (with_function(kind="wishful"), "/model/criteria/0/value_function/kind"),
    (with_function(kind="linear", low=3, high=3), "/model/criteria/0/value_function/high"),
    (with_function(kind="log", low=0, high=3), "/model/criteria/0/value_function/low"),
    (with_function(kind="piecewise", points=[[0, 0]]), "/model/criteria/0/value_function/points"),
    (with_function(kind="piecewise", points=[[1, 0], [1, 1]]), "/model/criteria/0/value_function/points/1/0"),
    (with_function(kind="piecewise", points=[[0, 0], [1, 2]]), "/model/criteria/0/value_function/points/1/1"),
    (with_function(kind="categories", map={}), "/model/criteria/0/value_function/map"),
    (with_function(kind="categories", map={"red": 7}), "/model/criteria/0/value_function/map/red"),
    ({**MODEL, "gates": [{"metric": "revenue_ltm", "effect": "emerging"}]}, "/model/gates/0"),
    ({**MODEL, "tiers": [{"name": "standard"}]}, "/model/tiers/0/name"),
]


@pytest.mark.parametrize(("model", "pointer"), BAD_MODELS, ids=[pointer for _, pointer in BAD_MODELS])
async def test_a_fault_of_the_model_is_named_by_its_place(client, model, pointer):
    answer = await score(client, copy.deepcopy(model), {"inputs": {}})

    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


BAD_INPUTS = [("4", "a text"), (True, "a boolean"), (0, "below the scale"), (6, "above the scale"), ([4], "a list")]


@pytest.mark.parametrize("value", [value for value, _ in BAD_INPUTS], ids=[name for _, name in BAD_INPUTS])
async def test_an_input_that_cannot_be_right_is_named_by_its_place(client, value):
    answer = await score(client, MODEL, {"inputs": {}}, {"inputs": {"goal_fit": value}})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/accounts/1/inputs/goal_fit"


@pytest.mark.parametrize("count", [0, 10_001])
async def test_too_few_and_too_many_accounts_are_refused(client, count):
    answer = await score(client, MODEL, *[{"inputs": {}}] * count)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/accounts"


async def test_ten_thousand_accounts_are_scored_in_one_call(client):
    accounts = [
        {"ref": str(place), "inputs": {"goal_fit": place % 5 + 1, "future_spend": place}} for place in range(10_000)
    ]

    answer = await score(client, MODEL, *accounts)

    results = answer.json()["results"]
    assert [result["ref"] for result in results] == [str(place) for place in range(10_000)]
    assert min(result["rank"] for result in results) == 1
