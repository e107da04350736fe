"""The doors of the portfolio: runs, their results, the map."""

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.jobs.schemas import JobAccepted, accepted
from app.kernel.ids import ModelId, RunId
from app.kernel.periods import InTheFuture
from app.selection.core.model_documents import model_document
from app.selection.schemas.ready import as_json
from app.selection.schemas.scores import KeptScore, Matrix, Quadrant, ScoreAccountBody, SelectionRunAnswer, point
from app.selection.service import models, portfolio
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")
PathRunId = Annotated[Id, Path(description="The run's id, which is its job's too")]
AsOf = Annotated[IsoDate | None, Query(description="The day that is asked for; today when not given")]
Tier = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$", description="Only accounts of this tier")]
InQuadrant = Annotated[Quadrant | None, Query(description="Only accounts of this quadrant")]


@router.post(
    "/selection/runs",
    status_code=202,
    response_model=JobAccepted,
    responses=problems(models.ModelNotFound, models.NotPublished, InTheFuture),
    openapi_extra=write,
)
async def start_selection_run(
    body: ScoreAccountBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Score the whole portfolio: what was known on the day, by the organization's model or a published one."""
    model_id = None if body.model_id is None else ModelId(body.model_id)
    job = await portfolio.start(connection, caller.tenant_id, as_of=body.as_of, model_id=model_id, key_id=caller.key_id)
    return accepted(job, response)


@router.get(
    "/selection/runs",
    response_model=Page[SelectionRunAnswer],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_selection_runs(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List runs, the newest first."""
    found = await portfolio.page(connection, tenant_id, asked)
    return {"data": [_run(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/selection/runs/{run_id}",
    response_model=SelectionRunAnswer,
    responses=problems(portfolio.RunNotFound),
    openapi_extra=read,
)
async def get_selection_run(run_id: PathRunId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a run; how far it is tells its job, which has the same id."""
    return _run(await portfolio.find(connection, tenant_id, RunId(run_id)))


def _run(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in SelectionRunAnswer.model_fields}


@router.get(
    "/selection/runs/{run_id}/results",
    response_model=Page[KeptScore],
    responses=problems(portfolio.RunNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_selection_run_results(  # a door's parameters
    run_id: PathRunId,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    tier: Tier = None,
    quadrant: InQuadrant = None,
) -> Any:
    """List a run's scores, the best first; `sort` takes the dimensions, coverage, rank, tier and quadrant too."""
    wanted = {name: value for name, value in (("tier", tier), ("quadrant", quadrant)) if value is not None}
    found = await portfolio.results(connection, tenant_id, RunId(run_id), asked, wanted)
    return as_json({"data": found.data, "next_cursor": found.next_cursor})


@router.get(
    "/selection/matrix",
    response_model=Matrix,
    responses=problems(InTheFuture),
    openapi_extra=read,
)
async def get_selection_matrix(tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None) -> Any:
    """Read where every scored account stands on the day: its opportunity and alignment, quadrant and tier."""
    found = await portfolio.matrix(connection, tenant_id, as_of)
    thresholds = model_document(found.model)["quadrant_thresholds"]
    points = [point(row) for row in found.points]
    return as_json(
        {
            "as_of": found.as_of,
            "simulated": found.simulated,
            "quadrant_thresholds": thresholds,
            "points": points,
        }
    )
