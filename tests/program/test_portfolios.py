"""Portfolios through the doors: what is asked for, what comes back, who is refused."""

from datetime import UTC, datetime

import pytest

from tests.program.ground import a_kam, a_portfolio, a_scored_book, a_whole_story, asked, ended, entries
from tests.selection.ground import MODEL, a_book, a_published_model, a_rating, a_run

OPEN = [{"name": "key", "benefit": 2, "effort": 1, "minimum_composite": 0}]


async def test_a_portfolio_gives_the_best_accounts_their_tiers_and_says_why_others_are_left_out(client, working):
    accounts = await a_scored_book(client, 8)
    kam = await a_kam(client)

    portfolio = await a_portfolio(client, kams=[{"user_id": kam["id"], "capacity": 5}], tiers=OPEN, name="Next year")

    given = await entries(client, portfolio)
    selected = [entry for entry in given if entry["tier"]]
    assert portfolio["status"] == "optimal"
    assert portfolio["finished"]
    assert portfolio["name"] == "Next year"
    assert len(given) == len(accounts)
    assert [entry["place"] for entry in given] == list(range(1, 9))
    assert len(selected) == 5
    composites = sorted((entry["composite"] for entry in given), reverse=True)
    assert portfolio["objective"] == pytest.approx(2 * sum(composites[:5]), abs=1e-3)
    assert {entry["kam_user_id"] for entry in selected} == {kam["id"]}
    (load,) = portfolio["result"]["kams"]
    assert (load["load"], load["accounts"], load["band"], load["utilization"]) == (5.0, 5, "within", 1.0)
    # One place more lets in the best of those left out.
    assert load["shadow_price"] == pytest.approx(2 * composites[5], abs=1e-3)
    displaced = await entries(client, portfolio, left_out=True)
    assert [entry["left_out"]["reason"] for entry in displaced] == ["displaced"] * 3
    assert displaced[0]["left_out"]["constraints"] == [
        {"constraint": "kam_capacity", "name": None, "lacking": None},
    ]
    assert displaced[0]["left_out"]["composite_needed"] == composites[4]
    assert portfolio["result"]["best_swap"]["objective_change"] == pytest.approx(
        2 * (composites[5] - composites[4]), abs=1e-3
    )


async def test_the_usual_tiers_are_those_of_the_selection_model(client, working):
    await a_scored_book(client, 5)
    kam = await a_kam(client)

    portfolio = await a_portfolio(client, kams=[{"user_id": kam["id"]}])

    tiers = portfolio["parameters"]["tiers"]
    assert [(tier["name"], tier["benefit"], tier["effort"]) for tier in tiers] == [
        ("tier_1", 1.0, 1.0),
        ("tier_2", 0.6, 0.7),
        ("tier_3", 0.3, 0.4),
        ("emerging", 0.6, 0.0),
    ]
    for entry in await entries(client, portfolio):
        # Nobody rises above what the selection model says; there is room for all whom it names.
        assert entry["tier"] == (None if entry["selection_tier"] == "standard" else entry["selection_tier"])
    assert {one["code"] for one in portfolio["benchmarks"]} >= {"accounts_per_manager", "accounts_per_manager_band"}


async def test_resources_and_budget_bind_and_have_prices(client, working):
    await a_scored_book(client, 8)
    kam = await a_kam(client)
    tier = {**OPEN[0], "resources": {"architect": 2}, "cost": {"amount": "100.50", "currency": "USD"}}

    portfolio = await a_portfolio(
        client,
        kams=[{"user_id": kam["id"], "capacity": 10}],
        tiers=[tier],
        resources=[{"name": "architect", "capacity": 6}],
        budget={"amount": "1000.00", "currency": "USD"},
    )

    (architect,) = portfolio["result"]["resources"]
    assert (architect["used"], architect["capacity"]) == (6.0, 6.0)
    assert architect["shadow_price"] > 0
    assert portfolio["result"]["budget"]["used"] == {"amount": "301.50", "currency": "USD"}
    assert portfolio["result"]["budget"]["shadow_price"] == 0.0
    why = (await entries(client, portfolio, left_out=True))[0]["left_out"]
    assert why["constraints"] == [{"constraint": "resource", "name": "architect", "lacking": 2.0}]


