"""SQL of resources: themselves, what there is of them in a quarter, and what tiers and levels bring of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.records import statements
from app.infra.rows import among
from app.kernel.ids import TenantId
from app.resourcing.tables import entitlement_rules, resource_capacities, resources

rules, capacities = entitlement_rules.c, resource_capacities.c


async def find(
    connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    statement = select(resources).where(resources.c.tenant_id == tenant_id, resources.c.id == resource_id)
    row: RowMapping | None = (
        (await connection.execute(statement.with_for_update() if lock else statement)).mappings().one_or_none()
    )
    return row


async def of(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID] | None) -> Sequence[RowMapping]:
    """The resources of these ids; without `ids` all, by code."""
    statement = select(resources).where(resources.c.tenant_id == tenant_id).order_by(resources.c.code)
    if ids is not None:
        statement = statement.where(among(resources.c.id, ids))
    return (await connection.execute(statement)).mappings().all()


async def touch(connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID) -> int:
    """Tell that something of the resource changed; its new version."""
    statement = (
        update(resources)
        .where(resources.c.tenant_id == tenant_id, resources.c.id == resource_id)
        .values(version=resources.c.version + 1, updated_at=func.now())
        .returning(resources.c.version)
    )
    version: int = (await connection.execute(statement)).scalar_one()
    return version


async def capacity(connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID, quarter: date) -> float | None:
    """What there is in the quarter: told for it, else of every quarter."""
    told = select(capacities.capacity).where(
        capacities.tenant_id == tenant_id, capacities.resource_id == resource_id, capacities.quarter == quarter
    )
    statement = select(func.coalesce(told.scalar_subquery(), resources.c.capacity)).where(
        resources.c.tenant_id == tenant_id, resources.c.id == resource_id
    )
    found: float | None = await connection.scalar(statement)
    return found


async def capacities_of(connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID) -> Sequence[RowMapping]:
    statement = (
        select(capacities.quarter, capacities.capacity)
        .where(capacities.tenant_id == tenant_id, capacities.resource_id == resource_id)
        .order_by(capacities.quarter)
    )
    return (await connection.execute(statement)).mappings().all()


async def save_capacities(
    connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID, by_quarter: Mapping[date, float]
) -> None:
    """Let these quarters, and no others, have a capacity of their own."""
    mine = (capacities.tenant_id == tenant_id, capacities.resource_id == resource_id)
    await connection.execute(delete(resource_capacities).where(*mine, capacities.quarter.not_in(list(by_quarter))))
    rows = [
        {"resource_id": resource_id, "quarter": quarter, "capacity": amount} for quarter, amount in by_quarter.items()
    ]
    await statements.write(connection, resource_capacities, tenant_id, rows)


async def rules_of(connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID) -> Sequence[RowMapping]:
    statement = (
        select(rules.basis, rules.name, rules.quantity)
        .where(rules.tenant_id == tenant_id, rules.resource_id == resource_id)
        .order_by(rules.basis.desc(), rules.name)
    )
    return (await connection.execute(statement)).mappings().all()


async def rules_by(connection: AsyncConnection, tenant_id: TenantId, basis: str) -> Sequence[RowMapping]:
    """What each tier, or each level, brings of the resources that are given."""
    statement = (
        select(rules.name, rules.resource_id, rules.quantity)
        .join(resources, (resources.c.tenant_id == rules.tenant_id) & (resources.c.id == rules.resource_id))
        .where(rules.tenant_id == tenant_id, rules.basis == basis, resources.c.active)
    )
    return (await connection.execute(statement)).mappings().all()


async def save_rules(
    connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID, wanted: Sequence[Mapping[str, Any]]
) -> None:
    """Let these be the resource's rules, and no others."""
    mine = (rules.tenant_id == tenant_id, rules.resource_id == resource_id)
    await connection.execute(delete(entitlement_rules).where(*mine))
    rows = [{"resource_id": resource_id, **rule} for rule in wanted]
    await statements.write(connection, entitlement_rules, tenant_id, rows)
