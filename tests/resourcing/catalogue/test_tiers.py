"""With a tier come resources: when an account is selected, retiered, or leaves, and when what a tier brings changes."""

from app.infra.jobs import Delivery
from app.resourcing.service.resources import ENTITLE
from app.worker import tasks_of
from tests.asking import ok
from tests.resourcing.catalogue.ground import a_resource, brings, excepted
from tests.selection.ground import an_account
from tests.selection.lifecycle.ground import a_key_account, moves
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def given(client, account):
    """What the account is entitled to now, and by which tier, by resource."""
    found = await ok(client.get(f"/v1/accounts/{account['id']}/entitlements"))
    return {
        each["resource_id"]: (each["quantity"], [one["basis_name"] for one in each["statements"]])
        for each in found["data"]
        if each["quantity"]
    }


async def entitled_anew(database, tenant):
    """The job that a change of rules asks for."""
    await tasks_of(database, {})[ENTITLE](Delivery(ENTITLE, {"tenant_id": str(tenant.id)}, 1))


async def test_what_an_account_gets_follows_its_tier(client):
    experts, access = await a_resource(client), await a_resource(client)
    for name, quantity in (("tier_1", 12), ("tier_2", 6)):
        rules = [{"basis": "tier", "name": name, "quantity": quantity}]
        held = (await ok(client.get(f"/v1/resources/{experts}/entitlements")))["rules"]
        await ok(client.put(f"/v1/resources/{experts}/entitlements", json={"rules": held + rules}))
    await brings(client, access, 2)

    account = await a_key_account(client, "tier_2")
    assert await given(client, account) == {experts: (6, ["tier_2"])}

    await moves(client, account, "under_review")
    assert await given(client, account) == {experts: (6, ["tier_2"])}
    await moves(client, account, "retiered", tier="tier_1")
    assert await given(client, account) == {experts: (12, ["tier_1"]), access: (2, ["tier_1"])}

    # What it has is not taken from it before somebody has talked with the customer.
    await moves(client, account, "under_review", "reset")
    body = {"to": "reselection", "reason": "It is time"}
    await ok(client.post(f"/v1/accounts/{account['id']}/lifecycle/moves", json=body), 409)
    assert await given(client, account) == {experts: (12, ["tier_1"]), access: (2, ["tier_1"])}


async def test_accounts_that_have_a_tier_already_are_entitled_when_it_comes_to_bring_more(client, database, tenant):
    account, prospect = await a_key_account(client), await an_account(client)
    resource = await a_resource(client)
    await brings(client, resource, 12)
    assert await given(client, account) == {}

    await entitled_anew(database, tenant)
    assert await given(client, account) == {resource: (12, ["tier_1"])}
    assert await given(client, prospect) == {}

    before = await ok(client.get(f"/v1/accounts/{account['id']}/entitlements"))
    await entitled_anew(database, tenant)
    assert await ok(client.get(f"/v1/accounts/{account['id']}/entitlements")) == before

    user = (await ok(client.get("/v1/users")))["data"][0]["id"]
    await excepted(client, account["id"], resource, 3, user_id=user)
    await brings(client, resource, 8)
    await entitled_anew(database, tenant)
    assert await given(client, account) == {resource: (11, [None, "tier_1"])}
