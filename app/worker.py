"""Maps the names of jobs to use cases, and runs the queue and the schedule."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

import app.tables  # noqa: F401  # who merges accounts finds in them every row that refers to one
from app import writing_back
from app.accounts.service.changing import RESCORE
from app.accounts.service.identities import whose
from app.crm import jobs as crm_jobs
from app.crm.client.reach import reach
from app.crm.core.names import DRAIN, SCORES_CHANGED
from app.crm.queries.figures import FIGURES as CRM_FIGURES
from app.events import jobs as events_jobs
from app.events.queries.figures import FIGURES as EVENTS_FIGURES
from app.events.service.deliveries import forget_ended
from app.events.service.sending import AT_ONCE, TRANSACTIONS, sending
from app.health import jobs as health_jobs
from app.health.service.refreshing import REFRESH
from app.health.service.warning_backtests import JOB as WARNING_BACKTEST
from app.infra.db import Database, opened_for, refuse_bypassing_role
from app.infra.faults import database_refusal
from app.infra.figures import QUEUE, Figures, pool_state
from app.infra.housekeeping import forget_answers
from app.infra.job_queue import Pace, Queue
from app.infra.jobs import Delivery, Task, clear_log
from app.infra.loops import collect_seldom
from app.infra.queue_line import connecting
from app.infra.sealing import KeyRing, key_ring
from app.infra.settings import Settings
from app.infra.telemetry import Metrics
from app.infra.worker_pages import pages
from app.jobs.service import Handler, perform
from app.kernel.errors import Unavailable
from app.program import jobs as program_jobs
from app.program.service.portfolios import JOB as PORTFOLIO
from app.resourcing import jobs as resourcing_jobs
from app.resourcing.service.resources import ENTITLE
from app.retiering import jobs as retiering_jobs
from app.selection import jobs as selection_jobs
from app.selection.service import analyses
from app.selection.service.portfolio import JOB as SELECTION_RUN
from app.tenancy import service as tenancy

HANDLERS: Mapping[str, Handler] = {
    SELECTION_RUN: health_jobs.run,
    PORTFOLIO: program_jobs.portfolio,
    analyses.JOBS["preview"]: selection_jobs.preview,
    analyses.JOBS["backtest"]: selection_jobs.backtest,
    analyses.JOBS["stability"]: selection_jobs.analyse_stability,
    WARNING_BACKTEST: health_jobs.backtest_warnings,
}

FORGET_ANSWERS = "housekeeping.forget_answers"
CLEAR_QUEUE_LOG = "housekeeping.clear_queue_log"
CATCH_UP = "selection.catch_up"
NIGHTLY = "health.nightly"
# When, as cron has it (UTC).
SCHEDULE: Mapping[str, str] = {
    FORGET_ANSWERS: "17 * * * *",
    CLEAR_QUEUE_LOG: "*/10 * * * *",
    CATCH_UP: "5/10 * * * *",
    NIGHTLY: "20 0 * * *",  # soon after the day has changed
    retiering_jobs.NIGHTLY: "50 0 * * *",  # when health has been judged anew
    resourcing_jobs.NIGHTLY: "25 * * * *",
}

_POOL_TIMEOUT_SECONDS = 10
_DATABASE_AWAY_SECONDS = 1
# So many jobs that wait for CRMs run beside the others: one that hangs keeps its place for ten seconds, one that asks
# for patience up to a minute, and neither may hold up what waits for nobody, nor those whose CRM answers.
_CALLING_AT_ONCE = 16
# Giving events out to endpoints has places of its own, which no endpoint that hangs can hold.
_TELLING_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class _Lane:
    """Jobs with places of their own."""

    tasks: Mapping[str, Task]
    schedule: Mapping[str, str] = field(default_factory=dict)
    at_once: int | None = None  # as the pace has it


async def run_worker(
    url: str,
    settings: Settings,
    stop: asyncio.Event,
    handlers: Mapping[str, Handler] | None = None,
    *,
    pace: Pace | None = None,
    metrics: Metrics | None = None,
) -> None:
    """Carry out jobs until `stop` is set; then finish those that run, or give them back, within the pace's grace.

    handlers: what the organizations' jobs come to, in place of all that there are; CRMs are left alone then.
    metrics: where it counts, and shows how the whole service does.
    """
    pace, metrics = pace or Pace(), metrics or Metrics()
    keys = key_ring(settings) if handlers is None else None
    direct = settings.direct_url(url)
    database = await opened_for(
        settings,
        url,
        # Each job may tell its progress while a transaction of its work is open; those that call CRMs do so in between.
        pool_size=2 * pace.concurrency + (0 if keys is None else _CALLING_AT_ONCE + _TELLING_AT_ONCE + TRANSACTIONS),
        pool_timeout_seconds=_POOL_TIMEOUT_SECONDS,
        statement_timeout_seconds=settings.job_statement_timeout_seconds,
    )
    _show(metrics, database)
    line = connecting(direct, role=settings.app_role)
    try:
        await _refuse_bypassing_role(database, stop)
        async with _work(database, settings, keys, handlers, stop, metrics) as lanes, asyncio.TaskGroup() as group:
            structlog.get_logger().info("worker_started")
            for lane in lanes:
                own = replace(pace, concurrency=lane.at_once or pace.concurrency)
                group.create_task(Queue(line, lane.tasks, lane.schedule, own, metrics).run(stop))
    finally:
        await database.close()
        structlog.get_logger().info("worker_stopped")


async def _refuse_bypassing_role(database: Database, stop: asyncio.Event) -> None:
    """Ask the database who works here; while it is away it is waited for, as by all that a worker does."""
    while not stop.is_set():
        try:
            return await refuse_bypassing_role(database)
        except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if not isinstance(database_refusal(error), Unavailable):
                raise
            structlog.get_logger().warning("worker_waits_for_database", error_class=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _DATABASE_AWAY_SECONDS)
    return None


@contextlib.asynccontextmanager
async def _work(
    database: Database,
    settings: Settings,
    keys: KeyRing | None,
    handlers: Mapping[str, Handler] | None,
    stop: asyncio.Event,
    metrics: Metrics,
) -> AsyncIterator[list[_Lane]]:
    """What there is to do by its names in the queue, when the schedule asks for it, and what has places of its own."""
    if keys is None:
        yield [_Lane(tasks_of(database, handlers or {}), SCHEDULE)]
        return
    async with (
        reach(database, settings, keys, metrics) as reached,
        sending(database, settings, keys, known=whose, stopping=stop, metrics=metrics) as sender,
    ):
        tasks = {**tasks_of(database, HANDLERS), **crm_jobs.tasks(reached), **writing_back.tasks(reached)}
        calling = {name: tasks.pop(name) for name in (DRAIN, SCORES_CHANGED)}
        calling |= {name: partial(perform, database, handler) for name, handler in crm_jobs.handlers(reached).items()}
        schedule = {**SCHEDULE, **crm_jobs.SCHEDULE, **writing_back.SCHEDULE}
        yield [
            _Lane(tasks, schedule),
            _Lane(calling, at_once=_CALLING_AT_ONCE),
            _Lane(events_jobs.telling(sender), events_jobs.SCHEDULE, _TELLING_AT_ONCE),
            _Lane(events_jobs.sending(sender), at_once=AT_ONCE),
        ]


def _show(metrics: Metrics, database: Database) -> None:
    figures = Figures(database, QUEUE, (*CRM_FIGURES, *EVENTS_FIGURES))
    metrics.watch_pool(lambda: pool_state(database), "worker")
    metrics.show(figures.shown, figures.refresh)


async def run_alone(
    url: str,
    settings: Settings,
    handlers: Mapping[str, Handler] | None = None,
    *,
    pace: Pace | None = None,
    host: str = "127.0.0.1",
) -> None:
    """Be a worker and nothing else, until told to end; its metrics are shown at `host`, where settings name a port."""
    collect_seldom()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    metrics = Metrics(version("key-account-program"))
    async with pages(metrics, host, settings.metrics_port):
        await run_worker(url, settings, stop, handlers, pace=pace, metrics=metrics)


def tasks_of(database: Database, handlers: Mapping[str, Handler]) -> dict[str, Task]:
    """What the queue's names come to: the organizations' jobs, and the housekeeping that is nobody's."""
    tasks: dict[str, Task] = {name: partial(perform, database, handler) for name, handler in handlers.items()}
    tasks[RESCORE] = partial(selection_jobs.rescore, database, beside=health_jobs.beside)
    tasks[CATCH_UP] = partial(selection_jobs.catch_up, database)
    tasks[ENTITLE] = partial(selection_jobs.entitle, database)
    tasks[REFRESH] = partial(health_jobs.refresh, database)
    tasks[NIGHTLY] = partial(health_jobs.nightly, database)
    tasks[retiering_jobs.NIGHTLY] = partial(retiering_jobs.nightly, database)
    tasks[resourcing_jobs.NIGHTLY] = partial(resourcing_jobs.nightly, database)
    return {**tasks, FORGET_ANSWERS: partial(_forget_answers, database), CLEAR_QUEUE_LOG: partial(_clear_log, database)}


async def _forget_answers(database: Database, _delivery: Delivery) -> None:
    async with database.engine.begin() as connection:
        tenants = await tenancy.all_tenants(connection)
    for tenant_id in tenants:
        await forget_answers(database, tenant_id)
        await forget_ended(database, tenant_id)


async def _clear_log(database: Database, _delivery: Delivery) -> None:
    await clear_log(database)
