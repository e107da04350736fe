"""A request sent twice has one effect, and the answer of the first time."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.infra.db import enter
from tests.accounts.facts import made
from tests.jobs.ground import until

AT = "/v1/accounts"


def keyed(key):
    return {"Idempotency-Key": key}


async def somebody_waits(database):
    return (await database.quickly("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted) AS waits"))["waits"]


async def count(client):
    return len((await client.get(AT, params={"limit": 500})).json()["data"])


async def test_a_request_sent_again_is_answered_as_the_first_time(client):
    key = keyed(str(uuid4()))

    first = await client.post(AT, json={"name": "Acme"}, headers=key)
    await client.patch(first.headers["location"], json={"name": "Acme 2"})
    again = await client.post(AT, json={"name": "Acme"}, headers=key)

    assert (again.status_code, again.json()) == (201, first.json())
    for header in ("location", "etag", "content-type"):
        assert again.headers[header] == first.headers[header]
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    assert first.headers["x-request-id"] != again.headers["x-request-id"]
    assert await count(client) == 1


async def test_of_twenty_requests_with_one_key_at_once_one_has_an_effect(client):
    key = keyed(str(uuid4()))

    answers = await asyncio.gather(*(client.post(AT, json={"name": "Acme"}, headers=key) for _ in range(20)))

    made_it = [each for each in answers if each.status_code == 201]
    assert {each.status_code for each in answers} <= {201, 409}
    assert [("idempotency-replayed" in each.headers) for each in made_it].count(False) == 1
    assert len({each.json()["id"] for each in made_it}) == 1
    assert await count(client) == 1


async def test_while_the_first_is_carried_out_the_second_is_told_to_wait(client, database, tenant):
    account = await made(client, "accounts", {"name": "Acme", "source": "erp", "external_id": "1"})
    key, body = keyed(str(uuid4())), {"items": [{"source": "erp", "external_id": "1", "name": "Acme 2"}]}

    async with database.engine.begin() as connection:
        await enter(connection, tenant.id)
        await connection.execute(text("SELECT FROM accounts WHERE id = :id FOR UPDATE"), {"id": account["id"]})
        first = asyncio.create_task(client.post(f"{AT}/batch", json=body, headers=key))
        await until(lambda: somebody_waits(database))
        second = await client.post(f"{AT}/batch", json=body, headers=key)
    done = await first
    third = await client.post(f"{AT}/batch", json=body, headers=key)

    assert (second.status_code, second.json()["code"], second.headers["retry-after"]) == (409, "still_running", "1")
    assert (done.status_code, done.json()["updated"]) == (200, 1)
    assert third.content == done.content


@pytest.mark.parametrize(
    ("path", "body"),
    [("/v1/accounts", {"name": "Other"}), ("/v1/offerings", {"name": "Acme"}), ("/v1/accounts?x=1", None)],
)
async def test_cases_60_and_62_a_key_that_was_used_for_another_request_is_refused(client, path, body):
    key = keyed(str(uuid4()))
    await client.post(AT, json={"name": "Acme"}, headers=key)

    answer = await client.post(path, json=body or {"name": "Acme"}, headers=key)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert await count(client) == 1


async def test_case_61_organizations_use_the_same_keys_each_for_itself(client, other_client):
    key = keyed("same")

    mine = await client.post(AT, json={"name": "Acme"}, headers=key)
    theirs = await other_client.post(AT, json={"name": "Isdom"}, headers=key)

    assert [mine.status_code, theirs.status_code] == [201, 201]
    assert "idempotency-replayed" not in theirs.headers


async def test_a_key_is_the_same_quoted_and_bare(client):
    first = await client.post(AT, json={"name": "Acme"}, headers=keyed('"a key"'))
    again = await client.post(AT, json={"name": "Acme"}, headers=keyed(" a key "))

    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("key", ["x" * 256, "", '""', " ", "a\tb"])
async def test_a_key_that_cannot_be_one_is_refused(client, key):
    answer = await client.post(AT, json={"name": "Acme"}, headers=keyed(key))

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_unusable")
    assert await count(client) == 0


async def test_a_key_of_255_characters_is_taken(client):
    key = keyed("x" * 255)

    answers = [await client.post(AT, json={"name": "Acme"}, headers=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert await count(client) == 1


async def test_what_was_refused_may_be_tried_again_with_the_same_key(client):
    key = keyed(str(uuid4()))

    refused = [
        await client.post(AT, json={}, headers=key),
        await client.post(AT, json={"name": 1}, headers=key),
        await client.post(AT, content=b"{", headers={**key, "Content-Type": "application/json"}),
    ]
    done = await client.post(AT, json={"name": "Acme"}, headers=key)

    assert [answer.status_code for answer in refused] == [422, 422, 400]
    assert done.status_code == 201
    assert "idempotency-replayed" not in done.headers


async def test_an_answer_with_a_secret_is_not_kept(client, database, tenant):
    key, body = keyed(str(uuid4())), {"name": "a key", "scopes": ["accounts:read"]}

    first = await client.post("/v1/api-keys", json=body, headers=key)
    again = await client.post("/v1/api-keys", json=body, headers=key)

    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    async with database.transaction(tenant.id) as connection:
        kept = (await connection.execute(text("SELECT body, headers::text FROM idempotency_keys"))).all()
    assert len(kept) == 1
    assert first.json()["key"] not in str(kept)


@pytest.mark.parametrize(("age", "replayed"), [(timedelta(hours=23, minutes=59), True), (timedelta(hours=24), False)])
async def test_an_answer_is_kept_for_a_day_and_then_the_key_is_free(client, database, tenant, age, replayed):
    key = keyed(str(uuid4()))
    await client.post(AT, json={"name": "Acme"}, headers=key)
    async with database.transaction(tenant.id) as connection:
        older = text("UPDATE idempotency_keys SET created_at = created_at - CAST(:age AS interval)")
        await connection.execute(older, {"age": age})

    again = await client.post(AT, json={"name": "Acme"}, headers=key)
    once_more = await client.post(AT, json={"name": "Acme"}, headers=key)

    assert ("idempotency-replayed" in again.headers) is replayed
    assert once_more.headers["idempotency-replayed"] == "true"
    assert once_more.json() == again.json()
    assert await count(client) == (1 if replayed else 2)


async def test_a_batch_is_replayed_whole(client):
    key = keyed(str(uuid4()))
    body = {"items": [{"name": "A"}, {}, {"name": "B"}]}

    first = await client.post(f"{AT}/batch", json=body, headers=key)
    again = await client.post(f"{AT}/batch", json=body, headers=key)

    assert first.json()["created"] == 2
    assert again.content == first.content
    assert await count(client) == 2
