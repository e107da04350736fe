"""The inbox as its owner sees it: what was told, as it came, what became of it, and once more from the start."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.crm.service import inbox
from tests.conftest import client_of
from tests.crm.delivering import a_change, an_inlet, changed, drains, hubspot, kept
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
EVENTS = "/v1/crm/events"


async def settled(database, inlet, state, *, of=None):
    """Let events be settled, as the worker does, and drains be over."""
    where = "true" if of is None else f"external_id = '{of}'"
    async with database.transaction(inlet.tenant_id) as db:
        await db.exec_driver_sql(
            f"UPDATE crm_events SET state = '{state}', settled_at = now(), attempts = 8, reason = 'tried'"
            f" WHERE connection_id = $1 AND {where}",
            (inlet.id,),
        )
        await db.exec_driver_sql("DELETE FROM crm_hints WHERE connection_id = $1", (inlet.id,))
        await db.exec_driver_sql("UPDATE crm_connections SET drain_turn = drain_turn + 1 WHERE id = $1", (inlet.id,))
    assert await drains(database, inlet) in ([], [f"crm.drain {inlet.id} 0"])


async def test_events_are_listed_by_page_the_newest_first(database, tenant, client, anyone):
    inlet = await an_inlet(database, tenant)
    for number in range(7):
        await hubspot(inlet, [a_change(number)]).by(anyone)

    pages: list[list[str]] = []
    cursor = None
    while not pages or cursor:
        answer = (await client.get(EVENTS, params={"limit": 3, **({"cursor": cursor} if cursor else {})})).json()
        pages.append([event["external_id"] for event in answer["data"]])
        cursor = answer["next_cursor"]

    assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    oldest = (await client.get(EVENTS, params={"sort": "id", "limit": 1})).json()["data"][0]
    assert oldest == {
        "id": oldest["id"], "connection_id": str(inlet.id), "delivery_id": oldest["delivery_id"], "position": 0,
        "identity": "0", "object": "opportunity", "external_id": "0", "change": "changed",
        "occurred_at": "2025-10-09T08:53:20Z", "state": "waiting", "reason": None, "conflict": False, "attempts": 0,
        "created_at": oldest["created_at"], "settled_at": None,
    }  # fmt: skip


async def test_events_are_found_by_what_they_are(database, tenant, client, anyone):
    one, two = await an_inlet(database, tenant), await an_inlet(database, tenant, source="two")
    await hubspot(one, [a_change(1), a_change(2, kind="contact.creation"), a_change(1, propertyValue="9")]).by(anyone)
    await hubspot(one, [a_change(3, kind="spaceship.launched")]).by(anyone)
    await hubspot(two, [a_change(4)]).by(anyone)

    async def found(**wanted):
        answer = await client.get(EVENTS, params=wanted)
        assert answer.status_code == 200, answer.text
        return sorted(event["identity"] for event in answer.json()["data"])

    assert await found() == ["1", "1", "2", "3", "4"]
    assert await found(connection_id=str(two.id)) == ["4"]
    assert await found(state="ignored") == ["3"]
    assert await found(object="contact") == ["2"]
    assert await found(external_id="1") == ["1", "1"]
    assert await found(conflict="true") == ["1", "1"]
    assert await found(conflict="false", connection_id=str(one.id)) == ["2", "3"]
    assert await found(connection_id=str(uuid4())) == []
    assert (await client.get(EVENTS, params={"state": "asleep"})).status_code == 422


async def test_an_event_is_read_with_its_delivery_as_it_came(database, tenant, client, anyone):
    inlet = await an_inlet(database, tenant)
    sent = hubspot(inlet, [a_change(1), a_change(2)])
    await sent.by(anyone)
    (event_id, *_) = [event["id"] for event in await kept(database, inlet)]

    shown = (await client.get(f"{EVENTS}/{event_id}")).json()

    assert shown["detail"] == {"property_name": "amount", "property_value": "101"}
    delivery = shown["delivery"]
    assert (delivery["text"], delivery["base64"], delivery["events"]) == (sent.body.decode(), None, 2)
    assert (delivery["id"], delivery["content_type"]) == (shown["delivery_id"], "application/json")


async def test_a_body_is_forgotten_after_its_time_and_the_event_is_still_recognised(database, tenant, client, anyone):
    inlet = await an_inlet(database, tenant)
    old, new = hubspot(inlet, [a_change(1)]), hubspot(inlet, [a_change(2)])
    for sent in (old, new):
        await sent.by(anyone)
    async with database.transaction(tenant.id) as db:
        await db.exec_driver_sql(
            "UPDATE crm_deliveries SET created_at = now() - interval '31 days'"
            " WHERE id = (SELECT delivery_id FROM crm_events WHERE connection_id = $1 AND external_id = '1')",
            (inlet.id,),
        )

    forgotten = await inbox.forget_bodies(database, tenant.id, older_than=timedelta(days=30))

    assert forgotten == 1
    assert await inbox.forget_bodies(database, tenant.id, older_than=timedelta(days=30)) == 0
    texts = {}
    for event in await kept(database, inlet):
        delivery = (await client.get(f"{EVENTS}/{event['id']}")).json()["delivery"]
        texts[event["external_id"]] = (delivery["text"], delivery["bytes"])
    assert texts == {"1": (None, len(old.body)), "2": (new.body.decode(), len(new.body))}
    assert (await old.by(anyone)).json()["repeated"] == 1


@pytest.mark.parametrize("state", ["done", "stale", "dead", "echo", "quarantined"])
async def test_a_settled_event_waits_again_when_it_is_replayed(database, tenant, client, anyone, state):
    inlet = await an_inlet(database, tenant)
    await hubspot(inlet, [a_change(1)]).by(anyone)
    await settled(database, inlet, state)
    (event,) = await kept(database, inlet)

    answer = await client.post(f"{EVENTS}/{event['id']}/replay")

    assert (answer.status_code, answer.json()["state"], answer.json()["attempts"]) == (202, "waiting", 0)
    assert [hint["external_id"] for hint in await kept(database, inlet, "crm_hints")] == ["1"]
    assert f"crm.drain {inlet.id} 1" in await drains(database, inlet)


async def test_an_event_that_waits_is_not_replayed(database, tenant, client, anyone):
    inlet = await an_inlet(database, tenant)
    await hubspot(inlet, [a_change(1)]).by(anyone)
    (event,) = await kept(database, inlet)

    answer = await client.post(f"{EVENTS}/{event['id']}/replay")

    assert (answer.status_code, answer.json()["code"]) == (409, "still_waiting")


async def test_what_could_not_be_understood_is_read_again_by_the_connection_as_it_is_now(
    database, tenant, client, anyone
):
    inlet = await an_inlet(database, tenant)
    told = [a_change(1), {**a_change(2), "objectId": None}, a_change(3, kind="spaceship.launched")]
    await hubspot(inlet, told).by(anyone)
    _, unreadable, ignored = await kept(database, inlet)

    refused = [await client.post(f"{EVENTS}/{event['id']}/replay") for event in (unreadable, ignored)]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "nothing_to_pull")] * 2

    async with database.transaction(tenant.id) as db:  # as if the connector had learnt to read it meanwhile
        told[1]["objectId"] = 77
        await db.exec_driver_sql(
            "UPDATE crm_deliveries SET body = convert_to($2, 'UTF8') WHERE id = $1",
            (unreadable["delivery_id"], json.dumps(told)),
        )
    answer = await client.post(f"{EVENTS}/{unreadable['id']}/replay")

    assert (answer.status_code, answer.json()["external_id"], answer.json()["state"]) == (202, "77", "waiting")
    assert "77" in [hint["external_id"] for hint in await kept(database, inlet, "crm_hints")]


async def test_dead_events_are_replayed_together(database, tenant, client, anyone):
    inlet, other = await an_inlet(database, tenant), await an_inlet(database, tenant, source="other")
    await hubspot(inlet, [a_change(number) for number in range(30)] + [a_change(99, objectId=None)]).by(anyone)
    await hubspot(other, [a_change(1)]).by(anyone)
    await settled(database, inlet, "dead")
    await settled(database, other, "dead")

    answer = await client.post(f"{EVENTS}/replay", json={"connection_id": str(inlet.id), "state": "dead"})

    assert (answer.status_code, answer.json()) == (202, {"replayed": 30, "left": 1, "next_after": None})
    assert sorted(event["state"] for event in await kept(database, inlet)) == ["dead"] + ["waiting"] * 30
    assert len(await kept(database, inlet, "crm_hints")) == 30
    assert [event["state"] for event in await kept(database, other)] == ["dead"]


async def test_many_dead_events_are_replayed_by_and_by(database, tenant, client, anyone):
    inlet = await an_inlet(database, tenant)
    await hubspot(inlet, [a_change(number) for number in range(1_500)]).by(anyone)
    await settled(database, inlet, "dead")
    asked = {"connection_id": str(inlet.id), "state": "dead"}

    first = (await client.post(f"{EVENTS}/replay", json=asked)).json()
    second = (await client.post(f"{EVENTS}/replay", json={**asked, "after": first["next_after"]})).json()

    assert (first["replayed"], second) == (1_000, {"replayed": 500, "left": 0, "next_after": None})


async def test_replayed_while_it_is_paused_a_connections_events_wait_without_a_drain(database, tenant, client, anyone):
    inlet = await an_inlet(database, tenant)
    await hubspot(inlet, [a_change(1)]).by(anyone)
    await settled(database, inlet, "dead")
    await changed(database, inlet, "state = 'paused'")

    asked = {"connection_id": str(inlet.id), "state": "dead"}
    assert (await client.post(f"{EVENTS}/replay", json=asked)).json()["replayed"] == 1

    assert f"crm.drain {inlet.id} 1" not in await drains(database, inlet)


async def test_another_organization_sees_and_replays_nothing(database, tenant, other_client, anyone):
    inlet = await an_inlet(database, tenant)
    await hubspot(inlet, [a_change(1)]).by(anyone)
    await settled(database, inlet, "dead")
    (event,) = await kept(database, inlet)

    assert (await other_client.get(EVENTS)).json()["data"] == []
    assert (await other_client.get(f"{EVENTS}/{event['id']}")).status_code == 404
    assert (await other_client.post(f"{EVENTS}/{event['id']}/replay")).status_code == 404
    asked = {"connection_id": str(inlet.id), "state": "dead"}
    assert (await other_client.post(f"{EVENTS}/replay", json=asked)).status_code == 404
    assert [event["state"] for event in await kept(database, inlet)] == ["dead"]


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", EVENTS, "crm:read"),
        ("GET", f"{EVENTS}/{UUID(int=7)}", "crm:read"),
        ("POST", f"{EVENTS}/replay", "crm:write"),
    ],
)
async def test_the_doors_ask_for_their_scopes(app, tenant, client, method, path, scope):
    for scopes, refused in ((["accounts:*"], True), ([scope], False)):
        key = (await client.post("/v1/api-keys", json={"name": "k", "scopes": scopes})).json()["key"]
        async with client_of(app, tenant) as caller:
            caller.headers["Authorization"] = f"Bearer {key}"
            answer = await caller.request(method, path, json={} if method == "POST" else None)
            assert (answer.status_code == 403) == refused
