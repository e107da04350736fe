"""The use cases of events: recording what happened, beside the change itself, and telling it in order."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.core.catalogue import check_known
from app.events.core.names import FAN_OUT, fan_out_payload
from app.events.core.patterns import is_exact, wanted
from app.events.core.sought import Within
from app.events.queries import events as queries
from app.events.queries.endpoints import any_enabled
from app.events.tables import events
from app.infra.jobs import enqueue
from app.infra.paging import Keyset, PageRequest, Slice
from app.kernel.ids import TenantId, new_id

KEYSET = Keyset({"created_at": events.c.created_at}, tiebreak=events.c.id, default="-created_at")
_WHICHEVER = Within()


async def record(
    connection: AsyncConnection,
    tenant_id: TenantId,
    type_: str,
    subject: str,
    subject_id: UUID,
    data: Mapping[str, Any],
) -> UUID:
    """Tell that something happened to a subject; it is so when the caller's transaction commits. Returns its id."""
    row = _row(tenant_id, type_, subject, subject_id, data)
    await queries.add(connection, row)
    await _hint(connection, tenant_id)
    return UUID(str(row["id"]))


async def record_all(
    connection: AsyncConnection,
    tenant_id: TenantId,
    type_: str,
    subject: str,
    told: Sequence[tuple[UUID, Mapping[str, Any]]],
) -> None:
    """Tell the same kind of thing of many subjects at once, each by its id and data."""
    rows = [_row(tenant_id, type_, subject, subject_id, data) for subject_id, data in told]
    if rows:
        await queries.add_all(connection, rows)
        await _hint(connection, tenant_id)


def _row(tenant_id: TenantId, type_: str, subject: str, subject_id: UUID, data: Mapping[str, Any]) -> dict[str, Any]:
    check_known(type_)
    return {
        "tenant_id": tenant_id,
        "id": new_id(),
        "type": type_,
        "subject": subject,
        "subject_id": subject_id,
        "account_id": _account_of(subject, subject_id, data),
        "data": dict(data),
    }


def _account_of(subject: str, subject_id: UUID, data: Mapping[str, Any]) -> UUID | None:
    """Whose matter it is: the account's that it happened to, or that is told with it; else the organization's."""
    if subject == "account":
        return subject_id
    told = data.get("account_id")
    return None if told is None else UUID(str(told))


async def _hint(connection: AsyncConnection, tenant_id: TenantId) -> None:
    # Without a dedupe key: it would have to wait for others who record, and their hint may run before we commit.
    if await any_enabled(connection, tenant_id):
        await enqueue(connection, FAN_OUT, fan_out_payload(tenant_id))


async def page(
    connection: AsyncConnection,
    tenant_id: TenantId,
    asked: PageRequest,
    *,
    type_: str | None = None,
    subject_id: UUID | None = None,
    within: Within = _WHICHEVER,
) -> Slice[Row[Any]]:
    """A page of what happened, the newest first: all of it, or what a pattern of types means, or to one subject."""
    types = await types_of(connection, tenant_id, type_)
    statement = queries.events_of(tenant_id, types, subject_id, within)
    rows = (await connection.execute(KEYSET.page(statement, asked))).all()
    return KEYSET.cut(rows, asked, lambda row: row)


async def types_of(connection: AsyncConnection, tenant_id: TenantId, pattern: str | None) -> list[str] | None:
    """The types that a pattern means, of those that events have; None where no pattern is given."""
    if pattern is None or is_exact(pattern):
        return None if pattern is None else [pattern]
    return wanted([pattern], await queries.types_told(connection, tenant_id))
