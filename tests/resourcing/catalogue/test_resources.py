"""Resources: known by code and by external id, with a capacity per quarter, rules, and leaders who answer for them."""

import asyncio
from datetime import date
from typing import get_args
from uuid import UUID

from app.resourcing.schemas.catalogue import ResourceKind
from app.resourcing.service import entitlements
from app.resourcing.tables.catalogue import RESOURCE_KINDS
from tests.asking import a_person, days_ago, ok
from tests.resourcing.catalogue.ground import a_body, a_resource, brings, excepted, used
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def refused(answering, status, code):
    answer = await answering
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return answer.json()


async def test_a_resource_is_known_by_its_code_and_by_what_another_system_calls_it(client, other_client):
    cost = {"amount": "900.00", "currency": "EUR"}
    body = a_body(source="erp", external_id="77", unit_cost=cost)
    saved = await ok(client.post("/v1/resources/batch", json={"items": [body, a_body(kind="gold")]}))
    again = await ok(client.post("/v1/resources/batch", json={"items": [{**body, "unit_cost": None}]}))
    resource = saved["results"][0]["id"]
    assert get_args(ResourceKind) == RESOURCE_KINDS

    assert (saved["created"], saved["refused"], again["updated"]) == (1, 1, 1)
    found = await ok(client.get(f"/v1/resources/{resource}"))
    assert (found["unit_cost"], found["capacity"], found["active"], found["version"]) == (None, None, True, 2)
    await ok(client.patch(f"/v1/resources/{resource}", json={"unit_cost": {"amount": "5.5", "currency": "USD"}}))
    assert (await ok(client.get("/v1/resources?source=erp")))["data"][0]["unit_cost"]["currency"] == "USD"
    await refused(client.post("/v1/resources", json={**a_body(), "code": body["code"]}), 409, "record_exists")
    await refused(client.post("/v1/resources", json={"code": "x"}), 422, "fields_missing")
    await refused(other_client.get(f"/v1/resources/{resource}"), 404, "resource_not_found")
    await refused(other_client.put(f"/v1/resources/{resource}/capacities", json={"quarters": []}), 404,
                  "resource_not_found")  # fmt: skip


async def test_a_resource_that_somebody_used_is_not_removed(client):
    account, resource = (await an_account(client))["id"], await a_resource(client)
    await brings(client, resource, 3)
    await used(client, account, resource, 1, days_ago(1))

    await refused(client.delete(f"/v1/resources/{resource}"), 409, "in_use")


async def test_quarters_may_have_a_capacity_of_their_own(client, database, tenant):
    resource = await a_resource(client, capacity=120)
    here = f"/v1/resources/{resource}/capacities"
    quarters = [{"quarter": "2027-04-01", "capacity": 0}, {"quarter": "2027-01-01", "capacity": 90}]
    first = await client.put(here, json={"quarters": quarters}, headers={"If-Match": '"1"'})

    assert [each["quarter"] for each in first.json()["quarters"]] == ["2027-01-01", "2027-04-01"]
    assert (first.headers["etag"], first.json()["version"]) == ('"2"', 2)
    stale = client.put(here, json={"quarters": []}, headers={"If-Match": '"1"'})
    await refused(stale, 412, "record_changed")
    for bad in ([{"quarter": "2027-01-02", "capacity": 1}], [{"quarter": "2027-01-01", "capacity": -1}],
                [quarters[0], quarters[0]]):  # fmt: skip
        assert (await client.put(here, json={"quarters": bad})).status_code == 422

    unlimited = await a_resource(client)
    async with database.transaction(tenant.id) as connection:
        there = [
            await entitlements.capacity(connection, tenant.id, each, date(2027, month, 1))
            for each, month in ((resource, 1), (resource, 4), (resource, 7), (unlimited, 1))
        ]
    assert there == [90, 0, 120, None]
    await ok(client.put(here, json={"quarters": []}))
    assert (await ok(client.get(here)))["quarters"] == []


