"""The doors of backtests: asking for one, those of a model, and what came of one."""

from typing import Any

from starlette.responses import Response

from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.jobs.schemas import JobAccepted, accepted
from app.kernel.ids import ModelId
from app.kernel.periods import InTheFuture
from app.selection.core.backtest.windows import HorizonAhead
from app.selection.routes.analyses import PathAnalysisId, identity
from app.selection.routes.models import PathModelId
from app.selection.schemas.backtests import AskBacktestBody, BacktestAnswer, BacktestSummary, summed_up
from app.selection.service import analyses, backtests, models
from app.selection.service.analyses import Analysis, AnalysisId
from app.selection.service.backtests import KIND, Asked
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")


@router.post(
    "/selection/models/{model_id}/backtests",
    status_code=202,
    response_model=JobAccepted,
    responses=problems(models.ModelNotFound, InTheFuture, HorizonAhead),
    openapi_extra=write,
)
async def start_backtest(
    model_id: PathModelId, body: AskBacktestBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Ask whether a version would have told which accounts grow.

    All accounts are scored on the facts known at the end of a day; what they spent afterwards against before is the
    outcome. A verdict needs at least 20 accounts, an interval of rho beyond 0 and a p that holds for all that is asked
    at once: so a model of criteria that mean nothing is called working in at most one test of twenty.
    """
    job = await backtests.start(
        connection,
        caller.tenant_id,
        ModelId(model_id),
        number=body.model_version,
        as_of=body.as_of,
        asked=Asked(body.horizon_days, body.resamples, body.seed),
        key_id=caller.key_id,
    )
    return accepted(job, response)


@router.get(
    "/selection/models/{model_id}/backtests",
    response_model=Page[BacktestSummary],
    responses=problems(models.ModelNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_backtests(
    model_id: PathModelId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List a model's backtests, the newest first."""
    found = await analyses.page(connection, tenant_id, KIND, ModelId(model_id), asked)
    data = [{**_asked(one), **summed_up(one.result)} for one in found.data]
    return {"data": data, "next_cursor": found.next_cursor}


@router.get(
    "/selection/backtests/{analysis_id}",
    response_model=BacktestAnswer,
    responses=problems(analyses.AnalysisNotFound),
    openapi_extra=read,
)
async def get_backtest(analysis_id: PathAnalysisId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a backtest: how each criterion, the composite and plain figures go along with growth, and how surely."""
    found = await analyses.find(connection, tenant_id, KIND, AnalysisId(analysis_id))
    return {**_asked(found), "result": found.result}


def _asked(analysis: Analysis) -> dict[str, Any]:
    return {**identity(analysis), **analysis.parameters}
