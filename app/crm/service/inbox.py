"""The inbox as its owner sees it: what was told, what became of it, and once more from the start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.core.connection import Connection
from app.crm.core.delivery import Delivery, Event
from app.crm.core.inbox import Delivered, Told, names_nothing, waiting
from app.crm.core.reading import UnreadableDelivery, events_of
from app.crm.core.signatures import UntrustedDelivery
from app.crm.queries import inbox as queries
from app.crm.service import connections
from app.infra.db import Database
from app.infra.paging import PageRequest, Slice
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import ConnectionId, TenantId

REPLAYED_AT_ONCE = 1000


class EventNotFound(NotFound):
    """No such event of a CRM."""


class StillWaiting(Conflict):
    """The event waits already."""


class NothingToPull(Conflict):
    """The event names no record that can be pulled."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of a replay: how many wait again, how many cannot, and after which one there are more."""

    replayed: int
    left: int
    next_after: UUID | None


async def page(db: AsyncConnection, tenant_id: TenantId, asked: PageRequest, filters: Mapping[str, Any]) -> Slice[Told]:
    """A page of events, the newest first; `filters` are names of columns and what they equal."""
    rows = (await db.execute(queries.EVENTS.page(queries.events_of(tenant_id, filters), asked))).all()
    return queries.EVENTS.cut(rows, asked, lambda row: _told(row._mapping))  # noqa: SLF001  # public in SQLAlchemy


async def event(db: AsyncConnection, tenant_id: TenantId, event_id: UUID) -> tuple[Told, Delivered]:
    """One event, and the delivery that told of it."""
    row = await queries.event(db, tenant_id, event_id)
    if row is None:
        raise EventNotFound(str(event_id))
    bodies = await queries.bodies(db, tenant_id, [row["delivery_id"]])
    return _told(row), _delivered(bodies[row["delivery_id"]])


async def replay(db: AsyncConnection, tenant_id: TenantId, event_id: UUID) -> Told:
    """Let an event wait again, whatever became of it; one that named no record is read anew as the connector is now.

    Raises EventNotFound, StillWaiting, and NothingToPull where it still names none, or its body is forgotten.
    """
    found = await queries.event(db, tenant_id, event_id)
    if found is None:
        raise EventNotFound(str(event_id))
    connection = await connections.own(db, tenant_id, ConnectionId(found["connection_id"]), None)
    # Read again under the connection's lock: it may have been replayed, or settled, meanwhile.
    (row,) = await queries.locked_events(db, tenant_id, {"id": event_id}, after=None, number=1)
    if row["state"] == "waiting":
        raise StillWaiting("its record is yet to be pulled")
    if not await _waken(db, connection, [_told(row)]):
        raise NothingToPull("it names no record, and its body does not tell of one that is of interest")
    fresh = await queries.event(db, tenant_id, event_id)
    assert fresh is not None
    return _told(fresh)


async def replay_all(
    db: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, state: str, after: UUID | None
) -> Replay:
    """Let the connection's events in that state wait again, in the order they came, up to REPLAYED_AT_ONCE."""
    connection = await connections.own(db, tenant_id, connection_id, None)
    filters = {"connection_id": connection_id, "state": state}
    rows = await queries.locked_events(db, tenant_id, filters, after=after, number=REPLAYED_AT_ONCE + 1)
    events = [_told(row) for row in rows[:REPLAYED_AT_ONCE]]
    replayed = await _waken(db, connection, events)
    return Replay(replayed, len(events) - replayed, events[-1].id if len(rows) > len(events) else None)


async def _waken(db: AsyncConnection, row: RowMapping, events: Sequence[Told]) -> int:
    """How many of the events wait again; one drain is queued for all. `row` is their connection, locked."""
    connection = connections.built(row)
    unread = {event.delivery_id for event in events if names_nothing(event)}
    bodies = await queries.bodies(db, connection.tenant_id, sorted(unread)) if unread else {}
    read = {delivery_id: _read_again(connection, _delivered(body)) for delivery_id, body in bodies.items()}

    waken = [each for event in events if (each := waiting(event, read.get(event.delivery_id, {})))]

    if waken:
        await queries.wait_again(db, connection.tenant_id, connection.id, waken)
        if connection.state == "active":
            await connections.wake(db, row)
    return len(waken)


def _read_again(connection: Connection, delivery: Delivered) -> Mapping[int, Event]:
    """The events of a delivery by their places, as they are understood now; none where that fails.

    It was believed when it came, and is not verified again; of its headers the media type alone was kept.
    """
    if delivery.body is None:
        return {}
    headers = {"content-type": [delivery.content_type]}
    again = Delivery("POST", "", {}, headers, delivery.body)
    try:
        read = events_of(connection.spec, connection.settings.organization_id, again, str(delivery.id))
    except (UnreadableDelivery, UntrustedDelivery):
        return {}
    return {event.position: event for event in read.events}


async def forget_bodies(database: Database, tenant_id: TenantId, *, older_than: timedelta) -> int:
    """Forget the bodies of deliveries past their time, in short transactions; how many.

    Events stay, so that what a sender tells again is recognised for good.
    """
    forgotten = 0
    while True:
        async with database.transaction(tenant_id) as db:
            number = await queries.forget_bodies(db, tenant_id, older_than)
        forgotten += number
        if number < queries.FORGET_AT_ONCE:
            return forgotten


def _told(row: RowMapping) -> Told:
    return Told(**{name: row[name] for name in Told.__slots__})


def _delivered(row: RowMapping) -> Delivered:
    return Delivered(**{name: row[name] for name in Delivered.__slots__})
