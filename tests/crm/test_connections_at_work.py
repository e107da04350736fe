"""A connection that is tried out with a real call, over real HTTP; and one to a CRM that nobody here knows."""

import asyncio
from typing import Any

import pytest

from tests.crm.fakes.fake import serving
from tests.crm.fakes.hubspot import hubspot
from tests.shared_app import ONE_LOOP, anyone, app, client, one_app, other_client, other_tenant, tenant

__all__ = ["anyone", "app", "client", "one_app", "other_client", "other_tenant", "tenant"]
pytestmark = ONE_LOOP


@pytest.fixture
def crm():
    fake = hubspot()
    with serving(fake):
        yield fake


async def connected(client, crm, **more: Any) -> str:
    body = {
        "name": "Our HubSpot",
        "provider": "hubspot",
        "base_url": crm.url,
        "credentials": {"kind": "token", "token": "fixed-token"},
    }
    answer = await client.post("/v1/crm/connections", json=body | more)
    assert answer.status_code == 201, answer.text
    return f"/v1/crm/connections/{answer.json()['id']}"


async def tried(client, at: str, **headers: str) -> dict[str, Any]:
    answer = await client.post(f"{at}/test", headers=headers)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_connection_that_works_says_so_by_a_real_call(client, crm):
    at = await connected(client, crm)

    told = await tried(client, at)

    assert (told["ok"], told["reason"]) == (True, None)
    assert told["ms"] > 0
    assert [call.token for call in crm.calls] == ["fixed-token"]


async def test_a_connection_that_fails_gives_the_reason_and_no_secret(client, crm):
    at = await connected(client, crm, credentials={"kind": "token", "token": "canary-wrong-token"})

    told = await tried(client, at)

    assert (told["ok"], bool(told["reason"])) == (False, True)
    assert "canary" not in str(told)
    assert (await client.get(at)).json()["state"] == "needs_reauth"


@pytest.mark.parametrize("fault", ["status", "html", "torn", "redirect", "busy"])
async def test_whatever_the_crm_answers_the_test_itself_answers(client, crm, fault):
    at = await connected(client, crm)
    crm.faults.next(fault)

    told = await tried(client, at)

    assert (told["ok"], bool(told["reason"])) == (False, True)
    assert crm.faults.met


async def test_a_crm_that_is_not_there_is_told_so(client, crm):
    at = await connected(client, crm, base_url="http://127.0.0.1:9")

    told = await tried(client, at)

    assert (told["ok"], bool(told["reason"])) == (False, True)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "one and the same"}])
async def test_no_transaction_is_open_while_the_crm_is_called(client, crm, database, headers):
    at = await connected(client, crm)
    crm.faults.next("slow", seconds=0.5)

    asking = asyncio.create_task(tried(client, at, **headers))
    while not crm.calls:  # noqa: ASYNC110  # another thread writes them down
        await asyncio.sleep(0.01)
    busy = database.engine.pool.checkedout()
    open_ones = await database.fast.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()"
    )

    assert (busy, open_ones) == (0, 0)
    assert (await asking)["ok"]


async def test_each_test_is_a_call_even_under_one_idempotency_key(client, crm):
    at = await connected(client, crm)

    for _ in range(2):
        assert (await tried(client, at, **{"Idempotency-Key": "one and the same"}))["ok"]

    assert len(crm.calls) == 2


async def test_an_unfit_idempotency_key_is_refused_though_none_is_of_account(client, crm):
    at = await connected(client, crm)

    answer = await client.post(f"{at}/test", headers={"Idempotency-Key": ""})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/idempotency-key-unusable")
    assert crm.calls == []


async def test_one_that_only_sends_is_not_called(client):
    made = await client.post("/v1/crm/connections", json={"name": "The scheduler", "provider": "push"})

    told = await tried(client, f"/v1/crm/connections/{made.json()['id']}")

    assert told["ok"] is False
    assert "never called" in told["reason"]


async def the_document(client, provider: str) -> Any:
    return (await client.get(f"/v1/crm/connectors/{provider}")).json()["document"]


async def test_a_crm_that_nobody_here_knows_is_connected_by_a_document(client, crm):
    document = await the_document(client, "hubspot")

    at = await connected(client, crm, provider="custom", connector=document)

    shown = (await client.get(at)).json()
    assert (shown["provider"], shown["source"], shown["connector"]) == ("custom", "custom", document)
    assert (await tried(client, at))["ok"]


async def test_a_connector_is_given_where_it_is_needed_and_nowhere_else(client, crm):
    document = await the_document(client, "hubspot")
    body = {"name": "A CRM", "base_url": crm.url, "credentials": {"kind": "token", "token": "fixed-token"}}
    for more in ({"provider": "custom"}, {"provider": "hubspot", "connector": document}):
        answer = await client.post("/v1/crm/connections", json=body | more)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/connector")

    at = await connected(client, crm)
    answer = await client.patch(at, json={"connector": document})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/connector")


async def test_a_connector_that_cannot_be_is_refused_with_the_place(client, crm):
    document = await the_document(client, "hubspot")
    del document["objects"]["account"]["id"]
    body = {"name": "A CRM", "provider": "custom", "base_url": crm.url, "connector": document}

    answer = await client.post("/v1/crm/connections", json=body)

    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert (answer.status_code, pointers) == (422, ["/connector/objects/account/id"])


async def test_a_connector_that_asks_elsewhere_for_tokens_needs_the_credentials(client, crm):
    document = await the_document(client, "hubspot")
    at = await connected(client, crm, provider="custom", connector=document)
    renamed = {**document, "title": "Another title"}
    assert (await client.patch(at, json={"connector": renamed})).json()["connector"] == renamed
    elsewhere = {
        **document,
        "authentication": {**document["authentication"], "token_url": "https://evil.example/token"},
    }

    alone = await client.patch(at, json={"connector": elsewhere})
    together = await client.patch(
        at, json={"connector": elsewhere, "credentials": {"kind": "token", "token": "one of his own"}}
    )

    assert (alone.status_code, alone.json()["code"]) == (409, "credentials_needed")
    assert together.status_code == 200
