"""SQL of what is drafted and published in versions: one table names it, another holds what each version says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, delete, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId

_NAMED = ("id", "name", "shipped", "version", "created_at", "updated_at")
_OF_A_VERSION = ("number", "state", "document", "published_at")


@dataclass(frozen=True, slots=True)
class Versioned:
    """Two tables of an organization's models.

    models: what _NAMED has. versions: by `model_id` and `number`, at most one of them `published`. noted: the columns
    that tell how a version came to be published, which only those read who are shown a version.
    """

    models: Table
    versions: Table
    noted: tuple[str, ...]

    def _joined(self, tenant_id: TenantId, of_version: Sequence[str]) -> Select[Any]:
        models, versions = self.models.c, self.versions.c
        columns = [*(models[name] for name in _NAMED), *(versions[name] for name in of_version)]
        together = (versions.tenant_id == models.tenant_id) & (versions.model_id == models.id)
        return select(*columns).join_from(self.models, self.versions, together).where(models.tenant_id == tenant_id)

    def _whole(self, tenant_id: TenantId) -> Select[Any]:
        return self._joined(tenant_id, (*_OF_A_VERSION, *self.noted))

    def _of(self, tenant_id: TenantId, model_id: UUID) -> ColumnElement[bool]:
        return (self.versions.c.tenant_id == tenant_id) & (self.versions.c.model_id == model_id)

    def newest_versions(self, tenant_id: TenantId) -> Select[Any]:
        """Every model with its newest version."""
        other, models = self.versions.alias("other"), self.models.c
        newest = select(func.max(other.c.number)).where(
            other.c.tenant_id == models.tenant_id, other.c.model_id == models.id
        )
        return self._whole(tenant_id).where(self.versions.c.number == newest.scalar_subquery())

    async def newest_version(
        self, connection: AsyncConnection, tenant_id: TenantId, model_id: UUID, *, lock: bool = False
    ) -> RowMapping | None:
        asked = self._whole(tenant_id).where(self.models.c.id == model_id)
        statement = asked.order_by(self.versions.c.number.desc()).limit(1)
        return await _one(connection, statement.with_for_update() if lock else statement)

    async def newest_shipped(self, connection: AsyncConnection, tenant_id: TenantId) -> RowMapping | None:
        """The newest version of the model that came with the product."""
        asked = self._whole(tenant_id).where(self.models.c.shipped)
        return await _one(connection, asked.order_by(self.versions.c.number.desc()).limit(1))

    async def version(
        self, connection: AsyncConnection, tenant_id: TenantId, model_id: UUID, number: int
    ) -> RowMapping | None:
        asked = self._whole(tenant_id).where(self.models.c.id == model_id, self.versions.c.number == number)
        return await _one(connection, asked)

    async def published(self, connection: AsyncConnection, tenant_id: TenantId, model_id: UUID) -> RowMapping | None:
        """The version in force, without what was noted of it."""
        asked = self._joined(tenant_id, _OF_A_VERSION)
        return await _one(connection, asked.where(self.models.c.id == model_id, self.versions.c.state == "published"))

    async def all_versions(
        self, connection: AsyncConnection, tenant_id: TenantId, model_id: UUID
    ) -> Sequence[RowMapping]:
        """The newest first."""
        asked = self._whole(tenant_id).where(self.models.c.id == model_id)
        found = await connection.execute(asked.order_by(self.versions.c.number.desc()))
        rows: Sequence[RowMapping] = found.mappings().all()
        return rows

    async def add_model(
        self, connection: AsyncConnection, tenant_id: TenantId, model_id: UUID, name: str, *, shipped: bool = False
    ) -> None:
        await connection.execute(
            insert(self.models).values(tenant_id=tenant_id, id=model_id, name=name, shipped=shipped)
        )

    async def add_version(
        self, connection: AsyncConnection, tenant_id: TenantId, model_id: UUID, number: int, document: Mapping[str, Any]
    ) -> None:
        values = {"tenant_id": tenant_id, "model_id": model_id, "number": number, "document": document}
        await connection.execute(insert(self.versions).values(values))

    async def change_version(
        self, connection: AsyncConnection, tenant_id: TenantId, model_id: UUID, number: int, values: Mapping[str, Any]
    ) -> None:
        which = self._of(tenant_id, model_id) & (self.versions.c.number == number)
        changed = {**values, "updated_at": func.now(), "version": self.versions.c.version + 1}
        await connection.execute(update(self.versions).where(which).values(changed))

    async def touch_model(self, connection: AsyncConnection, tenant_id: TenantId, model_id: UUID, name: str) -> None:
        """Name it so; whoever read it before has to read it again."""
        models = self.models.c
        await connection.execute(
            update(self.models)
            .where(models.tenant_id == tenant_id, models.id == model_id)
            .values(name=name, version=models.version + 1, updated_at=func.now())
        )

    async def retire_published(self, connection: AsyncConnection, tenant_id: TenantId, model_id: UUID) -> None:
        which = self._of(tenant_id, model_id) & (self.versions.c.state == "published")
        await connection.execute(update(self.versions).where(which).values(state="retired", retired_at=func.now()))

    async def remove_model(self, connection: AsyncConnection, tenant_id: TenantId, model_id: UUID) -> None:
        models = self.models.c
        await connection.execute(delete(self.models).where(models.tenant_id == tenant_id, models.id == model_id))


async def _one(connection: AsyncConnection, statement: Select[Any]) -> RowMapping | None:
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row
