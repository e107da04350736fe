"""The jobs of the program."""

from typing import Any

from app.jobs.service import JobContext
from app.program import service


async def portfolio(context: JobContext) -> dict[str, Any]:
    """Solve a portfolio."""
    return await service.carry_out(context)
