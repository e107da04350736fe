"""Who gets in: keys, their scopes, their ends, and what an address may try."""

import io
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest

from app.infra import logs
from app.infra.db import plain_url
from app.main import create_app
from app.tenancy.core.scopes import SCOPES
from tests.conftest import a_tenant, client_of
from tests.operations import operations
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
ONLY_COMPUTES = {"score_accounts", "run_health_scenarios", "make_card_link"}
NOBODY = "00000000-0000-4000-8000-000000000000"


async def a_key(client, **body):
    answer = await client.post("/v1/api-keys", json={"name": "a key", "scopes": ["accounts:read"], **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def with_key(key):
    return {"Authorization": f"Bearer {key}"}


def filled(operation):
    known = {"source": "crm", "number": "1", "provider": "hubspot", "party": "supplier"}
    return operation.path.format_map(dict.fromkeys(operation.parameters, NOBODY) | known)


async def test_every_operation_asks_for_a_key(app, anyone):
    everything = [operation for operation in operations(app) if not operation.keyless]

    for operation in everything:
        answer = await anyone.request(operation.method, filled(operation), json={})
        code = "invitation_not_valid" if operation.invited else "key_not_valid"
        assert (answer.status_code, answer.json()["code"]) == (401, code), operation
        assert answer.headers["www-authenticate"] == "Bearer"
    assert len(everything) > 90


async def test_every_operation_names_the_scope_that_a_key_lacks(app, client, anyone):
    """A key that has every scope but the one needed does not get in; one that has it alone does."""
    needed = sorted({scope for operation in operations(app) for scope in operation.needs})
    assert set(needed) <= SCOPES
    lacking, having = {}, {}
    for scope in needed:
        area = scope.partition(":")[0]
        others = SCOPES - {"admin", scope, f"{area}:*"}
        lacking[scope] = (await a_key(client, scopes=sorted(others)))["key"]
        having[scope] = (await a_key(client, scopes=[scope]))["key"]

    for operation in operations(app):
        for scope in operation.needs:
            answer = await anyone.request(
                operation.method, filled(operation), json={}, headers=with_key(lacking[scope])
            )
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), operation
            assert scope in answer.json()["detail"]
            answer = await anyone.request(operation.method, filled(operation), json={}, headers=with_key(having[scope]))
            assert answer.status_code not in {401, 403, 500}, (operation, answer.text)


async def test_what_is_needed_follows_from_what_is_done(app):
    """Reading needs `:read`; writing needs `:write`, but where it only computes; both of the operation's own area."""
    for operation in operations(app):
        for scope in operation.needs:
            right = scope.partition(":")[2]
            if operation.method == "GET":
                assert right == "read" or scope == "admin", operation
            elif operation.name not in ONLY_COMPUTES:
                assert right == "write" or scope == "admin", operation


async def test_a_key_tells_who_it_is(client, tenant, anyone):
    user = (await client.post("/v1/users", json={"name": "Ada", "function": "finance"})).json()
    key = await a_key(client, scopes=["selection:*", "accounts:read"], user_id=user["id"])

    answer = await anyone.get("/v1/me", headers=with_key(key["key"]))

    assert answer.json() == {
        "organization_id": str(tenant.id),
        "organization": tenant.name,
        "key_id": key["id"],
        "key_name": "a key",
        "scopes": ["accounts:read", "selection:*"],
        "user_id": user["id"],
        "expires_at": None,
    }


async def test_two_keys_live_side_by_side_and_a_revoked_one_stops_at_once(client, anyone):
    old, new = await a_key(client), await a_key(client)
    assert {(await anyone.get("/v1/accounts", headers=with_key(key["key"]))).status_code for key in (old, new)} == {200}

    revoked = await client.delete(f"/v1/api-keys/{old['id']}")

    assert revoked.status_code == 204
    assert (await anyone.get("/v1/accounts", headers=with_key(old["key"]))).status_code == 401
    assert (await anyone.get("/v1/accounts", headers=with_key(new["key"]))).status_code == 200
    shown = (await client.get(f"/v1/api-keys/{old['id']}")).json()
    assert shown["revoked_at"] is not None
    await client.delete(f"/v1/api-keys/{old['id']}")
    assert (await client.get(f"/v1/api-keys/{old['id']}")).json() == shown


async def test_an_expired_key_does_not_get_in(client, anyone):
    now = datetime.now(UTC)
    ended = await a_key(client, expires_at=(now - timedelta(seconds=1)).isoformat())
    lasting = await a_key(client, expires_at=(now + timedelta(hours=1)).isoformat())

    assert (await anyone.get("/v1/accounts", headers=with_key(ended["key"]))).status_code == 401
    assert (await anyone.get("/v1/accounts", headers=with_key(lasting["key"]))).status_code == 200


async def test_what_is_not_the_key_is_no_key(tenant, other_tenant, anyone):
    key, other = tenant.key, other_tenant.key
    secret = key.split("_")[3]
    shown = {
        "other scheme": f"Basic {key}",
        "no scheme": key,
        "empty": "Bearer ",
        "wrong checksum": f"Bearer {key[:-1]}{'0' if key[-1] != '0' else '1'}",
        "another's public id": f"Bearer {key.replace(key.split('_')[2], other.split('_')[2])}",
        "without checksum": f"Bearer {key.rpartition('_')[0]}",
        "secret alone": f"Bearer {secret}",
        "twice": f"Bearer {key} {key}",
    }
    for how, authorization in shown.items():
        answer = await anyone.get("/v1/me", headers={"Authorization": authorization})
        assert answer.status_code == 401, how
        assert secret not in answer.text
    for authorization in (f"bearer {key}", f"BEARER  {key} "):
        assert (await anyone.get("/v1/me", headers={"Authorization": authorization})).status_code == 200


async def test_the_secret_of_a_key_is_shown_once(client):
    key = await a_key(client)

    read = (await client.get(f"/v1/api-keys/{key['id']}")).json()
    listed = (await client.get("/v1/api-keys", params={"limit": 1})).json()

    assert read == {name: value for name, value in key.items() if name != "key"}
    assert listed["data"] == [read]
    assert listed["next_cursor"] is not None
    assert key["key"].startswith(f"kap_live_{key['public_id']}_")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"scopes": ["accounts:read", "world:rule"]}, "/scopes/1"),
        ({"scopes": []}, "/scopes"),
        ({"name": ""}, "/name"),
        ({"expires_at": "tomorrow"}, "/expires_at"),
        ({"user_id": NOBODY}, "/user_id"),
    ],
)
async def test_a_key_that_cannot_be_made_is_refused_with_the_reason(client, body, pointer):
    answer = await client.post("/v1/api-keys", json={"name": "a key", "scopes": ["accounts:read"], **body})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_the_last_use_of_a_key_is_told(client, anyone):
    key = await a_key(client)
    assert key["last_used_at"] is None

    await anyone.get("/v1/accounts", headers=with_key(key["key"]))

    assert (await client.get(f"/v1/api-keys/{key['id']}")).json()["last_used_at"] is not None


