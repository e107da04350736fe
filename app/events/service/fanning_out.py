"""The use case of giving events out: each gets its place in its account's sequence, and goes to who asked for it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.core.patterns import TESTED, wanted
from app.events.queries import endpoints, fanning_out
from app.infra.db import Database
from app.kernel.ids import EndpointId, TenantId

EVENTS_AT_ONCE = 1_000


async def fan_out(database: Database, tenant_id: TenantId) -> list[EndpointId]:
    """Give out all events of an organization that were not yet; returns the endpoints that have something due.

    However many do this at once, every event is given out once: they wait for one another, batch by batch.
    """
    while True:
        async with database.transaction(tenant_id) as connection:
            if await give_out(connection, tenant_id) < EVENTS_AT_ONCE:
                return await endpoints.with_something_due(connection, tenant_id)


async def give_out(connection: AsyncConnection, tenant_id: TenantId) -> int:
    """Give out the next batch in the transaction that is open; returns how many events it had."""
    await fanning_out.alone(connection, tenant_id)
    listening = await endpoints.enabled(connection, tenant_id)

    events = await fanning_out.number(connection, tenant_id, EVENTS_AT_ONCE)

    types = sorted({event.type for event in events} - {TESTED})
    pairs = [(EndpointId(one.id), type_) for one in listening for type_ in wanted(one.event_types, types)]
    if pairs:
        await fanning_out.deliver(connection, tenant_id, [event.id for event in events], pairs)
    return len(events)
