"""Sends what is due: one drain an endpoint at a time, with places of its own, so that one endpoint slows no other."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import httpx
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.core.message import Whose
from app.events.core.names import SEND, send_payload
from app.events.queries import endpoints
from app.events.queries import sending as queries
from app.events.queries.sending import Claim
from app.events.service import calling, secrets, settling
from app.events.service.calling import BOUNDS, Attempt, Post, Task
from app.infra.db import Database
from app.infra.jobs import enqueue, enqueue_all
from app.infra.outgoing import Bounds, guarded_client
from app.infra.sealing import KeyRing
from app.infra.settings import Settings
from app.infra.telemetry import Metrics
from app.kernel.ids import EndpointId, TenantId

# So many transactions of all drains at once: they are short, and other work needs the database too.
TRANSACTIONS: Final = 8
# So many endpoints are sent to at once, each with a few messages: one that hangs keeps its place for a quarter of a
# minute. So those that only fail have no more than half of the places between them.
AT_ONCE: Final = 64
FAILING: Final = AT_ONCE // 2
# Each call looks at every connection of its client: many clients with few connections each answer many times as fast.
CLIENTS: Final = 16
ATTEMPTS_COUNTED: Final = ("webhook_attempts", "Attempts to deliver a webhook, by what came of them", ("outcome",))
FIRST_TIMED: Final = ("webhook_first_attempt_seconds", "Time from an event to the first attempt to deliver it", ())
_OUTCOMES: Final = {2: "delivered", 3: "redirected", 4: "refused", 5: "failed"}

Known = Callable[[AsyncConnection, TenantId, Sequence[UUID]], Awaitable[Mapping[UUID, Whose]]]


async def ask_for_sending(connection: AsyncConnection, tenant_id: TenantId, endpoint_ids: Sequence[EndpointId]) -> None:
    """Have what is due to these endpoints sent, once the open transaction is committed."""
    # None is left out for one that is queued or at work already: that one may have looked before our transaction ends.
    payloads = [send_payload(tenant_id, each) for each in endpoint_ids]
    await enqueue_all(connection, SEND, payloads, [None] * len(payloads))


@dataclass(frozen=True, slots=True)
class Patience:
    """How an endpoint is sent to: so many messages at once; each is ours for a while, and then anyone's again.

    A drain that is at it for `slice_seconds` makes place for other endpoints, and goes on when its turn comes. While
    places are free nothing is held up by settling an attempt `listens_seconds` late; else it is by `gathers_seconds`.
    Of endpoints that only fail, so many are sent to at once, and the others are put off: there are places that none of
    them holds, however many hang.
    """

    at_once: int = 8
    failing_at_once: int = FAILING
    puts_off_seconds: int = 15
    claimed: timedelta = timedelta(seconds=60)
    slice_seconds: float = 60.0
    listens_seconds: float = 0.1
    gathers_seconds: float = 0.02


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Sender:
    """What this process sends with; `known` tells accounts by their ids, `stopping` that nothing more is begun."""

    database: Database
    keys: KeyRing
    clients: Sequence[httpx.AsyncClient]  # an endpoint is always called by the same one
    known: Known
    bounds: Bounds = BOUNDS
    patience: Patience = field(default_factory=Patience)
    now: Callable[[], datetime] = utc_now
    metrics: Metrics = field(default_factory=Metrics)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TRANSACTIONS))
    news: dict[EndpointId, asyncio.Event] = field(default_factory=dict)  # of endpoints that are being sent to
    failing: set[EndpointId] = field(default_factory=set)  # of these, such as only fail

    def __post_init__(self) -> None:
        self.metrics.counter(*ATTEMPTS_COUNTED)
        self.metrics.histogram(*FIRST_TIMED)

    async def send(self, tenant_id: TenantId, endpoint_id: EndpointId) -> None:
        """Send what is due to an endpoint until nothing is, and ask for the sending of what is due later.

        Where it is being sent to already, that drain looks once more.
        """
        if endpoint_id in self.news:
            self.news[endpoint_id].set()
            return
        self.news[endpoint_id] = asyncio.Event()
        try:
            await _Drain(self, tenant_id, endpoint_id, self.news[endpoint_id]).run()
        finally:
            del self.news[endpoint_id]
            self.failing.discard(endpoint_id)

    def has_place(self, endpoint_id: EndpointId, *, fails: bool) -> bool:
        """Whether an endpoint may be sent to now; one that only fails takes a place of those that such have."""
        if not fails:
            self.failing.discard(endpoint_id)
        elif endpoint_id in self.failing or len(self.failing) < self.patience.failing_at_once:
            self.failing.add(endpoint_id)
        else:
            return False
        return True

    def http(self, endpoint_id: EndpointId) -> httpx.AsyncClient:
        """What calls the endpoint."""
        return self.clients[endpoint_id.int % len(self.clients)]

    async def call_up(self, tenant_id: TenantId, endpoint_ids: Sequence[EndpointId]) -> None:
        """Have what is due to these endpoints sent: by those drains that are at it, and else by way of the queue."""
        for each in endpoint_ids:
            if each in self.news:
                self.news[each].set()
        others = [each for each in endpoint_ids if each not in self.news]
        if others:
            async with self.transaction(tenant_id) as connection:
                await ask_for_sending(connection, tenant_id, others)

    @asynccontextmanager
    async def transaction(self, tenant_id: TenantId) -> AsyncIterator[AsyncConnection]:
        """A transaction, when its turn has come."""
        async with self.gate, self.database.transaction(tenant_id) as connection:
            yield connection

    def count(self, attempts: Sequence[Attempt]) -> None:
        """Count attempts by what came of them."""
        counter, delay = self.metrics.counter(*ATTEMPTS_COUNTED), self.metrics.histogram(*FIRST_TIMED)
        for one in attempts:
            if one.task.first:
                delay.observe(max(0.0, (one.sent_at - one.task.event.created_at).total_seconds()))
            counter.labels(_OUTCOMES.get((one.answer.status or 0) // 100, "unanswered")).inc()


@asynccontextmanager
async def sending(
    database: Database,
    settings: Settings,
    keys: KeyRing,
    *,
    known: Known,
    stopping: asyncio.Event,
    metrics: Metrics | None = None,
) -> AsyncIterator[Sender]:
    """What this process sends with, until it ends."""
    trusted = httpx.create_ssl_context(trust_env=False)  # dear to make: one serves all
    async with AsyncExitStack() as stack:
        made = [
            guarded_client(loopback=settings.loopback_webhooks, bounds=BOUNDS, trusted=trusted) for _ in range(CLIENTS)
        ]
        clients = [await stack.enter_async_context(each) for each in made]
        yield Sender(database, keys, clients, known, metrics=metrics or Metrics(), stopping=stopping)


@dataclass(slots=True)
class _Drain:
    """Sends to one endpoint: whenever an attempt has ended, it is settled, and others are begun in its place."""

    sender: Sender
    tenant_id: TenantId
    endpoint_id: EndpointId
    news: asyncio.Event
    running: "dict[asyncio.Task[Attempt], UUID]" = field(default_factory=dict)
    until: float = 0.0

    async def run(self) -> None:
        self.until = time.monotonic() + self.sender.patience.slice_seconds
        try:
            while await self._step():
                await self._wait()
        finally:
            if self.running:
                await self._break_off()
        while self.news.is_set():  # since we looked last, and our time was up
            self.news.clear()
            async with self.sender.transaction(self.tenant_id) as connection:
                await ask_for_sending(connection, self.tenant_id, [self.endpoint_id])

    async def _step(self) -> bool:
        """Settle what has ended and begin what is due; False once nothing runs and nothing came meanwhile."""
        self.news.clear()
        begun: list[tuple[Post, Task]] = []
        async with self.sender.transaction(self.tenant_id) as connection:
            endpoint = await endpoints.row(connection, self.tenant_id, self.endpoint_id, lock=True)
            ended = self._ended()  # while we waited for our turn, too
            if endpoint is not None:
                open_ = await settling.settle(connection, endpoint, ended) if ended else endpoint["state"] == "enabled"
                begun = await self._begun(connection, endpoint, ended) if open_ else []
        self.sender.count(ended)
        for post, todo in begun:
            http = self.sender.http(self.endpoint_id)
            calling_it = calling.attempt(http, self.sender.bounds, self.sender.now, post, todo)
            self.running[asyncio.create_task(calling_it)] = todo.delivery_id
        return bool(self.running) or (self.news.is_set() and self._goes_on())

    async def _begun(
        self, connection: AsyncConnection, endpoint: RowMapping, ended: Sequence[Attempt]
    ) -> list[tuple[Post, Task]]:
        """What is begun now; where nothing is and nothing runs, what is left is asked for at its time."""
        fails = not any(one.answer.delivered for one in ended) if ended else endpoint["failing_since"] is not None
        has_place = self.sender.has_place(self.endpoint_id, fails=fails)
        begun = await self._claimed(connection, endpoint) if has_place and self._goes_on() else []
        if not begun and not self.running:
            await self._ask_for_the_next(connection, put_off=not has_place)
        return begun

    def _goes_on(self) -> bool:
        return time.monotonic() < self.until and not self.sender.stopping.is_set()

    async def _claimed(self, connection: AsyncConnection, endpoint: RowMapping) -> list[tuple[Post, Task]]:
        places = self.sender.patience.at_once - len(self.running)
        if places <= 0:
            return []
        now = self.sender.now()
        post = Post(endpoint["url"], secrets.signing(self.sender.keys, endpoint, now))
        claim = Claim(places, now, now + self.sender.patience.claimed)
        rows = await queries.claim(connection, self.tenant_id, self.endpoint_id, claim)
        ids = {row["account_id"] for row in rows if row["account_id"] is not None}
        known = await self.sender.known(connection, self.tenant_id, sorted(ids)) if ids else {}
        return [(post, calling.task(row, known)) for row in rows]

    async def _ask_for_the_next(self, connection: AsyncConnection, *, put_off: bool) -> None:
        """Queue the drain that what is left needs, when the first of it is due, or when others have had their turn."""
        due = await queries.next_due(connection, self.tenant_id, self.endpoint_id)
        if due is None:
            return
        now = self.sender.now()
        if put_off:
            due = max(due, _next_turn(now, self.sender.patience.puts_off_seconds))
        wait = due - now
        payload = send_payload(self.tenant_id, self.endpoint_id)
        if wait <= timedelta(0):
            await enqueue(connection, SEND, payload)
        else:
            key = f"{SEND} {self.endpoint_id} at {due.isoformat()}"
            await enqueue(connection, SEND, payload, after=wait, dedupe_key=key)

    async def _wait(self) -> None:
        """Wait until an attempt has ended, or something new is due while there is a place for it.

        Then a moment longer: what ends or is due meanwhile goes into the same transaction.
        """
        if len(self.running) >= self.sender.patience.at_once or not self._goes_on():
            await asyncio.wait(self.running, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(self.running, timeout=self.sender.patience.gathers_seconds)
            return
        listening = asyncio.create_task(self.news.wait())
        try:
            await asyncio.wait({*self.running, listening}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({listening}, timeout=self.sender.patience.listens_seconds)
        finally:
            listening.cancel()

    def _ended(self) -> list[Attempt]:
        """Those that have ended and were not settled."""
        done = [one for one in self.running if one.done()]
        for one in done:
            del self.running[one]
        return [one.result() for one in done]

    async def _break_off(self) -> None:
        """The worker is told to end, or the database is away: what we wait for no longer is for others to send."""
        left, self.running = self.running, {}
        for one in left:
            one.cancel()
        await asyncio.wait(left)
        async with self.sender.transaction(self.tenant_id) as connection:
            await queries.give_back(connection, self.tenant_id, list(left.values()))


def _next_turn(now: datetime, seconds: int) -> datetime:
    """The next instant of those that come every so many seconds: however many ask for it, one drain is queued then."""
    return datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, UTC)
