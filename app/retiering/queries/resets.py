"""SQL of relationship resets: the plan, its steps, and what takes the place of what."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.retiering.core.resets import LIVE
from app.retiering.tables import realignments, relationship_resets, reset_steps

resets, steps, maps = relationship_resets.c, reset_steps.c, realignments.c


async def of_retiering(
    connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    """The reset of a retiering, which is one at most; held until the transaction ends where `lock`."""
    statement = select(relationship_resets).where(resets.tenant_id == tenant_id, resets.retiering_id == retiering_id)
    found = await connection.execute(statement.with_for_update() if lock else statement)
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def live(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> RowMapping | None:
    """The reset of an account that is not over, which is one at most."""
    statement = select(relationship_resets).where(
        resets.tenant_id == tenant_id, resets.account_id == account_id, resets.state.in_(LIVE)
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def add(connection: AsyncConnection, values: Mapping[str, Any], planned: Sequence[Mapping[str, Any]]) -> None:
    await connection.execute(insert(relationship_resets).values(**values))
    await connection.execute(insert(reset_steps), [dict(step) for step in planned])


async def change(connection: AsyncConnection, row: RowMapping, values: Mapping[str, Any]) -> RowMapping:
    """Change a reset, which has to be held; as it is then."""
    statement = (
        update(relationship_resets)
        .where(resets.tenant_id == row["tenant_id"], resets.id == row["id"])
        .values(**values, version=resets.version + 1, updated_at=func.now())
        .returning(relationship_resets)
    )
    changed: RowMapping = (await connection.execute(statement)).mappings().one()
    return changed


async def steps_of(connection: AsyncConnection, tenant_id: TenantId, reset_id: UUID) -> Sequence[RowMapping]:
    """The steps of a reset in their order."""
    statement = (
        select(reset_steps).where(steps.tenant_id == tenant_id, steps.reset_id == reset_id).order_by(steps.place)
    )
    return (await connection.execute(statement)).mappings().all()


async def change_step(connection: AsyncConnection, step: RowMapping, values: Mapping[str, Any]) -> None:
    await connection.execute(
        update(reset_steps)
        .where(steps.tenant_id == step["tenant_id"], steps.id == step["id"])
        .values(**values, version=steps.version + 1, updated_at=func.now())
    )


async def realignments_of(connection: AsyncConnection, tenant_id: TenantId, reset_id: UUID) -> Sequence[RowMapping]:
    """What takes the place of what."""
    statement = (
        select(realignments).where(maps.tenant_id == tenant_id, maps.reset_id == reset_id).order_by(maps.resource_id)
    )
    return (await connection.execute(statement)).mappings().all()


async def realign(
    connection: AsyncConnection, tenant_id: TenantId, reset_id: UUID, lines: Sequence[Mapping[str, Any]]
) -> None:
    """Let these, and no others, be what takes the place of what."""
    await connection.execute(delete(realignments).where(maps.tenant_id == tenant_id, maps.reset_id == reset_id))
    if lines:
        identity = {"tenant_id": tenant_id, "reset_id": reset_id}
        await connection.execute(insert(realignments), [{**identity, **line} for line in lines])
