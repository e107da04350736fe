"""The use cases of deliveries: listed, looked at with their attempts, asked for again, and forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.events.core.sought import Deliveries
from app.events.queries import deliveries as queries
from app.events.service import endpoints
from app.events.service.sending import ask_for_sending
from app.events.tables import webhook_deliveries
from app.infra.db import Database
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import DeliveryId, EndpointId, TenantId

MOST_ATTEMPTS = 100  # shown
KEPT_FOR = timedelta(days=90)
_ROWS = 1_000
KEYSET = Keyset(
    {"created_at": webhook_deliveries.c.created_at}, tiebreak=webhook_deliveries.c.id, default="-created_at"
)


class DeliveryNotFound(NotFound):
    """No such delivery."""


class DeliveryWaits(Conflict):
    """The delivery waits for its next attempt already."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery with what its event is, and its attempts, the newest first."""

    row: RowMapping
    attempts: Sequence[RowMapping]


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, sought: Deliveries, event_type: str | None
) -> Slice[RowMapping]:
    """A page of deliveries, the newest first; event_type: a type, or a pattern such as `warning.*`."""
    types = await events.types_of(connection, tenant_id, event_type)
    statement = queries.rows_of(tenant_id, replace(sought, types=types))
    rows = (await connection.execute(KEYSET.page(statement, asked))).all()
    return KEYSET.cut(rows, asked, by_name)


async def row(
    connection: AsyncConnection, tenant_id: TenantId, delivery_id: DeliveryId, *, lock: bool = False
) -> RowMapping:
    """One delivery with what its event is; raises DeliveryNotFound."""
    found = await queries.row(connection, tenant_id, delivery_id, lock=lock)
    if found is None:
        raise DeliveryNotFound(str(delivery_id))
    return found


async def one(connection: AsyncConnection, tenant_id: TenantId, delivery_id: DeliveryId) -> Delivery:
    """One delivery with its latest attempts."""
    found = await row(connection, tenant_id, delivery_id)
    return Delivery(found, await queries.attempts_of(connection, tenant_id, delivery_id, MOST_ATTEMPTS))


async def redeliver(connection: AsyncConnection, tenant_id: TenantId, delivery_id: DeliveryId) -> RowMapping:
    """Send a message once more, with the id that it had; all retries are before it again."""
    found = await row(connection, tenant_id, delivery_id)
    endpoint_id = EndpointId(found["endpoint_id"])
    await endpoints.own_enabled(connection, tenant_id, endpoint_id)  # first of the two, as whoever sends locks them
    if (await row(connection, tenant_id, delivery_id, lock=True))["state"] == "waiting":
        raise DeliveryWaits("it is sent when it is due")

    await queries.ask_again(connection, tenant_id, delivery_id)
    await ask_for_sending(connection, tenant_id, [endpoint_id])
    return await row(connection, tenant_id, delivery_id)


async def forget_ended(database: Database, tenant_id: TenantId, *, older_than: timedelta = KEPT_FOR) -> int:
    """Delete deliveries that ended so long ago, in short transactions; returns how many."""
    forgotten = 0
    while True:
        async with database.transaction(tenant_id) as connection:
            deleted = await queries.forget_ended(connection, tenant_id, older_than, _ROWS)
        forgotten += deleted
        if deleted < _ROWS:
            return forgotten
