"""SQL of deliveries: listed with their events, looked at with their attempts, asked for again, thrown away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, insert, select, text, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.core.sought import Deliveries
from app.events.queries.events import of_types
from app.events.tables import events, webhook_attempts, webhook_deliveries
from app.kernel.ids import DeliveryId, EndpointId, TenantId

columns = webhook_deliveries.c
_OF_EVENT = [events.c.type.label("event_type"), events.c.account_id, events.c.sequence]
_OWN = [
    columns[name]
    for name in (
        "id", "endpoint_id", "event_id", "state", "attempts", "due_at", "last_status", "last_failure", "delivered_at",
        "created_at", "updated_at",
    )
]  # fmt: skip


def rows_of(tenant_id: TenantId, sought: Deliveries) -> Select[Any]:
    """The selection that a page of deliveries is cut from."""
    event_there = (events.c.tenant_id == columns.tenant_id) & (events.c.id == columns.event_id)
    statement = (
        select(*_OWN, *_OF_EVENT)
        .join_from(webhook_deliveries, events, event_there)
        .where(columns.tenant_id == tenant_id, events.c.tenant_id == tenant_id)
    )
    for name in ("endpoint_id", "event_id", "state"):
        value = getattr(sought, name)
        if value is not None:
            statement = statement.where(columns[name] == value)
    if sought.types is not None:
        statement = statement.where(of_types(sought.types))
    return statement if sought.account_id is None else statement.where(events.c.account_id == sought.account_id)


async def row(
    connection: AsyncConnection, tenant_id: TenantId, delivery_id: DeliveryId, *, lock: bool = False
) -> RowMapping | None:
    """The delivery with what its event is."""
    statement = rows_of(tenant_id, Deliveries()).where(columns.id == delivery_id)
    if lock:
        statement = statement.with_for_update(of=webhook_deliveries)
    found: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return found


async def attempts_of(
    connection: AsyncConnection, tenant_id: TenantId, delivery_id: DeliveryId, most: int
) -> Sequence[RowMapping]:
    """The delivery's attempts, the newest first."""
    made = webhook_attempts.c
    statement = (
        select(made.number, made.sent_at, made.milliseconds, made.status, made.failure)
        .where(made.tenant_id == tenant_id, made.delivery_id == delivery_id)
        .order_by(made.number.desc())
        .limit(most)
    )
    return (await connection.execute(statement)).mappings().all()


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(webhook_deliveries).values(**values, due_at=func.now()))


async def ask_again(connection: AsyncConnection, tenant_id: TenantId, delivery_id: DeliveryId) -> None:
    """Let a delivery that had ended wait for its first try again."""
    statement = (
        update(webhook_deliveries)
        .where(columns.tenant_id == tenant_id, columns.id == delivery_id)
        .values(state="waiting", tries=0, due_at=func.now(), claimed_until=None, updated_at=func.now())
    )
    await connection.execute(statement)


async def drop_waiting(connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId) -> int:
    """Let nothing wait for the endpoint any more; returns how many deliveries that were."""
    statement = (
        update(webhook_deliveries)
        .where(columns.tenant_id == tenant_id, columns.endpoint_id == endpoint_id, columns.state == "waiting")
        .values(state="dropped", claimed_until=None, updated_at=func.now())
    )
    return (await connection.execute(statement)).rowcount


@dataclass(frozen=True, slots=True)
class Range:
    """Events that were told from a time until another (not included), of these types."""

    since: datetime
    until: datetime
    types: Sequence[str]

    def values(self, tenant_id: TenantId) -> dict[str, Any]:
        return {"tenant_id": tenant_id, "since": self.since, "until": self.until, "types": list(self.types)}


async def count_told(connection: AsyncConnection, tenant_id: TenantId, told: Range, *, most: int) -> int:
    """How many events the range has, counted no further than to one more than `most`."""
    found = await connection.execute(_COUNT, {**told.values(tenant_id), "enough": most + 1})
    return int(found.scalar_one())


_TOLD = (
    "FROM events e WHERE e.tenant_id = :tenant_id AND e.created_at >= :since AND e.created_at < :until"
    " AND e.type = ANY(CAST(:types AS text[])) AND e.sequence IS NOT NULL"
)
_COUNT = text(f"SELECT count(*) FROM (SELECT {_TOLD} LIMIT :enough) told")


async def replay(connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId, told: Range) -> int:
    """Have the range's events sent to the endpoint, again or for the first time; those that wait already go on waiting.

    Returns how many begin to wait.
    """
    return (await connection.execute(_REPLAY, {**told.values(tenant_id), "endpoint_id": endpoint_id})).rowcount


_REPLAY = text(
    "INSERT INTO webhook_deliveries AS d (tenant_id, id, endpoint_id, event_id, due_at)"
    " SELECT e.tenant_id, gen_random_uuid(), CAST(:endpoint_id AS uuid), e.id, now() "
    + _TOLD
    + " ORDER BY e.id ON CONFLICT (tenant_id, endpoint_id, event_id) DO UPDATE SET state = 'waiting', tries = 0,"
    " due_at = now(), claimed_until = NULL, updated_at = now() WHERE d.state <> 'waiting'"
)


async def forget_ended(connection: AsyncConnection, tenant_id: TenantId, older_than: timedelta, most: int) -> int:
    """Delete deliveries that ended so long ago, with their attempts; returns how many."""
    values = {"tenant_id": tenant_id, "older_than": older_than, "most": most}
    return (await connection.execute(_FORGET, values)).rowcount


_FORGET = text(
    "DELETE FROM webhook_deliveries WHERE tenant_id = :tenant_id AND id IN ("
    " SELECT id FROM webhook_deliveries WHERE tenant_id = :tenant_id AND state <> 'waiting'"
    " AND created_at <= now() - CAST(:older_than AS interval)"
    " AND updated_at <= now() - CAST(:older_than AS interval) LIMIT :most)"
)
