"""Who gets in at the customer's door: whoever shows an invitation that holds, and nobody else anywhere."""

import io
from datetime import UTC, datetime

import asyncpg
import httpx

from app.infra import logs
from app.infra.db import plain_url
from app.main import create_app
from tests.asking import ok
from tests.calibration.guests import CUSTOMER_SAYS, THEIRS, a_talk
from tests.conftest import a_tenant, client_of
from tests.operations import operations
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
NOBODY = "00000000-0000-4000-8000-000000000000"


def filled(operation):
    known = {"party": "supplier", "number": "1", "provider": "hubspot"}
    return operation.path.format_map(dict.fromkeys(operation.parameters, NOBODY) | known)


async def test_participants_operations_take_an_invitation_and_all_others_a_key(app, client):
    talk = await a_talk(client)
    every = [operation for operation in operations(app) if not operation.keyless]
    theirs = [operation for operation in every if operation.invited]
    assert {operation.path.startswith("/v1/participant/") for operation in theirs} == {True}
    assert not any(operation.path.startswith("/v1/participant/") for operation in every if not operation.invited)
    assert len(theirs) >= 5

    for operation in every:
        visitor, code = (client, "invitation_not_valid") if operation.invited else (talk.guest, "key_not_valid")
        answer = await visitor.request(operation.method, filled(operation), json={})
        assert (answer.status_code, answer.json()["code"]) == (401, code), operation
        assert answer.headers["www-authenticate"] == "Bearer"
    for operation in theirs:
        answer = await talk.guest.request(operation.method, filled(operation), json={})
        assert answer.status_code not in {401, 403, 500}, (operation, answer.text)


async def test_what_is_not_the_token_opens_nothing(client, anyone, other_client):
    talk, other = await a_talk(client), await a_talk(other_client)
    token, foreign = talk.invitation["token"], other.invitation["token"]
    public_id, secret = token.split("_")[2:4]
    shown = {
        "nothing": "",
        "other scheme": f"Basic {token}",
        "no scheme": token,
        "wrong checksum": f"Bearer {token[:-1]}{'0' if token[-1] != '0' else '1'}",
        "foreign public id": f"Bearer {token.replace(public_id, foreign.split('_')[2])}",
        "as a key": f"Bearer {token.replace('kap_guest', 'kap_live')}",
        "secret alone": f"Bearer {secret}",
        "twice": f"Bearer {token} {token}",
    }
    for how, authorization in shown.items():
        answer = await anyone.get(THEIRS, headers={"Authorization": authorization})
        assert (answer.status_code, answer.json()["code"]) == (401, "invitation_not_valid"), how
        assert secret not in answer.text
    await ok(anyone.get(THEIRS, headers={"Authorization": f"bearer  {token} "}))


async def test_an_expired_invitation_lets_nobody_in(client, tenant, database_url):
    talk = await a_talk(client)
    await ok(talk.guest.get(THEIRS))
    owner = await asyncpg.connect(plain_url(database_url))
    await owner.execute(
        "UPDATE calibration_invitations SET expires_at = $1 WHERE tenant_id = $2", datetime.now(UTC), tenant.id
    )
    await owner.close()

    refused = await ok(talk.guest.get(THEIRS), 401)

    assert refused["code"] == "invitation_not_valid"
    assert (await ok(client.get(f"{talk.url}/invitations/{talk.invitation['id']}")))["state"] == "expired"


async def test_idempotency_keys_of_guests_are_each_ones_own(client):
    talk = await a_talk(client)
    colleague = await talk.another_guest(name="Alan")
    await talk.guest_saves()
    where, once = f"{THEIRS}/submission/seal", {"If-Match": '"1"', "Idempotency-Key": "seal"}

    first = await talk.guest.post(where, json={}, headers=once)
    again = await talk.guest.post(where, json={}, headers=once)
    others = await colleague.post(where, json={}, headers=once)
    reused = await talk.guest.post(where, json={"on": "2024-01-01"}, headers=once)
    ours = await client.post(f"{talk.url}/invitations", json={"name": "Ida", "user_id": talk.user}, headers=once)

    assert (first.status_code, again.status_code, again.headers["idempotency-replayed"]) == (200, 200, "true")
    assert again.json() == first.json()
    assert (others.status_code, others.json()["code"]) == (409, "submission_sealed")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert (ours.status_code, (await talk.submissions())["revealed"]) == (201, False)


async def test_neither_the_database_nor_the_log_holds_a_token_or_what_was_said(client, database_url, anyone):
    stream = io.BytesIO()
    logs.configure("DEBUG", stream)
    talk = await a_talk(client)
    token = talk.invitation["token"]
    goal = {**CUSTOMER_SAYS["goals"][0], "title": "canary-goal"}
    await talk.guest_saves({"goals": [goal]})
    await talk.guest_saves({"goals": [{**goal, "importance": 9, "title": "canary-wrong"}]}, 422)
    await anyone.get(f"{THEIRS}?token={token}", headers={"Authorization": f"Bearer {token[:-1]}!"})
    owner = await asyncpg.connect(plain_url(database_url))
    tables = await owner.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    kept = [str(row) for table in tables for row in await owner.fetch(f"SELECT t::text FROM {table['name']} t")]
    await owner.close()

    logged, secret = stream.getvalue().decode(), token.split("_")[3]
    assert f'"invitation_id":"{talk.invitation["id"]}"' in logged
    assert "canary" not in logged
    assert secret not in logged
    assert any("canary-goal" in row for row in kept)
    assert not any(secret in row or secret.encode().hex() in row for row in kept)


async def test_guests_have_quotas_and_addresses_that_guess_have_to_wait(settings, database_url, database):
    limited = create_app(settings.model_copy(update={"bad_key_limit": "3/hour", "rate_limit": "9/hour"}), database_url)
    one = await a_tenant(database)
    async with limited.router.lifespan_context(limited), client_of(limited, one) as client:
        talk = await a_talk(client)
        colleague = await talk.another_guest()
        served = [await talk.guest.get(THEIRS) for _ in range(10)]
        async with guessing_from(limited, "192.0.2.1", talk) as guess, guessing_from(limited, "192.0.2.2", talk) as far:
            wrong = {"Authorization": f"Bearer {talk.invitation['token'][:-1]}!"}
            guessed = [(await guess.get(THEIRS, headers=wrong)).status_code for _ in range(5)]
            waiting = await guess.get("/v1/me")
            elsewhere = await far.get("/v1/me")
        beside = await colleague.get(THEIRS)

    assert [answer.status_code for answer in served] == [200] * 9 + [429]
    assert served[8].headers["ratelimit"].split(";")[1] == "r=0"
    assert int(served[9].headers["retry-after"]) > 0
    assert beside.status_code == 200
    assert guessed == [401, 401, 401, 429, 429]
    assert (waiting.status_code, elsewhere.status_code) == (429, 401)


def guessing_from(app, address, talk):
    transport = httpx.ASGITransport(app, client=(address, 1))
    shown = {"Authorization": f"Bearer {talk.invitation['token']}"}
    return httpx.AsyncClient(transport=transport, base_url="http://kap.test", headers=shown)
