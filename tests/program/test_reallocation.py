"""Moves of resources through their door: what lies idle goes where it is asked for and worth more."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.asking import a_person, counted, days_ago, ok
from tests.resourcing.catalogue.ground import a_resource, excepted, used
from tests.selection.ground import a_published_model, a_rating, an_account, an_open_deal
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def scored(client, name, amount, fit, tier):
    """An account's id and its worth, scored by the model in use and set to a tier by hand."""
    account = await an_account(client, name)
    await an_open_deal(client, account, amount)
    await a_rating(client, account, fit, rated_on=days_ago(5))
    body = {"tier": tier, "reason": "the board's word", "until_on": "2199-01-01"}
    await ok(client.post(f"/v1/accounts/{account['id']}/tier-overrides", json=body), 201)
    return account["id"]


async def asks(client, account, resource, quantity, user):
    body = {
        "resource_id": resource, "quantity": quantity, "due_on": days_ago(-30), "expected_outcome": "A pilot",
        "channel": "defined_process", "user_id": user,
    }  # fmt: skip
    return await ok(client.post(f"/v1/accounts/{account}/resource-requests", json=body), 201)


@dataclass
class Market:
    """A resource, who leaves it idle, who asks for it, and what is known of either."""

    expert: str
    ada: str
    idle: dict[str, Any]
    keen: dict[str, Any]


async def a_market(client) -> Market:
    """Twelve days of an expert: six of Idle, who used 1.5, six of an account without score; Keen asks for eight."""
    await a_published_model(client)
    idle = await scored(client, "Idle", 10, 1, "tier_3")
    keen = await scored(client, "Keen", 90_000, 5, "tier_1")
    unknown = (await an_account(client, "Unknown"))["id"]
    scores = [await ok(client.post(f"/v1/accounts/{one}/scores", json={}), 201) for one in (idle, keen)]
    ada = await a_person(client, "sales")
    expert = await a_resource(client, capacity=12, unit_cost={"amount": "900.00", "currency": "USD"})
    for account in (idle, unknown):
        await excepted(client, account, expert, 6, on=days_ago(200), user_id=ada)
    await used(client, idle, expert, 1.5, days_ago(20))
    await asks(client, keen, expert, 8, ada)
    return Market(expert, ada, *scores)


async def test_idle_days_go_to_the_account_that_asks_for_them_and_is_worth_most(client):
    market = await a_market(client)
    assert (market.idle["quadrant"], market.keen["quadrant"]) == ("serve", "invest")

    found = await ok(client.get("/v1/resourcing/reallocation"))

    (move,) = found["moves"]
    (balance,) = found["resources"]
    assert (move["from_account_name"], move["to_account_name"], move["units"]) == ("Idle", "Keen", 4.5)
    # Who is idle loses a quarter of its worth a unit, at the benefit of the third tier; the keen one is of the first.
    assert move["lost"] == pytest.approx(4.5 * market.idle["composite"]["score"] * 0.3 * 0.25, abs=0.01)
    assert move["gained"] == pytest.approx(4.5 * market.keen["composite"]["score"], abs=0.01)
    assert found["net"] == pytest.approx(move["gained"] - move["lost"], abs=0.001)
    assert (balance["capacity"], balance["entitled"], balance["used"], balance["movable"]) == (12.0, 12.0, 1.5, 4.5)
    assert balance["shadow_price"] == pytest.approx(market.keen["composite"]["score"], abs=0.01)
    assert {(one["account_name"], one["movable"], one["wasted_cost"]["amount"]) for one in found["idle"]} == {
        ("Idle", True, "4050.00"),
        ("Unknown", False, "5400.00"),
    }
    assert [(one["account_name"], one["quantity"], one["served"]) for one in found["unmet"]] == [("Keen", 8.0, True)]
    assert found["accounts_without_score"] == 1
    assert {one["code"] for one in found["benchmarks"]} == {"resources_reduced", "healthier_after_reducing"}


async def test_more_accounts_take_no_more_statements_and_what_is_declined_still_counts(client, database):
    market = await a_market(client)
    with counted(database) as few:
        await ok(client.get("/v1/resourcing/reallocation"))
    for number in range(3):
        more = await scored(client, f"More {number}", 100, 2, "tier_3")
        await excepted(client, more, market.expert, 2, on=days_ago(50), user_id=market.ada)
        asked = await asks(client, more, market.expert, 2, market.ada)
        body = {"user_id": await a_person(client, "product"), "reason": "No time"}
        await ok(client.post(f"/v1/commitments/{asked['id']}/decline", json=body, headers={"If-Match": '"1"'}))

    with counted(database) as many:
        found = await ok(client.get("/v1/resourcing/reallocation", params={"limit": 2}))

    assert len(many) <= len(few)
    assert (len(found["unmet"]), found["resources"][0]["unmet"]) == (2, 14.0)


async def test_where_there_is_nothing_nothing_is_moved(client):
    found = await ok(client.get("/v1/resourcing/reallocation"))
    assert (found["moves"], found["resources"], found["net"]) == ([], [], 0.0)
