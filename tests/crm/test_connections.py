"""Connections through their doors: made, shown without secrets, changed, rotated, paused, removed."""

import asyncio
import io
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.crm.queries import connections as queries
from app.crm.service import connections, resealing
from app.infra import logs
from app.infra.db import plain_url
from app.infra.sealing import NotOpened, ring_from
from app.kernel.ids import ConnectionId
from tests.conftest import SEALING_KEYS
from tests.shared_app import ONE_LOOP, anyone, app, client, one_app, other_client, other_tenant, tenant

__all__ = ["anyone", "app", "client", "one_app", "other_client", "other_tenant", "tenant"]
pytestmark = ONE_LOOP

NOBODY = "00000000-0000-4000-8000-000000000000"
CANARY = "canary-5f3759df"
RING = ring_from(SEALING_KEYS)
HUBSPOT: dict[str, Any] = {
    "name": "Our HubSpot",
    "provider": "hubspot",
    "credentials": {"kind": "token", "token": f"{CANARY}-token"},
    "webhook_secret": f"{CANARY}-client-secret",
}
SALESFORCE: dict[str, Any] = {
    "name": "Our Salesforce",
    "provider": "salesforce",
    "base_url": "https://acme.my.salesforce.com/",
    "credentials": {"kind": "client_credentials", "client_id": "id", "client_secret": f"{CANARY}-client"},
}
PUSH: dict[str, Any] = {"name": "The scheduler", "provider": "push"}