async def test_rules_name_tiers_and_the_four_levels_once_each(client, database, tenant):
    resource, retired = await a_resource(client), await a_resource(client)
    here = f"/v1/resources/{resource}/entitlements"
    rules = [
        {"basis": "level", "name": "strategic", "quantity": 20},
        {"basis": "tier", "name": "tier_1", "quantity": 12},
    ]

    told = await ok(client.put(here, json={"rules": rules}))
    await brings(client, retired, 5, basis="level", name="strategic")
    await ok(client.patch(f"/v1/resources/{retired}", json={"active": False}))

    assert [(rule["basis"], rule["name"]) for rule in told["rules"]] == [("tier", "tier_1"), ("level", "strategic")]
    async with database.transaction(tenant.id) as connection:
        assert await entitlements.of_level(connection, tenant.id, "strategic") == {UUID(resource): 20}
    for bad in ([{**rules[0], "name": "platinum"}], [rules[1], rules[1]], [{**rules[1], "quantity": 0}]):
        assert (await client.put(here, json={"rules": bad})).status_code == 422


async def test_functions_have_leaders_from_a_day_on(client):
    ada, bob = await a_person(client, "product", "Ada"), await a_person(client, "product", "Bob")
    here = "/v1/function-leaders"
    for user, day in ((bob, days_ago(10)), (ada, days_ago(100))):
        await ok(client.put(here, json={"leaders": [{"function": "product", "user_id": user, "on": day}]}))

    now, before, never = [await ok(client.get(here, params={"as_of": days_ago(days)})) for days in (0, 11, 101)]

    assert [each["user_name"] for each in now["data"] + before["data"]] == ["Bob", "Ada"]
    assert never["data"] == []
    assert "product" not in now["vacant"]
    assert "sales" in now["vacant"]
    tomorrow = [{"function": "product", "user_id": ada, "on": days_ago(-1)}]
    nobody = [{"function": "legal", "user_id": "01890a5d-ac96-774b-bcce-b302099a8057"}]
    await refused(client.put(here, json={"leaders": tomorrow}), 422, "in_the_future")
    await refused(client.put(here, json={"leaders": nobody}), 422, "unknown_people")
    await refused(client.get(here, params={"as_of": days_ago(-1)}), 422, "in_the_future")


async def test_exceptions_come_on_top_and_a_new_one_takes_the_place_of_the_old(client, other_client):
    account, ada = (await an_account(client))["id"], await a_person(client, "product")
    resource, another = await a_resource(client), await a_resource(client)
    here = f"/v1/accounts/{account}/entitlements"

    await excepted(client, account, resource, 6, on=days_ago(40), user_id=ada)
    await excepted(client, account, another, 1, on=days_ago(30), user_id=ada)
    await excepted(client, account, resource, 4, on=days_ago(10), until_on=days_ago(-10), user_id=ada)
    ended = await excepted(client, account, another, 0, user_id=ada)

    quantities = {each["resource_id"]: each["quantity"] for each in ended["data"]}
    assert (quantities[resource], quantities.get(another, 0)) == (4, 0)
    then = await ok(client.get(here, params={"as_of": days_ago(11)}))
    assert {each["resource_id"]: each["quantity"] for each in then["data"]} == {resource: 6, another: 1}
    assert (await ok(client.get(here, params={"as_of": days_ago(41)})))["data"] == []
    told = (await ok(client.get("/v1/events?type=entitlement.excepted")))["data"]
    assert [one["data"]["quantity"] for one in told] == [0, 4, 1, 6]
    body = {"resource_id": resource, "quantity": 1, "reason": "more", "user_id": ada}
    for fields, code in (
        ({"on": days_ago(-1)}, "in_the_future"), ({"until_on": days_ago(0)}, "no_time_left"),
        ({"user_id": None}, "unknown_people"),
    ):  # fmt: skip
        await refused(client.post(here, json={**body, **fields}), 422, code)
    await refused(client.post(here, json={**body, "resource_id": account}), 404, "resource_not_found")
    await refused(other_client.get(here), 404, "account_not_found")


async def test_of_exceptions_that_are_granted_at_once_one_holds(client):
    account, ada = (await an_account(client))["id"], await a_person(client, "product")
    resource = await a_resource(client)

    await asyncio.gather(*(excepted(client, account, resource, each, user_id=ada) for each in (3, 5, 7)))

    (line,) = (await ok(client.get(f"/v1/accounts/{account}/entitlements")))["data"]
    assert line["quantity"] in {3, 5, 7}
    assert len(line["statements"]) == 1
