"""Workers that look for jobs often, as processes of their own run them."""

import asyncio
import os

from sqlalchemy import text

from app import worker
from app.infra import logs
from app.infra.settings import Settings
from app.jobs.service import JobContext
from tests.jobs.ground import QUICK


def quick(url: str) -> None:
    """Do all that workers do."""
    logs.configure()
    asyncio.run(worker.run_alone(url, Settings(), pace=QUICK))


def noting(url: str) -> None:
    """Do jobs called `work`: write down that one began, wait until it may end, and write that down too."""
    logs.configure()
    asyncio.run(worker.run_alone(url, Settings(), {"work": _work}, pace=QUICK))


async def _work(context: JobContext) -> None:
    await _note(context, "began")
    while True:
        async with context.transaction() as connection:
            if await connection.scalar(text("SELECT count(*) FROM notes WHERE what = 'go on'")):
                break
        await asyncio.sleep(0.05)
    await _note(context, "ended")


async def _note(context: JobContext, what: str) -> None:
    async with context.transaction() as connection:
        await connection.execute(
            text("INSERT INTO notes VALUES (:pid, :job, :what)"),
            {"pid": os.getpid(), "job": str(context.job_id), "what": what},
        )
