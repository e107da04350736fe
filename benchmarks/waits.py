"""What is promised of waiting beside B8: for large deliveries to be kept, and for webhooks to be sent at first."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import httpx
import orjson

from benchmarks import facts, servers
from benchmarks.figures import Figure, at_most
from benchmarks.ground import Ground
from tests.events.receivers import Received, receiving, saying

EVENTS_EACH, AT_ONCE, KEPT_SECONDS = 100, 10, 0.5
PER_SECOND, SENT_SECONDS = 20, 2.0
ACCOUNTS_THERE = 200
PATIENCE_SECONDS = 60


def waits(ground: Ground, *, seconds: float) -> list[Figure]:
    """p99 of deliveries of 100 events, 10 at once; p95 from a change to the first attempt to tell of it."""
    ground.owning(lambda connection: facts.make(connection, ground.tenant_id, accounts=ACCOUNTS_THERE, deals_each=1))
    accounts = ground.owning(_accounts)
    with servers.with_worker(ground.url, KAP_LOOPBACK_WEBHOOKS="true") as port:
        sent = asyncio.run(_timed(ground, port, lambda client: _told(client, accounts, seconds)))
        kept = asyncio.run(_timed(ground, port, lambda client: _delivered(client, seconds)))
    kept_name = f"ingest of {EVENTS_EACH} events a delivery, {AT_ONCE} at once, p99 of {len(kept)}"
    sent_name = f"outbox, change to first attempt, p95 of {len(sent)}, {PER_SECOND} changes/s"
    return [
        at_most(kept_name, "s", _at(kept, 0.99), KEPT_SECONDS),
        at_most(sent_name, "s", _at(sent, 0.95), SENT_SECONDS),
    ]


def _at(waited: Sequence[float], share: float) -> float:
    return sorted(waited)[int(len(waited) * share)]


async def _accounts(connection: "asyncpg.Connection[Any]") -> list[str]:
    return [str(row["id"]) for row in await connection.fetch("SELECT id FROM accounts")]


async def _timed(ground: Ground, port: int, work: Callable[[httpx.AsyncClient], Awaitable[list[float]]]) -> list[float]:
    shown = {"Authorization": f"Bearer {ground.key}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=shown, timeout=30) as client:
        return await work(client)


async def _delivered(client: httpx.AsyncClient, seconds: float) -> list[float]:
    """How long each delivery took, sent by so many callers as fast as they are answered; no two alike."""
    made = await client.post("/v1/crm/connections", json={"name": "Feed", "provider": "push", "source": "feed"})
    path = f"/v1/crm/webhooks/{made.raise_for_status().json()['id']}"
    numbers, until = iter(range(1_000_000_000)), time.perf_counter() + seconds

    async def caller() -> list[float]:
        waited = []
        while time.perf_counter() < until:
            body = orjson.dumps([_event(next(numbers)) for _ in range(EVENTS_EACH)])
            began = time.perf_counter()
            (await client.post(path, content=body, headers={"Content-Type": "application/json"})).raise_for_status()
            waited.append(time.perf_counter() - began)
        return waited

    return [one for found in await asyncio.gather(*(caller() for _ in range(AT_ONCE))) for one in found]


def _event(number: int) -> dict[str, Any]:
    data = {"external_id": f"D-{number}", "name": f"Deal {number}", "account": {"external_id": f"A-{number % 500}"}}
    return {"id": f"e-{number}", "type": "opportunity.updated", "data": data}


async def _told(client: httpx.AsyncClient, accounts: Sequence[str], seconds: float) -> list[float]:
    """How long it takes from the request of a change until an endpoint hears of it, at a steady pace."""
    began: dict[str, float] = {}
    waited: list[float] = []

    async def heard(received: Received, writer: asyncio.StreamWriter) -> None:
        waited.append(time.perf_counter() - began[received.told["data"]["title"]])
        await saying(200)(received, writer)

    async def change(title: str) -> None:
        account = accounts[len(began) % len(accounts)]
        began[title] = time.perf_counter()
        (await client.post("/v1/roadblocks", json=_roadblock(account, title))).raise_for_status()

    async with receiving(heard) as receiver:
        wanted = {"url": receiver.url(), "event_types": ["roadblock.opened"]}
        (await client.post("/v1/webhook-endpoints", json=wanted)).raise_for_status()
        await change("The first, which waits for the worker to start")
        await _until(lambda: len(waited) == 1)
        start, count = time.perf_counter(), int(seconds * PER_SECOND)
        for number in range(count):
            await asyncio.sleep(max(0.0, start + number / PER_SECOND - time.perf_counter()))
            await change(f"Nobody free ({number})")
        await _until(lambda: len(waited) == 1 + count)
    return waited[1:]


async def _until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not done():  # noqa: ASYNC110  # it comes over HTTP
            await asyncio.sleep(0.1)


def _roadblock(account: str, title: str) -> dict[str, str]:
    return {"account_id": account, "kind": "capacity", "function": "service", "severity": "low", "title": title}
