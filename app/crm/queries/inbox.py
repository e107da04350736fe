"""SQL of the inbox: events as they are listed, read and replayed, and deliveries whose bodies are forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.tables import crm_deliveries, crm_events
from app.infra.paging import Keyset
from app.infra.rows import among
from app.kernel.ids import ConnectionId, TenantId

events = crm_events.c
deliveries = crm_deliveries.c
SHOWN = [column for column in crm_events.columns if column.name not in {"tenant_id", "digest", "updated_at", "version"}]
# By id is by the time of arrival, since ids are UUIDv7.
EVENTS = Keyset({"id": events.id}, tiebreak=events.id, default="-id")
FORGET_AT_ONCE = 500


def events_of(tenant_id: TenantId, filters: Mapping[str, Any]) -> Select[Any]:
    """The selection that a page of events is cut from; `filters` are columns and what they equal."""
    wanted: list[ColumnElement[bool]] = [events[name] == value for name, value in filters.items()]
    return select(*SHOWN).where(events.tenant_id == tenant_id, *wanted)


async def event(connection: AsyncConnection, tenant_id: TenantId, event_id: UUID) -> RowMapping | None:
    statement = select(*SHOWN).where(events.tenant_id == tenant_id, events.id == event_id)
    found: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return found


async def bodies(
    connection: AsyncConnection, tenant_id: TenantId, delivery_ids: Sequence[UUID]
) -> Mapping[UUID, RowMapping]:
    """Deliveries by id."""
    statement = select(crm_deliveries).where(deliveries.tenant_id == tenant_id, among(deliveries.id, delivery_ids))
    return {row["id"]: row for row in (await connection.execute(statement)).mappings()}


async def locked_events(
    connection: AsyncConnection, tenant_id: TenantId, filters: Mapping[str, Any], *, after: UUID | None, number: int
) -> Sequence[RowMapping]:
    """Events in the order of their arrival, those behind `after`."""
    statement = events_of(tenant_id, filters).order_by(events.id).limit(number).with_for_update()
    if after is not None:
        statement = statement.where(events.id > after)
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def wait_again(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Let events wait as if they had just come: each with what it tells by now, and a hint of its record."""
    columns = {name: [row[name] for row in rows] for name in ("id", "object", "external_id", "change", "detail")}
    times: list[datetime | None] = [row["occurred_at"] for row in rows]
    values = {"tenant_id": tenant_id, "connection_id": connection_id, "occurred_at": times, **columns}
    await connection.execute(_WAIT_AGAIN, values)
    await connection.execute(_HINT_AGAIN, values)


_WAIT_AGAIN = text(
    "UPDATE crm_events AS e SET state = 'waiting', reason = NULL, attempts = 0, settled_at = NULL,"
    " object = given.object, external_id = given.external_id, change = given.change,"
    " occurred_at = given.occurred_at, detail = CAST(given.detail AS jsonb),"
    " version = e.version + 1, updated_at = now()"
    " FROM unnest(CAST(:id AS uuid[]), CAST(:object AS text[]), CAST(:external_id AS text[]), CAST(:change AS text[]),"
    "  CAST(:occurred_at AS timestamptz[]), CAST(:detail AS text[]))"
    "  AS given(id, object, external_id, change, occurred_at, detail)"
    " WHERE e.tenant_id = :tenant_id AND e.connection_id = :connection_id AND e.id = given.id"
)
_HINT_AGAIN = text(
    "INSERT INTO crm_hints (tenant_id, connection_id, object, external_id, heard)"
    " SELECT CAST(:tenant_id AS uuid), CAST(:connection_id AS uuid), given.object, given.external_id, count(*)"
    " FROM unnest(CAST(:object AS text[]), CAST(:external_id AS text[])) AS given(object, external_id)"
    " WHERE given.external_id IS NOT NULL"
    " GROUP BY given.object, given.external_id ORDER BY given.object, given.external_id"
    " ON CONFLICT (tenant_id, connection_id, object, external_id)"
    " DO UPDATE SET heard = crm_hints.heard + excluded.heard, not_before = NULL, attempts = 0, reason = NULL"
)


async def forget_bodies(connection: AsyncConnection, tenant_id: TenantId, older_than: timedelta) -> int:
    """Forget some bodies past their time; how many, less than `FORGET_AT_ONCE` when none are left."""
    values = {"tenant_id": tenant_id, "older_than": older_than, "number": FORGET_AT_ONCE}
    return (await connection.execute(_FORGET, values)).rowcount


_FORGET = text(
    "UPDATE crm_deliveries SET body = NULL, updated_at = now() WHERE tenant_id = :tenant_id AND id IN ("
    " SELECT id FROM crm_deliveries WHERE tenant_id = :tenant_id AND body IS NOT NULL"
    " AND created_at < now() - CAST(:older_than AS interval) LIMIT :number)"
)
