"""The jobs of the program."""

from typing import Any

from app.jobs.service import JobContext
from app.program.service import portfolios as service


async def portfolio(context: JobContext) -> dict[str, Any]:
    """Solve a portfolio."""
    return await service.carry_out(context)