async def test_who_has_to_be_selected_and_cannot_be_is_told_with_what_clashes(client, working):
    accounts = await a_scored_book(client, 7)
    kam = await a_kam(client)
    must = [{"account_id": account["id"]} for account in accounts]

    portfolio = await a_portfolio(client, kams=[{"user_id": kam["id"], "capacity": 5}], tiers=OPEN, must_select=must)

    assert portfolio["status"] == "infeasible"
    assert portfolio["result"]["conflicts"] == [
        {"constraint": "kam_capacity", "name": None, "account_id": None, "lacking": 2.0}
    ]
    assert {entry["left_out"]["reason"] for entry in await entries(client, portfolio)} == {"not_solved"}


async def test_entries_can_be_filtered_and_paged(client, working):
    accounts = await a_scored_book(client, 6)
    kams = [await a_kam(client, name) for name in ("Kim", "Lee")]
    portfolio = await a_portfolio(
        client,
        kams=[{"user_id": kam["id"], "capacity": 2} for kam in kams],
        tiers=OPEN,
        allow_unusual=True,
        accounts=[account["id"] for account in accounts[1:]],
    )
    url = f"/v1/selection/portfolios/{portfolio['id']}/accounts"

    first = (await client.get(url, params={"limit": 3})).json()
    rest = (await client.get(url, params={"limit": 3, "cursor": first["next_cursor"]})).json()

    assert [entry["place"] for entry in first["data"] + rest["data"]] == [1, 2, 3, 4, 5]
    assert len(await entries(client, portfolio, kam_user_id=kams[0]["id"])) == 2
    assert len(await entries(client, portfolio, tier="key")) == 4
    assert len(await entries(client, portfolio, left_out=False)) == 4
    assert portfolio["parameters"]["accounts_named"] == 5


async def test_a_portfolio_of_an_organization_without_scores_is_empty(client, working):
    kam = await a_kam(client)

    portfolio = await a_portfolio(client, kams=[{"user_id": kam["id"]}])

    assert (portfolio["status"], portfolio["objective"], portfolio["gap"]) == ("empty", 0.0, 0.0)
    assert await entries(client, portfolio) == []
    assert portfolio["result"]["best_swap"] is None


async def test_an_account_without_a_score_is_told_so(client, working):
    accounts = await a_scored_book(client, 2)
    kam = await a_kam(client)
    unscored = (await client.post("/v1/accounts", json={"name": "New"})).json()
    ids = [account["id"] for account in [*accounts, unscored]]

    portfolio = await a_portfolio(client, kams=[{"user_id": kam["id"]}], tiers=OPEN, accounts=ids)
    demanded = await a_portfolio(
        client, kams=[{"user_id": kam["id"]}], tiers=OPEN, must_select=[{"account_id": unscored["id"]}]
    )

    (entry,) = [one for one in await entries(client, portfolio) if one["account_id"] == unscored["id"]]
    assert entry["left_out"]["reason"] == "no_score"
    assert demanded["status"] == "infeasible"
    assert demanded["result"]["conflicts"] == [
        {"constraint": "no_score", "name": None, "account_id": unscored["id"], "lacking": None}
    ]


