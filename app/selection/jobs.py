"""The jobs of selection."""

from typing import Any

from app.jobs.service import JobContext
from app.kernel.ids import RunId
from app.selection.service import portfolio


async def run(context: JobContext) -> dict[str, Any]:
    """Score the whole portfolio."""
    async with context.transaction() as connection:
        return await portfolio.carry_out(connection, context.tenant_id, RunId(context.job_id), context.progress)
