"""SQL of what both sides make of their goals: themes, joint opportunities, assumptions; and of what they sealed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.tables import (
    calibration_assumptions,
    calibration_submissions,
    calibration_themes,
    joint_opportunities,
)
from app.infra.rows import among
from app.kernel.ids import TenantId


async def sealed(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, number: int
) -> Sequence[RowMapping]:
    """What the sides sealed in a round; to be asked for after its reveal alone."""
    columns = calibration_submissions.c
    statement = select(columns.party, columns.document).where(
        columns.tenant_id == tenant_id,
        columns.calibration_id == calibration_id,
        columns.round == number,
        columns.sealed_at.is_not(None),
    )
    return (await connection.execute(statement)).mappings().all()


def themes(tenant_id: TenantId, calibration_id: UUID) -> Select[Any]:
    """Those that count, in the order in which they were mapped."""
    return _of(calibration_themes, tenant_id, calibration_id).order_by(calibration_themes.c.id)


def opportunities(tenant_id: TenantId, calibration_id: UUID) -> Select[Any]:
    return _of(joint_opportunities, tenant_id, calibration_id)


def assumptions(tenant_id: TenantId, calibration_id: UUID, *, state: str | None = None) -> Select[Any]:
    statement = _of(calibration_assumptions, tenant_id, calibration_id)
    return statement if state is None else statement.where(calibration_assumptions.c.state == state)


def _of(table: Table, tenant_id: TenantId, calibration_id: UUID) -> Select[Any]:
    """The records of a calibration that count."""
    columns = table.c
    return select(table).where(
        columns.tenant_id == tenant_id, columns.calibration_id == calibration_id, columns.invalidated_at.is_(None)
    )


async def all_of(connection: AsyncConnection, statement: Select[Any]) -> Sequence[RowMapping]:
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def count(connection: AsyncConnection, statement: Select[Any]) -> int:
    return int(await connection.scalar(select(func.count()).select_from(statement.subquery())) or 0)


async def find_opportunity(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, opportunity_id: UUID
) -> RowMapping | None:
    statement = opportunities(tenant_id, calibration_id).where(joint_opportunities.c.id == opportunity_id)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def find_assumption(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, assumption_id: UUID
) -> RowMapping | None:
    statement = assumptions(tenant_id, calibration_id).where(calibration_assumptions.c.id == assumption_id)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def add_themes(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    await connection.execute(insert(calibration_themes), [dict(row) for row in rows])


async def drop_themes(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> None:
    """They do not count any more; they are history."""
    columns = calibration_themes.c
    statement = (
        update(calibration_themes)
        .where(columns.tenant_id == tenant_id, among(columns.id, ids))
        .values(invalidated_at=func.now(), version=columns.version + 1, updated_at=func.now())
    )
    await connection.execute(statement)


async def add_opportunity(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    return await _add(connection, joint_opportunities, values)


async def drop_opportunity(connection: AsyncConnection, row: RowMapping) -> None:
    """It does not count any more; it is history."""
    await _change(connection, joint_opportunities, row, {"invalidated_at": func.now()})


async def add_assumption(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    return await _add(connection, calibration_assumptions, values)


async def _add(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> RowMapping:
    row: RowMapping = (await connection.execute(insert(table).values(**values).returning(table))).mappings().one()
    return row


async def change_opportunity(connection: AsyncConnection, row: RowMapping, values: Mapping[str, Any]) -> RowMapping:
    return await _change(connection, joint_opportunities, row, values)


async def change_assumption(connection: AsyncConnection, row: RowMapping, values: Mapping[str, Any]) -> RowMapping:
    return await _change(connection, calibration_assumptions, row, values)


async def _change(connection: AsyncConnection, table: Table, row: RowMapping, values: Mapping[str, Any]) -> RowMapping:
    columns = table.c
    statement = (
        update(table)
        .where(columns.tenant_id == row["tenant_id"], columns.id == row["id"])
        .values(**values, version=columns.version + 1, updated_at=func.now())
        .returning(table)
    )
    changed: RowMapping = (await connection.execute(statement)).mappings().one()
    return changed
