"""Health models: drafted, published, retired; a version that was published never changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NoReturn
from uuid import UUID

import orjson
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.core.default_model import DEFAULT_MODEL
from app.health.core.model import HealthModel
from app.health.core.model_documents import model_document, model_from
from app.health.queries.models import MODELS
from app.health.tables import health_models
from app.infra.paging import Keyset, PageRequest, Slice
from app.kernel.errors import Conflict, FieldProblem, Invalid, NotFound, Stale
from app.kernel.ids import ModelId, TenantId, new_id
from app.metrics import service as metrics
from app.tenancy import service as tenancy
from app.tenancy.core.organization import Organization

KEYSET = Keyset(
    {"created_at": health_models.c.created_at, "name": health_models.c.name},
    tiebreak=health_models.c.id,
    default="created_at",
)


class HealthModelNotFound(NotFound):
    """No such health model."""


class HealthModelChanged(Stale):
    """The health model was changed since it was read."""


class HealthModelNotPublished(Conflict):
    """The health model has no published version."""


class HealthModelInForce(Conflict):
    """The health model's newest version was published already."""


class HealthModelOnRecord(Conflict):
    """A health model that was published stays on record."""


class ShippedHealthModel(Conflict):
    """The shipped health model is not changed; copy it into a model of your own."""


class UnusableIndicators(Invalid):
    """The health model asks for metrics that the organization does not have."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a model, and whether the organization judges health with it."""

    model_id: ModelId
    name: str
    shipped: bool
    number: int
    state: str
    document: Mapping[str, Any]
    version: int
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    published_by: UUID | None
    publish_reason: str | None
    in_use: bool

    @property
    def model(self) -> HealthModel:
        return model_of(orjson.dumps(self.document))


@lru_cache(maxsize=256)
def model_of(document: bytes) -> HealthModel:
    """The model of a JSON text; the same few are read again and again."""
    return model_from(orjson.loads(document))


def _version(row: RowMapping, organization: Organization) -> Version:
    known: dict[str, Any] = {"published_by": None, "publish_reason": None, **row}
    return Version(
        model_id=ModelId(known["id"]),
        in_use=known["state"] == "published" and organization.health_model_id == known["id"],
        **{name: known[name] for name in _COLUMNS},
    )


_COLUMNS = (
    "name", "shipped", "number", "state", "document", "version", "created_at", "updated_at", "published_at",
    "published_by", "publish_reason",
)  # fmt: skip


async def page(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest) -> Slice[Version]:
    """A page of the organization's models, each by its newest version."""
    organization = await tenancy.organization(connection, tenant_id)
    rows = (await connection.execute(KEYSET.page(MODELS.newest_versions(tenant_id), asked))).all()
    return KEYSET.cut(rows, asked, lambda row: _version(row._mapping, organization))  # noqa: SLF001  # public in SQLAlchemy


async def newest(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, *, lock: bool = False) -> Version:
    """The newest version of a model."""
    row = await MODELS.newest_version(connection, tenant_id, model_id, lock=lock)
    return _version(row or _missing(model_id), await tenancy.organization(connection, tenant_id))


async def version(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, number: int) -> Version:
    """One version of a model."""
    row = await MODELS.version(connection, tenant_id, model_id, number)
    return _version(row or _missing(model_id, number), await tenancy.organization(connection, tenant_id))


async def versions(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId) -> list[Version]:
    """All versions of a model, the newest first."""
    rows = await MODELS.all_versions(connection, tenant_id, model_id)
    organization = await tenancy.organization(connection, tenant_id)
    return [_version(row, organization) for row in rows] or _missing(model_id)


def _missing(model_id: ModelId, number: int | None = None) -> NoReturn:
    raise HealthModelNotFound(str(model_id) if number is None else f"version {number} of {model_id}")


async def create(connection: AsyncConnection, tenant_id: TenantId, document: Mapping[str, Any]) -> Version:
    """A new model, as a draft."""
    model = await usable(connection, tenant_id, document)
    model_id = ModelId(new_id())
    await MODELS.add_model(connection, tenant_id, model_id, model.name)
    await MODELS.add_version(connection, tenant_id, model_id, 1, model_document(model))
    return await newest(connection, tenant_id, model_id)