async def test_neither_the_database_nor_the_log_holds_the_text_of_a_key(app, client, tenant, database_url, anyone):
    stream = io.BytesIO()
    logs.configure("DEBUG", stream)
    key = await a_key(client, name="canary-name")
    await anyone.post(
        "/v1/accounts",
        json={"name": "canary-account"},
        headers={**with_key(tenant.key), "Idempotency-Key": "canary-idem"},
    )
    await anyone.get("/v1/accounts?name=canary-query", headers=with_key(key["key"]))
    await anyone.get("/v1/accounts", headers=with_key(key["key"][:-1] + "!"))
    owner = await asyncpg.connect(plain_url(database_url))
    tables = await owner.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    kept = [str(row) for table in tables for row in await owner.fetch(f"SELECT t::text FROM {table['name']} t")]
    await owner.close()

    logged = stream.getvalue().decode()
    assert logged.count('"event":"request"') >= 4
    assert "canary" not in logged
    assert any("canary-account" in row for row in kept)
    for text in (key["key"], tenant.key):
        secret = text.split("_")[3]
        assert secret not in logged
        assert not any(secret in row or secret.encode().hex() in row for row in kept)


async def test_an_address_that_shows_bad_keys_again_and_again_has_to_wait(settings, database_url, tenant):
    limited = create_app(settings.model_copy(update={"bad_key_limit": "3/hour"}), database_url)
    async with limited.router.lifespan_context(limited):
        bad = httpx.ASGITransport(limited, client=("192.0.2.1", 1))
        good = httpx.ASGITransport(limited, client=("192.0.2.2", 1))
        async with (
            httpx.AsyncClient(transport=bad, base_url="http://kap.test") as guessing,
            httpx.AsyncClient(transport=good, base_url="http://kap.test") as elsewhere,
        ):
            shown = {"Authorization": f"Bearer {tenant.key[:-1]}!"}
            statuses = [(await guessing.get("/v1/me", headers=shown)).status_code for _ in range(5)]
            waiting = await guessing.get("/v1/me", headers=with_key(tenant.key))
            served = await elsewhere.get("/v1/me", headers=with_key(tenant.key))

    assert statuses == [401, 401, 401, 429, 429]
    assert waiting.status_code == 429
    assert int(waiting.headers["retry-after"]) > 0
    assert served.status_code == 200


async def test_a_key_has_its_own_quota(settings, database_url, database):
    one, other = await a_tenant(database), await a_tenant(database)
    limited = create_app(settings.model_copy(update={"rate_limit": "4/hour"}), database_url)
    async with (
        limited.router.lifespan_context(limited),
        client_of(limited, one) as first,
        client_of(limited, other) as second,
    ):
        answers = [await first.get("/v1/me") for _ in range(5)]
        elsewhere = await second.get("/v1/me")

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers[:4]] == ["r=3", "r=2", "r=1", "r=0"]
    assert int(answers[4].headers["retry-after"]) > 0
    assert elsewhere.status_code == 200
