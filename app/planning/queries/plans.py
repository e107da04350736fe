"""SQL of account plans and their versions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import end_of_day
from app.planning.tables import account_plans, plan_versions

plans, versions = account_plans.c, plan_versions.c


async def newest(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId] | None, as_of: date
) -> Sequence[RowMapping]:
    """The version of each account's plan that was the newest at the end of a day; an archived plan is none."""
    there = or_(plans.archived_at.is_(None), plans.archived_at >= end_of_day(as_of))
    statement = (
        select(plans.account_id, plan_versions)
        .ext(distinct_on(plans.account_id))
        .join(account_plans, _of_plan())
        .where(plans.tenant_id == tenant_id, versions.tenant_id == tenant_id, versions.saved_on <= as_of, there)
        .order_by(plans.account_id, plans.id.desc(), versions.number.desc())
    )
    if account_ids is not None:
        statement = statement.where(among(plans.account_id, account_ids))
    return (await connection.execute(statement)).mappings().all()


def _of_plan() -> Any:
    return and_(versions.tenant_id == plans.tenant_id, versions.plan_id == plans.id)


async def of_account(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, *, lock: bool = False
) -> RowMapping | None:
    """The account's plan: the active one, else the one that was archived last."""
    statement = (
        select(account_plans)
        .where(plans.tenant_id == tenant_id, plans.account_id == account_id)
        .order_by(plans.archived_at.desc().nulls_first(), plans.id.desc())
        .limit(1)
    )
    row: RowMapping | None = (
        (await connection.execute(statement.with_for_update() if lock else statement)).mappings().one_or_none()
    )
    return row


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(account_plans).values(**values).returning(account_plans)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def change(
    connection: AsyncConnection, tenant_id: TenantId, plan_id: UUID, values: Mapping[str, Any]
) -> RowMapping:
    statement = (
        update(account_plans)
        .where(plans.tenant_id == tenant_id, plans.id == plan_id)
        .values(**values, version=plans.version + 1, updated_at=func.now())
        .returning(account_plans)
    )
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def add_version(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(plan_versions).values(**values).returning(plan_versions)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def version_of(connection: AsyncConnection, tenant_id: TenantId, plan_id: UUID, number: int) -> RowMapping | None:
    statement = select(plan_versions).where(
        versions.tenant_id == tenant_id, versions.plan_id == plan_id, versions.number == number
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


def versions_of(tenant_id: TenantId, plan_id: UUID) -> Select[Any]:
    return select(plan_versions).where(versions.tenant_id == tenant_id, versions.plan_id == plan_id)


async def settled(connection: AsyncConnection, tenant_id: TenantId, plan_id: UUID) -> int | None:
    """The version of a plan that last said something new."""
    statement = select(func.max(versions.number)).where(
        versions.tenant_id == tenant_id, versions.plan_id == plan_id, versions.substantive
    )
    found: int | None = await connection.scalar(statement)
    return found
