"""The second shipped model, from copying it to its kept scores; and tier tables of callers' own."""

import copy
from typing import Any

import pytest

from app.kernel.ids import RunId
from app.selection.service import portfolio
from tests.selection.ground import MODEL, a_published_model, a_rating, an_account, an_open_deal, results
from tests.shared_app import ONE_LOOP, app, client, one_app, tenant

__all__ = ["app", "client", "one_app", "tenant"]  # fixtures
pytestmark = ONE_LOOP
DAY = "2024-06-30"
TABLE: dict[str, Any] = {
    "revenue": {"metric": "revenue_ltm", "value_function": {"kind": "linear", "low": 0, "high": 1000}},
    "potential": {"metric": "whitespace", "value_function": {"kind": "linear", "low": 0, "high": 1000}},
    "high_potential": {},
}
TABLED = {**MODEL, "tier_table": TABLE}


async def shipped(client):
    return (await client.get("/v1/selection/models/two-axis")).json()


async def a_whole_story(client):
    """Every operation of these at least once."""
    assert (await shipped(client))["name"] == "Revenue and potential"
    return {}


async def a_won_deal(client, account, amount):
    body = {
        "account": account["id"],
        "amount": {"amount": str(amount), "currency": "USD"},
        "status": "won",
        "created_on": "2024-01-01",
        "closed_on": "2024-03-15",
    }
    made = await client.post("/v1/opportunities", json=body)
    assert made.status_code == 201, made.text


async def a_two_sided_book(client):
    """Four customers, each with a fourth of revenue and of expected spend, and a prospect who promises most."""
    accounts = []
    for place, (won, expected) in enumerate([(4000, 400), (3000, 300), (2000, 200), (1000, 100), (0, 900)]):
        account = await an_account(client, f"A{place}")
        if won:
            await a_won_deal(client, account, won)
        await an_open_deal(client, account, expected)
        accounts.append(account)
    return accounts


async def run_of(client, app, tenant):
    """The results of a run of the portfolio, by account."""
    accepted = await client.post("/v1/selection/runs", json={"as_of": DAY})
    assert accepted.status_code == 202, accepted.text
    run_id = accepted.json()["id"]
    async with app.state.doorkeeper.database.transaction(tenant.id) as connection:
        await portfolio.carry_out(connection, tenant.id, RunId(run_id))
    return {score["account_id"]: score for score in await results(client, {"run_id": run_id})}


async def test_it_takes_the_organizations_threshold_as_the_least_revenue(client):
    before = (await shipped(client))["tier_table"]["revenue"]
    threshold = {"key_account_revenue_threshold": {"amount": "50000", "currency": "USD"}}
    await client.patch("/v1/organization", json=threshold)

    after = (await shipped(client))["tier_table"]["revenue"]

    assert (before["metric"], before["at_least"], after["at_least"]) == ("revenue_ltm", 0.01, 50000.0)


async def test_a_copy_of_it_is_published_and_gives_the_portfolio_its_tiers(client, app, tenant):
    accounts = await a_two_sided_book(client)
    published = await a_published_model(client, await shipped(client))
    assert published["model"] == await shipped(client)

    scores = await run_of(client, app, tenant)

    # Expected spend of 900, 400, 300, 200, 100: at 0.9, 0.7, 0.5, 0.3, 0.1.
    found = [scores[account["id"]] for account in accounts]
    assert [
        (one["tier"], one["tier_axes"]["revenue"]["band"], one["tier_axes"]["potential"]["band"]) for one in found
    ] == [
        ("tier_2", "very_high", "high"),
        ("tier_2", "high", "high"),
        ("tier_3", "medium", "medium"),
        ("standard", "low", "low"),
        ("emerging", "low", "very_high"),
    ]
    assert found[0]["tier_axes"]["revenue"] == {
        "metric": "revenue_ltm",
        "value": 4000.0,
        "utility": 0.875,
        "band": "very_high",
        "source": {"fact": "opportunities", "as_of": "2024-03-15", "facts": 1},
    }
    assert found[0]["next_tier"] == {
        "tier": "tier_1",
        "criterion": "future_spend",
        "utility_needed": 0.75,
        "value_needed": None,
        "axis": "potential",
        "band": "very_high",
    }
    assert found[4]["tier_axes"]["revenue"]["utility"] == 0.0
    assert not any(one["provisional"] for one in found)


async def test_one_account_by_itself_stands_where_the_run_has_it_and_is_shown_alike_for_ever(client, app, tenant):
    accounts = await a_two_sided_book(client)
    await a_published_model(client, await shipped(client))
    together = await run_of(client, app, tenant)
    url = f"/v1/accounts/{accounts[2]['id']}"

    made = (await client.post(f"{url}/scores", json={"as_of": DAY})).json()
    read = (await client.get(f"{url}/score")).json()
    listed = (await client.get(f"{url}/scores")).json()["data"]

    for field in ("tier", "tier_axes", "next_tier", "provisional", "composite", "rank", "warnings"):
        assert made[field] == together[accounts[2]["id"]][field], field
        assert read[field] == listed[0][field] == made[field], field
        assert listed[1][field] == made[field], field