async def a_connection(client, **body):
    answer = await client.post("/v1/crm/connections", json={**HUBSPOT, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def path_of(connection, *more):
    return "/".join(("/v1/crm/connections", connection["id"], *more))


async def kept(database, tenant, connection):
    async with database.transaction(tenant.id) as db:
        return await connections.row(db, tenant.id, ConnectionId(connection["id"]))


def good_now(row, hours=0):
    return connections.webhook_secrets(RING, row, datetime.now(UTC) + timedelta(hours=hours))


async def refused(client, body, path="/v1/crm/connections", method="POST"):
    answer = await client.request(method, path, json=body)
    problem = answer.json()
    return answer.status_code, problem["code"], [error["pointer"] for error in problem.get("errors", ())]


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


async def test_push_gets_a_secret_of_standard_webhooks_which_is_shown_once(client, database, tenant):
    made = await client.post("/v1/crm/connections", json=PUSH)
    connection = made.json()

    secret = connection["webhook_secret"]
    assert secret.startswith("whsec_")
    assert len(b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert made.headers["cache-control"] == "no-store"
    assert good_now(await kept(database, tenant, connection)) == [secret]
    for later in (path_of(connection), "/v1/crm/connections", "/v1/events"):
        assert secret not in (await client.get(later)).text


async def test_a_secret_that_is_part_of_the_address_is_told_with_it(client):
    connection = await a_connection(client, **SALESFORCE, webhook_secret=None)

    assert connection["deliver_to"] == f"{connection['webhook_url']}/{connection['webhook_secret']}"
    assert connection["webhook_url"].endswith(f"/v1/crm/webhooks/{connection['id']}")


async def test_a_secret_that_the_sender_has_is_not_made_but_waited_for(client, database, tenant):
    connection = await a_connection(client, webhook_secret=None)

    assert connection["webhook_secret"] is None
    assert good_now(await kept(database, tenant, connection)) == []
    assert await refused(client, {}, path_of(connection, "rotate-secret")) == (
        422,
        "unusable_connection",
        ["/secret"],
    )
    given = await client.post(path_of(connection, "rotate-secret"), json={"secret": "of the app in HubSpot"})
    assert given.json() == {"webhook_secret": None, "deliver_to": None, "good_until": None}
    assert good_now(await kept(database, tenant, connection)) == ["of the app in HubSpot"]


async def every_row(database_url):
    owner = await asyncpg.connect(plain_url(database_url))
    tables = await owner.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    rows = [str(row) for table in tables for row in await owner.fetch(f"SELECT t::text FROM {table['name']} t")]
    await owner.close()
    return rows


async def test_no_secret_ever_comes_back(app, client, database_url, tenant, other_client):
    """Every answer, every problem, every log line, every row: the canary is sealed, or it is not there."""
    stream = io.BytesIO()
    logs.configure("DEBUG", stream)
    heard: list[str] = []

    async def ask(method, path, body=None, who=client, **headers):
        answer = await who.request(method, path, json=body, headers=headers)
        heard.append(f"{method} {path} {answer.status_code}\n{answer.headers}\n{answer.text}")
        return answer.json() if answer.content else None

    connection = await ask("POST", "/v1/crm/connections", HUBSPOT, **{"Idempotency-Key": "a key"})
    at = path_of(connection)
    broken = HUBSPOT | {"objects": ["nothing"], "credentials": {"kind": "token", "token": 7, "extra": CANARY}}
    for method, path, body, who in (
        ("POST", "/v1/crm/connections", HUBSPOT, client),
        ("POST", "/v1/crm/connections", broken, client),
        ("POST", "/v1/crm/connections", HUBSPOT | {"credentials": {"kind": CANARY}}, client),
        ("POST", "/v1/crm/connections", HUBSPOT | {"source": "other", "webhook_secret": CANARY * 100}, client),
        ("POST", "/v1/crm/connections", PUSH | {"webhook_secret": f"whsec_{CANARY}!"}, client),
        ("PUT", f"{at}/credentials", {"kind": "basic", "user": CANARY, "password": CANARY}, client),
        ("PUT", f"{at}/credentials", {"kind": "token", "token": f"{CANARY}-newer"}, client),
        ("PUT", f"{at}/credentials", {"kind": "token", "token": CANARY}, other_client),
        ("POST", f"{at}/rotate-secret", {"secret": f"{CANARY}-second", "overlap_hours": 1}, client),
        ("POST", f"{at}/rotate-secret", {"secret": f"{CANARY}-third", "overlap_hours": 169}, client),
        ("POST", f"{at}/pause", None, client),
        ("POST", f"{at}/resume", None, client),
        ("GET", at, None, client),
        ("GET", "/v1/crm/connections", None, client),
        ("GET", "/v1/events", None, client),
    ):
        await ask(method, path, body, who)
    await ask("POST", "/v1/crm/connections", HUBSPOT, **{"Idempotency-Key": "a key"})
    rows = await every_row(database_url)

    logged = stream.getvalue().decode()
    assert logged.count('"event":"request"') == len(heard)
    assert [each.partition("\n")[0] for each in heard if CANARY in each.partition("\n")[2]] == []
    assert CANARY not in logged
    hexed = CANARY.encode().hex()
    assert [row[:100] for row in rows if CANARY in row or hexed in row or CANARY[::-1] in row] == []
    assert any(f"({tenant.id},{connection['id']}," in row for row in rows)


@pytest.mark.parametrize("column", ["credentials", "webhook_secrets"])
async def test_what_is_sealed_opens_in_no_other_row_or_column(
    client, other_client, database, tenant, other_tenant, column
):
    mine = await kept(database, tenant, await a_connection(client))
    sibling = await kept(database, tenant, await a_connection(client, source="another"))
    theirs = await kept(database, other_tenant, await a_connection(other_client))
    other_column = "webhook_secrets" if column == "credentials" else "credentials"

    assert queries.opened(RING, mine, column)
    for row in (sibling, theirs):
        with pytest.raises(NotOpened):
            queries.opened(RING, {**row, column: mine[column]}, column)
    with pytest.raises(NotOpened):
        queries.opened(RING, {**mine, other_column: mine[column]}, other_column)


async def test_a_sealed_text_that_was_moved_in_the_database_opens_nothing(
    client, other_client, database, database_url, tenant
):
    mine, theirs = await a_connection(client), await a_connection(other_client)
    owner = await asyncpg.connect(plain_url(database_url))
    await owner.execute(
        "UPDATE crm_connections SET credentials = t.credentials FROM crm_connections t"
        " WHERE t.id = $1 AND crm_connections.id = $2",
        theirs["id"],
        mine["id"],
    )
    await owner.close()

    row = await kept(database, tenant, mine)
    with pytest.raises(NotOpened):
        connections.credentials(RING, row)
    assert (await client.patch(path_of(mine), json={"name": "Renamed"})).status_code == 200
    fresh = await client.put(path_of(mine, "credentials"), json={"kind": "token", "token": "a fresh one"})
    assert fresh.status_code == 200


async def test_new_keys_come_in_and_old_ones_go_out_without_a_secret_being_lost(client, database, tenant):
    connection = await a_connection(client)
    new = f"new:{b64encode(bytes(range(32))).decode()}"
    both, alone = ring_from(f"{new},{SEALING_KEYS}"), ring_from(new)

    first = await resealing.reseal(database, both)
    again = await resealing.reseal(database, both)
    row = await kept(database, tenant, connection)
    assert connections.credentials(alone, row) == {"token": f"{CANARY}-token"}
    assert connections.webhook_secrets(alone, row, datetime.now(UTC)) == [f"{CANARY}-client-secret"]
    assert row["version"] == connection["version"]
    back = await resealing.reseal(database, ring_from(f"{SEALING_KEYS},{new}"))

    assert first.anew >= 2
    assert (again.anew, again.current) == (0, first.anew + first.current)
    assert back.anew == first.anew + first.current
    assert first.shut == again.shut == back.shut


async def test_resealing_leaves_what_it_cannot_open_as_it_is_and_says_so(client, database, tenant):
    before = await kept(database, tenant, await a_connection(client))

    done = await resealing.reseal(database, ring_from(f"lost:{b64encode(bytes(range(32))).decode()}"))

    assert (done.anew, done.current) == (0, 0)
    assert done.shut >= 2
    assert await kept(database, tenant, {"id": str(before["id"])}) == before


async def test_the_secret_before_is_good_for_the_overlap(client, database, tenant):
    connection = await a_connection(client, **PUSH, webhook_secret=None, credentials={"kind": "none"})
    asked_at = datetime.now(UTC)

    rotated = await client.post(path_of(connection, "rotate-secret"), json={"overlap_hours": 2})

    new = rotated.json()["webhook_secret"]
    assert new != connection["webhook_secret"]
    assert rotated.headers["cache-control"] == "no-store"
    until = datetime.fromisoformat(rotated.json()["good_until"])
    assert timedelta(0) <= until - asked_at - timedelta(hours=2) < timedelta(minutes=1)
    row = await kept(database, tenant, connection)
    assert good_now(row, 1) == [new, connection["webhook_secret"]]
    assert good_now(row, 3) == [new]
    assert row["version"] > connection["version"]


async def test_a_secret_that_leaked_is_good_no_more_at_once(client, database, tenant):
    connection = await a_connection(client)

    rotated = await client.post(
        path_of(connection, "rotate-secret"), json={"secret": "a fresh one", "overlap_hours": 0}
    )

    assert rotated.json()["good_until"] is None
    assert good_now(await kept(database, tenant, connection)) == ["a fresh one"]


@pytest.mark.parametrize("hours", [-1, 169, 1.5, "24", None])
async def test_an_overlap_is_at_most_a_week_of_whole_hours(client, hours):
    connection = await a_connection(client)

    status, _, pointers = await refused(client, {"overlap_hours": hours}, path_of(connection, "rotate-secret"))

    assert (status, pointers) == (422, ["/overlap_hours"])


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


@pytest.mark.parametrize(
    "change", [{"base_url": "https://evil.my.salesforce.com"}, {"variables": {"version": "v61.0"}}]
)
async def test_where_credentials_go_is_changed_only_with_the_credentials(client, database, tenant, change):
    """Else who may change a connection could have its credentials sent to himself."""
    connection = await a_connection(client, **SALESFORCE, webhook_secret=None)

    alone = await refused(client, change, path_of(connection), "PATCH")
    together = await client.patch(path_of(connection), json={**change, "credentials": SALESFORCE["credentials"]})

    assert alone == (409, "credentials_needed", ["/credentials"])
    assert together.status_code == 200
    row = await kept(database, tenant, connection)
    assert (row["tokens"], row["token_turn"]) == (None, 1)


async def test_fresh_credentials_wake_a_connection_that_lacked_them(client, database, tenant):
    connection = await a_connection(client)
    at = ConnectionId(connection["id"])
    async with database.transaction(tenant.id) as db:
        await connections.set_needs_reauth(db, tenant.id, at, "the CRM refuses the token")
        await connections.set_needs_reauth(db, tenant.id, at, "the CRM refuses the token")
        await connections.rest_until(db, tenant.id, at, datetime.now(UTC) + timedelta(hours=1), "busy", 4)
        sealed = queries.sealed(RING, tenant.id, at, "tokens", {"access_token": "of before"})
        await queries.note(db, tenant.id, at, {"tokens": sealed})
    shown = (await client.get(path_of(connection))).json()
    assert (shown["state"], shown["state_reason"]) == ("needs_reauth", "the CRM refuses the token")
    assert (shown["failures"], shown["resting_reason"]) == (4, "busy")
    told = (await client.get("/v1/events", params={"type": "connection.needs_reauth"})).json()["data"]
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
    assert connections.credentials(RING, row) == {"token": "a new one"}
    assert row["tokens"] is None
    assert await queued(database, connection) == 1


async def queued(database, connection):
    return await database.fast.fetchval(
        "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'crm.drain' AND convert_from(payload, 'UTF8') LIKE $1",
        f"%{connection['id']}%",
    )


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
    assert [each["type"] for each in told["data"]] == ["connection.created", "connection.paused", "connection.resumed"]


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


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"provider": "lotus_notes"}, "unusable_connection", "/provider"),
        ({"base_url": "https://evil.example"}, "unusable_connection", "/base_url"),
        ({"base_url": "http://169.254.169.254"}, "unusable_connection", "/base_url"),
        ({"objects": []}, "invalid_request", "/objects"),
        ({"objects": ["invoice"]}, "invalid_request", "/objects/0"),
        ({"signature": "v9"}, "unusable_connection", "/signature"),
        ({"credentials": {"kind": "jwt_bearer"}}, "invalid_request", "/credentials/client_id"),
        ({"credentials": {"kind": "basic", "user": "u"}}, "unusable_connection", "/credentials/kind"),
        ({"credentials": {"kind": "none"}}, "unusable_connection", "/credentials/kind"),
        ({"default_currency": "EURO"}, "invalid_request", "/default_currency"),
        ({"public_url": "http://kap.example"}, "unusable_connection", "/public_url"),
        ({"write_back": {"score": "x"}}, "invalid_request", "/write_back"),
        ({"stages": {"x": {"probability": 2}}}, "invalid_request", "/stages/x/probability"),
        ({"field_mapping": {"contact": {"metrics": {"nps": {"path": "nps"}}}}}, "unusable_connection", None),
        (
            {"objects": ["account"], "field_mapping": {"contact": {}}},
            "unusable_connection",
            "/field_mapping/contact",
        ),
        ({"webhook_secret": "short"}, "invalid_request", "/webhook_secret"),
    ],
)
async def test_a_connection_that_cannot_be_so_is_refused_with_the_place(client, body, code, pointer):
    status, told, pointers = await refused(client, HUBSPOT | body)

    assert (status, told) == (422, code)
    assert pointer is None or any(each.startswith(pointer) for each in pointers), pointers


