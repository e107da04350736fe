"""What a process calls CRMs with: its database, its keys, one guarded HTTP client, and the pace of each connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx
from aiolimiter import AsyncLimiter

from app.crm.client.failures import CrmBusy
from app.crm.core import pace
from app.crm.core.connection import Connection
from app.crm.core.met import Met
from app.crm.core.spec import Limits
from app.infra.db import Database
from app.infra.outgoing import Bounds, guarded_client
from app.infra.sealing import KeyRing
from app.infra.settings import Settings
from app.infra.telemetry import Metrics
from app.kernel.ids import ConnectionId

CALLS_COUNTED: Final = ("crm_calls", "Calls of CRMs, by what came of them", ("provider", "result"))
CALLS_TIMED: Final = ("crm_call_seconds", "Time to the end of a CRM's answer", ("provider",))
_PACES = 10_000
_LAST_RENEWALS_SECONDS = 20.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Pace:
    """How fast one connection calls from this process, and until when it does not."""

    limits: Limits
    limiter: AsyncLimiter
    busy: CrmBusy | None = None
    quota: pace.Quota | None = None
    noted_left: int | None = None  # as the database has it

    async def turn(self, now: datetime, patience: float) -> None:
        """Wait until the next call may be made; raises CrmBusy where that is more than `patience` seconds ahead."""
        busy = self.busy
        if busy is not None and (rest := (busy.until - now).total_seconds()) > 0:
            if rest > patience:
                raise CrmBusy(busy.until, busy.reason, for_the_day=busy.for_the_day)
            await asyncio.sleep(rest)
        await self.limiter.acquire()

    def rest(self, busy: CrmBusy) -> None:
        """Let nobody call before that is over."""
        if self.busy is None or busy.until > self.busy.until:
            self.busy = busy


@dataclass(frozen=True, slots=True)
class Reach:
    """Made once in a process, by `reach`."""

    database: Database
    keys: KeyRing
    http: httpx.AsyncClient
    settings: Settings
    bounds: Bounds = field(default_factory=Bounds)
    now: Callable[[], datetime] = utc_now
    paces: dict[ConnectionId, Pace] = field(default_factory=dict)
    renewals: dict[ConnectionId, asyncio.Task[Any]] = field(default_factory=dict)
    metrics: Metrics = field(default_factory=Metrics)
    met: Met = field(default_factory=Met)

    def __post_init__(self) -> None:
        self.metrics.counter(*CALLS_COUNTED)
        self.metrics.histogram(*CALLS_TIMED)

    def pace_of(self, connection: Connection) -> Pace:
        """The pace of a connection; a new one when its connector allows another."""
        limits = connection.spec.limits
        found = self.paces.get(connection.id)
        if found is None or found.limits != limits:
            while len(self.paces) >= _PACES:
                self.paces.pop(next(iter(self.paces)))
            found = Pace(limits, AsyncLimiter(*pace.bucket(limits.requests, limits.per_seconds)))
            self.paces[connection.id] = found
        return found


@asynccontextmanager
async def reach(
    database: Database, settings: Settings, keys: KeyRing, metrics: Metrics | None = None
) -> AsyncIterator[Reach]:
    """What this process calls CRMs with, until it ends."""
    async with guarded_client(loopback=settings.loopback_crms) as http:
        made = Reach(database, keys, http, settings, metrics=metrics or Metrics())
        yield made
        if made.renewals:
            # What a CRM gives on the way is kept: it may be the only token that counts from now on.
            await asyncio.wait(made.renewals.values(), timeout=_LAST_RENEWALS_SECONDS)
