"""Jobs on the wire."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from starlette.responses import Response

from app.infra.event_stream import Event
from app.infra.wire import Answer, CountInt4, Id
from app.jobs.core.job import Job, Status


class JobProgress(Answer):
    """How far a job is."""

    done: Annotated[CountInt4, Field(description="Parts that are done", examples=[42])]
    total: Annotated[CountInt4, Field(description="Parts in all; 0 while nobody knows", examples=[85])]


class JobAccepted(Answer):
    """Long work that was accepted; its job tells the rest."""

    id: Annotated[Id, Field(description="The job; also in the Location header, as its address")]
    status: Status
    progress: JobProgress


class JobShown(Answer):
    """A job."""

    id: Id
    kind: Annotated[str, Field(description="What is being done", examples=["selection.run"])]
    status: Status
    progress: JobProgress
    result: Annotated[dict[str, Any] | None, Field(description="What a job that succeeded leads to")]
    problem: Annotated[
        dict[str, Any] | None, Field(description="Why a job failed: a problem document as an error answer has it")
    ]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def shown(job: Job) -> JobShown:
    """The job as it is answered."""
    return JobShown(
        id=job.id,
        kind=job.kind,
        status=job.status,
        progress=JobProgress(done=job.done, total=job.total),
        result=job.result,
        problem=job.problem,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


def accepted(job: Job, response: Response) -> JobAccepted:
    """The answer 202 to whoever asked for `job`; puts its address into `response`."""
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return JobAccepted(id=job.id, status=job.status, progress=JobProgress(done=job.done, total=job.total))


def event(job: Job) -> Event:
    """The job as an event of its stream."""
    return Event("end" if job.finished else "progress", shown(job).model_dump_json(), last=job.finished)
