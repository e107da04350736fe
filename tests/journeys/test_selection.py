"""A supplier finds its key accounts together: from a draft that looks back to accounts with a tier and a KAM."""

from datetime import UTC, datetime

import pytest

from tests.asking import a_person, days_ago, ok
from tests.selection.backtest.ground import ended
from tests.selection.litmus.ground import POINTS, evidence, publish, url_of
from tests.selection.reviews.ground import Case

TODAY = datetime.now(UTC).date()
ACCOUNTS = 25
FUNCTIONS = ("finance", "operations", "product", "sales")
# What a supplier begins with: who spends most now is key.
LOOKING_BACK = {
    "name": "By what they spend",
    "opportunity_share": 0.9,
    "criteria": [
        {"key": "spend", "metric": "revenue_ltm", "dimension": "opportunity", "weight": 9,
         "value_function": {"kind": "percentile"}},
        {"key": "fit", "metric": "goal_fit", "dimension": "alignment", "weight": 1,
         "value_function": {"kind": "rating"}},
    ],
}  # fmt: skip


async def saved(client, path, items):
    """The ids of records made at once."""
    made = await ok(client.post(f"/v1/{path}/batch", json={"items": items}))
    assert {one["status"] for one in made["results"]} == {201}, made
    return [one["id"] for one in made["results"]]


async def a_book(client):
    """Customers that grew by how well they fit, whatever they spent: each fifth fits best, and grew the most."""
    names = [{"name": f"Customer {at}", "effective_on": days_ago(900)} for at in range(ACCOUNTS)]
    accounts = await saved(client, "accounts", names)
    deals, ratings = [], []
    for at, account in enumerate(accounts):
        fit = at % 5 + 1
        spent = 1_000 * (1 + (at * 7) % ACCOUNTS)
        growth = (0.4, 0.7, 1.0, 1.6, 2.6)[at % 5]
        for amount, closed in ((spent, 340), (spent * growth, 100)):
            deals.append({
                "account": account, "amount": {"amount": f"{amount:.2f}", "currency": "USD"}, "status": "won",
                "created_on": days_ago(closed + 30), "closed_on": days_ago(closed),
            })  # fmt: skip
        deals.append({
            "account": account, "amount": {"amount": str(1_000 * fit), "currency": "USD"}, "probability": 0.5,
            "created_on": days_ago(300),
        })  # fmt: skip
        ratings += [
            {"account": account, "metric": metric, "value": fit, "function": "finance", "rated_on": days_ago(260)}
            for metric in ("goal_fit", "willingness_to_partner", "market_leadership")
        ]
    await saved(client, "opportunities", deals)
    await saved(client, "ratings", ratings)
    return accounts


async def of_job(client, accepted, kind):
    """What came of an analysis."""
    assert accepted.status_code == 202, accepted.text
    job = await ended(client, accepted)
    assert job["status"] == "succeeded", job
    return await ok(client.get(f"/v1/selection/{kind}/{accepted.json()['id']}"))


async def test_the_whole_enterprise_selects_its_key_accounts(client, working):
    accounts = await a_book(client)
    people = {function: await a_person(client, function, f"of {function}") for function in FUNCTIONS}

    refused = await it_cannot_be_what_they_spend(client)
    model = await all_functions_weigh(client, people)
    await it_is_tested_before_it_is_used(client, model, accounts)
    best = await it_ranks_the_book(client, model)
    case, decided = await the_best_is_reviewed(client, people, best)
    await it_is_selected_step_by_step(client, best, decided)
    await it_gets_a_tier_and_a_kam(client, people, accounts, best)

    assert refused["version"] == (await ok(client.get(url_of(refused))))["version"]
    assert (await ok(client.get(case.url)))["state"] == "closed"


async def it_cannot_be_what_they_spend(client):
    model = await ok(client.post("/v1/selection/models", json=LOOKING_BACK), 201)

    litmus = await ok(client.get(f"{url_of(model)}/litmus"))
    answer = await publish(client, model)

    assert not litmus["passed"]
    warning = next(one for one in litmus["warnings"] if one["code"] == "CURRENT_SPEND_HEAVY")
    assert (warning["share"], warning["benchmark"]["value"]) == (pytest.approx(0.9 * 1.0), -51)
    assert (answer.status_code, answer.json()["code"]) == (409, "litmus_not_passed")
    return model


