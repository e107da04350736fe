"""SQL of events."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.tables import events
from app.kernel.ids import TenantId

COLUMNS = [events.c.id, events.c.type, events.c.subject, events.c.subject_id, events.c.data, events.c.created_at]


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(events).values(**values))


async def add_all(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    await connection.execute(insert(events), [dict(row) for row in rows])


def events_of(tenant_id: TenantId, *, type_: str | None, subject_id: UUID | None) -> Select[Any]:
    """The selection that a page of events is cut from."""
    statement = select(*COLUMNS).where(events.c.tenant_id == tenant_id)
    if type_ is not None:
        statement = statement.where(events.c.type == type_)
    if subject_id is not None:
        statement = statement.where(events.c.subject_id == subject_id)
    return statement
