"""Resources: what there is to give, how much of it in a quarter, and what tiers and levels bring of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.jobs import enqueue
from app.infra.records.saving import RecordChanged
from app.kernel.errors import NotFound
from app.kernel.ids import TenantId
from app.resourcing.queries import resources as queries

# Accounts have tiers where accounts are selected, which lies above: what a tier brings has changed.
ENTITLE: Final = "selection.entitle"


class ResourceNotFound(NotFound):
    """No such resource."""


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


async def require(
    connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID, *, lock: bool = False
) -> RowMapping:
    """The resource of this id; raises ResourceNotFound unless there is one."""
    row = await queries.find(connection, tenant_id, resource_id, lock=lock)
    if row is None:
        raise ResourceNotFound(str(resource_id))
    return row


async def of(
    connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID] | None = None
) -> dict[UUID, RowMapping]:
    """The resources of these ids, by id; without `ids` all that there are."""
    return {row["id"]: row for row in await queries.of(connection, tenant_id, ids)}


async def capacities(connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID) -> Sequence[RowMapping]:
    """The quarters that have a capacity of their own, the earliest first."""
    return await queries.capacities_of(connection, tenant_id, resource_id)


async def set_capacities(
    connection: AsyncConnection,
    tenant_id: TenantId,
    resource_id: UUID,
    by_quarter: Mapping[date, float],
    *,
    version: int | None = None,
) -> None:
    """Let these quarters (by their first days), and no others, have a capacity of their own."""
    await _held(connection, tenant_id, resource_id, version)
    await queries.save_capacities(connection, tenant_id, resource_id, by_quarter)
    await queries.touch(connection, tenant_id, resource_id)


async def rules(connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID) -> Sequence[RowMapping]:
    """What tiers and levels bring of the resource: basis, name and quantity per quarter; tiers first."""
    return await queries.rules_of(connection, tenant_id, resource_id)


async def set_rules(
    connection: AsyncConnection,
    tenant_id: TenantId,
    resource_id: UUID,
    wanted: Sequence[Mapping[str, Any]],
    *,
    version: int | None = None,
) -> None:
    """Let these be what tiers and levels bring of the resource.

    Accounts that have such a tier are entitled anew, soon; what was agreed with a customer stays as it was agreed.
    """
    await _held(connection, tenant_id, resource_id, version)
    await queries.save_rules(connection, tenant_id, resource_id, wanted)
    await queries.touch(connection, tenant_id, resource_id)
    await enqueue(connection, ENTITLE, {"tenant_id": str(tenant_id)})


async def _held(connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID, version: int | None) -> None:
    row = await require(connection, tenant_id, resource_id, lock=True)
    if version is not None and version != row["version"]:
        raise RecordChanged(f"it has version {row['version']} by now")
