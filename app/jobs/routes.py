"""The doors of jobs."""

from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import StreamingResponse
from starlette.requests import Request
from starlette.responses import Response

from app.infra import event_stream
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.jobs import service
from app.jobs.core.job import Status, scope_to_steer
from app.jobs.schemas import JobAccepted, JobShown, accepted, event, shown
from app.jobs.service import JobEnded, JobNotFailed, JobNotFound
from app.kernel.ids import JobId
from app.tenancy.core.caller import ScopeMissing
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, Doorkeeper, doors, needs

router = doors(prefix="/v1/jobs", tags=["jobs"])

PathJobId = Annotated[Id, Path(description="The job's id")]


@router.get(
    "", response_model=Page[JobShown], openapi_extra=needs(None), responses=problems(InvalidCursor, InvalidSort)
)
async def list_jobs(
    connection: Connection,
    tenant_id: CurrentTenant,
    asked: AskedPage,
    kind: Annotated[str | None, Query(max_length=100, description="Only jobs of this kind")] = None,
    status: Annotated[Status | None, Query(description="Only jobs in this state")] = None,
) -> Page[JobShown]:
    """List jobs, the newest first."""
    found = await service.job_page(connection, tenant_id, asked, kind=kind, status=status)
    return Page[JobShown](data=[shown(job) for job in found.data], next_cursor=found.next_cursor)


@router.get("/{job_id}", response_model=JobShown, openapi_extra=needs(None), responses=problems(JobNotFound))
async def get_job(connection: Connection, tenant_id: CurrentTenant, job_id: PathJobId) -> JobShown:
    """Show a job: how far it is, and what came of it."""
    return shown(await service.job(connection, tenant_id, JobId(job_id)))


@router.post(
    "/{job_id}/retry",
    status_code=202,
    response_model=JobAccepted,
    openapi_extra=needs(None),
    responses=problems(JobNotFound, JobNotFailed, ScopeMissing),
)
async def retry_job(
    connection: Connection, caller: CurrentCaller, job_id: PathJobId, response: Response
) -> JobAccepted:
    """Ask once more for the work of a job that failed or was cancelled.

    The key needs the right to change what the job is about: `selection:write` for `selection.run`.
    """
    found = await service.job(connection, caller.tenant_id, JobId(job_id))
    caller.require(scope_to_steer(found.kind))
    return accepted(await service.retry(connection, caller.tenant_id, found.id), response)


@router.post(
    "/{job_id}/cancel",
    response_model=JobShown,
    openapi_extra=needs(None),
    responses=problems(JobNotFound, JobEnded, ScopeMissing),
)
async def cancel_job(connection: Connection, caller: CurrentCaller, job_id: PathJobId) -> JobShown:
    """Cancel a job that has not ended. Work that runs stops at its next step; what it has kept by then stays.

    The key needs the right to change what the job is about: `selection:write` for `selection.run`.
    """
    found = await service.job(connection, caller.tenant_id, JobId(job_id))
    caller.require(scope_to_steer(found.kind))
    return shown(await service.cancel(connection, caller.tenant_id, found.id))


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    openapi_extra=needs(None),
    responses={
        **problems(JobNotFound),
        200: {
            "description": "Events `progress` when the job has changed, then one `end`; the data of both is the job",
            "content": {event_stream.MEDIA_TYPE: {"schema": {"type": "string"}}},
        },
    },
)
async def stream_job_events(
    request: Request, connection: Connection, caller: CurrentCaller, job_id: PathJobId
) -> StreamingResponse:
    """Follow a job as server-sent events.

    The stream ends with the job, and after ten minutes at the latest: open it again then.
    """
    found = await service.job(connection, caller.tenant_id, JobId(job_id))
    keeper: Doorkeeper = request.app.state.doorkeeper
    looks = service.looks(keeper.database, caller.tenant_id, found.id, by=caller.key_id)
    events = (None if job is None else event(job) async for job in looks)
    stopping = getattr(request.app.state, "stopping", None)
    return StreamingResponse(
        event_stream.stream(events, stopping), media_type=event_stream.MEDIA_TYPE, headers=event_stream.HEADERS
    )
