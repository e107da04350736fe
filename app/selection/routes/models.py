"""The doors of selection models, and of scoring what is sent."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatchNeeded, IfMatchRequired, UnreadableIfMatch
from app.infra.wire import Id, PositiveInt4
from app.kernel.errors import FieldProblem
from app.kernel.ids import ModelId
from app.selection.core.alone import Alone
from app.selection.core.answer import Context
from app.selection.core.model_documents import model_document
from app.selection.schemas.models import ModelVersions, PublishBody, SelectionModelAnswer, SelectionModelBody, SentModel
from app.selection.schemas.ready import as_json
from app.selection.schemas.scores import ScoreAnswers, ScoreRequest
from app.selection.service import models, publishing, scoring, shipped_models
from app.selection.service.models import Version
from app.selection.service.recognising import score_recognised
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, CurrentWork, doors, needs, quickly

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")
PathNumber = Annotated[PositiveInt4, Path(description="The version's number, from 1")]
PathModelId = Annotated[Id, Path(description="The selection model's id")]
CHANGE = (models.ModelNotFound, models.ModelChanged, models.ShippedModel, IfMatchNeeded, UnreadableIfMatch)


async def _score_quickly(request: Request, _caller: Caller) -> Response | None:
    """Accounts with their model need nothing of ours, not even the database."""
    sent = await request.body()
    if not sent:
        return None
    answer = score_recognised(sent)
    if answer is not None:
        return Response(answer, media_type="application/json")
    try:
        body = ScoreRequest.model_validate(await request.json())
    except ValidationError:
        return None
    return None if body.model is None or body.model_id is not None else _scored_with_sent_model(body)


def _scored_with_sent_model(body: ScoreRequest) -> Response:
    alone = scoring.sent_model(body.model)  # type: ignore[arg-type]  # validation is the core's
    return _scored(alone, body, Context())


def _scored(alone: Alone, body: ScoreRequest, context: Context) -> Response:
    results = scoring.score_sent(alone, [scoring.Sent(one.ref, one.inputs) for one in body.accounts], context)
    return as_json({"model_id": context.model_id, "model_version": context.model_version, "results": results})


@router.post(
    "/selection/score",
    response_model=ScoreAnswers,
    responses=problems(scoring.OneModel, models.ModelNotFound, models.NotPublished),
    openapi_extra=read,
)
@quickly(_score_quickly)
async def score_accounts(body: ScoreRequest, tenant_id: CurrentTenant, work: CurrentWork) -> Response:
    """Score accounts that are sent along, and keep nothing: 1 to 10,000, with a model or a published one's id."""
    if body.model is not None and body.model_id is not None:
        raise scoring.OneModel(
            "give one of them", errors=[FieldProblem("/model_id", "unexpected", "must not come with a model")]
        )
    if body.model is not None:
        return _scored_with_sent_model(body)
    version = await models.to_use(await work.connection(), tenant_id, _model_id(body.model_id))
    return _scored(version.alone, body, Context(model_id=str(version.model_id), model_version=version.number))


def _model_id(value: Id | None) -> ModelId | None:
    return None if value is None else ModelId(value)


def _fields(version: Version) -> dict[str, Any]:
    return {
        "id": version.model_id,
        "name": version.document["name"],
        "model_version": version.number,
        "state": version.state,
        "shipped": version.shipped,
        "in_use": version.in_use,
        "model": version.document,
        "published_at": version.published_at,
        "publication": publishing.shown(version),
        "created_at": version.created_at,
        "updated_at": version.updated_at,
        "version": version.version,
    }


def _shown(version: Version, status: int = 200) -> Response:
    return as_json(_fields(version), status, version=version.version)


