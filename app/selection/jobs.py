"""The jobs of selection."""

from typing import Any
from uuid import UUID

from app.infra.db import Database
from app.infra.jobs import Delivery
from app.jobs.service import JobContext
from app.kernel.ids import RunId, TenantId
from app.selection.service import portfolio, rescoring


async def run(context: JobContext) -> dict[str, Any]:
    """Score the whole portfolio."""
    async with context.transaction() as connection:
        return await portfolio.carry_out(connection, context.tenant_id, RunId(context.job_id), context.progress)


async def rescore(database: Database, delivery: Delivery) -> None:
    """Score the accounts whose facts have changed, or the whole portfolio where that is asked."""
    tenant_id = TenantId(UUID(delivery.payload["tenant_id"]))
    whole = bool(delivery.payload.get("whole"))
    await rescoring.rescore(database, tenant_id, whole=whole, again=delivery.tries > 1)
