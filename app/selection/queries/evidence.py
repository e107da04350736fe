"""SQL of evidence from the market for a model's criteria."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import ModelId, TenantId
from app.selection.tables import evidence_notes

notes = evidence_notes.c
MOST: Final = 500  # notes that are looked at for one test; it takes one of them


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(evidence_notes).values(**values).returning(*notes)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


def of_model(tenant_id: TenantId, model_id: ModelId) -> Select[Any]:
    """A model's notes, withdrawn ones included."""
    return select(evidence_notes).where(notes.tenant_id == tenant_id, notes.model_id == model_id)


async def not_withdrawn(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, since: date
) -> Sequence[RowMapping]:
    """A model's notes dated `since` or later that were not withdrawn, the newest first."""
    statement = (
        of_model(tenant_id, model_id)
        .where(notes.withdrawn_at.is_(None), notes.dated_on >= since)
        .order_by(notes.dated_on.desc(), notes.id.desc())
        .limit(MOST)
    )
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def withdraw(connection: AsyncConnection, tenant_id: TenantId, note_id: UUID) -> RowMapping | None:
    """The note, withdrawn now unless it was before; None where there is no such note."""
    statement = (
        update(evidence_notes)
        .where(notes.tenant_id == tenant_id, notes.id == note_id)
        .values(
            withdrawn_at=func.coalesce(notes.withdrawn_at, func.now()),
            updated_at=func.coalesce(notes.withdrawn_at, func.now()),
        )
        .returning(*notes)
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row