@router.get(
    "/selection/models",
    response_model=Page[SelectionModelAnswer],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_selection_models(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection) -> Response:
    """List the organization's models, each by its newest version."""
    found = await models.page(connection, tenant_id, asked)
    return as_json({"data": [_fields(one) for one in found.data], "next_cursor": found.next_cursor})


@router.get(
    "/selection/models/default",
    response_model=SelectionModelBody,
    responses=problems(),
    openapi_extra=read,
)
async def get_default_selection_model(tenant_id: CurrentTenant, connection: Connection) -> Response:
    """Read the model that ships with the product; the organization's revenue threshold is its gate."""
    return as_json(model_document(shipped_models.shipped(await tenancy.organization(connection, tenant_id))))


@router.get(
    "/selection/models/two-axis",
    response_model=SelectionModelBody,
    responses=problems(),
    openapi_extra=read,
)
async def get_two_axis_selection_model(tenant_id: CurrentTenant, connection: Connection) -> Response:
    """Read the second model that ships with the product, to be copied into one of your own.

    It gives tiers by current revenue against growth potential, with a separate track for accounts with much potential
    that spend little yet.
    """
    return as_json(model_document(shipped_models.two_axis(await tenancy.organization(connection, tenant_id))))


@router.post(
    "/selection/models",
    status_code=201,
    response_model=SelectionModelAnswer,
    responses=problems(models.UnusableMetrics),
    openapi_extra=write,
)
async def create_selection_model(body: SentModel, tenant_id: CurrentTenant, connection: Connection) -> Response:
    """Draft a new model."""
    made = await models.create(connection, tenant_id, body)  # type: ignore[arg-type]  # validation is the core's
    response = _shown(made, 201)
    response.headers["Location"] = f"/v1/selection/models/{made.model_id}"
    return response


@router.get(
    "/selection/models/{model_id}",
    response_model=SelectionModelAnswer,
    responses=problems(models.ModelNotFound),
    openapi_extra=read,
)
async def get_selection_model(model_id: PathModelId, tenant_id: CurrentTenant, connection: Connection) -> Response:
    """Read a model's newest version."""
    return _shown(await models.newest(connection, tenant_id, ModelId(model_id)))


@router.put(
    "/selection/models/{model_id}",
    response_model=SelectionModelAnswer,
    responses=problems(*CHANGE, models.UnusableMetrics),
    openapi_extra=write,
)
async def change_selection_model(  # a door's parameters
    model_id: PathModelId,
    body: SentModel,
    version: IfMatchRequired,
    tenant_id: CurrentTenant,
    connection: Connection,
) -> Response:
    """Draft the model anew; where its newest version was published, the draft becomes the next version."""
    document: Any = body
    changed = await models.change(connection, tenant_id, ModelId(model_id), document, version=version)
    return _shown(changed)


@router.delete(
    "/selection/models/{model_id}",
    status_code=204,
    responses=problems(*CHANGE, models.IllegalMove),
    openapi_extra=write,
)
async def remove_selection_model(
    model_id: PathModelId, version: IfMatchRequired, tenant_id: CurrentTenant, connection: Connection
) -> None:
    """Remove a model that was never published."""
    await models.remove(connection, tenant_id, ModelId(model_id), version=version)


@router.post(
    "/selection/models/{model_id}/submit",
    response_model=SelectionModelAnswer,
    responses=problems(*CHANGE, models.IllegalMove),
    openapi_extra=write,
)
async def submit_selection_model(
    model_id: PathModelId,
    version: IfMatchRequired,
    tenant_id: CurrentTenant,
    connection: Connection,
) -> Response:
    """Put the draft up for review."""
    return _shown(await models.submit(connection, tenant_id, ModelId(model_id), version=version))


@router.post(
    "/selection/models/{model_id}/publish",
    response_model=SelectionModelAnswer,
    responses=problems(*CHANGE, models.IllegalMove, publishing.LitmusNotPassed),
    openapi_extra=write,
)
async def publish_selection_model(  # a door's parameters
    model_id: PathModelId,
    body: PublishBody,
    version: IfMatchRequired,
    caller: CurrentCaller,
    connection: Connection,
) -> Response:
    """Publish the newest version; from then on it never changes. The published one before it is retired.

    It has to pass the litmus test, or say in `override_reason` why it is published all the same.
    """
    published = await publishing.publish(
        connection, caller, ModelId(model_id), version=version, use=body.use, override_reason=body.override_reason
    )
    return _shown(published)


@router.get(
    "/selection/models/{model_id}/versions",
    response_model=ModelVersions,
    responses=problems(models.ModelNotFound),
    openapi_extra=read,
)
async def list_selection_model_versions(
    model_id: PathModelId, tenant_id: CurrentTenant, connection: Connection
) -> Response:
    """List a model's versions, the newest first."""
    found = await models.versions(connection, tenant_id, ModelId(model_id))
    return as_json({"data": [_fields(one) for one in found]})


@router.get(
    "/selection/models/{model_id}/versions/{number}",
    response_model=SelectionModelAnswer,
    responses=problems(models.ModelNotFound),
    openapi_extra=read,
)
async def get_selection_model_version(
    model_id: PathModelId, number: PathNumber, tenant_id: CurrentTenant, connection: Connection
) -> Response:
    """Read one version of a model."""
    return _shown(await models.version(connection, tenant_id, ModelId(model_id), number))
