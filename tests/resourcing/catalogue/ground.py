"""What the tests of resources stand on: things that can be given, rules, and the whole round of their doors."""

from itertools import count

from tests.asking import a_person, a_record, days_ago, ok
from tests.selection.ground import an_account

_NUMBERS = count(1)


def a_body(**fields):
    return {
        "code": f"expert-{next(_NUMBERS)}",
        "name": "Subject expert",
        "kind": "subject_expert",
        "function": "product",
        "unit": "days",
        **fields,
    }


async def a_resource(client, **fields):
    """A new resource's id."""
    return await a_record(client, "resources", **a_body(**fields))


async def brings(client, resource, quantity, *, basis="tier", name="tier_1"):
    """Let a tier (or a level) bring so much of a resource, and nothing else of it."""
    rules = [{"basis": basis, "name": name, "quantity": quantity}]
    return await ok(client.put(f"/v1/resources/{resource}/entitlements", json={"rules": rules}))


async def excepted(client, account, resource, quantity, **fields):
    """Grant an exception; all that the account is entitled to then."""
    body = {"resource_id": resource, "quantity": quantity, "reason": "A third plant opens", **fields}
    return await ok(client.post(f"/v1/accounts/{account}/entitlements", json=body))


async def used(client, account, resource, quantity, used_on, status=201, **fields):
    body = {"resource": resource, "quantity": quantity, "used_on": used_on, **fields}
    return await ok(client.post(f"/v1/accounts/{account}/usage", json=body), status)


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of the catalogue, entitlements, usage and utilization, each carried out at least once."""
    account = (await an_account(client))["id"]
    ada = await a_person(client, "product")
    resource = await a_resource(client, capacity=120, unit_cost={"amount": "900.00", "currency": "USD"})
    await _of_catalogue(client, resource, ada)
    await excepted(client, account, resource, 6, on=days_ago(30), user_id=ada)
    await ok(client.get(f"/v1/accounts/{account}/entitlements"))
    entry = await _of_usage(client, account, resource)
    rating = {"resource_id": resource, "value": 4}
    await ok(client.post(f"/v1/accounts/{account}/resource-ratings", json=rating), 201)
    await ok(client.get(f"/v1/accounts/{account}/resource-ratings"))
    await ok(client.get("/v1/resourcing/utilization"))
    return {"account_id": account, "resource_id": resource, "usage_entry_id": entry}


async def _of_catalogue(client, resource, leader):
    here = f"/v1/resources/{resource}"
    await ok(client.get("/v1/resources"))
    await ok(client.get(here))
    await ok(client.patch(here, json={"name": "Solution architect"}))
    await ok(client.post("/v1/resources/batch", json={"items": [a_body(source="erp", external_id="1")]}))
    await ok(client.delete(f"/v1/resources/{await a_resource(client)}"), 204)
    await ok(client.put(f"{here}/capacities", json={"quarters": [{"quarter": "2027-01-01", "capacity": 90}]}))
    await ok(client.get(f"{here}/capacities"))
    await brings(client, resource, 12)
    await ok(client.get(f"{here}/entitlements"))
    lead = {"function": "product", "user_id": leader, "on": days_ago(100)}
    await ok(client.put("/v1/function-leaders", json={"leaders": [lead]}))
    await ok(client.get("/v1/function-leaders"))


async def _of_usage(client, account, resource):
    entry = await used(client, account, resource, 1.5, days_ago(5))
    await ok(client.get(f"/v1/accounts/{account}/usage"))
    again = {"account": account, "resource": resource, "quantity": 1, "used_on": days_ago(4)}
    gone = await ok(client.post("/v1/usage", json=again), 201)
    await ok(client.get("/v1/usage"))
    await ok(client.get(f"/v1/usage/{entry['id']}"))
    await ok(client.patch(f"/v1/usage/{entry['id']}", json={"quantity": 2}))
    await ok(client.delete(f"/v1/usage/{gone['id']}"), 204)
    item = {**again, "source": "timesheets", "external_id": "4711"}
    await ok(client.post("/v1/usage/batch", json={"items": [item]}))
    return entry["id"]
