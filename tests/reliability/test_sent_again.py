"""Requests that are sent again: by many at once, after a crash, after the caller hung up, to another door."""

import asyncio
import contextlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio

from app.infra.db import plain_url
from tests.asking import ok
from tests.jobs.ground import until
from tests.openapi.reading import described, resolved
from tests.processes import ROOT, serving
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
AT = "/v1/accounts"
ACME = {"name": "Acme"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def process(app, database_url, tmp_path_factory):
    """One that serves, as others run it."""
    async with serving(database_url, log=tmp_path_factory.mktemp("serving") / "log") as serves:
        yield serves


@pytest_asyncio.fixture(loop_scope="module")
async def owner(database_url):
    connection = await asyncpg.connect(plain_url(database_url))
    yield connection
    await connection.close()


@contextlib.asynccontextmanager
async def nobody_can_add_accounts(owner):
    """Whoever adds one inside the block waits until it ends: in the middle of a request."""
    async with owner.transaction():
        await owner.execute("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE")
        yield


async def waiting(database_url):
    """How many wait for a lock."""
    looking = await asyncpg.connect(plain_url(database_url))
    try:
        return await looking.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")
    finally:
        await looking.close()


async def names(client):
    return [one["name"] for one in (await ok(client.get(AT)))["data"]]


async def test_case_59_of_twenty_threads_with_one_key_one_is_carried_out_and_nineteen_are_told_to_wait(
    process, database_url, owner, tenant, client
):
    headers = {"Authorization": f"Bearer {tenant.key}", "Idempotency-Key": str(uuid4())}
    url = f"http://127.0.0.1:{process.port}{AT}"
    together, answers = threading.Barrier(20), []

    def send():
        together.wait(60)
        # A busy machine may say 503, which is to be sent again like any other.
        while (answer := httpx.post(url, json=ACME, headers=headers, timeout=60)).status_code == 503:
            time.sleep(float(answer.headers["retry-after"]))
        answers.append(answer)

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(20) as threads:
        async with nobody_can_add_accounts(owner):
            sent = [loop.run_in_executor(threads, send) for _ in range(20)]
            await until(lambda: len(answers) == 19)  # all but the one that is being carried out
        await asyncio.gather(*sent)

    assert [answer.status_code for answer in answers] == [*[409] * 19, 201]
    assert {(one.json()["code"], one.headers["retry-after"]) for one in answers[:19]} == {("still_running", "1")}
    async with process.client(tenant.key) as one_more:
        again = await one_more.post(AT, json=ACME, headers=headers)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert again.json() == answers[19].json()
    assert await names(client) == ["Acme"]


async def test_case_62_a_key_that_went_to_another_door_is_refused_and_the_documentation_says_so(client):
    key = {"Idempotency-Key": str(uuid4())}
    await ok(client.post(AT, json=ACME, headers=key), 201)

    elsewhere = await client.post("/v1/offerings", json={"code": "X", "name": "Acme"}, headers=key)

    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "idempotency_key_reused")
    assert await ok(client.get("/v1/offerings")) == {"data": [], "next_cursor": None}
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text())  # which has to be current
    taking = [
        operation.body
        for operation in described(document)
        if any(resolved(document, one)["name"] == "Idempotency-Key" for one in operation.body.get("parameters", ()))
    ]
    assert len(taking) > 100
    told = "The Idempotency-Key was used for another request (`idempotency_key_reused`)"
    assert [one["operationId"] for one in taking if told not in one["responses"]["422"]["description"]] == []


async def test_case_63_killed_in_the_middle_of_a_request_or_before_its_answer_a_retry_has_one_effect(
    database_url, owner, tenant, client, tmp_path
):
    middle, late = ({"Idempotency-Key": str(uuid4())} for _ in range(2))
    async with serving(database_url, log=tmp_path / "first") as first, first.client(tenant.key) as doomed:
        async with nobody_can_add_accounts(owner):
            asking = asyncio.create_task(doomed.post(AT, json=ACME, headers=middle))
            await until(lambda: waiting(database_url))
            await first.kill()
            with pytest.raises(httpx.TransportError):
                await asking
        # The database may still carry out what was asked for, though nobody will say that it is to be kept.
        await until(lambda: _nobody_waits(database_url))
    assert await names(client) == []

    async with serving(database_url, log=tmp_path / "second") as second:
        _, writer = await _asked(second.port, tenant, late, {"name": "Late"})
        await until(lambda: _is_there(client, "Late"))
        await second.kill()  # whoever asked has read no answer
        writer.close()

    async with serving(database_url, log=tmp_path / "third") as third, third.client(tenant.key) as anew:
        done = await anew.post(AT, json=ACME, headers=middle)
        replayed = await anew.post(AT, json={"name": "Late"}, headers=late)

    assert (done.status_code, "idempotency-replayed" in done.headers) == (201, False)
    assert (replayed.status_code, replayed.headers["idempotency-replayed"]) == (201, "true")
    assert sorted(await names(client)) == ["Acme", "Late"]


async def test_case_64_a_caller_who_hangs_up_in_the_middle_leaves_all_or_nothing_and_may_send_it_again(
    process, database_url, owner, tenant, client
):
    half, whole = ({"Idempotency-Key": str(uuid4())} for _ in range(2))
    _, writer = await _asked(process.port, tenant, half, {"name": "Half"}, cut=5)
    writer.transport.abort()
    async with nobody_can_add_accounts(owner):
        _, writer = await _asked(process.port, tenant, whole, ACME)
        await until(lambda: waiting(database_url))
        writer.transport.abort()
    async with process.client(tenant.key) as again:
        after = await ok(again.post(AT, json={"name": "Half"}, headers=half), 201)
        first = await until(lambda: _carried_out(again, whole))
        second = await again.post(AT, json=ACME, headers=whole)

    assert after["name"] == "Half"
    assert (first.status_code, second.status_code) == (201, 201)
    assert (second.headers["idempotency-replayed"], second.json()) == ("true", first.json())
    assert sorted(await names(client)) == ["Acme", "Half"]


async def _asked(port, tenant, headers, body, *, cut=0):
    """A request on a socket of its own, whose answer nobody reads; `cut`: so many bytes of its body are left out."""
    text = json.dumps(body, separators=(",", ":")).encode()  # as httpx writes it: the same request byte by byte
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = {
        "Host": "kap", "Authorization": f"Bearer {tenant.key}", "Content-Type": "application/json",
        "Content-Length": str(len(text)), **headers,
    }  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(f"POST {AT} HTTP/1.1\r\n{head}\r\n".encode() + text[: len(text) - cut])
    await writer.drain()
    return reader, writer


async def _nobody_waits(database_url):
    return await waiting(database_url) == 0


async def _is_there(client, name):
    return name in await names(client)


async def _carried_out(client, headers):
    """The answer once the request is not being carried out any more."""
    answer = await client.post(AT, json=ACME, headers=headers)
    return None if answer.status_code == 409 else answer
