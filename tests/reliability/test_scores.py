"""Scores of what is odd: weights that are none, accounts without data, alone or all alike, and mixed currencies."""

from math import isfinite

import pytest

from tests.asking import ok
from tests.selection.ground import MODEL, a_published_model, a_rating, an_account, an_open_deal
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
JSON = {"Content-Type": "application/json"}
FIT, SPEND = MODEL["criteria"]


def weighing(*weights):
    """The model with these weights, as JSON."""
    pairs = zip(MODEL["criteria"], weights, strict=True)
    return {**MODEL, "criteria": [{**criterion, "weight": weight} for criterion, weight in pairs]}


async def scored(client, account, as_of="2024-06-30"):
    return await ok(client.post(f"/v1/accounts/{account['id']}/scores", json={"as_of": as_of}), 201)


@pytest.mark.parametrize(
    ("weights", "pointer"),
    [
        ((0, 0), "/criteria"),
        ((0, -0.0), "/criteria"),
        ((1, -1), "/criteria/1/weight"),
        ((-1e-300, 1), "/criteria/0/weight"),
        ((1, "NaN"), "/criteria/1/weight"),
        ((1, "Infinity"), "/criteria/1/weight"),
        ((None, 1), "/criteria/0/weight"),
    ],
)
async def test_case_67_weights_that_weigh_nothing_or_are_none_are_refused_with_their_place(client, weights, pointer):
    model, one = weighing(*weights), {"inputs": {"goal_fit": 4}}

    kept = await ok(client.post("/v1/selection/models", json=model), 422)
    stateless = await ok(client.post("/v1/selection/score", json={"model": model, "accounts": [one]}), 422)

    assert [error["pointer"] for error in kept["errors"]] == [pointer]
    assert [error["pointer"] for error in stateless["errors"]] == [f"/model{pointer}"]


@pytest.mark.parametrize("weight", [b"NaN", b"Infinity", b"-Infinity", b"1e400"])
async def test_case_67_what_is_no_json_is_no_weight_and_its_place_is_told(client, weight):
    body = b'{"accounts": [], "model": {"name": "Odd", "criteria": [{"weight": ' + weight + b"}]}}"

    refused = await ok(client.post("/v1/selection/score", content=body, headers=JSON), 400)

    assert refused["code"] == "not_json"
    assert "line 1, column 6" in refused["detail"]


async def test_case_67_weights_of_any_sum_and_size_score_alike(client):
    one = {"inputs": {"goal_fit": 4, "future_spend": 100}}

    answers = [
        await ok(client.post("/v1/selection/score", json={"model": weighing(*weights), "accounts": [one]}))
        for weights in ((1, 1), (100, 100), (1e-300, 1e-300), (1.7e308, 1.7e308), (0, 5))
    ]

    # By hand: a rating of 4 is worth (4 - 1) / 4, and who is alone half of a percentile.
    pairs = [(each["results"][0]["alignment"]["score"], each["results"][0]["composite"]["score"]) for each in answers]
    assert pairs[:4] == [(75.0, 62.5)] * 4
    assert pairs[4] == (None, None) or all(value is None or isfinite(value) for value in pairs[4])


async def test_case_71_an_account_without_data_has_no_score_and_says_why(client):
    account = await an_account(client)
    await a_published_model(client)

    score = await scored(client, account)

    assert score["composite"] == {"score": None, "low": 0.0, "high": 100.0, "coverage": 0.0}
    assert (score["opportunity"]["score"], score["alignment"]["score"]) == (None, None)
    assert [warning["code"] for warning in score["warnings"]] == ["insufficient_data"]
    assert (score["rank"], score["percentile"]) == (None, None)
    shown = await ok(client.get(f"/v1/accounts/{account['id']}/score"))
    assert shown["composite"]["score"] is None


async def test_case_72_accounts_that_are_all_alike_score_alike_and_nothing_is_divided_by_zero(client):
    accounts = [await an_account(client, f"A{at}") for at in range(3)]
    for account in accounts:
        await an_open_deal(client, account, 700)
        await a_rating(client, account, 3)
    await a_published_model(client)

    scores = [await scored(client, account) for account in accounts]

    # By hand: a rating of 3 is worth (3 - 1) / 4, and equals share the middle of their percentiles.
    assert [score["composite"]["score"] for score in scores] == [50.0] * 3
    assert [score["opportunity"]["score"] for score in scores] == [50.0] * 3
    assert len({(score["rank"], score["tier"]) for score in scores}) == 1


async def test_case_73_a_lone_account_is_worth_half_by_percentile(client):
    account = await an_account(client)
    await an_open_deal(client, account, 700)
    await a_published_model(client)

    score = await scored(client, account)

    (spend,) = [part for part in score["contributions"] if part["criterion"] == "spend"]
    assert (spend["utility"], score["opportunity"]["score"]) == (0.5, 50.0)
    assert (score["rank"], score["percentile"]) == (None, None)


async def test_case_74_amounts_of_several_currencies_count_at_the_stored_rates_and_a_missing_rate_is_named(client):
    euros = {"currency": "EUR", "into_currency": "USD", "rate": "1.5", "from_on": "2024-01-01"}
    await ok(client.post("/v1/exchange-rates", json=euros), 201)
    account = await an_account(client)
    await an_open_deal(client, account, 100)
    for currency in ("EUR", "CHF"):
        deal = {
            "account": account["id"], "amount": {"amount": "200", "currency": currency}, "probability": 1.0,
            "created_on": "2024-02-01",
        }  # fmt: skip
        await ok(client.post("/v1/opportunities", json=deal), 201)
    await a_published_model(client)

    score = await scored(client, account)

    # By hand: 100 dollars and 200 euros at 1.5; the francs are worth nobody knows what.
    (spend,) = [part for part in score["contributions"] if part["criterion"] == "spend"]
    assert spend["value"] == 400
    measured = await ok(client.get(f"/v1/accounts/{account['id']}/metrics", params={"as_of": "2024-06-30"}))
    assert {"metric": "future_spend", "note": "without_rate", "value": 1, "currency": "CHF"} in measured["notes"]
