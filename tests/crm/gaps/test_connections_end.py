"""What a connection brought stays when it is paused or removed; what comes to a removed one finds nobody."""

import pytest

from tests.crm.fakes.dynamics import dynamics
from tests.crm.fakes.hubspot import hubspot
from tests.crm.service.ground import a_ground
from tests.shared_app import ONE_LOOP, anyone, app, client, one_app, tenant

__all__ = ["anyone", "app", "client", "one_app", "tenant"]
pytestmark = ONE_LOOP


@pytest.fixture
def on_ground(database, tenant, anyone, settings):
    return lambda: a_ground(hubspot(), database, tenant, anyone, settings)


async def test_the_facts_of_a_removed_connection_stay_and_its_deliveries_find_nobody(on_ground, client, anyone):
    async with on_ground() as ground:
        account = ground.fake.add("account", name="Acme").id
        deal = ground.fake.add("opportunity", name="Deal", amount="1", account=account)
        await ground.tell(deal)
        await ground.drain()
        late = ground.fake.deliveries_for(ground.fake.update("opportunity", deal.id, amount="2"))

        assert (await client.delete(f"/v1/crm/connections/{ground.id}")).status_code == 204

        answers = [await webhook.sent(anyone, ground.path) for webhook in late]
        assert {answer.status_code for answer in answers} == {404}
        assert (await ground.facts("opportunities"))[deal.id]["amount"] == 1
        assert set(await ground.facts("accounts")) == {account}
        deals = (await client.get("/v1/opportunities")).json()["data"]
        assert [shown["external_id"] for shown in deals] == [deal.id]
        await ground.drain()  # one that was still queued finds nothing to do
        assert await ground.hints() == []


async def test_what_comes_to_a_paused_connection_is_pulled_when_it_is_resumed(on_ground, client):
    async with on_ground() as ground:
        deal = ground.fake.add("opportunity", name="Deal", amount="1")
        at = f"/v1/crm/connections/{ground.id}"
        assert (await client.post(f"{at}/pause")).json()["state"] == "paused"

        await ground.tell(deal)
        await ground.drain()
        assert ([event["state"] for event in await ground.events()], ground.fake.calls) == (["waiting"], [])

        assert (await client.post(f"{at}/resume")).json()["state"] == "active"
        await ground.drain()
        assert [event["state"] for event in await ground.events()] == ["done"]
        assert set(await ground.facts("opportunities")) == {deal.id}


async def test_case_26_a_delivery_that_was_too_large_for_dynamics_is_pulled_by_its_id(
    database, tenant, anyone, settings
):
    async with a_ground(dynamics(), database, tenant, anyone, settings) as ground:
        account = ground.fake.add("account", name="Acme").id
        deal = ground.fake.add(
            "opportunity", name="Deal", amount=5, account=account, raw={"description": "x" * 300_000}
        )
        (webhook,) = ground.fake.deliveries_for(deal)
        assert webhook.headers["x-ms-dynamics-msg-size-exceeded"] == "true"
        assert b"InputParameters" not in webhook.body

        await ground.tell(deal)
        await ground.drain()

        assert (await ground.facts("opportunities"))[deal.id]["amount"] == 5
        assert [event["state"] for event in await ground.events()] == ["done"]
