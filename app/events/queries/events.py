"""SQL of events."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, any_, bindparam, insert, select, text
from sqlalchemy import Text as TextType
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from app.events.core.sought import Within
from app.events.tables import events
from app.kernel.ids import TenantId

COLUMNS = [
    events.c[name] for name in ("id", "type", "subject", "subject_id", "account_id", "sequence", "data", "created_at")
]


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(events).values(**values))


async def add_all(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    await connection.execute(insert(events), [dict(row) for row in rows])


def events_of(tenant_id: TenantId, types: Sequence[str] | None, subject_id: UUID | None, within: Within) -> Select[Any]:
    """The selection that a page of events is cut from; types: None for all."""
    wanted = [events.c.tenant_id == tenant_id]
    if types is not None:
        wanted.append(of_types(types))
    if subject_id is not None:
        wanted.append(events.c.subject_id == subject_id)
    if within.account_id is not None:
        wanted.append(events.c.account_id == within.account_id)
    if within.since is not None:
        wanted.append(events.c.created_at >= within.since)
    if within.until is not None:
        wanted.append(events.c.created_at < within.until)
    return select(*COLUMNS).where(*wanted)


def of_types(types: Sequence[str]) -> ColumnElement[bool]:
    """Whether an event is of one of the types; they go as one array."""
    return events.c.type == any_(bindparam(None, list(types), type_=ARRAY(TextType)))


async def types_told(connection: AsyncConnection, tenant_id: TenantId) -> list[str]:
    """The types of which the organization has an event: one probe of the index for each."""
    return [row.type for row in await connection.execute(_TYPES, {"tenant_id": tenant_id})]


_TYPES = text(
    "WITH RECURSIVE told AS ("
    "  (SELECT type FROM events WHERE tenant_id = :tenant_id ORDER BY type LIMIT 1)"
    "  UNION ALL SELECT (SELECT e.type FROM events e WHERE e.tenant_id = :tenant_id AND e.type > told.type"
    "   ORDER BY e.type LIMIT 1) FROM told WHERE told.type IS NOT NULL"
    ") SELECT type FROM told WHERE type IS NOT NULL"
)
