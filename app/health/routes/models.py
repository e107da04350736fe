"""The doors of health models."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from app.health.core.model_documents import model_document
from app.health.schemas.models import (
    HealthModelAnswer,
    HealthModelBody,
    HealthModelVersions,
    PublishHealthModelBody,
    SentHealthModel,
)
from app.health.service import models, publishing
from app.health.service.models import Version
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.versions import IfMatchNeeded, IfMatchRequired, UnreadableIfMatch
from app.infra.wire import Id, PositiveInt4
from app.kernel.ids import ModelId
from app.selection.schemas.ready import as_json
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["health"])
read, write = needs("health:read"), needs("health:write")
PathNumber = Annotated[PositiveInt4, Path(description="The version's number, from 1")]
PathModelId = Annotated[Id, Path(description="The health model's id")]
CHANGE = (
    models.HealthModelNotFound, models.HealthModelChanged, models.ShippedHealthModel, IfMatchNeeded, UnreadableIfMatch,
)  # fmt: skip


def _fields(version: Version) -> dict[str, Any]:
    own = {name: getattr(version, name) for name in HealthModelAnswer.model_fields if hasattr(version, name)}
    return {**own, "id": version.model_id, "model_version": version.number, "model": version.document}


def _shown(version: Version, status: int = 200) -> Response:
    return as_json(_fields(version), status, version=version.version)


@router.get(
    "/health/models",
    response_model=Page[HealthModelAnswer],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_health_models(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection) -> Response:
    """List the organization's health models, each by its newest version; sort by created_at or name."""
    found = await models.page(connection, tenant_id, asked)
    return as_json({"data": [_fields(one) for one in found.data], "next_cursor": found.next_cursor})


@router.get("/health/models/default", response_model=HealthModelBody, responses=problems(), openapi_extra=read)
async def get_default_health_model(_: CurrentTenant) -> Response:
    """Read the health model that ships with the product, with the reason for each indicator and its range."""
    return as_json(model_document(models.shipped()))


@router.post(
    "/health/models",
    status_code=201,
    response_model=HealthModelAnswer,
    responses=problems(models.UnusableIndicators),
    openapi_extra=write,
)
async def create_health_model(body: SentHealthModel, tenant_id: CurrentTenant, connection: Connection) -> Response:
    """Draft a new health model."""
    document: Any = body  # validation is the core's
    made = await models.create(connection, tenant_id, document)
    response = _shown(made, 201)
    response.headers["Location"] = f"/v1/health/models/{made.model_id}"
    return response


@router.get(
    "/health/models/{model_id}",
    response_model=HealthModelAnswer,
    responses=problems(models.HealthModelNotFound),
    openapi_extra=read,
)
async def get_health_model(model_id: PathModelId, tenant_id: CurrentTenant, connection: Connection) -> Response:
    """Read a health model's newest version."""
    return _shown(await models.newest(connection, tenant_id, ModelId(model_id)))


@router.put(
    "/health/models/{model_id}",
    response_model=HealthModelAnswer,
    responses=problems(*CHANGE, models.UnusableIndicators),
    openapi_extra=write,
)
async def change_health_model(  # a door's parameters
    model_id: PathModelId,
    body: SentHealthModel,
    version: IfMatchRequired,
    tenant_id: CurrentTenant,
    connection: Connection,
) -> Response:
    """Draft the health model anew; where its newest version was published, the draft becomes the next version."""
    document: Any = body  # validation is the core's
    return _shown(await models.change(connection, tenant_id, ModelId(model_id), document, version=version))


@router.delete(
    "/health/models/{model_id}",
    status_code=204,
    responses=problems(*CHANGE, models.HealthModelOnRecord),
    openapi_extra=write,
)
async def remove_health_model(
    model_id: PathModelId, version: IfMatchRequired, tenant_id: CurrentTenant, connection: Connection
) -> None:
    """Remove a health model that was never published."""
    await models.remove(connection, tenant_id, ModelId(model_id), version=version)


@router.post(
    "/health/models/{model_id}/publish",
    response_model=HealthModelAnswer,
    responses=problems(*CHANGE, models.HealthModelInForce, models.UnusableIndicators),
    openapi_extra=write,
)
async def publish_health_model(  # a door's parameters
    model_id: PathModelId,
    body: PublishHealthModelBody,
    version: IfMatchRequired,
    caller: CurrentCaller,
    connection: Connection,
) -> Response:
    """Publish the newest version; from then on it never changes. The published one before it is retired."""
    published = await publishing.publish(
        connection, caller, ModelId(model_id), version=version, use=body.use, reason=body.reason
    )
    return _shown(published)


@router.get(
    "/health/models/{model_id}/versions",
    response_model=HealthModelVersions,
    responses=problems(models.HealthModelNotFound),
    openapi_extra=read,
)
async def list_health_model_versions(
    model_id: PathModelId, tenant_id: CurrentTenant, connection: Connection
) -> Response:
    """List a health model's versions, the newest first."""
    found = await models.versions(connection, tenant_id, ModelId(model_id))
    return as_json({"data": [_fields(one) for one in found]})


@router.get(
    "/health/models/{model_id}/versions/{number}",
    response_model=HealthModelAnswer,
    responses=problems(models.HealthModelNotFound),
    openapi_extra=read,
)
async def get_health_model_version(
    model_id: PathModelId, number: PathNumber, tenant_id: CurrentTenant, connection: Connection
) -> Response:
    """Read one version of a health model."""
    return _shown(await models.version(connection, tenant_id, ModelId(model_id), number))
