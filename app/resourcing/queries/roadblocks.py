"""SQL of roadblocks and of every move that is on record of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.rows import among
from app.kernel.ids import TenantId
from app.resourcing.tables import commitments, roadblock_moves, roadblocks

blocks, moves = roadblocks.c, roadblock_moves.c


async def add_all(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> Sequence[RowMapping]:
    """Those of the rows that were added: an objection becomes one roadblock, whoever comes first."""
    statement = (
        upsert(roadblocks)
        .on_conflict_do_nothing(
            index_elements=["tenant_id", "objection_id"], index_where=blocks.objection_id.is_not(None)
        )
        .returning(*roadblocks.columns)
    )
    return (await connection.execute(statement, [dict(row) for row in rows])).mappings().all()


async def find(
    connection: AsyncConnection, tenant_id: TenantId, roadblock_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    statement = select(roadblocks).where(blocks.tenant_id == tenant_id, blocks.id == roadblock_id)
    found = await connection.execute(statement.with_for_update() if lock else statement)
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def unresolved_of_objection(connection: AsyncConnection, tenant_id: TenantId, objection_id: UUID) -> UUID | None:
    """The roadblock that an objection became, held, while it still stands."""
    statement = (
        select(blocks.id)
        .where(blocks.tenant_id == tenant_id, blocks.objection_id == objection_id, blocks.state != "resolved")
        .with_for_update()
    )
    roadblock_id: UUID | None = await connection.scalar(statement)
    return roadblock_id


async def change(
    connection: AsyncConnection, tenant_id: TenantId, roadblock_id: UUID, values: Mapping[str, Any]
) -> RowMapping:
    statement = (
        update(roadblocks)
        .where(blocks.tenant_id == tenant_id, blocks.id == roadblock_id)
        .values(**values, version=blocks.version + 1, updated_at=func.now())
        .returning(*roadblocks.columns)
    )
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


def listed(tenant_id: TenantId, wanted: Mapping[str, Any], *, breached_on: date | None) -> Select[Any]:
    """The roadblocks with the wanted values; a list is any of them, `program` those without or with an account.

    breached_on: only those that stand beyond their day on that day.
    """
    statement = select(roadblocks).where(blocks.tenant_id == tenant_id)
    for name, value in wanted.items():
        if name == "program":
            statement = statement.where(blocks.account_id.is_(None) if value else blocks.account_id.is_not(None))
        elif isinstance(value, list):
            statement = statement.where(blocks[name].in_(value))
        else:
            statement = statement.where(blocks[name] == value)
    if breached_on is None:
        return statement
    return statement.where(blocks.state != "resolved", blocks.due_on < breached_on)


async def add_moves(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    await connection.execute(insert(roadblock_moves), [dict(row) for row in rows])


async def last_moved_on(connection: AsyncConnection, tenant_id: TenantId, roadblock_id: UUID) -> date | None:
    statement = select(func.max(moves.moved_on)).where(moves.tenant_id == tenant_id, moves.roadblock_id == roadblock_id)
    day: date | None = await connection.scalar(statement)
    return day


def moves_of(tenant_id: TenantId, roadblock_id: UUID) -> Select[Any]:
    return select(roadblock_moves).where(moves.tenant_id == tenant_id, moves.roadblock_id == roadblock_id)


async def climbs_of(
    connection: AsyncConnection, tenant_id: TenantId, roadblock_ids: Sequence[UUID]
) -> Sequence[RowMapping]:
    """The rungs that roadblocks were taken to, lowest first."""
    statement = (
        select(moves.roadblock_id, moves.rung, moves.moved_on, moves.to_user_id)
        .where(moves.tenant_id == tenant_id, moves.kind == "escalated", among(moves.roadblock_id, roadblock_ids))
        .order_by(moves.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def account_of_commitment(connection: AsyncConnection, tenant_id: TenantId, commitment_id: UUID) -> UUID | None:
    """Whose commitment it is; None where there is none."""
    statement = select(commitments.c.account_id).where(
        commitments.c.tenant_id == tenant_id, commitments.c.id == commitment_id
    )
    account_id: UUID | None = await connection.scalar(statement)
    return account_id
