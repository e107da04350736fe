"""The doors of stability: asking for it, its figures, and each account's."""

from typing import Any

from starlette.responses import Response

from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.jobs.schemas import JobAccepted, accepted
from app.kernel.ids import ModelId
from app.kernel.periods import InTheFuture
from app.selection.routes.analyses import PathAnalysisId, identity
from app.selection.routes.models import PathModelId
from app.selection.schemas.stability import AccountStability, AskStabilityBody, StabilityAnswer
from app.selection.service import analyses, models, stability
from app.selection.service.analyses import Analysis, AnalysisId
from app.selection.service.stability import KIND, Asked
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")


@router.post(
    "/selection/models/{model_id}/stability",
    status_code=202,
    response_model=JobAccepted,
    responses=problems(models.ModelNotFound, InTheFuture),
    openapi_extra=write,
)
async def start_stability(
    model_id: PathModelId, body: AskStabilityBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Ask how ranks and tiers stand under other weights: random ones, and the nearest that change an order.

    Random ones are drawn round the model's. Gates, tiers and the missing-data policy stay as they are. The newest
    version is meant unless one is named.
    """
    job = await stability.start(
        connection,
        caller.tenant_id,
        ModelId(model_id),
        number=body.model_version,
        as_of=body.as_of,
        asked=Asked(body.top_n, body.draws, body.concentration, body.seed),
        key_id=caller.key_id,
    )
    return accepted(job, response)


@router.get(
    "/selection/models/{model_id}/stability",
    response_model=Page[StabilityAnswer],
    responses=problems(models.ModelNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_stability_analyses(
    model_id: PathModelId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List a model's stability analyses, the newest first."""
    found = await analyses.page(connection, tenant_id, KIND, ModelId(model_id), asked)
    return {"data": [_shown(one) for one in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/selection/stability/{analysis_id}",
    response_model=StabilityAnswer,
    responses=problems(analyses.AnalysisNotFound),
    openapi_extra=read,
)
async def get_stability(analysis_id: PathAnalysisId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a stability analysis."""
    return _shown(await analyses.find(connection, tenant_id, KIND, AnalysisId(analysis_id)))


def _shown(analysis: Analysis) -> dict[str, Any]:
    return {**identity(analysis), **analysis.parameters, "result": analysis.result}


@router.get(
    "/selection/stability/{analysis_id}/accounts",
    response_model=Page[AccountStability],
    responses=problems(analyses.AnalysisNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_stability_accounts(
    analysis_id: PathAnalysisId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List how each account fares, the best by the model's own weights first; empty until the job has succeeded."""
    found = await analyses.entries(connection, tenant_id, KIND, AnalysisId(analysis_id), asked)
    return {"data": found.data, "next_cursor": found.next_cursor}
