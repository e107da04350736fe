"""Takes deliveries: verified, read, kept for good, and only then acknowledged; within seconds, whatever happens."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from prometheus_client import Counter

from app.crm.core.addresses import origin
from app.crm.core.connection import Connection
from app.crm.core.delivery import Delivery
from app.crm.core.signatures import UntrustedDelivery
from app.crm.core.webhook_secrets import good
from app.crm.queries import connections, intake
from app.crm.queries.intake import Kept, Letter, Outcome
from app.crm.service.connections import SUBJECT, ConnectionChanged, ConnectionNotFound, built, kept_secrets
from app.crm.service.gathering import DeliveryNotKept, Gathering
from app.crm.service.letters import Known, known_as, letter_of
from app.infra.db import Database, enter
from app.infra.faults import database_refusal
from app.infra.sealing import KeyRing
from app.infra.sharing import Shared
from app.infra.telemetry import Metrics
from app.infra.threads import in_daemon_thread
from app.kernel.errors import Refusal, Unavailable
from app.kernel.ids import ConnectionId, TenantId
from app.tenancy import service as tenancy

PUSH = "push"  # the connector of those who bring the records themselves, and may show a key
EVENTS_COUNTED = ("crm_events", "Events that were delivered, by what became of them at once", ("provider", "outcome"))
_LARGE_BYTES = 128 * 1024  # from here on it is read beside the loop
_LOOKS_AT_ONCE = 3
_KNOWN = 10_000
_TRIES = 3
# A sender waits for 5 s at least; what would take longer than three quick steps (3 s) is answered with 503, and sent
# again.
QUICK_STEPS = 3


class Taken(NamedTuple):
    """What came of a delivery. delivery_id: None where it told nothing that is new, and hence was not kept."""

    connection: Connection
    delivery_id: UUID | None
    events: int
    fresh: int
    ignored: int
    quarantined: int


@dataclass(slots=True)
class _Arrival:
    """A delivery that waits to be verified, read and kept; letter: once that was read."""

    known: Known
    delivery: Delivery
    trusted: bool
    letter: Letter | None = None


@dataclass(slots=True)
class Intake:
    """What a process has for taking deliveries; made at its start."""

    database: Database
    keys: KeyRing
    public_url: str = ""
    metrics: Metrics = field(default_factory=Metrics)
    clock: Callable[[], datetime] = field(default=partial(datetime.now, UTC))
    _known: dict[ConnectionId, Known] = field(init=False, default_factory=dict)
    _known_by_name: dict[bytes, Known] = field(init=False, default_factory=dict)
    _look: Shared[ConnectionId, Known | None] = field(init=False)
    _looking: asyncio.Semaphore = field(init=False, default_factory=partial(asyncio.Semaphore, _LOOKS_AT_ONCE))
    _gathering: Gathering[_Arrival, Taken | Refusal] = field(init=False)
    _counters: dict[tuple[str, str], Counter] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._look = Shared(self._looked_up)
        # One connection of the fast lane at least is left to those who show keys.
        self._gathering = Gathering(self._keep, at_once=max(1, self.database.fast.get_max_size() - 1))

    async def take(
        self, connection_id: ConnectionId, delivery: Delivery, *, until: float, trusted: TenantId | None = None
    ) -> Taken:
        """Keep what a delivery tells; when this returns, it is durable. It takes no longer than `until` (loop's clock).

        trusted: the organization whose key vouches for it, in place of a signature; its own connections alone count.
        Raises ConnectionNotFound, UntrustedDelivery, UnreadableDelivery, and DeliveryNotKept when it may
        not have been kept: then it has to be sent again, and what was kept after all is recognised.
        """
        for _ in range(_TRIES):
            known = self._known.get(connection_id) or await self._found(connection_id, until)
            if trusted not in {None, known.connection.tenant_id}:
                raise ConnectionNotFound(str(connection_id))
            arrival = _Arrival(known, delivery, trusted is not None and known.connection.provider == PUSH)
            outcome = await self._came(arrival, until)
            if isinstance(outcome, Taken):
                return outcome
            if isinstance(outcome, ConnectionNotFound):
                self._forget(connection_id)
            if not isinstance(outcome, UntrustedDelivery | ConnectionChanged):
                raise outcome
            # Not trusted, it may be by a secret that is newer than what we know.
            fresh = await self._found(connection_id, until)
            if isinstance(outcome, UntrustedDelivery) and fresh.connection.version == known.connection.version:
                raise outcome
        raise DeliveryNotKept("the connection is being changed: try again in a moment")

    def known_by(self, name: bytes) -> Known | None:
        """The connection of an id, as addresses hold it, if it was looked up before."""
        return self._known_by_name.get(name)

    def hand_in(self, known: Known, delivery: Delivery, tell: Callable[[Taken | Exception], None]) -> bool:
        """Likewise for who waits without a task: `tell` is called with what comes of it, once, and must not raise.

        False, and nobody is told, where it is too large for that. Told another refusal than DeliveryNotKept, it has to
        be taken by `take` after all, which finds out whether that holds: nothing of it was kept.
        """
        size = len(delivery.body)
        if size >= _LARGE_BYTES:
            return False
        arrival = _Arrival(known, delivery, trusted=False)
        until = asyncio.get_running_loop().time() + QUICK_STEPS * self.database.quick_seconds
        try:
            self._gathering.hand_in(known.connection.tenant_id, arrival, size, tell, until=until)
        except DeliveryNotKept as refusal:
            tell(refusal)
        return True

    async def vouched(self, connection_id: ConnectionId, asked: Delivery, *, until: float) -> Connection:
        """The connection whose CRM asks, by a request that delivers nothing, signed as its deliveries are.

        Raises UntrustedDelivery, the same for a connection that is not there, and DeliveryNotKept while it cannot be
        looked up.
        """
        known = self._known.get(connection_id)
        if known is not None and self._signed(known, asked):
            return known.connection
        try:
            known = await self._found(connection_id, until)
        except ConnectionNotFound:
            raise UntrustedDelivery("the request is not trusted") from None
        if not self._signed(known, asked):
            raise UntrustedDelivery("the request is not trusted")
        return known.connection

    def _signed(self, known: Known, asked: Delivery) -> bool:
        connection, now = known.connection, self.clock()
        if "{uri}" not in known.signature.signs:  # what signs a body alone would open every address
            return False
        public = self.public_url.rstrip("/") or origin(connection.settings.public_url)
        query = f"?{asked.query_text}" if asked.query_text else ""
        try:
            known.verify(good(known.secrets, now), asked, f"{public}{asked.path}{query}", now)
        except UntrustedDelivery:
            return False
        return True

    async def _came(self, arrival: _Arrival, until: float) -> Taken | Refusal:
        """What came of a delivery. A large one is read beside the loop, so that others are answered meanwhile."""
        size = len(arrival.delivery.body)
        if size >= _LARGE_BYTES:
            refusal = await in_daemon_thread(self._looked_into, arrival)
            if refusal is not None:
                return refusal
        return await self._gathering(arrival.known.connection.tenant_id, arrival, size, until=until)

    async def _keep(self, tenant_id: TenantId, arrivals: Sequence[_Arrival]) -> list[Taken | Refusal]:
        """What came of deliveries that came together.

        They are verified and read here, one after the other: a good third faster than each in its turn of the loop.
        """
        refusals = [self._looked_into(arrival) for arrival in arrivals]
        letters = [arrival.letter for arrival in arrivals if arrival.letter is not None]
        kept = iter(await intake.keep(self.database, tenant_id, letters) if letters else ())
        came = [refusal or _outcome(arrival, next(kept)) for arrival, refusal in zip(arrivals, refusals, strict=True)]
        self._count([each for each in came if isinstance(each, Taken)])
        return came

    def _looked_into(self, arrival: _Arrival) -> Refusal | None:
        """Make the arrival's letter; what is returned says why there is none, which is no trouble to the others."""
        if arrival.letter is not None:
            return None
        known, delivery = arrival.known, arrival.delivery
        try:
            if not arrival.trusted:
                now = self.clock()
                known.verify(good(known.secrets, now), delivery, self._public_uri(known.connection, delivery), now)
            arrival.letter = letter_of(known, delivery)
        except Refusal as refusal:
            return refusal
        return None

    def _public_uri(self, connection: Connection, delivery: Delivery) -> str:
        """The address that the sender was given, as it is settled: whom a request says it asks counts for nothing.

        Its query does: it is part of what was signed, and a sender may add to the one that it was given.
        """
        address = connection.settings.public_url or f"{self.public_url.rstrip('/')}{delivery.path}"
        return f"{address.partition('?')[0]}?{delivery.query_text}" if delivery.query_text else address

    async def _found(self, connection_id: ConnectionId, until: float) -> Known:
        try:
            async with asyncio.timeout_at(until):
                known = await self._look(connection_id)
        except TimeoutError:
            raise DeliveryNotKept("it takes too long: try again in a moment") from None
        if known is None:
            self._forget(connection_id)
            raise ConnectionNotFound(str(connection_id))
        if len(self._known) >= _KNOWN:
            self._known.clear()
            self._known_by_name.clear()
        self._known[connection_id] = self._known_by_name[str(connection_id).encode()] = known
        return known

    def _forget(self, connection_id: ConnectionId) -> None:
        self._known.pop(connection_id, None)
        self._known_by_name.pop(str(connection_id).encode(), None)

    async def _looked_up(self, connection_id: ConnectionId) -> Known | None:
        try:
            async with self._looking, self.database.engine.begin() as db:
                tenant_id = await tenancy.led_to(db, SUBJECT, str(connection_id))
                if tenant_id is None:
                    return None
                await enter(db, tenant_id)
                row = await connections.row(db, tenant_id, connection_id)
        except Exception as error:
            if isinstance(error, Refusal) or not isinstance(database_refusal(error), Unavailable):
                raise
            raise DeliveryNotKept("try again in a moment") from error
        return None if row is None else known_as(built(row), kept_secrets(self.keys, row))

    def _count(self, taken: Sequence[Taken]) -> None:
        for provider in {one.connection.provider for one in taken}:
            theirs = [one for one in taken if one.connection.provider == provider]
            fresh = sum(one.fresh for one in theirs)
            self._counter(provider, "new").inc(fresh)
            for outcome, number in (
                ("known", sum(one.events for one in theirs) - fresh),
                ("ignored", sum(one.ignored for one in theirs)),
                ("quarantined", sum(one.quarantined for one in theirs)),
            ):
                if number:
                    self._counter(provider, outcome).inc(number)

    def _counter(self, provider: str, outcome: str) -> Counter:
        """The counter of one outcome; finding it by its labels takes longer than counting."""
        counter = self._counters.get((provider, outcome))
        if counter is None:
            counter = self.metrics.counter(*EVENTS_COUNTED).labels(provider, outcome)
            self._counters[provider, outcome] = counter
        return counter


def _outcome(arrival: _Arrival, outcome: Outcome) -> Taken | Refusal:
    connection, letter = arrival.known.connection, arrival.letter
    assert letter is not None
    if isinstance(outcome, Kept):
        return _taken(connection, letter, outcome)
    return ConnectionChanged("meanwhile") if outcome == "changed" else ConnectionNotFound(str(connection.id))


def _taken(connection: Connection, letter: Letter, kept: Kept) -> Taken:
    states = [event.state for event in letter.events]
    return Taken(
        connection,
        letter.id if kept.fresh else None,
        len(states),
        kept.fresh,
        states.count("ignored"),
        states.count("quarantined"),
    )
