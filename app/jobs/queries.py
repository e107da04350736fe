"""SQL of jobs; every change names the states it may start from, so that a job told twice of its end ends once."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Update, func, insert, null, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.paging import Keyset, PageRequest, Slice
from app.jobs.core.job import Job, Progress
from app.jobs.tables import jobs
from app.kernel.ids import JobId, KeyId, TenantId

COLUMNS = [column for column in jobs.columns if column.name not in {"version", "updated_at"}]
JOBS = Keyset({"created_at": jobs.c.created_at}, tiebreak=jobs.c.id, default="-created_at")


async def add(connection: AsyncConnection, values: dict[str, Any]) -> Job:
    return _job((await connection.execute(insert(jobs).values(**values).returning(*COLUMNS))).one())


async def job(connection: AsyncConnection, tenant_id: TenantId, job_id: JobId) -> Job | None:
    row = (await connection.execute(select(*COLUMNS).where(*_is(tenant_id, job_id)))).one_or_none()
    return None if row is None else _job(row)


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, *, kind: str | None, status: str | None
) -> Slice[Job]:
    statement: Select[Any] = select(*COLUMNS).where(jobs.c.tenant_id == tenant_id)
    if kind is not None:
        statement = statement.where(jobs.c.kind == kind)
    if status is not None:
        statement = statement.where(jobs.c.status == status)
    return JOBS.cut((await connection.execute(JOBS.page(statement, asked))).all(), asked, _job)


async def begin(connection: AsyncConnection, tenant_id: TenantId, job_id: JobId) -> Job | None:
    """The job, now running; None if it has ended before, or is gone."""
    return await _changed(
        connection,
        _from(tenant_id, job_id, "queued", "running").values(
            status="running", done=0, started_at=func.coalesce(jobs.c.started_at, func.now())
        ),
    )


async def keep_progress(connection: AsyncConnection, tenant_id: TenantId, job_id: JobId, reached: Progress) -> bool:
    """Whether the job still runs; one that does not is left as it is."""
    change = _from(tenant_id, job_id, "running").values(done=reached.done, total=reached.total, updated_at=func.now())
    return (await connection.execute(change)).rowcount > 0


async def queue_again(connection: AsyncConnection, tenant_id: TenantId, job_id: JobId) -> None:
    """Show that a job waits for its next try."""
    await _changed(connection, _from(tenant_id, job_id, "running").values(status="queued"))


async def reopen(connection: AsyncConnection, tenant_id: TenantId, job_id: JobId) -> Job | None:
    """A failed or cancelled job as it was before it began; None if it is neither."""
    return await _changed(
        connection,
        _from(tenant_id, job_id, "failed", "cancelled").values(
            status="queued", done=0, problem=null(), started_at=null(), finished_at=null()
        ),
    )


async def cancel(connection: AsyncConnection, tenant_id: TenantId, job_id: JobId) -> Job | None:
    """The job, now cancelled; None if it has ended before, or is gone."""
    return await _changed(
        connection, _from(tenant_id, job_id, "queued", "running").values(status="cancelled", finished_at=func.now())
    )


async def succeed(
    connection: AsyncConnection, tenant_id: TenantId, job_id: JobId, result: dict[str, Any] | None, total: int
) -> bool:
    """Whether the job ends so; one that has ended before is left as it is."""
    ended = await _changed(
        connection,
        _from(tenant_id, job_id, "queued", "running").values(
            status="succeeded",
            result=null() if result is None else result,
            done=total,
            total=total,
            finished_at=func.now(),
        ),
    )
    return ended is not None


async def fail(
    connection: AsyncConnection, tenant_id: TenantId, job_id: JobId, problem: dict[str, Any], reached: Progress
) -> None:
    await _changed(
        connection,
        _from(tenant_id, job_id, "queued", "running").values(
            status="failed", problem=problem, done=reached.done, total=reached.total, finished_at=func.now()
        ),
    )


def _is(tenant_id: TenantId, job_id: JobId) -> tuple[ColumnElement[bool], ...]:
    return jobs.c.tenant_id == tenant_id, jobs.c.id == job_id


def _from(tenant_id: TenantId, job_id: JobId, *statuses: str) -> Update:
    return update(jobs).where(*_is(tenant_id, job_id), jobs.c.status.in_(statuses))


async def _changed(connection: AsyncConnection, change: Update) -> Job | None:
    change = change.values(version=jobs.c.version + 1, updated_at=func.now())
    row = (await connection.execute(change.returning(*COLUMNS))).one_or_none()
    return None if row is None else _job(row)


def _job(row: Row[Any]) -> Job:
    return Job(
        id=JobId(row.id),
        tenant_id=TenantId(row.tenant_id),
        kind=row.kind,
        status=row.status,
        done=row.done,
        total=row.total,
        payload=row.payload,
        result=row.result,
        problem=row.problem,
        key_id=None if row.key_id is None else KeyId(row.key_id),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
