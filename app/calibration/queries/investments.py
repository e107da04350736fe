"""SQL of the fourth step: what the supplier invests, and which functions know of it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.tables import calibration_acknowledgements, calibration_investments
from app.infra.rows import among
from app.kernel.ids import TenantId

investments, acknowledgements = calibration_investments.c, calibration_acknowledgements.c


async def of_calibration(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID
) -> Sequence[RowMapping]:
    """The investments that count."""
    statement = (
        select(calibration_investments)
        .where(
            investments.tenant_id == tenant_id,
            investments.calibration_id == calibration_id,
            investments.invalidated_at.is_(None),
        )
        .order_by(investments.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def add(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    await connection.execute(insert(calibration_investments), [dict(row) for row in rows])


async def stop(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> None:
    """These investments do not count any more."""
    await connection.execute(
        update(calibration_investments)
        .where(investments.tenant_id == tenant_id, among(investments.id, ids))
        .values(invalidated_at=func.now())
    )


async def change(
    connection: AsyncConnection, tenant_id: TenantId, investment_id: UUID, values: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(calibration_investments)
        .where(investments.tenant_id == tenant_id, investments.id == investment_id)
        .values(**values, version=investments.version + 1, updated_at=func.now())
    )


async def acknowledged(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> Sequence[RowMapping]:
    """The acknowledgements that count."""
    statement = (
        select(calibration_acknowledgements)
        .where(
            acknowledgements.tenant_id == tenant_id,
            acknowledgements.calibration_id == calibration_id,
            acknowledgements.invalidated_at.is_(None),
        )
        .order_by(acknowledgements.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def acknowledge(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(calibration_acknowledgements).values(**values))


async def ask_again(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, functions: Collection[str]
) -> None:
    """What these functions acknowledged has changed, and does not count any more."""
    await connection.execute(
        update(calibration_acknowledgements)
        .where(
            acknowledgements.tenant_id == tenant_id,
            acknowledgements.calibration_id == calibration_id,
            acknowledgements.function.in_(sorted(functions)),
            acknowledgements.invalidated_at.is_(None),
        )
        .values(invalidated_at=func.now())
    )
