"""The use cases of events: recording what happened, beside the change itself, and telling it in order."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import queries
from app.events.tables import events
from app.infra.paging import Keyset, PageRequest, Slice
from app.kernel.ids import TenantId, new_id

KEYSET = Keyset({"created_at": events.c.created_at}, tiebreak=events.c.id, default="-created_at")


async def record(
    connection: AsyncConnection,
    tenant_id: TenantId,
    type_: str,
    subject: str,
    subject_id: UUID,
    data: Mapping[str, Any],
) -> None:
    """Tell that something happened to a subject; it is so when the caller's transaction commits."""
    await queries.add(
        connection,
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "type": type_,
            "subject": subject,
            "subject_id": subject_id,
            "data": dict(data),
        },
    )


async def record_all(
    connection: AsyncConnection,
    tenant_id: TenantId,
    type_: str,
    subject: str,
    told: Sequence[tuple[UUID, Mapping[str, Any]]],
) -> None:
    """Tell the same kind of thing of many subjects at once, each by its id and data."""
    rows = [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "type": type_,
            "subject": subject,
            "subject_id": subject_id,
            "data": dict(data),
        }
        for subject_id, data in told
    ]
    if rows:
        await queries.add_all(connection, rows)


async def page(
    connection: AsyncConnection,
    tenant_id: TenantId,
    asked: PageRequest,
    *,
    type_: str | None = None,
    subject_id: UUID | None = None,
) -> Slice[Row[Any]]:
    """A page of what happened, the newest first: all of it, or of one type, or to one subject."""
    statement = queries.events_of(tenant_id, type_=type_, subject_id=subject_id)
    rows = (await connection.execute(KEYSET.page(statement, asked))).all()
    return KEYSET.cut(rows, asked, lambda row: row)
