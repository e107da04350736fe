"""SQL of the actions of plans."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.rows import among
from app.kernel.ids import TenantId
from app.planning.tables import account_plans, plan_actions, plan_versions

actions = plan_actions.c


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(plan_actions).values(**values).returning(plan_actions)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def find(
    connection: AsyncConnection, tenant_id: TenantId, action_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    statement = select(plan_actions).where(actions.tenant_id == tenant_id, actions.id == action_id)
    found = await connection.execute(statement.with_for_update() if lock else statement)
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def change(
    connection: AsyncConnection, tenant_id: TenantId, action_id: UUID, values: Mapping[str, Any]
) -> RowMapping:
    statement = (
        update(plan_actions)
        .where(actions.tenant_id == tenant_id, actions.id == action_id)
        .values(**values, version=actions.version + 1, updated_at=func.now())
        .returning(plan_actions)
    )
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def count(connection: AsyncConnection, tenant_id: TenantId, plan_id: UUID) -> int:
    statement = select(func.count()).where(actions.tenant_id == tenant_id, actions.plan_id == plan_id)
    return int(await connection.scalar(statement) or 0)


async def of_plans(connection: AsyncConnection, tenant_id: TenantId, plan_ids: Sequence[UUID]) -> Sequence[RowMapping]:
    """What the figures of plans need of their actions."""
    statement = select(
        actions.plan_id, actions.side, actions.goal, actions.due_on, actions.state, actions.worth, actions.currency,
        actions.owner_contact_id,
    ).where(actions.tenant_id == tenant_id, among(actions.plan_id, plan_ids))  # fmt: skip
    return (await connection.execute(statement)).mappings().all()


def listed(
    tenant_id: TenantId,
    plan_id: UUID,
    *,
    state: str | None,
    due_before: date | None,
    goals: Sequence[str] | None,
) -> Select[Any]:
    """The actions of a plan: in one state, open and due before a day, of some goals; each where it is asked for."""
    statement = select(plan_actions).where(actions.tenant_id == tenant_id, actions.plan_id == plan_id)
    if state is not None:
        statement = statement.where(actions.state == state)
    if due_before is not None:
        statement = statement.where(actions.state == "open", actions.due_on < due_before)
    return statement if goals is None else statement.where(actions.goal.in_(goals))


async def document_of(connection: AsyncConnection, tenant_id: TenantId, plan_id: UUID) -> Mapping[str, Any]:
    """The newest document of a plan that is there."""
    plans, versions = account_plans.c, plan_versions.c
    statement = (
        select(versions.document)
        .join(
            account_plans,
            (plans.tenant_id == versions.tenant_id)
            & (plans.id == versions.plan_id)
            & (plans.newest == versions.number),
        )
        .where(versions.tenant_id == tenant_id, versions.plan_id == plan_id)
    )
    document: Mapping[str, Any] = (await connection.execute(statement)).scalar_one()
    return document
