"""Maps the names of jobs to use cases, and runs the queue and the schedule."""

import asyncio
import signal
from collections.abc import Mapping
from functools import partial

import structlog

from app.infra.db import Database, connected
from app.infra.housekeeping import forget_answers
from app.infra.job_queue import Pace, Queue
from app.infra.jobs import Delivery, Task, clear_log
from app.infra.queue_line import connecting
from app.infra.settings import Settings
from app.jobs.service import Handler, perform
from app.selection import jobs as selection_jobs
from app.selection.service.portfolio import JOB as SELECTION_RUN
from app.tenancy import service as tenancy

HANDLERS: Mapping[str, Handler] = {SELECTION_RUN: selection_jobs.run}

FORGET_ANSWERS = "housekeeping.forget_answers"
CLEAR_QUEUE_LOG = "housekeeping.clear_queue_log"
# When, as cron has it (UTC).
SCHEDULE: Mapping[str, str] = {FORGET_ANSWERS: "17 * * * *", CLEAR_QUEUE_LOG: "*/10 * * * *"}

_POOL_TIMEOUT_SECONDS = 10


async def run_worker(
    url: str,
    settings: Settings,
    stop: asyncio.Event,
    handlers: Mapping[str, Handler] = HANDLERS,
    *,
    pace: Pace | None = None,
) -> None:
    """Carry out jobs until `stop` is set; then finish those that run, or give them back, within the pace's grace."""
    pace = pace or Pace()
    database = await connected(
        url,
        role=settings.app_role,
        # Each job may tell its progress while a transaction of its work is open.
        pool_size=2 * pace.concurrency,
        pool_timeout_seconds=_POOL_TIMEOUT_SECONDS,
        statement_timeout_seconds=settings.job_statement_timeout_seconds,
    )
    line = connecting(settings.database_direct_url or url, role=settings.app_role)
    queue = Queue(line, tasks_of(database, handlers), SCHEDULE, pace)
    structlog.get_logger().info("worker_started")
    try:
        await queue.run(stop)
    finally:
        await database.close()
        structlog.get_logger().info("worker_stopped")


async def run_alone(
    url: str, settings: Settings, handlers: Mapping[str, Handler] = HANDLERS, *, pace: Pace | None = None
) -> None:
    """Be a worker and nothing else, until told to end."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await run_worker(url, settings, stop, handlers, pace=pace)


def tasks_of(database: Database, handlers: Mapping[str, Handler]) -> dict[str, Task]:
    """What the queue's names come to: the organizations' jobs, and the housekeeping that is nobody's."""
    tasks: dict[str, Task] = {name: partial(perform, database, handler) for name, handler in handlers.items()}
    return {**tasks, FORGET_ANSWERS: partial(_forget_answers, database), CLEAR_QUEUE_LOG: partial(_clear_log, database)}


async def _forget_answers(database: Database, _delivery: Delivery) -> None:
    async with database.engine.begin() as connection:
        tenants = await tenancy.all_tenants(connection)
    for tenant_id in tenants:
        await forget_answers(database, tenant_id)


async def _clear_log(database: Database, _delivery: Delivery) -> None:
    await clear_log(database)
