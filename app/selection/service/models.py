"""Selection models: drafted, published, retired; a version that was published never changes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NoReturn

import orjson
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.paging import Keyset, PageRequest, Slice
from app.kernel.errors import Conflict, FieldProblem, Invalid, NotFound, Stale
from app.kernel.ids import KeyId, ModelId, TenantId, new_id
from app.metrics import service as metrics
from app.metrics.core.registry import Registry
from app.selection.core.alone import Alone
from app.selection.core.model import AXES, SelectionModel
from app.selection.core.model_documents import model_document, model_from
from app.selection.queries import MODELS
from app.selection.service.shipped_models import shipped
from app.selection.tables import selection_models
from app.tenancy import service as tenancy
from app.tenancy.core.organization import Organization

KEYSET = Keyset(
    {"created_at": selection_models.c.created_at, "name": selection_models.c.name},
    tiebreak=selection_models.c.id,
    default="created_at",
)
# What a version may become, from what it is.
MOVES = {"draft": ("in_review", "published"), "in_review": ("draft", "published"), "published": ("retired",)}


class ModelNotFound(NotFound):
    """No such selection model."""


class ModelChanged(Stale):
    """The selection model was changed since it was read."""


class NotPublished(Conflict):
    """The selection model has no published version."""


class IllegalMove(Conflict):
    """The selection model's version cannot become that from what it is."""


class ShippedModel(Conflict):
    """The shipped model is not changed; copy it into a model of your own."""


class UnusableMetrics(Invalid):
    """The selection model asks for metrics that the organization does not have."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What the litmus test said when a version was published (None for the shipped model), and who published it why."""

    litmus: Mapping[str, Any] | None
    override_reason: str | None
    published_by: KeyId | None


