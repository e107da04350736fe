"""SQL of who stands behind plans, and who is to know them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.rows import among
from app.kernel.ids import TenantId
from app.planning.tables import plan_approvals, plan_readers

approvals, readers = plan_approvals.c, plan_readers.c


async def add_approval(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(plan_approvals).values(**values).returning(plan_approvals)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


def approvals_of(tenant_id: TenantId, plan_id: UUID) -> Select[Any]:
    return select(plan_approvals).where(approvals.tenant_id == tenant_id, approvals.plan_id == plan_id)


async def has_approved(
    connection: AsyncConnection, tenant_id: TenantId, plan_id: UUID, number: int, who: Mapping[str, UUID]
) -> bool:
    """Whether somebody, named by `user_id` or `contact_id`, has signed a version."""
    statement = select(approvals.id).where(
        approvals.tenant_id == tenant_id,
        approvals.plan_id == plan_id,
        approvals.number == number,
        *(approvals[name] == value for name, value in who.items()),
    )
    return await connection.scalar(statement.limit(1)) is not None


async def approvals_of_plans(
    connection: AsyncConnection, tenant_id: TenantId, plan_ids: Sequence[UUID]
) -> Sequence[RowMapping]:
    """The newest version that each side of each plan has signed."""
    statement = (
        select(approvals.plan_id, approvals.side, func.max(approvals.number).label("number"))
        .where(approvals.tenant_id == tenant_id, among(approvals.plan_id, plan_ids))
        .group_by(approvals.plan_id, approvals.side)
    )
    return (await connection.execute(statement)).mappings().all()


async def readers_of(connection: AsyncConnection, tenant_id: TenantId, plan_id: UUID) -> Sequence[RowMapping]:
    statement = (
        select(plan_readers)
        .where(readers.tenant_id == tenant_id, readers.plan_id == plan_id)
        .order_by(readers.created_at, readers.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def readers_of_plans(
    connection: AsyncConnection, tenant_id: TenantId, plan_ids: Sequence[UUID]
) -> Sequence[RowMapping]:
    """Which version each reader of each plan has read."""
    statement = select(readers.plan_id, readers.read_number).where(
        readers.tenant_id == tenant_id, among(readers.plan_id, plan_ids)
    )
    return (await connection.execute(statement)).mappings().all()


async def add_readers(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    await connection.execute(insert(plan_readers), [dict(row) for row in rows])


async def remove_readers(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> None:
    statement = delete(plan_readers).where(readers.tenant_id == tenant_id, among(readers.id, ids))
    await connection.execute(statement)


async def has_read(
    connection: AsyncConnection, tenant_id: TenantId, reader_id: UUID, number: int, read_on: date
) -> None:
    statement = (
        update(plan_readers)
        .where(readers.tenant_id == tenant_id, readers.id == reader_id)
        .values(read_number=number, read_on=read_on, version=readers.version + 1, updated_at=func.now())
    )
    await connection.execute(statement)