async def test_a_change_of_score_is_explained_by_criteria_alone(client, app, tenant):
    accounts = await a_two_sided_book(client)
    await a_rating(client, accounts[0], 4)
    url = f"/v1/accounts/{accounts[0]['id']}"
    await client.post(f"{url}/scores", json={"as_of": "2024-05-31"})
    await a_published_model(client, await shipped(client))
    await run_of(client, app, tenant)

    changes = (await client.get(f"{url}/score/changes", params={"since": "2024-05-31"})).json()

    assert (changes["before"]["as_of"], changes["after"]["as_of"]) == ("2024-05-31", DAY)
    assert changes["before"]["model_id"] != changes["after"]["model_id"]
    # The two models have the same criteria, and no fact has changed.
    assert changes["before"]["composite"] == changes["after"]["composite"] > 0
    assert (changes["delta"], changes["parts"]) == (0.0, [])


async def test_a_tier_of_the_table_may_be_set_by_hand_and_no_other(client):
    account = await an_account(client)
    rules = [{"name": "gold", "minimum_revenue": "high"}]
    await a_published_model(client, {**TABLED, "tier_table": {**TABLE, "rules": rules}})
    url, body = (
        f"/v1/accounts/{account['id']}/tier-overrides",
        {"reason": "The board says so", "until_on": "2099-01-01"},
    )

    assert (await client.post(url, json={**body, "tier": "gold"})).status_code == 201
    refused = await client.post(url, json={**body, "tier": "tier_1"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/tier")


async def test_a_stored_table_names_only_metrics_that_there_are(client):
    unknown = copy.deepcopy(TABLED)
    unknown["tier_table"]["potential"]["metric"] = "gut_feeling"

    refused = await client.post("/v1/selection/models", json=unknown)

    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/tier_table/potential/metric"]


async def sent(client, model, *inputs):
    accounts = [{"ref": str(place), "inputs": one} for place, one in enumerate(inputs)]
    return await client.post("/v1/selection/score", json={"model": model, "accounts": accounts})


ACCOUNTS = [
    ({"revenue_ltm": 800, "whitespace": 750, "goal_fit": 4, "future_spend": 5}, "tier_1"),
    ({"revenue_ltm": 400, "whitespace": 740, "goal_fit": 2}, "tier_3"),
    ({"revenue_ltm": 400, "whitespace": 760}, "emerging"),
    ({"revenue_ltm": 0, "whitespace": 900}, "emerging"),
    ({"whitespace": 900, "goal_fit": 5, "future_spend": 9}, "standard"),
]


async def test_a_plugin_scores_with_a_table_of_its_own_one_at_a_time_or_together(client):
    together = (await sent(client, TABLED, *(inputs for inputs, _ in ACCOUNTS))).json()["results"]
    alone = [(await sent(client, TABLED, inputs)).json()["results"][0] for inputs, _ in ACCOUNTS]

    assert [one["tier"] for one in together] == [tier for _, tier in ACCOUNTS]
    for one, other in zip(together, alone, strict=True):
        for field in ("tier", "tier_axes", "next_tier", "provisional"):
            assert one[field] == other[field], field
    assert together[1]["next_tier"] == {
        "tier": "tier_2",
        "criterion": "revenue_ltm",
        "utility_needed": 0.5,
        "value_needed": 500.0,
        "axis": "revenue",
        "band": "high",
    }
    unknown = {"metric": "revenue_ltm", "value": None, "utility": None, "band": None, "source": None}
    assert together[4]["tier_axes"]["revenue"] == unknown
    assert together[4]["provisional"]
    assert "unknown_axis" in [warning["code"] for warning in together[4]["warnings"]]
    assert "unknown_axis" in [warning["code"] for warning in alone[4]["warnings"]]


async def test_a_model_without_a_table_says_that_it_has_none(client):
    (answer,) = (await sent(client, MODEL, {"goal_fit": 4})).json()["results"]
    assert answer["tier_axes"] is None


@pytest.mark.parametrize(
    ("model", "pointer"),
    [
        ({**TABLED, "tiers": [{"name": "gold"}]}, "/model/tiers"),
        ({**TABLED, "tier_table": {**TABLE, "rules": []}}, "/model/tier_table/rules"),
        (
            {**TABLED, "tier_table": {**TABLE, "revenue": {**TABLE["revenue"], "at_least": True}}},
            "/model/tier_table/revenue/at_least",
        ),
    ],
)
async def test_a_fault_of_a_sent_table_is_named_by_its_place(client, model, pointer):
    refused = await sent(client, model, {})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


async def test_an_input_of_an_axis_that_cannot_be_right_is_named_by_its_place(client):
    refused = await sent(client, TABLED, {}, {"whitespace": "much"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/accounts/1/inputs/whitespace"
