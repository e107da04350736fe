"""Scores of stored accounts: kept, explained, compared, and overridden by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.selection.ground import MODEL, a_book, a_published_model, a_rating, a_run, an_account, an_open_deal, results

TODAY = datetime.now(UTC).date()


async def scored(client, account, **body):
    answer = await client.post(f"/v1/accounts/{account['id']}/scores", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_score_says_where_each_number_comes_from(client):
    account = await an_account(client)
    await a_rating(client, account, 4, rated_on="2024-03-01")
    await a_published_model(client)

    score = await scored(client, account, as_of="2024-06-30")

    fit = next(part for part in score["contributions"] if part["criterion"] == "fit")
    assert (fit["value"], fit["utility"]) == (4, 0.75)
    assert fit["source"] == {"fact": "ratings", "as_of": "2024-03-01", "facts": 1}
    assert score["as_of"] == "2024-06-30"
    assert score["account_name"] == "Cancity"


async def test_contributions_add_up_to_the_composite(client):
    for account in await a_book(client, 3):
        score = await scored(client, account, as_of="2024-06-30")
        added = sum(part["contribution"] for part in score["contributions"])
        assert added == pytest.approx(score["composite"]["score"], abs=1e-3)


async def test_one_account_stands_where_the_portfolio_run_has_it(client, working):
    accounts = await a_book(client, 5)
    await a_published_model(client)
    run = await a_run(client, as_of="2024-06-30")
    by_account = {score["account_id"]: score for score in await results(client, run)}

    alone = await scored(client, accounts[3], as_of="2024-06-30")

    together = by_account[accounts[3]["id"]]
    for field in ("opportunity", "alignment", "composite", "rank", "ranked", "percentile", "tier", "quadrant"):
        assert alone[field] == together[field], field
    assert alone["previous"] == {
        "composite": together["composite"]["score"],
        "tier": together["tier"],
        "as_of": "2024-06-30",
    }


async def test_facts_of_a_later_day_change_no_earlier_score(client):
    first, second = await a_book(client, 2)
    await a_published_model(client)
    before = await scored(client, first, as_of="2024-06-30")

    newcomer = await an_account(client, "Newcomer", effective_on="2024-07-01")
    await an_open_deal(client, newcomer, 99_999, created_on="2024-07-01")
    await an_open_deal(client, second, 99_999, created_on="2024-07-01")
    await a_rating(client, first, 5, rated_on="2024-07-01")

    after = await scored(client, first, as_of="2024-06-30")
    moved = {"id", "scored_at", "previous"}
    assert {name: after[name] for name in after.keys() - moved} == {
        name: before[name] for name in before.keys() - moved
    }


async def test_the_newest_day_is_shown_and_nothing_is_overwritten(client):
    account = await an_account(client)
    await a_rating(client, account, 2, rated_on="2024-03-01")
    late = await scored(client, account, as_of="2024-06-30")
    early = await scored(client, account, as_of="2024-03-31")

    shown = (await client.get(f"/v1/accounts/{account['id']}/score")).json()
    history = (await client.get(f"/v1/accounts/{account['id']}/scores")).json()["data"]

    assert shown["id"] == late["id"]
    assert [score["id"] for score in history] == [late["id"], early["id"]]
    assert history[0]["composite"] == late["composite"]


async def test_why_a_score_changed_adds_up(client):
    account = await an_account(client)
    await a_rating(client, account, 2, rated_on="2024-03-01")
    await an_open_deal(client, account, 500)
    await a_published_model(client)
    before = await scored(client, account, as_of="2024-03-31")
    await a_rating(client, account, 5, rated_on="2024-05-01")
    after = await scored(client, account, as_of="2024-06-30")

    answer = await client.get(f"/v1/accounts/{account['id']}/score/changes", params={"since": "2024-04-01"})

    changes = answer.json()
    assert (changes["before"]["id"], changes["after"]["id"]) == (before["id"], after["id"])
    # By hand: fit rose from (2 - 1) / 4 to 1, half of the composite is alignment: 0.5 * 75.
    assert changes["delta"] == pytest.approx(37.5)
    assert [(part["kind"], part["criterion"]) for part in changes["parts"]] == [("input", "fit")]
    assert sum(part["delta"] for part in changes["parts"]) == pytest.approx(changes["delta"], abs=1e-9)


async def test_a_plugin_asks_by_its_own_record_id(client):
    account = await an_account(client, source="salesforce", external_id="0015g00000XyZ")
    url = "/v1/accounts/by-external-id/salesforce/0015g00000XyZ/score"

    unscored = await client.get(url)
    made = await client.post(f"{url}s", json={})
    shown = await client.get(url)

    assert unscored.status_code == 404
    assert unscored.json()["code"] == "not_scored"
    assert made.status_code == 201
    assert shown.json()["account_id"] == account["id"]


async def test_a_manual_tier_stands_beside_the_computed_one(client):
    account = await an_account(client)
    await a_rating(client, account, 1)
    computed = (await scored(client, account))["tier"]
    until = (TODAY + timedelta(days=30)).isoformat()
    url = f"/v1/accounts/{account['id']}/tier-overrides"

    made = await client.post(url, json={"tier": "tier_1", "reason": "The board wants it", "until_on": until})
    held = (await client.get(f"/v1/accounts/{account['id']}/score")).json()
    await client.delete(f"{url}/{made.json()['id']}")
    over = (await client.get(f"/v1/accounts/{account['id']}/score")).json()

    assert (held["tier"], held["effective_tier"]) == (computed, "tier_1")
    assert held["override"]["reason"] == "The board wants it"
    assert held["override"]["key_id"] is not None
    assert (over["override"], over["effective_tier"]) == (None, computed)
    assert [one["withdrawn_at"] is None for one in (await client.get(url)).json()["data"]] == [False]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"tier": "platinum"}, "/tier"),
        ({"until_on": (TODAY - timedelta(days=1)).isoformat()}, "/until_on"),
        ({"reason": ""}, "/reason"),
    ],
)
async def test_a_manual_tier_that_cannot_hold_is_refused(client, change, pointer):
    account = await an_account(client)
    body = {"tier": "tier_1", "reason": "Because", "until_on": TODAY.isoformat()}

    answer = await client.post(f"/v1/accounts/{account['id']}/tier-overrides", json={**body, **change})

    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


async def test_the_future_is_not_scored(client):
    account = await an_account(client)
    tomorrow = (TODAY + timedelta(days=2)).isoformat()

    for answer in (
        await client.post(f"/v1/accounts/{account['id']}/scores", json={"as_of": tomorrow}),
        await client.post("/v1/selection/runs", json={"as_of": tomorrow}),
    ):
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/as_of"
    asked = await client.get("/v1/selection/matrix", params={"as_of": tomorrow})
    assert asked.status_code == 422
    assert asked.json()["errors"][0]["pointer"] == "/query/as_of"


async def test_another_organizations_account_has_no_score(client, other_client):
    account = await an_account(client)
    await scored(client, account)

    for path in ("score", "scores", "score/changes?since=2024-01-01", "tier-overrides"):
        assert (await other_client.get(f"/v1/accounts/{account['id']}/{path}")).status_code == 404
    assert (await other_client.post(f"/v1/accounts/{account['id']}/scores", json={})).status_code == 404


async def test_a_lone_account_has_half_a_percentile_and_no_rank(client):
    account = await an_account(client)
    await an_open_deal(client, account, 700)
    await a_published_model(client, {**MODEL, "name": "Alone"})

    score = await scored(client, account, as_of="2024-06-30")

    assert score["opportunity"]["score"] == 50.0
    assert (score["rank"], score["percentile"]) == (None, None)


@pytest.mark.parametrize("name", ["\\N", "a\tb\nc", "back\\slash", "{braces}, \"quotes\" and 'more'", "Größe 1"])
async def test_a_tier_may_have_any_name(client, name):
    account, *_ = await a_book(client)
    tiers = [{"name": name, "minimum_opportunity": 0, "minimum_alignment": 0, "minimum_composite": 0}]
    await a_published_model(client, {**MODEL, "tiers": tiers})

    made = await scored(client, account, as_of="2024-06-30")

    assert made["tier"] == name