async def test_what_does_not_fit_is_refused_by_its_place(client):
    kam, nobody = await a_kam(client), "01890a5d-ac96-774b-bcce-b302099a8057"
    account = (await client.post("/v1/accounts", json={"name": "A"})).json()
    unfitting = {
        "kams": [{"user_id": kam["id"], "capacity": 4.5}, {"user_id": kam["id"]}],
        "accounts": [account["id"], account["id"]],
        "tiers": [{"name": "key", "resources": {"a/b": 1}, "cost": {"amount": "1", "currency": "EUR"}}],
        "must_select": [{"account_id": nobody, "tier": "gold"}],
    }

    refused = await client.post("/v1/selection/portfolios", json=unfitting)
    strangers = await client.post("/v1/selection/portfolios", json={"kams": [{"user_id": nobody}]})
    unknown = await client.post(
        "/v1/selection/portfolios", json={"kams": [{"user_id": kam["id"]}], "accounts": [account["id"], nobody]}
    )

    assert refused.status_code == 422, refused.text
    assert {(one["pointer"], one["code"]) for one in refused.json()["errors"]} == {
        ("/kams/0/capacity", "unusual_capacity"),
        ("/kams/1/user_id", "duplicate"),
        ("/accounts/1", "duplicate"),
        ("/tiers/0/resources/a~1b", "unknown_resource"),
        ("/tiers/0/cost/currency", "other_currency"),
        ("/must_select/0/tier", "unknown_tier"),
        ("/must_select/0/account_id", "not_a_candidate"),
    }
    assert [one["pointer"] for one in strangers.json()["errors"]] == ["/kams/0/user_id"]
    assert (unknown.status_code, [one["pointer"] for one in unknown.json()["errors"]]) == (422, ["/accounts/1"])


async def test_a_solved_portfolio_is_told_as_an_event(client, working):
    kam = await a_kam(client)

    portfolio = await a_portfolio(client, kams=[{"user_id": kam["id"]}])

    told = (await client.get("/v1/events", params={"type": "portfolio.solved"})).json()["data"]
    assert [(one["subject_id"], one["data"]["status"]) for one in told] == [(portfolio["id"], "empty")]


async def test_portfolios_are_listed_and_apart(client, other_client):
    story = await a_whole_story(client)
    url = f"/v1/selection/portfolios/{story['portfolio_id']}"

    (listed,) = (await client.get("/v1/selection/portfolios")).json()["data"]

    assert (listed["id"], listed["finished"], listed["status"]) == (story["portfolio_id"], False, None)
    assert (await client.get(url)).json()["result"] is None
    assert (await other_client.get(url)).status_code == 404
    assert (await other_client.get(f"{url}/accounts")).status_code == 404
    assert (await other_client.get("/v1/selection/portfolios")).json()["data"] == []


async def test_a_cancelled_portfolio_is_not_solved(client):
    kam = await a_kam(client)
    url, location = await asked(client, kams=[{"user_id": kam["id"]}])

    cancelled = await client.post(f"{location}/cancel")

    assert cancelled.status_code in {200, 202}, cancelled.text
    assert (await ended(client, location))["status"] == "cancelled"
    assert (await client.get(url)).json()["finished"] is False


async def test_whom_a_gate_rules_out_is_not_selected_unless_a_manual_tier_says_so(client, working):
    accounts = await a_book(client, 3)
    for place, account in enumerate(accounts):
        await a_rating(client, account, place + 1, rated_on=datetime.now(UTC).date().isoformat())
    gate = {"metric": "goal_fit", "at_least": 2, "effect": "ineligible"}
    await a_published_model(client, {**MODEL, "gates": [gate]})
    await a_run(client)
    kam = await a_kam(client)
    wanted = {"as_of": None, "kams": [{"user_id": kam["id"]}], "tiers": OPEN}

    before = await entries(client, await a_portfolio(client, **wanted))
    manual = {"tier": "tier_1", "reason": "the board wants it", "until_on": "2199-01-01"}
    overridden = await client.post(f"/v1/accounts/{accounts[0]['id']}/tier-overrides", json=manual)
    after = await entries(client, await a_portfolio(client, **wanted))

    assert overridden.status_code == 201, overridden.text
    assert [one["left_out"]["reason"] for one in before if one["left_out"]] == ["ineligible"]
    assert [one["left_out"] for one in after] == [None] * 3
    assert {one["selection_tier"] for one in after if one["account_id"] == accounts[0]["id"]} == {"tier_1"}