BY_THE_PRODUCT = Publication(None, None, None)  # the shipped model passes through nobody's hands


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a model, and whether the organization scores with it."""

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
    in_use: bool
    publication: Publication | None  # not read by `to_use`

    @property
    def model(self) -> SelectionModel:
        return model_of(orjson.dumps(self.document))

    @property
    def alone(self) -> Alone:
        return alone_of(orjson.dumps(self.document))

    @property
    def kept_alone(self) -> Alone:
        return kept_alone_of(orjson.dumps(self.document))


@lru_cache(maxsize=256)
def model_of(document: bytes) -> SelectionModel:
    """The model of a JSON text; plugins send the same one again and again."""
    return model_from(orjson.loads(document))


@lru_cache(maxsize=256)
def alone_of(document: bytes) -> Alone:
    """The model of a JSON text, made ready for one account at a time."""
    return Alone(model_of(document))


@lru_cache(maxsize=256)
def kept_alone_of(document: bytes) -> Alone:
    """The same for scores that are kept."""
    return Alone(model_of(document), kept=True)


def _version(row: RowMapping, organization: Organization) -> Version:
    return Version(
        model_id=ModelId(row["id"]),
        name=row["name"],
        shipped=row["shipped"],
        number=row["number"],
        state=row["state"],
        document=row["document"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        published_at=row["published_at"],
        in_use=row["state"] == "published" and organization.selection_model_id == row["id"],
        publication=_publication(row),
    )


def _publication(row: RowMapping) -> Publication | None:
    if row["published_at"] is None or "litmus" not in row:
        return None
    return Publication(row["litmus"], row["override_reason"], row["published_by"])


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
    raise ModelNotFound(str(model_id) if number is None else f"version {number} of {model_id}")


async def create(connection: AsyncConnection, tenant_id: TenantId, document: Mapping[str, Any]) -> Version:
    """A new model, as a draft."""
    model = await _usable(connection, tenant_id, document)
    model_id = ModelId(new_id())
    await MODELS.add_model(connection, tenant_id, model_id, model.name)
    await MODELS.add_version(connection, tenant_id, model_id, 1, model_document(model))
    return await newest(connection, tenant_id, model_id)


async def change(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, document: Mapping[str, Any], *, version: int
) -> Version:
    """Draft the model anew; where its newest version was published, the draft is the next version."""
    model = await _usable(connection, tenant_id, document)
    before = await own(connection, tenant_id, model_id, version)
    if before.state in {"draft", "in_review"}:
        values = {"document": model_document(model), "state": "draft"}
        await MODELS.change_version(connection, tenant_id, model_id, before.number, values)
    else:
        await MODELS.add_version(connection, tenant_id, model_id, before.number + 1, model_document(model))
    await MODELS.touch_model(connection, tenant_id, model_id, model.name)
    return await newest(connection, tenant_id, model_id)


async def submit(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, *, version: int) -> Version:
    """Put the draft before the others."""
    before = await own(connection, tenant_id, model_id, version)
    check_move(before, "in_review")
    await MODELS.change_version(connection, tenant_id, model_id, before.number, {"state": "in_review"})
    await MODELS.touch_model(connection, tenant_id, model_id, before.name)
    return await newest(connection, tenant_id, model_id)


async def remove(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, *, version: int) -> None:
    """Remove a model that was never published: scores refer to published ones for ever."""
    before = await own(connection, tenant_id, model_id, version)
    if before.number > 1 or before.state not in {"draft", "in_review"}:
        raise IllegalMove("a model that was published stays; publish another one and use that")
    await MODELS.remove_model(connection, tenant_id, model_id)


async def put_in_force(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, number: int, publication: Publication
) -> None:
    """Let a version be the published one; the one before it is retired."""
    await MODELS.retire_published(connection, tenant_id, model_id)
    values = {"state": "published", "published_at": datetime.now(UTC), **_told(publication)}
    await MODELS.change_version(connection, tenant_id, model_id, number, values)


def _told(publication: Publication) -> dict[str, Any]:
    return {name: value for name, value in asdict(publication).items() if value is not None}


async def own(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, version: int) -> Version:
    """The newest version, locked, as the caller read it."""
    before = await newest(connection, tenant_id, model_id, lock=True)
    if before.shipped:
        raise ShippedModel("it follows the product and the organization's revenue threshold")
    if before.version != version:
        raise ModelChanged(f"it has version {before.version} by now")
    return before


def check_move(before: Version, state: str) -> None:
    """Raise IllegalMove, naming the legal moves, where the version cannot become that."""
    legal = MOVES.get(before.state, ())
    if state not in legal:
        raise IllegalMove(f"version {before.number} is {before.state}; it may become: {', '.join(legal) or 'nothing'}")


async def _usable(connection: AsyncConnection, tenant_id: TenantId, document: Mapping[str, Any]) -> SelectionModel:
    """The model of a document that names only metrics which the organization has."""
    model = model_of(orjson.dumps(document))
    registry = metrics.registry_of(await tenancy.organization(connection, tenant_id))
    problems = _unknown_metrics(model, registry)
    if problems:
        raise UnusableMetrics("see GET /v1/metrics", errors=problems)
    return model


def _unknown_metrics(model: SelectionModel, registry: Registry) -> list[FieldProblem]:
    places = [(f"/criteria/{at}/metric", one.metric) for at, one in enumerate(model.criteria)]
    places += [(f"/gates/{at}/metric", gate.metric) for at, gate in enumerate(model.gates)]
    places += [(f"/tier_table/{name}/metric", axis.metric) for name, axis in zip(AXES, model.axes, strict=False)]
    return [FieldProblem(place, "unknown_metric", "names no metric") for place, key in places if key not in registry]


async def to_use(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId | None) -> Version:
    """The published version to score with: of the model asked for, else of the organization's own choice."""
    organization = await tenancy.organization(connection, tenant_id)
    wanted = model_id or organization.selection_model_id
    row = None if wanted is None else await MODELS.published(connection, tenant_id, wanted)
    if row is not None and not (row["shipped"] and _outdated(row, organization)):
        return _version(row, organization)
    if model_id is not None and row is None:
        await newest(connection, tenant_id, model_id)
        raise NotPublished(f"publish a version of model {model_id} first")
    return await _ship(connection, tenant_id)


def _outdated(row: RowMapping, organization: Organization) -> bool:
    return bool(row["document"] != model_document(shipped(organization)))


async def _ship(connection: AsyncConnection, tenant_id: TenantId) -> Version:
    """Publish the shipped model as it now is, once, however many ask at the same time."""
    organization = await tenancy.locked_organization(connection, tenant_id)
    document = model_document(shipped(organization))
    row = await MODELS.newest_shipped(connection, tenant_id)
    if row is None:
        model_id, number = ModelId(new_id()), 1
        await MODELS.add_model(connection, tenant_id, model_id, str(document["name"]), shipped=True)
    else:
        model_id, number = ModelId(row["id"]), row["number"] + 1
    if organization.selection_model_id is None:
        await tenancy.change_organization(connection, tenant_id, {"selection_model_id": model_id}, version=None)
    if row is not None and row["document"] == document:
        return await newest(connection, tenant_id, model_id)
    await MODELS.add_version(connection, tenant_id, model_id, number, document)
    await put_in_force(connection, tenant_id, model_id, number, BY_THE_PRODUCT)
    return await newest(connection, tenant_id, model_id)
