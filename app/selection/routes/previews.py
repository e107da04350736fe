"""The doors of previews: asking for one, what would change over all, and for each account."""

from typing import Any

from starlette.responses import Response

from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.jobs.schemas import JobAccepted, accepted
from app.kernel.ids import ModelId
from app.kernel.periods import InTheFuture
from app.selection.routes.analyses import PathAnalysisId, identity
from app.selection.routes.models import PathModelId
from app.selection.schemas.previews import AccountPreview, AskPreviewBody, PreviewAnswer, sides
from app.selection.schemas.ready import as_json
from app.selection.service import analyses, models, previews
from app.selection.service.analyses import Analysis, AnalysisId
from app.selection.service.previews import KIND
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")


@router.post(
    "/selection/models/{model_id}/previews",
    status_code=202,
    response_model=JobAccepted,
    responses=problems(models.ModelNotFound, models.NotPublished, InTheFuture),
    openapi_extra=write,
)
async def start_preview(
    model_id: PathModelId, body: AskPreviewBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Ask what a version, usually a draft, would change for all accounts in the place of the one in use.

    Both score the same facts of one day; the newest version of the model is meant unless one is named.
    """
    job = await previews.start(
        connection,
        caller.tenant_id,
        ModelId(model_id),
        number=body.model_version,
        against=None if body.against_model_id is None else ModelId(body.against_model_id),
        as_of=body.as_of,
        top_n=body.top_n,
        key_id=caller.key_id,
    )
    return accepted(job, response)


@router.get(
    "/selection/models/{model_id}/previews",
    response_model=Page[PreviewAnswer],
    responses=problems(models.ModelNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_previews(
    model_id: PathModelId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List a model's previews, the newest first."""
    found = await analyses.page(connection, tenant_id, KIND, ModelId(model_id), asked)
    return as_json({"data": [_shown(one) for one in found.data], "next_cursor": found.next_cursor})


@router.get(
    "/selection/previews/{analysis_id}",
    response_model=PreviewAnswer,
    responses=problems(analyses.AnalysisNotFound),
    openapi_extra=read,
)
async def get_preview(analysis_id: PathAnalysisId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a preview: both versions, and what would change over all accounts."""
    return as_json(_shown(await analyses.find(connection, tenant_id, KIND, AnalysisId(analysis_id))))


def _shown(analysis: Analysis) -> dict[str, Any]:
    return {
        **identity(analysis),
        **sides(analysis.parameters, analysis.model_id, analysis.model_version, analysis.document),
        "top_n": analysis.parameters["top_n"],
        "result": analysis.result,
    }


@router.get(
    "/selection/previews/{analysis_id}/accounts",
    response_model=Page[AccountPreview],
    responses=problems(analyses.AnalysisNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_preview_accounts(
    analysis_id: PathAnalysisId, asked: AskedPage, tenant_id: CurrentTenant, connection: Connection
) -> Any:
    """List every account under both models: those that change tier first, then by how many places they move.

    Within each part the accounts that have a rank on one side only come first. Empty until the job has succeeded.
    """
    found = await analyses.entries(connection, tenant_id, KIND, AnalysisId(analysis_id), asked)
    return {"data": found.data, "next_cursor": found.next_cursor}
