"""Accounts that get more than they are worth, through their door."""

from tests.asking import a_person, counted, days_ago, ok
from tests.resourcing.catalogue.ground import a_resource, excepted, used
from tests.selection.ground import a_published_model, a_rating, an_account, an_open_deal
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
OVERINVESTED = "/v1/program/overinvested"


async def scored(client, name, amount, fit, tier):
    """An account's id, scored by the model in use and set to a tier by hand."""
    account = await an_account(client, name)
    await an_open_deal(client, account, amount)
    await a_rating(client, account, fit, rated_on=days_ago(5))
    body = {"tier": tier, "reason": "the board's word", "until_on": "2199-01-01"}
    await ok(client.post(f"/v1/accounts/{account['id']}/tier-overrides", json=body), 201)
    return account["id"]


async def a_spending(client):
    """Keen is worth its nine days of an expert; Poor used eight of its six; of Unknown nothing is known."""
    await a_published_model(client)
    expert = await a_resource(client, unit_cost={"amount": "100.00", "currency": "USD"})
    free = await a_resource(client)
    ada = await a_person(client, "sales")
    keen = await scored(client, "Keen", 90_000, 5, "tier_1")
    poor = await scored(client, "Poor", 10, 1, "tier_1")
    unknown = (await an_account(client, "Unknown"))["id"]
    for account in (keen, poor):
        await ok(client.post(f"/v1/accounts/{account}/scores", json={}), 201)
    for account, units in ((keen, 9), (poor, 6), (unknown, 50)):
        await excepted(client, account, expert, units, on=days_ago(200), user_id=ada)
    await excepted(client, poor, free, 3, on=days_ago(200), user_id=ada)
    await used(client, poor, expert, 8, days_ago(20))  # more than was kept ready for it

    return ada, expert


async def test_who_is_dearer_than_the_tier_and_scores_below_it_is_listed(client, other_client):
    await a_spending(client)

    found = await ok(client.get(OVERINVESTED))

    (one,) = found["data"]
    assert (one["account_name"], one["tier"], one["quadrant"]) == ("Poor", "tier_1", "serve")
    assert (one["cost"]["amount"], one["entitled_cost"]["amount"], one["excess"]["amount"]) == (
        "800.00",
        "0.00",
        "800.00",
    )
    assert one["cost_reasons"] == ["beyond_entitlement"]
    assert one["value_reasons"] == ["score_in_lower_tier", "low_on_both_sides"]
    assert (one["score_tier"], one["tier_median_cost"], one["provisional"]) == ("standard", None, False)
    assert (found["total"], found["excess"]["amount"]) == (1, "800.00")
    assert (found["accounts_with_cost"], found["accounts_without_score"]) == (3, 1)
    assert {each["code"]: each["value"] for each in found["benchmarks"]} == {
        "resources_reduced": 32.0,
        "healthier_after_reducing": 41.0,
    }
    assert (await ok(client.get(OVERINVESTED, params={"as_of": days_ago(60)})))["data"] == []  # scored only since
    assert (await ok(other_client.get(OVERINVESTED)))["data"] == []


async def test_more_accounts_take_no_more_statements(client, database):
    ada, expert = await a_spending(client)
    await ok(client.get(OVERINVESTED))
    with counted(database) as few:
        await ok(client.get(OVERINVESTED))
    for number in range(2):
        more = await scored(client, f"More {number}", 20, 1, "tier_2")
        await ok(client.post(f"/v1/accounts/{more}/scores", json={}), 201)
        await excepted(client, more, expert, 1, on=days_ago(100), user_id=ada)

    with counted(database) as many:
        found = await ok(client.get(OVERINVESTED, params={"limit": 1}))

    assert len(many) == len(few)
    assert (found["total"], len(found["data"])) == (3, 1)
