"""A soak: one API and one worker, each a process of its own, under a steady load, watched from outside."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.infra.db import connected
from app.infra.settings import Settings
from tests.asking import ok
from tests.conftest import a_tenant
from tests.crm.fakes.fake import serving as a_crm
from tests.crm.ground import HUBSPOT
from tests.crm.ground import connected as linked
from tests.events.receivers import Receiver, receiving
from tests.processes import IMPATIENT, PATIENCE_SECONDS, free_port, serving, started, working
from tests.soak.load import CALLERS, Book, Load, Told, filled
from tests.soak.sampling import Sample, growth, sample

Tell = Callable[[str], None]
SETTLING_SECONDS = 300
UNLIMITED = {"KAP_BAD_KEY_LIMIT": "1000000/minute"}
MORE_FILES = 5


@dataclass(frozen=True)
class Pace:
    """seconds, per_second: how long and how many calls. every: seconds between two looks."""

    seconds: float
    per_second: float
    every: float


@dataclass(frozen=True)
class Service:
    """Where an API listens, and the numbers of its process and of the worker's."""

    port: int
    api: int
    worker: int


@dataclass(frozen=True)
class Soaked:
    """What was seen. received: messages that came to the endpoint. last: once all was done."""

    told: Told
    samples: list[Sample]
    last: Sample
    received: int

    def complaints(self, memory: float) -> list[str]:
        """What is not as it should be; memory: how much there may be at last, by what there was."""
        found = list(self.told.wrong)
        found += [
            f"{what} is left" for what in ("queued", "waiting", "unsent", "dead", "lost") if getattr(self.last, what)
        ]
        found += [] if self.received else ["no webhook was sent"]
        half = self.samples[len(self.samples) // 4 : len(self.samples) // 2]
        for name in ("api", "worker"):
            most = max(getattr(one, name).files for one in half)
            if getattr(self.last, name).files > most + MORE_FILES:
                found.append(f"{name}: {getattr(self.last, name).files} open files, {most} before")
            grown = growth(self.samples, lambda one, name=name: getattr(one, name).memory)  # type: ignore[misc]  # now
            if grown > memory:
                found.append(f"{name}: {grown:.2f} times the memory")
        return found


async def soak(url: str, service: AbstractAsyncContextManager[Service], pace: Pace, tell: Tell) -> Soaked:
    """Put the load on a service on the migrated database at `url`."""
    key = await _key(url)
    async with service as ours, receiving() as receiver, _client(ours.port, key) as client:
        with a_crm(fake := HUBSPOT.made()):
            accounts, deals = filled(fake)
            book = Book(fake, await linked(client, HUBSPOT, fake), accounts, deals)
            await _prepared(client, book, receiver)
            load, samples, began = Load(client, book), [], time.monotonic()
            await load.at_once(4 * CALLERS)
            running = asyncio.create_task(load.run(pace.seconds, pace.per_second))
            while not running.done():
                samples.append(await sample(url, began, ours.api, ours.worker))
                tell(f"{samples[-1]} sent={load.told.sent} wrong={len(load.told.wrong)}")
                await asyncio.wait([running], timeout=pace.every)
            await running
            last = await _rested(lambda: sample(url, began, ours.api, ours.worker))
            tell(f"{last} sent={load.told.sent} {dict(load.told.answers)}")
            return Soaked(load.told, samples, last, len(receiver.received))


async def _key(url: str) -> str:
    role = Settings(demo=False).app_role
    database = await connected(url, role=role, pool_size=1, pool_timeout_seconds=10, statement_timeout_seconds=30)
    try:
        return (await a_tenant(database)).key
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def from_nothing(url: str, folder: Path) -> AsyncIterator[Service]:
    """Both processes as they start where they serve."""
    command, port = (sys.executable, "-m", "app"), free_port()
    told = {"DATABASE_URL": url, **UNLIMITED, **IMPATIENT}
    with (
        started(*command, "serve", log=folder / "api.log", **told, PORT=str(port)) as api,
        started(*command, "worker", log=folder / "worker.log", **told) as worker,
    ):
        async with _client(port, "") as anyone, asyncio.timeout(PATIENCE_SECONDS):
            while not await _is_ready(anyone):  # noqa: ASYNC110  # it is asked over HTTP
                await asyncio.sleep(0.2)
        yield Service(port, api.pid, worker.pid)


@contextlib.asynccontextmanager
async def forked(url: str, folder: Path) -> AsyncIterator[Service]:
    """Both processes in a second instead of ten."""
    async with (
        serving(url, log=folder / "api.log", **UNLIMITED) as api,
        working(url, log=folder / "worker.log", **UNLIMITED) as worker,
    ):
        yield Service(api.port, api.pid, worker.pid)


def _client(port: int, key: str) -> httpx.AsyncClient:
    shown = {"Authorization": f"Bearer {key}"} if key else {}
    limits = httpx.Limits(max_connections=CALLERS, max_keepalive_connections=CALLERS, keepalive_expiry=20)
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=shown, timeout=60, limits=limits)


async def _is_ready(client: httpx.AsyncClient) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return (await client.get("/readyz")).status_code == 200
    return False


async def _prepared(client: httpx.AsyncClient, book: Book, receiver: Receiver) -> None:
    """All is read from the CRM and scored, and an endpoint hears of everything."""
    await ok(client.post("/v1/webhook-endpoints", json={"url": receiver.url()}), 201)
    for path, body in ((f"/v1/crm/connections/{book.link.id}/syncs", {"kind": "backfill"}), ("/v1/selection/runs", {})):
        job = (await ok(client.post(path, json=body), 202))["id"]
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (state := (await ok(client.get(f"/v1/jobs/{job}")))["status"]) != "succeeded":
                assert state != "failed", path
                await asyncio.sleep(0.2)


async def _rested(look: Callable[[], Awaitable[Sample]]) -> Sample:
    """How all is once nothing is left to do, or is still left after long."""
    until = time.monotonic() + SETTLING_SECONDS
    while True:
        found = await look()
        if found.at_rest or time.monotonic() > until:
            return found
        await asyncio.sleep(1)
