"""The first page of the portfolio's health is the same the shortest way as at the door, whatever was kept of it."""

import asyncio

import orjson
import pytest

from app.health.routes.at_once import PATH, counters
from tests.asking import ok
from tests.counters import USUAL_WAY, AtOnce
from tests.health.scores.ground import a_health_model, an_observed_account, kept
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


@pytest.fixture
def at_once(app):
    return AtOnce(app, counters)


async def a_portfolio(client, database, tenant, *names):
    await a_health_model(client)
    accounts = [
        await an_observed_account(client, name, csat=5, adoption=place / 10, nps=place)
        for place, name in enumerate(names)
    ]
    await kept(database, tenant)
    await ok(client.get("/v1/health"))  # the key's use is news
    return accounts


async def by_route(client, **params):
    """The same page as the route itself makes it, which it does where an order is asked for."""
    return await ok(client.get("/v1/health", params={"sort": "health", **params}))


async def shown(at_once, tenant, address=PATH):
    return orjson.loads((await at_once.asked(address, tenant.key)).content)


async def test_a_page_is_that_of_the_route_and_a_change_shows_at_once(client, database, tenant, at_once):
    first, *_ = await a_portfolio(client, database, tenant, "a", "b", "c")
    two = f"{PATH}?limit=2"
    for _ in range(2):  # made, and kept
        assert await shown(at_once, tenant) == await by_route(client)
        page, expected = await shown(at_once, tenant, two), await by_route(client, limit=2)
        assert page["data"] == expected["data"]
        following = await ok(client.get(PATH, params={"limit": 2, "cursor": page["next_cursor"]}))
        assert [row["account_name"] for row in following["data"]] == ["c"]

    await ok(client.patch(f"/v1/accounts/{first['id']}", json={"name": "Renamed"}))
    renamed = await shown(at_once, tenant)
    assert renamed == await by_route(client)
    assert renamed["data"][0]["account_name"] == "Renamed"

    async with database.transaction(tenant.id) as connection:
        await connection.exec_driver_sql("UPDATE account_health SET health = 12.34567, health_30 = NULL")
    judged = await shown(at_once, tenant)
    assert judged == await by_route(client)
    assert {row["health"]["score"] for row in judged["data"]} == {12.3457}

    async with database.transaction(tenant.id) as connection:
        gone = "UPDATE accounts SET removed_at = now(), valid_from = 'infinity' WHERE name = 'Renamed'"
        await connection.exec_driver_sql(gone)
    assert [row["account_name"] for row in (await shown(at_once, tenant))["data"]] == ["b", "c"]


async def test_everybody_sees_their_own_and_whatever_is_not_plain_is_left_to_the_door(
    client, other_client, database, tenant, other_tenant, at_once
):
    await a_portfolio(client, database, tenant, "a")
    await ok(other_client.get("/v1/health"))
    mine, theirs = await asyncio.gather(shown(at_once, tenant), shown(at_once, other_tenant))
    assert len(mine["data"]) == 1
    assert theirs == {"data": [], "next_cursor": None}

    odd = ("?limit=0", "?limit=501", "?limit=1&sort=name", "?cursor=x", "/summary", "?")
    assert [await at_once.asked(PATH + one, tenant.key) for one in odd] == [USUAL_WAY] * len(odd)
    assert await at_once.asked(PATH, tenant.key, b"x") is USUAL_WAY
    made = await ok(client.post("/v1/api-keys", json={"name": "own", "scopes": ["selection:read"]}), 201)
    await client.get("/v1/health", headers={"Authorization": f"Bearer {made['key']}"})
    assert await at_once.asked(PATH, made["key"]) is USUAL_WAY
