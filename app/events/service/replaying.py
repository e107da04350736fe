"""The use cases of telling an endpoint what it did not ask for just now: a test, and what happened in a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.events.core.patterns import TESTED, wanted
from app.events.queries import deliveries as queries
from app.events.queries import events as event_queries
from app.events.queries.deliveries import Range
from app.events.service import deliveries, endpoints
from app.events.service.disabling import SUBJECT
from app.events.service.fanning_out import EVENTS_AT_ONCE, give_out
from app.events.service.sending import ask_for_sending
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import DeliveryId, EndpointId, TenantId, new_id
from app.tenancy.core.audit import unloaded

LONGEST = timedelta(days=30)
MOST_EVENTS = 100_000


class UnusableReplay(Invalid):
    """There is no replay of such a time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be told again: from a time until another (not included), of the types that any of the patterns means.

    until: None for now. patterns: None for all that the endpoint asks for anyway; it is told of nothing else.
    """

    since: datetime
    until: datetime | None
    patterns: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many events the endpoint is told of, and how many of these waited to be told anyway."""

    events: int
    waiting: int


async def try_out(connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId) -> RowMapping:
    """Tell the endpoint, and nobody else, that it is tried out; returns the delivery."""
    endpoint = await endpoints.own_enabled(connection, tenant_id, endpoint_id)
    data = {"url": unloaded(endpoint["url"])}
    event_id = await events.record(connection, tenant_id, TESTED, SUBJECT, endpoint_id, data)
    while await give_out(connection, tenant_id) == EVENTS_AT_ONCE:
        pass  # until the event has its place in the sequence: with that it is sent
    delivery_id = DeliveryId(new_id())
    await queries.add(
        connection, {"tenant_id": tenant_id, "id": delivery_id, "endpoint_id": endpoint_id, "event_id": event_id}
    )
    await ask_for_sending(connection, tenant_id, [endpoint_id])
    return await deliveries.row(connection, tenant_id, delivery_id)


async def replay(connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId, asked: Asked) -> Replayed:
    """Have the endpoint told of what happened in a time, again or for the first time."""
    endpoint = await endpoints.own_enabled(connection, tenant_id, endpoint_id)
    until = asked.until or datetime.now(UTC)
    _check_time(asked.since, until)
    types = wanted(endpoint["event_types"], await event_queries.types_told(connection, tenant_id))
    if asked.patterns is not None:
        types = wanted(asked.patterns, types)
    told = Range(asked.since, until, [type_ for type_ in types if type_ != TESTED])

    found = await queries.count_told(connection, tenant_id, told, most=MOST_EVENTS)
    if found > MOST_EVENTS:
        _refuse("/from", "too_many_events", f"there are more than {MOST_EVENTS} events: ask for a shorter time")

    begun = await queries.replay(connection, tenant_id, endpoint_id, told)
    if begun:
        await ask_for_sending(connection, tenant_id, [endpoint_id])
    return Replayed(found, found - begun)


def _check_time(since: datetime, until: datetime) -> None:
    if until <= since:
        _refuse("/to", "order", "must be later than from")
    if until - since > LONGEST:
        _refuse("/from", "too_long", f"a replay reaches over {LONGEST.days} days at most")


def _refuse(pointer: str, code: str, message: str) -> None:
    raise UnusableReplay("see errors", errors=[FieldProblem(pointer, code, message)])
