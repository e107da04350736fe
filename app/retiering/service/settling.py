"""Closes the appraisals that a decision is the last word on."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.kernel.ids import TenantId
from app.retiering.queries import appraising as queries
from app.retiering.service.appraisals import told_of_closed


async def settle(connection: AsyncConnection, tenant_id: TenantId, day: date, appraisal_id: UUID | None = None) -> int:
    """Close the appraisals, or that one, that were decided on by a day and that nobody has closed; how many."""
    rows = await queries.settle(connection, tenant_id, day, appraisal_id)
    told = [(row["id"], told_of_closed(row)) for row in rows]
    await events.record_all(connection, tenant_id, "appraisal.closed", "appraisal", told)
    return len(rows)
