"""Takes deliveries: verified, read, kept for good, and only then acknowledged; within seconds, whatever happens."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from prometheus_client import Counter

from app.crm.core.addresses import origin
from app.crm.core.asked import signature_of
from app.crm.core.connection import Connection
from app.crm.core.delivery import Delivery
from app.crm.core.hiding import kept_body
from app.crm.core.reading import events_of
from app.crm.core.signatures import UntrustedDelivery, verify
from app.crm.core.webhook_secrets import Secret, good
from app.crm.queries import connections, intake
from app.crm.queries.intake import Kept, Letter, Outcome
from app.crm.service.connections import SUBJECT, ConnectionChanged, ConnectionNotFound, built, kept_secrets
from app.crm.service.gathering import DeliveryNotKept, Gathering
from app.infra.db import Database, enter
from app.infra.faults import database_refusal
from app.infra.sealing import KeyRing
from app.infra.sharing import Shared
from app.infra.telemetry import Metrics
from app.infra.threads import in_daemon_thread
from app.kernel.errors import Refusal, Unavailable
from app.kernel.ids import ConnectionId, TenantId, new_id
from app.tenancy import service as tenancy

PUSH = "push"  # the connector of those who bring the records themselves, and may show a key
EVENTS_COUNTED = ("crm_events", "Events that were delivered, by what became of them at once", ("provider", "outcome"))
_LARGE_BYTES = 128 * 1024  # from here on it is read beside the loop
_LOOKS_AT_ONCE = 3
_KNOWN = 10_000
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Known:
    """A connection as it was when it was looked up; what it verifies counts while its version is the same."""

    connection: Connection
    secrets: Sequence[Secret]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a delivery. delivery_id: None where it told nothing that is new, and hence was not kept."""

    connection: Connection
    delivery_id: UUID | None
    events: int
    fresh: int
    ignored: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A delivery that waits to be verified, read and kept; letter: where that was read already."""

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
                self._count(outcome)
                return outcome
            if isinstance(outcome, ConnectionNotFound):
                self._known.pop(connection_id, None)
            if not isinstance(outcome, UntrustedDelivery | ConnectionChanged):
                raise outcome
            # Not trusted, it may be by a secret that is newer than what we know.
            fresh = await self._found(connection_id, until)
            if isinstance(outcome, UntrustedDelivery) and fresh.connection.version == known.connection.version:
                raise outcome
        raise DeliveryNotKept("the connection is being changed: try again in a moment")

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
        signature = signature_of(connection.spec, connection.settings)
        if "{uri}" not in signature.signs:  # what signs a body alone would open every address
            return False
        public = self.public_url.rstrip("/") or origin(connection.settings.public_url)
        query = f"?{asked.query_text}" if asked.query_text else ""
        try:
            verify(signature, good(known.secrets, now), asked, f"{public}{asked.path}{query}", now)
        except UntrustedDelivery:
            return False
        return True

    async def _came(self, arrival: _Arrival, until: float) -> Taken | Refusal:
        """What came of a delivery. A large one is read beside the loop, so that others are answered meanwhile."""
        size = len(arrival.delivery.body)
        looked_into: _Arrival | Refusal = arrival
        if size >= _LARGE_BYTES:
            looked_into = await in_daemon_thread(_refused, self._looked_into, arrival)
        if isinstance(looked_into, Refusal):
            return looked_into
        return await self._gathering(arrival.known.connection.tenant_id, looked_into, size, until=until)

    async def _keep(self, tenant_id: TenantId, arrivals: Sequence[_Arrival]) -> list[Taken | Refusal]:
        """What came of deliveries that came together.

        They are verified and read here, one after the other: a good third faster than each in its turn of the loop.
        """
        looked_into = [_refused(self._looked_into, arrival) for arrival in arrivals]
        letters = [each.letter for each in looked_into if isinstance(each, _Arrival) and each.letter]
        kept = iter(await intake.keep(self.database, tenant_id, letters) if letters else ())
        return [_outcome(each, next(kept)) if isinstance(each, _Arrival) else each for each in looked_into]

    def _looked_into(self, arrival: _Arrival) -> _Arrival:
        """The arrival with its letter. Raises UntrustedDelivery, UnreadableDelivery."""
        if arrival.letter is not None:
            return arrival
        if not arrival.trusted:
            self._verify(arrival.known, arrival.delivery)
        return replace(arrival, letter=_letter(arrival.known, arrival.delivery))

    def _verify(self, known: Known, delivery: Delivery) -> None:
        connection, now = known.connection, self.clock()
        signature = signature_of(connection.spec, connection.settings)
        verify(signature, good(known.secrets, now), delivery, self._public_uri(connection, delivery), now)

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
            self._known.pop(connection_id, None)
            raise ConnectionNotFound(str(connection_id))
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[connection_id] = known
        return known

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
        return None if row is None else Known(built(row), kept_secrets(self.keys, row))

    def _count(self, taken: Taken) -> None:
        provider = taken.connection.provider
        self._counter(provider, "new").inc(taken.fresh)
        for outcome, number in (
            ("known", taken.events - taken.fresh),
            ("ignored", taken.ignored),
            ("quarantined", taken.quarantined),
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


def _letter(known: Known, delivery: Delivery) -> Letter:
    """What is kept of a delivery."""
    connection, delivery_id = known.connection, new_id()
    shown = signature_of(connection.spec, connection.settings)
    events = events_of(connection.spec, connection.settings.organization_id, delivery, str(delivery_id)).events
    return Letter(
        id=delivery_id,
        connection_id=connection.id,
        version=connection.version,
        content_type=(delivery.header("content-type") or "")[:200],
        body=kept_body(shown, [secret.text for secret in known.secrets], delivery.body),
        events=events,
        ids=[new_id() for _ in events],
    )


def _refused(look: Callable[[_Arrival], _Arrival], arrival: _Arrival) -> _Arrival | Refusal:
    """What comes of looking, be it a refusal, which is no trouble to the others."""
    try:
        return look(arrival)
    except Refusal as refusal:
        return refusal


def _outcome(arrival: _Arrival, outcome: Outcome) -> Taken | Refusal:
    connection, letter = arrival.known.connection, arrival.letter
    assert letter is not None
    if isinstance(outcome, Kept):
        return _taken(connection, letter, outcome)
    return ConnectionChanged("meanwhile") if outcome == "changed" else ConnectionNotFound(str(connection.id))


def _taken(connection: Connection, letter: Letter, kept: Kept) -> Taken:
    states = [event.state for event in letter.events]
    return Taken(
        connection=connection,
        delivery_id=letter.id if kept.fresh else None,
        events=len(states),
        fresh=kept.fresh,
        ignored=states.count("ignored"),
        quarantined=states.count("quarantined"),
    )
