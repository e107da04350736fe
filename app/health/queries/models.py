"""SQL of health models and their versions."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.tables import health_model_versions, health_models
from app.kernel.ids import ModelId, TenantId

models, versions = health_models.c, health_model_versions.c
VERSION = (
    models.id, models.name, models.shipped, models.version, models.created_at, models.updated_at, versions.number,
    versions.state, versions.document, versions.published_at, versions.published_by, versions.publish_reason,
)  # fmt: skip


def _joined(tenant_id: TenantId) -> Select[Any]:
    return (
        select(*VERSION)
        .join_from(
            health_models,
            health_model_versions,
            (versions.tenant_id == models.tenant_id) & (versions.model_id == models.id),
        )
        .where(models.tenant_id == tenant_id)
    )


def newest_versions(tenant_id: TenantId) -> Select[Any]:
    """Every model with its newest version."""
    other = health_model_versions.alias("other")
    newest = (
        select(func.max(other.c.number))
        .where(other.c.tenant_id == models.tenant_id, other.c.model_id == models.id)
        .scalar_subquery()
    )
    return _joined(tenant_id).where(versions.number == newest)


async def _one(connection: AsyncConnection, statement: Select[Any]) -> RowMapping | None:
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def newest_version(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, *, lock: bool = False
) -> RowMapping | None:
    statement = _joined(tenant_id).where(models.id == model_id).order_by(versions.number.desc()).limit(1)
    return await _one(connection, statement.with_for_update() if lock else statement)


async def newest_shipped(connection: AsyncConnection, tenant_id: TenantId) -> RowMapping | None:
    """The newest version of the model that came with the product."""
    return await _one(connection, _joined(tenant_id).where(models.shipped).order_by(versions.number.desc()).limit(1))


async def version(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, number: int
) -> RowMapping | None:
    return await _one(connection, _joined(tenant_id).where(models.id == model_id, versions.number == number))


async def published(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId) -> RowMapping | None:
    return await _one(connection, _joined(tenant_id).where(models.id == model_id, versions.state == "published"))


async def all_versions(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId) -> Sequence[RowMapping]:
    statement = _joined(tenant_id).where(models.id == model_id).order_by(versions.number.desc())
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def add_model(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, name: str, *, shipped: bool = False
) -> None:
    values = {"tenant_id": tenant_id, "id": model_id, "name": name, "shipped": shipped}
    await connection.execute(insert(health_models).values(values))


async def add_version(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, number: int, document: Mapping[str, Any]
) -> None:
    values = {"tenant_id": tenant_id, "model_id": model_id, "number": number, "document": document}
    await connection.execute(insert(health_model_versions).values(values))


async def change_version(
    connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, number: int, values: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(health_model_versions)
        .where(versions.tenant_id == tenant_id, versions.model_id == model_id, versions.number == number)
        .values(**values, updated_at=func.now(), version=versions.version + 1)
    )


async def touch_model(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId, name: str) -> None:
    await connection.execute(
        update(health_models)
        .where(models.tenant_id == tenant_id, models.id == model_id)
        .values(name=name, version=models.version + 1, updated_at=func.now())
    )


async def retire_published(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId) -> None:
    await connection.execute(
        update(health_model_versions)
        .where(versions.tenant_id == tenant_id, versions.model_id == model_id, versions.state == "published")
        .values(state="retired", retired_at=func.now())
    )


async def remove_model(connection: AsyncConnection, tenant_id: TenantId, model_id: ModelId) -> None:
    await connection.execute(delete(health_models).where(models.tenant_id == tenant_id, models.id == model_id))