async def change(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, document: Mapping[str, Any], *, version: int
) -> Version:
    """Draft the model anew; where its newest version was published, the draft is the next version."""
    model = await usable(connection, tenant_id, document)
    before = await own(connection, tenant_id, model_id, version)
    if before.state == "draft":
        values = {"document": model_document(model)}
        await MODELS.change_version(connection, tenant_id, model_id, before.number, values)
    else:
        await MODELS.add_version(connection, tenant_id, model_id, before.number + 1, model_document(model))
    await MODELS.touch_model(connection, tenant_id, model_id, model.name)
    return await newest(connection, tenant_id, model_id)


async def remove(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, *, version: int) -> None:
    """Remove a model that was never published: scores refer to published ones for ever."""
    before = await own(connection, tenant_id, model_id, version)
    if before.number > 1 or before.state != "draft":
        raise HealthModelOnRecord("publish another one and use that")
    await MODELS.remove_model(connection, tenant_id, model_id)


async def put_in_force(  # which version, and by whom and why
    connection: AsyncConnection,
    tenant_id: TenantId,
    model_id: ModelId,
    number: int,
    *,
    by: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Let a version be the published one; the one before it is retired."""
    await MODELS.retire_published(connection, tenant_id, model_id)
    values = {
        "state": "published",
        "published_at": datetime.now(UTC),
        "published_by": by,
        "publish_reason": reason,
    }
    await MODELS.change_version(connection, tenant_id, model_id, number, values)


async def own(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, version: int) -> Version:
    """The newest version, locked, as the caller read it."""
    before = await newest(connection, tenant_id, model_id, lock=True)
    if before.shipped:
        raise ShippedHealthModel("it follows the product")
    if before.version != version:
        raise HealthModelChanged(f"it has version {before.version} by now")
    return before


async def usable(connection: AsyncConnection, tenant_id: TenantId, document: Mapping[str, Any]) -> HealthModel:
    """The model of a document that names only metrics which the organization has."""
    model = model_of(orjson.dumps(document))
    registry = metrics.registry_of(await tenancy.organization(connection, tenant_id))
    problems = [
        FieldProblem(f"/indicators/{at}/metric", "unknown_metric", "names no metric")
        for at, indicator in enumerate(model.indicators)
        if indicator.metric not in registry
    ]
    if problems:
        raise UnusableIndicators("see GET /v1/metrics", errors=problems)
    return model


def shipped() -> HealthModel:
    """The model that organizations judge with unless they choose another."""
    return DEFAULT_MODEL


async def to_use(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId | None = None) -> Version:
    """The published version to judge with: of the model asked for, else of the organization's own choice."""
    organization = await tenancy.organization(connection, tenant_id)
    wanted = model_id or organization.health_model_id
    row = None if wanted is None else await MODELS.published(connection, tenant_id, wanted)
    if row is not None and not (row["shipped"] and row["document"] != model_document(shipped())):
        return _version(row, organization)
    if model_id is not None and row is None:
        await newest(connection, tenant_id, model_id)
        raise HealthModelNotPublished(f"publish a version of model {model_id} first")
    return await _ship(connection, tenant_id)


async def _ship(connection: AsyncConnection, tenant_id: TenantId) -> Version:
    """Publish the shipped model as it now is, once, however many ask at the same time."""
    organization = await tenancy.locked_organization(connection, tenant_id)
    document = model_document(shipped())
    row = await MODELS.newest_shipped(connection, tenant_id)
    if row is None:
        model_id, number = ModelId(new_id()), 1
        await MODELS.add_model(connection, tenant_id, model_id, str(document["name"]), shipped=True)
    else:
        model_id, number = ModelId(row["id"]), row["number"] + 1
    if organization.health_model_id is None:
        await tenancy.change_organization(connection, tenant_id, {"health_model_id": model_id}, version=None)
    if row is not None and row["document"] == document:
        return await newest(connection, tenant_id, model_id)
    await MODELS.add_version(connection, tenant_id, model_id, number, document)
    await put_in_force(connection, tenant_id, model_id, number)
    return await newest(connection, tenant_id, model_id)
