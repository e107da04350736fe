"""The use cases of jobs: asking for long work, seeing how far it is, asking again; and carrying it out."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import asyncpg
import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra import logs, request_ids
from app.infra.db import Database
from app.infra.faults import database_refusal
from app.infra.jobs import MAX_TRIES, Delivery, enqueue
from app.infra.paging import PageRequest, Slice
from app.infra.problems import InternalError, rendered
from app.infra.request_ids import Facts
from app.infra.threads import in_daemon_thread
from app.jobs import queries
from app.jobs.core.job import Job, Progress, progress
from app.kernel.errors import Conflict, NotFound, Refusal, Unavailable
from app.kernel.ids import JobId, KeyId, TenantId, new_id
from app.tenancy.service import auditing
from app.tenancy.service.good_keys import scopes_now

PROGRESS_EVERY_SECONDS = 0.5
LOOK_EVERY_SECONDS = 0.5
# What a short transaction may raise while the database is away.
AWAY = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
_PAUSES_SECONDS = (0.1, 0.3, 1.0, 2.0, 5.0)


class Later(Exception):
    """Raised by a handler whose work goes on after a while; what it has kept so far stays kept."""

    def __init__(self, after: timedelta) -> None:
        super().__init__()
        self.after = after


class TakenOver(Exception):
    """Raised by a handler that meets another one at the same work; the job is that one's."""


P = ParamSpec("P")
T = TypeVar("T")


class JobNotFound(NotFound):
    """No such job."""


class JobNotFailed(Conflict):
    """Only a failed or cancelled job can be retried."""


class JobEnded(Conflict):
    """The job has ended, and can no longer be cancelled."""


class JobCancelled(Exception):
    """Raised where a handler tells its progress, once somebody has cancelled its job."""


class JobBrokenOff(InternalError):
    """The job's process ended each time that it was tried."""


async def start(
    connection: AsyncConnection,
    tenant_id: TenantId,
    kind: str,
    payload: dict[str, Any],
    *,
    key_id: KeyId | None = None,
    total: int = 0,
) -> Job:
    """Ask for long work; it begins once the open transaction is committed."""
    values = {"tenant_id": tenant_id, "id": new_id(), "kind": kind, "payload": payload, "key_id": key_id}
    job = await queries.add(connection, {**values, "total": total})
    await _enqueue(connection, job)
    return job


async def on_the_spot(
    connection: AsyncConnection,
    tenant_id: TenantId,
    kind: str,
    work: Callable[[JobId], Awaitable[dict[str, Any]]],
) -> dict[str, Any]:
    """Do the work of a job in the open transaction, for who waits for it anyway; the job is there afterwards, ended."""
    made = await queries.add(connection, {"tenant_id": tenant_id, "id": new_id(), "kind": kind, "payload": {}})
    result = await work(made.id)
    await queries.succeed(connection, tenant_id, made.id, result, made.total)
    return result


async def _enqueue(connection: AsyncConnection, job: Job, *, after: timedelta | None = None) -> None:
    asked = request_ids.current()
    origin = {"request_id": asked.request_id, "trace_id": asked.trace_id, "traceparent": asked.traceparent}
    payload = {"tenant_id": str(job.tenant_id), "job_id": str(job.id), **origin}
    await enqueue(connection, job.kind, payload, after=after)


async def job(connection: AsyncConnection, tenant_id: TenantId, job_id: JobId) -> Job:
    """One job."""
    found = await queries.job(connection, tenant_id, job_id)
    if found is None:
        raise JobNotFound(f"job {job_id}")
    return found


async def job_page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, *, kind: str | None, status: str | None
) -> Slice[Job]:
    """A page of the organization's jobs, the newest first."""
    return await queries.page(connection, tenant_id, asked, kind=kind, status=status)


async def retry(connection: AsyncConnection, tenant_id: TenantId, job_id: JobId) -> Job:
    """Ask once more for the work of a job that failed or was cancelled."""
    reopened = await queries.reopen(connection, tenant_id, job_id)
    if reopened is None:
        found = await job(connection, tenant_id, job_id)
        raise JobNotFailed(f"the job is {found.status}")
    await _enqueue(connection, reopened)
    return reopened


async def cancel(connection: AsyncConnection, tenant_id: TenantId, job_id: JobId) -> Job:
    """Let a job that has not ended end here; a job that was cancelled before stays so.

    Work that runs stops at its next step. What it has kept by then stays kept, and asked for again it goes on or
    begins anew, as its kind does after a failure.
    """
    cancelled = await queries.cancel(connection, tenant_id, job_id)
    if cancelled is not None:
        return cancelled
    found = await job(connection, tenant_id, job_id)
    if found.status != "cancelled":
        raise JobEnded(f"the job is {found.status}")
    return found


async def looks(
    database: Database, tenant_id: TenantId, job_id: JobId, *, by: KeyId | None = None
) -> AsyncGenerator[Job | None, None]:
    """The job as it is, twice a second; None while the database is away or the job gone. No connection is held.

    by: the key of whoever looks, which lets them see no longer than it is good.
    """
    while True:
        try:
            async with database.transaction(tenant_id) as connection:
                if by is not None and await scopes_now(connection, tenant_id, by) is None:
                    return
                seen = await queries.job(connection, tenant_id, job_id)
        except AWAY as error:
            if not isinstance(database_refusal(error), Unavailable):
                raise
            seen = None
        yield seen
        await asyncio.sleep(LOOK_EVERY_SECONDS)