async def all_functions_weigh(client, people):
    """A copy of the shipped model gets the weights of all functions, and the market's evidence."""
    shipped = await ok(client.get("/v1/selection/models/default"))
    model = await ok(client.post("/v1/selection/models", json={**shipped, "name": "Ours"}), 201)
    rounds = f"{url_of(model)}/feedback-rounds"
    opened = await ok(client.post(rounds, json={"name": "All weigh", "participants": list(people.values())}), 201)
    url = f"/v1/selection/feedback-rounds/{opened['id']}"
    keys = [one["key"] for one in model["model"]["criteria"]]
    for person in people.values():
        answer = {"user_id": person, "points": dict(zip(keys, POINTS, strict=True))}
        await ok(client.put(f"{url}/answer", json=answer))
    objection = {"kind": "objection", "body": "Fit is hard to see early", "user_id": people["finance"]}
    raised = await ok(client.post(f"{url}/items", json=objection), 201)
    too_early = await client.post(f"{url}/close")
    settled = {"disposition": "accepted", "reason": "Rated by two functions", "user_id": people["sales"]}
    await ok(client.post(f"/v1/selection/feedback-items/{raised['id']}/dispose", json=settled))

    closed = await ok(client.post(f"{url}/close"))
    applied = await ok(client.post(f"{url}/apply", headers={"If-Match": str(model["version"])}))
    await evidence(client, model)

    assert too_early.status_code == 409
    assert closed["result"]["agreement"]["kendalls_w"] == 1
    weighed = await ok(client.get(url_of(model)))
    weights = {one["key"]: one["weight"] for one in weighed["model"]["criteria"]}
    assert [weights[key] for key in keys] == pytest.approx(POINTS)
    assert weighed["version"] == applied["version"]
    return weighed


async def it_is_tested_before_it_is_used(client, model, accounts):
    url = url_of(model)
    litmus = await ok(client.get(f"{url}/litmus"))
    preview = await of_job(client, await client.post(f"{url}/previews", json={}), "previews")
    asked = {"as_of": days_ago(250), "horizon_days": 180, "resamples": 200}
    backtest = await of_job(client, await client.post(f"{url}/backtests", json=asked), "backtests")
    stability = await of_job(client, await client.post(f"{url}/stability", json={"draws": 200}), "stability")
    published = await publish(client, model)

    assert litmus["passed"], litmus
    assert preview["result"]["accounts"] == len(accounts)
    assert backtest["result"]["composite"]["verdict"] == "supports"
    baselines = {one["key"]: one["verdict"] for one in backtest["result"]["baselines"]}
    assert baselines["revenue_ltm"] != "supports"
    assert sum(stability["result"]["labels"].values()) == len(accounts)
    assert published.status_code == 200, published.text


async def it_ranks_the_book(client, model):
    accepted = await client.post("/v1/selection/runs", json={})
    job = await ended(client, accepted)
    results = await ok(client.get(f"/v1/selection/runs/{job['result']['run_id']}/results"))

    assert results["data"][0]["model_id"] == model["id"]
    best = results["data"][0]
    assert int(best["account_name"].split()[1]) % 5 == 4, "the best is one of those that fit best"
    return best["account_id"]


async def the_best_is_reviewed(client, people, account):
    body = {
        "name": "Key accounts", "accounts": [account], "participants": list(people.values()),
        "metrics": ["goal_fit", "willingness_to_partner"],
    }  # fmt: skip
    made = await client.post("/v1/selection/reviews", json=body)
    case = Case(client, made.headers["location"], people, [{"id": account}])
    for function, value in zip(FUNCTIONS, (2, 4, 4, 5), strict=True):
        await case.rates(function, goal_fit=value, willingness_to_partner=4)
    blind = await case.look()
    await case.reveals()
    await case.agrees(goal_fit=4, willingness_to_partner=4)
    await case.votes("sales")
    await case.votes("operations", "support_with_conditions", conditions="With a hub in Asia")
    await case.objects("operations", owner="product")
    decided = await case.decides()
    await ok(client.post(f"{case.url}/close", json={"user_id": people["sales"]}))

    assert blind["ratings"] is None
    assert {one["function"] for one in (await case.look())["ratings"]} == set(FUNCTIONS)
    return case, decided


async def it_is_selected_step_by_step(client, account, decided):
    url = f"/v1/accounts/{account}/lifecycle"
    too_far = await client.post(f"{url}/moves", json={"to": "selected", "reason": "Now"})
    for to in ("candidate", "shortlisted", "calibrated", "selected"):
        await ok(client.post(f"{url}/moves", json={"to": to, "reason": "As decided"}), 201)

    assert (too_far.status_code, "candidate" in too_far.json()["detail"]) == (409, True)
    standing = await ok(client.get(url))
    assert (standing["state"], standing["tier"]) == ("selected", "tier_1")
    newest = (await ok(client.get(f"{url}/moves")))["data"][0]
    assert newest["decision_id"] == decided["id"]


async def it_gets_a_tier_and_a_kam(client, people, accounts, best):
    kam = people["sales"]
    tiers = [{"name": "tier_1", "minimum_composite": 60, "maximum_accounts": 2}, {"name": "tier_2"}]
    body = {"tiers": tiers, "kams": [{"user_id": kam, "capacity": 5}], "must_select": [{"account_id": best}]}
    portfolio = await of_job(client, await client.post("/v1/selection/portfolios", json=body), "portfolios")
    entries = await ok(client.get(f"/v1/selection/portfolios/{portfolio['id']}/accounts", params={"limit": 100}))

    chosen = {one["account_id"]: one for one in entries["data"] if one["tier"] is not None}
    assert portfolio["result"]["status"] == "optimal"
    assert chosen[best]["kam_user_id"] == kam
    assert sum(1.0 if one["tier"] == "tier_1" else 0.7 for one in chosen.values()) <= 5
    assert len(entries["data"]) == len(accounts)
    assert all(one["left_out"] for one in entries["data"] if one["tier"] is None)
