"""Tells how connections are doing, for whoever looks after them."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.queries import syncs as queries
from app.kernel.ids import ConnectionId, TenantId


@dataclass(frozen=True, slots=True)
class Standing:
    """How a connection is doing: records that wait to be pulled, events and records that went wrong, its last sync."""

    waiting: int
    bad_events: int
    quarantined: int
    last_sync: str | None


async def standings(db: AsyncConnection, tenant_id: TenantId) -> dict[ConnectionId, Standing]:
    """How each connection of an organization is doing."""
    return {
        ConnectionId(row.id): Standing(
            row.waiting,
            row.bad_events,
            row.quarantined,
            None if row.kind is None else f"{row.kind} of {row.created_at:%Y-%m-%d %H:%M}: {row.status}",
        )
        for row in await queries.standings(db, tenant_id)
    }
