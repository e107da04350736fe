"""SQL of what people state of the program: its mandate, its rebuilds, ratings, and what is to be done."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, delete, func, insert, or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.kernel.periods import end_of_day
from app.program.tables import program_actions, program_mandates, program_ratings, program_rebuilds

mandates, ratings_, actions = program_mandates.c, program_ratings.c, program_actions.c


async def add(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> Sequence[RowMapping]:
    """New rows of a table, as they are kept."""
    statement = insert(table).returning(*table.columns, sort_by_parameter_order=True)
    return (await connection.execute(statement, [dict(row) for row in rows])).mappings().all()


async def find(
    connection: AsyncConnection, table: Table, tenant_id: TenantId, row_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    """One row of a table."""
    statement = select(table).where(table.c.tenant_id == tenant_id, table.c.id == row_id)
    found = await connection.execute(statement.with_for_update() if lock else statement)
    row: RowMapping | None = found.mappings().one_or_none()
    return row


def listed(table: Table, tenant_id: TenantId, wanted: Mapping[str, Any]) -> Select[Any]:
    """The rows of a table with the wanted values."""
    statement = select(table).where(table.c.tenant_id == tenant_id)
    for name, value in wanted.items():
        statement = statement.where(table.c[name] == value)
    return statement


async def mandate(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> RowMapping | None:
    """The mandate that holds on a day: of those that do, the one that began last."""
    statement = (
        select(program_mandates)
        .where(
            mandates.tenant_id == tenant_id,
            mandates.from_on <= as_of,
            or_(mandates.until_on.is_(None), mandates.until_on > as_of),
        )
        .order_by(mandates.from_on.desc(), mandates.id.desc())
        .limit(1)
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def rebuilds(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> list[tuple[date, str]]:
    """The days on which the program was rebuilt by a day, with their causes."""
    log = program_rebuilds.c
    statement = select(log.rebuilt_on, log.cause).where(log.tenant_id == tenant_id, log.rebuilt_on <= as_of)
    return [(row.rebuilt_on, row.cause) for row in (await connection.execute(statement)).all()]


async def remove_rebuild(connection: AsyncConnection, tenant_id: TenantId, rebuild_id: UUID) -> bool:
    """Whether there was such an entry, which is gone now."""
    log = program_rebuilds.c
    gone = delete(program_rebuilds).where(log.tenant_id == tenant_id, log.id == rebuild_id)
    return (await connection.execute(gone)).rowcount == 1


async def ratings_until(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> Sequence[RowMapping]:
    """All ratings of the program by a day, in the order in which they were said."""
    statement = (
        select(program_ratings)
        .where(ratings_.tenant_id == tenant_id, ratings_.rated_on <= as_of)
        .order_by(ratings_.rated_on, ratings_.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def open_actions(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> dict[str, int]:
    """How many actions were open at the end of a day, by the requirement that they are for."""
    statement = (
        select(actions.requirement, func.count().label("open"))
        .where(
            actions.tenant_id == tenant_id,
            actions.requirement.is_not(None),
            actions.created_at < end_of_day(as_of),
            or_(actions.closed_on.is_(None), actions.closed_on > as_of),
        )
        .group_by(actions.requirement)
    )
    return {row.requirement: row.open for row in (await connection.execute(statement)).all()}


async def change_action(
    connection: AsyncConnection, tenant_id: TenantId, action_id: UUID, values: Mapping[str, Any]
) -> RowMapping:
    statement = (
        update(program_actions)
        .where(actions.tenant_id == tenant_id, actions.id == action_id)
        .values(**values, version=actions.version + 1, updated_at=func.now())
        .returning(*program_actions.columns)
    )
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row