async def test_where_tokens_are_given_has_to_be_known_and_public(client):
    dynamics: dict[str, Any] = {
        "name": "Our Dynamics",
        "provider": "dynamics",
        "base_url": "https://acme.crm4.dynamics.com",
        "credentials": {"kind": "client_credentials", "client_id": "id", "client_secret": "secret"},
    }
    assert await refused(client, dynamics) == (422, "unusable_connection", ["/variables/directory_id"])
    for url in ("http://login.example", "https://10.0.0.1/token", "https://user@login.example"):
        credentials = dynamics["credentials"] | {"token_url": url}
        assert (await refused(client, dynamics | {"credentials": credentials}))[2] == ["/credentials/token_url"]
    named = dynamics | {"variables": {"directory_id": "8a7b"}}
    made = await a_connection(client, **named, webhook_secret=None)
    assert made["variables"] == {"directory_id": "8a7b"}


def a_key(kind):
    made = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


async def test_a_private_key_is_an_rsa_key_in_pem(client):
    credentials: dict[str, Any] = {"kind": "jwt_bearer", "client_id": "id", "subject": "kap@acme.example"}
    for text in ("no key", a_key("ec")):
        answer = await client.post(
            "/v1/crm/connections", json=SALESFORCE | {"credentials": credentials | {"private_key": text}}
        )
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/credentials/private_key")
        assert text not in answer.text
    good = SALESFORCE | {"credentials": credentials | {"private_key": a_key("rsa")}}
    assert (await client.post("/v1/crm/connections", json=good)).status_code == 201


async def test_every_character_of_a_secret_counts(client, database, tenant):
    secrets = {"webhook_secret": "  a secret with spaces  ", "credentials": {"kind": "token", "token": " t "}}
    row = await kept(database, tenant, await a_connection(client, **secrets))

    assert good_now(row) == ["  a secret with spaces  "]
    assert connections.credentials(RING, row) == {"token": " t "}
    for body in (
        {"webhook_secret": "two\nlines"},
        {"credentials": {"kind": "token", "token": "t\r\nHost: evil"}},
    ):
        assert (await refused(client, HUBSPOT | body))[0] == 422


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
