"""Connections through their doors: made, shown, changed, mapped, paused, removed, each its organization's own."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.crm.client import tokens
from app.crm.client.failures import NeedsReauth
from app.crm.queries import connections as queries
from app.crm.service import connections
from app.kernel.ids import ConnectionId
from tests.crm.owning import HUBSPOT, NOBODY, RING, SALESFORCE, a_connection, kept, path_of, queued, refused
from tests.events.shapes import shaped
from tests.shared_app import ONE_LOOP, anyone, app, client, one_app, other_client, other_tenant, tenant

__all__ = ["anyone", "app", "client", "one_app", "other_client", "other_tenant", "tenant"]
pytestmark = ONE_LOOP
DYNAMICS = {
    "name": "Our Dynamics",
    "provider": "dynamics",
    "base_url": "https://acme.crm.dynamics.com",
    "credentials": {"kind": "client_credentials", "client_id": "us", "client_secret": "whispered"},
    "variables": {"directory_id": "acme"},
}


async def test_a_connection_is_shown_as_it_was_made(client):
    made = await client.post("/v1/crm/connections", json=SALESFORCE | {"default_currency": "EUR"})
    connection = made.json()

    assert made.status_code == 201
    assert made.headers["location"] == path_of(connection)
    assert made.headers["etag"] == '"1"'
    shown = {name: connection[name] for name in ("name", "provider", "source", "base_url", "objects", "state")}
    assert shown == {
        "name": "Our Salesforce",
        "provider": "salesforce",
        "source": "salesforce",
        "base_url": "https://acme.my.salesforce.com",
        "objects": ["user", "account", "contact", "opportunity"],
        "state": "active",
    }
    assert connection["credentials"] == {"kind": "client_credentials", "expires_at": None}
    assert (connection["default_currency"], connection["signature"]) == ("EUR", "path")
    read = (await client.get(path_of(connection))).json()
    assert read == {name: value for name, value in connection.items() if name not in {"webhook_secret", "deliver_to"}}
    assert (await client.get("/v1/crm/connections")).json() == {"data": [read], "next_cursor": None}


async def test_a_change_with_a_stale_version_is_refused(client):
    connection = await a_connection(client)
    changed = await client.patch(path_of(connection), json={"name": "Second"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["version"], changed.headers["etag"]) == (200, 2, '"2"')

    late = {"If-Match": '"1"'}
    for answer in (
        await client.patch(path_of(connection), json={"name": "Third"}, headers=late),
        await client.put(path_of(connection, "credentials"), json=HUBSPOT["credentials"], headers=late),
        await client.put(path_of(connection, "field-mapping"), json={}, headers=late),
        await client.post(path_of(connection, "rotate-secret"), json={"secret": "a fresh one"}, headers=late),
        await client.post(path_of(connection, "pause"), headers=late),
        await client.post(path_of(connection, "resume"), headers=late),
        await client.delete(path_of(connection), headers=late),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "connection_changed")
    assert (await client.get(path_of(connection))).json()["name"] == "Second"


async def test_what_is_not_given_stays(client):
    connection = await a_connection(
        client, stages={"closedwon": {"status": "won"}}, default_currency="EUR", write_back={"tier": "kap_tier"}
    )

    changed = (await client.patch(path_of(connection), json={"default_currency": None, "objects": ["account"]})).json()

    assert changed["default_currency"] is None
    assert changed["objects"] == ["account"]
    assert changed["stages"] == {"closedwon": {"name": None, "status": "won", "probability": None}}
    assert changed["write_back"] == {"tier": "kap_tier"}
    assert (await client.patch(path_of(connection), json={"write_back": {}})).json()["write_back"] == {}


async def test_a_change_that_changes_nothing_is_none(client):
    connection = await a_connection(client)

    same = await client.patch(path_of(connection), json={"name": connection["name"]})

    assert same.json()["version"] == connection["version"]


async def test_a_variable_that_leads_no_credentials_elsewhere_is_changed_without_them(client):
    connection = await a_connection(client, **SALESFORCE, webhook_secret=None)

    changed = await client.patch(path_of(connection), json={"variables": {"version": "v61.0"}})

    assert (changed.status_code, changed.json()["variables"]) == (200, {"version": "v61.0"})


@pytest.mark.parametrize(
    ("whose", "change"),
    [
        (SALESFORCE, {"base_url": "https://evil.my.salesforce.com"}),
        (DYNAMICS, {"variables": {"directory_id": "evil"}}),  # it stands in the address where tokens are asked for
    ],
)
async def test_where_credentials_go_is_changed_only_with_the_credentials(client, database, tenant, whose, change):
    """Else who may change a connection could have its credentials sent to himself."""
    connection = await a_connection(client, **whose, webhook_secret=None)

    alone = await refused(client, change, path_of(connection), "PATCH")
    together = await client.patch(path_of(connection), json={**change, "credentials": whose["credentials"]})

    assert alone == (409, "credentials_needed", ["/credentials"])
    assert together.status_code == 200
    row = await kept(database, tenant, connection)
    assert (row["tokens"], row["token_turn"]) == (None, 1)


async def test_fresh_credentials_wake_a_connection_that_lacked_them(app, client, database, tenant):
    connection = await a_connection(client)
    at = ConnectionId(connection["id"])
    async with database.transaction(tenant.id) as db:
        found = await connections.connection(db, tenant.id, at)
    for _ in range(2):
        with pytest.raises(NeedsReauth):
            await tokens.give_up(app.state.crm_reach, found, found.token_turn, "the CRM refuses the token")
    async with database.transaction(tenant.id) as db:
        await connections.rest_until(db, tenant.id, at, datetime.now(UTC) + timedelta(hours=1), "busy", 4)
        sealed = queries.sealed(RING, tenant.id, at, "tokens", {"access_token": "of before"})
        await queries.note(db, tenant.id, at, {"tokens": sealed})
    shown = (await client.get(path_of(connection))).json()
    assert (shown["state"], shown["state_reason"]) == ("needs_reauth", "the CRM refuses the token")
    assert (shown["failures"], shown["resting_reason"]) == (4, "busy")
    told = shaped((await client.get("/v1/events", params={"type": "connection.needs_reauth"})).json()["data"])
    assert [(each["subject_id"], each["data"]["reason"]) for each in told] == [
        (connection["id"], "the CRM refuses the token")
    ]

    renewed = await client.put(path_of(connection, "credentials"), json={"kind": "token", "token": "a new one"})

    shown = renewed.json()
    assert (shown["state"], shown["state_reason"], shown["failures"], shown["resting_until"]) == (
        "active",
        None,
        0,
        None,
    )
    row = await kept(database, tenant, connection)
    assert queries.opened(RING, row, "credentials") == {"token": "a new one"}
    assert row["tokens"] is None
    assert await queued(database, connection) == 1


async def test_a_paused_connection_waits_and_is_pulled_when_it_is_resumed(client, database):
    connection = await a_connection(client)

    paused = (await client.post(path_of(connection, "pause"))).json()
    again = (await client.post(path_of(connection, "pause"))).json()
    assert (paused["state"], again["version"]) == ("paused", paused["version"])
    assert await queued(database, connection) == 0

    resumed = (await client.post(path_of(connection, "resume"))).json()
    assert (resumed["state"], resumed["version"]) == ("active", paused["version"] + 1)
    assert await queued(database, connection) == 1
    told = (await client.get("/v1/events", params={"subject_id": connection["id"], "sort": "created_at"})).json()
    assert [each["type"] for each in shaped(told["data"])] == [
        "connection.created",
        "connection.paused",
        "connection.resumed",
    ]


async def test_a_removed_connection_is_gone_and_its_source_is_free(client, database):
    connection = await a_connection(client)

    assert (await client.delete(path_of(connection))).status_code == 204

    assert (await client.get(path_of(connection))).status_code == 404
    assert (await client.delete(path_of(connection))).status_code == 404
    leads = "SELECT count(*) FROM tenant_directory WHERE kind = 'crm_connection' AND handle = $1"
    assert await database.fast.fetchval(leads, connection["id"]) == 0
    again = await a_connection(client)
    assert await database.fast.fetchval(leads, again["id"]) == 1


async def test_a_source_belongs_to_one_connection(client, other_client):
    await a_connection(client)

    assert await refused(client, HUBSPOT) == (409, "source_taken", ["/source"])
    assert (await a_connection(client, source="hubspot.emea"))["source"] == "hubspot.emea"
    assert (await a_connection(other_client))["source"] == "hubspot"


async def test_of_twenty_that_take_one_source_at_once_one_gets_it(client):
    answers = await asyncio.gather(*(client.post("/v1/crm/connections", json=HUBSPOT) for _ in range(20)))

    assert sorted({answer.status_code for answer in answers}) == [201, 409], [answer.text for answer in answers]
    assert sum(answer.status_code == 201 for answer in answers) == 1


async def test_another_organizations_connection_is_not_there(client, other_client):
    connection = await a_connection(client)
    for method, *more in (
        ("GET",),
        ("PATCH",),
        ("DELETE",),
        ("POST", "test"),
        ("POST", "pause"),
        ("POST", "resume"),
        ("POST", "rotate-secret"),
        ("PUT", "credentials"),
        ("GET", "field-mapping"),
        ("PUT", "field-mapping"),
    ):
        body = {"kind": "token", "token": "theirs"} if more == ["credentials"] else {}
        answers = [
            await other_client.request(method, path_of({"id": each}, *more), json=body)
            for each in (connection["id"], NOBODY)
        ]
        assert {(each.status_code, each.json()["code"]) for each in answers} == {(404, "connection_not_found")}, method
    assert (await other_client.get("/v1/crm/connections")).json()["data"] == []
    assert (await client.get(path_of(connection))).json()["version"] == 1


async def test_a_field_mapping_is_put_in_place_and_read(client):
    connection = await a_connection(client)
    empty: dict[str, Any] = {"fields": {}, "attributes": [], "metrics": {}}
    nothing = dict.fromkeys(("user", "account", "contact", "opportunity"), empty)
    assert (await client.get(path_of(connection, "field-mapping"))).json() == nothing
    tier = {"path": "properties.tier__c", "transform": "map", "values": {"A": "gold", "*": None}, "constant": None}
    account = {
        "fields": {"industry": {"path": "properties.branch"}},
        "attributes": [{"key": "their_tier", "type": "text", "field": tier}],
        "metrics": {"nps": {"path": "properties.nps", "transform": "number"}},
    }

    put = await client.put(path_of(connection, "field-mapping"), json={"account": account})

    usual: dict[str, Any] = {"transform": "text", "values": {}, "constant": None}
    assert put.status_code == 200, put.text
    assert put.headers["etag"] == '"2"'
    assert put.json() == nothing | {
        "account": {
            "fields": {"industry": {"path": "properties.branch", **usual}},
            "attributes": [{"key": "their_tier", "type": "text", "field": tier, "label": None}],
            "metrics": {"nps": {"path": "properties.nps", **usual, "transform": "number"}},
        }
    }
    assert (await client.get(path_of(connection, "field-mapping"))).json() == put.json()
    cleared = await client.put(path_of(connection, "field-mapping"), json={})
    assert cleared.json() == nothing


async def test_the_key_says_who_may_read_and_who_may_write(client, anyone):
    connection = await a_connection(client)
    made = await client.post("/v1/api-keys", json={"name": "reader", "scopes": ["crm:read"]})
    reads = {"Authorization": f"Bearer {made.json()['key']}"}

    assert (await anyone.get(path_of(connection), headers=reads)).status_code == 200
    assert (await anyone.post(path_of(connection, "test"), headers=reads)).status_code == 403
    assert (await anyone.post("/v1/crm/connections", json=HUBSPOT, headers=reads)).status_code == 403