@dataclass(slots=True)
class JobContext:
    """What a handler is given: whose work it is, what was asked, and how to tell how far it is."""

    database: Database
    job: Job
    reached: Progress = field(init=False)
    _written_at: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        self.reached = Progress(0, self.job.total)

    @property
    def tenant_id(self) -> TenantId:
        return self.job.tenant_id

    @property
    def job_id(self) -> JobId:
        return self.job.id

    @property
    def key_id(self) -> KeyId | None:
        return self.job.key_id

    @property
    def payload(self) -> dict[str, Any]:
        return self.job.payload

    def transaction(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction of the job's organization; its statements may take as long as a job's may."""
        return self.database.transaction(self.tenant_id)

    async def progress(self, done: int, total: int | None = None) -> None:
        """Tell how far the work is, as often as you like: it is written twice a second at most, on its own.

        Raises JobCancelled, which a handler lets pass, when somebody does not want the work any more.
        """
        self.reached = progress(done, self.reached.total if total is None else total)
        now = time.monotonic()
        if now - self._written_at >= PROGRESS_EVERY_SECONDS:
            self._written_at = now
            async with self.transaction() as connection:
                wanted = await queries.keep_progress(connection, self.tenant_id, self.job_id, self.reached)
            if not wanted:
                raise JobCancelled

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what keeps the processor busy beside the loop, which goes on serving."""
        return await in_daemon_thread(work, *args, **kwargs)


Handler = Callable[[JobContext], Awaitable[dict[str, Any] | None]]


async def perform(database: Database, handler: Handler, delivery: Delivery) -> None:
    """Carry out one delivery of a job. One that has ended already is left alone; what this raises is tried again."""
    tenant_id = TenantId(UUID(delivery.payload["tenant_id"]))
    job_id = JobId(UUID(delivery.payload["job_id"]))
    facts = Facts(
        request_id=delivery.payload.get("request_id") or "",
        trace_id=delivery.payload.get("trace_id"),
        traceparent=delivery.payload.get("traceparent"),
        tenant_id=str(tenant_id),
        job=delivery.name,
    )
    with request_ids.serving(facts):
        begun = await _surely(database, tenant_id, lambda connection: queries.begin(connection, tenant_id, job_id))
        if begun is not None:
            facts.key_id = str(begun.key_id) if begun.key_id else None
            await _carry_out(JobContext(database, begun), handler, delivery)


async def _carry_out(context: JobContext, handler: Handler, delivery: Delivery) -> None:
    log = structlog.get_logger()
    began = time.monotonic()
    try:
        if delivery.tries > MAX_TRIES:
            raise JobBrokenOff("it was not tried again")  # noqa: TRY301  # told like any other end
        await _succeed(context, await handler(context))
    except TakenOver:
        log.info("job_taken_over", job_id=str(context.job_id))
    except JobCancelled:
        log.info("job_cancelled", job_id=str(context.job_id))
    except Later as later:
        await _go_on(context, later.after)
    except Exception as error:  # the edge of a job: whatever it raises becomes a state that can be seen
        if _passing(error) and not delivery.last:
            await _wait_again(context)
            raise
        told = {} if isinstance(error, Refusal) else logs.explanation(error)
        code = await _fail(context, error)
        log.warning("job_failed", job_id=str(context.job_id), attempt=delivery.tries, code=code, **told)
    else:
        ms = round((time.monotonic() - began) * 1000, 2)
        log.info("job_succeeded", job_id=str(context.job_id), attempt=delivery.tries, ms=ms)


def _passing(error: Exception) -> bool:
    """Whether another try may go better: a rule's no stays a no."""
    return not isinstance(error, Refusal) or isinstance(error, Unavailable)


async def _succeed(context: JobContext, result: dict[str, Any] | None) -> None:
    plain = orjson.loads(orjson.dumps(result))
    total = max(context.reached.done, context.reached.total)

    async def write(connection: AsyncConnection) -> None:
        if await queries.succeed(connection, context.tenant_id, context.job_id, plain, total):
            done = context.job
            await auditing.by_job(
                connection, done.tenant_id, done.kind, done.payload, job_id=done.id, key_id=done.key_id
            )

    await _surely(context.database, context.tenant_id, write)


async def _wait_again(context: JobContext) -> None:
    async def write(connection: AsyncConnection) -> None:
        await queries.queue_again(connection, context.tenant_id, context.job_id)

    await _surely(context.database, context.tenant_id, write)


async def _go_on(context: JobContext, after: timedelta) -> None:
    """Have the job handed out once more, with its tries counted anew."""

    async def write(connection: AsyncConnection) -> None:
        if after:
            await queries.queue_again(connection, context.tenant_id, context.job_id)
        await _enqueue(connection, context.job, after=after)

    await _surely(context.database, context.tenant_id, write)


async def _fail(context: JobContext, error: Exception) -> str:
    """Keep the problem that `error` comes to; returns its code."""
    refusal = error if isinstance(error, Refusal) else database_refusal(error)
    if refusal is None:
        refusal = InternalError("it has been logged under this request id")
    request_id = request_ids.current().request_id
    problem = orjson.loads(rendered(refusal, instance=f"/v1/jobs/{context.job_id}", request_id=request_id).body)

    async def write(connection: AsyncConnection) -> None:
        await queries.fail(connection, context.tenant_id, context.job_id, problem, context.reached)

    await _surely(context.database, context.tenant_id, write)
    return str(problem["code"])


async def _surely(database: Database, tenant_id: TenantId, write: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """Do it in a transaction of its own; while the database is away, again, for some seconds."""
    for pause in _PAUSES_SECONDS:
        try:
            async with database.transaction(tenant_id) as connection:
                return await write(connection)
        except AWAY as error:
            if not isinstance(database_refusal(error), Unavailable):
                raise
        await asyncio.sleep(pause)
    async with database.transaction(tenant_id) as connection:
        return await write(connection)
