"""SQL of calibrations and the moves that they made."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import users
from app.calibration.tables import calibration_invitations, calibration_moves, calibrations
from app.kernel.ids import AccountId, TenantId

rows, moves = calibrations.c, calibration_moves.c


async def find(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    statement = select(calibrations).where(rows.tenant_id == tenant_id, rows.id == calibration_id)
    row: RowMapping | None = (
        (await connection.execute(statement.with_for_update() if lock else statement)).mappings().one_or_none()
    )
    return row


async def open_of_account(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, states: tuple[str, ...]
) -> RowMapping | None:
    """The account's calibration in one of the states, the newest where there are several; it is held."""
    statement = (
        select(calibrations)
        .where(rows.tenant_id == tenant_id, rows.account_id == account_id, rows.state.in_(states))
        .order_by(rows.id.desc())
        .limit(1)
        .with_for_update()
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping | None:
    """Add a calibration; None where the account has one in progress, which may have begun a moment ago."""
    statement = insert(calibrations).values(**values).on_conflict_do_nothing().returning(calibrations)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def change(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID, values: Mapping[str, Any]
) -> RowMapping:
    statement = (
        update(calibrations)
        .where(rows.tenant_id == tenant_id, rows.id == calibration_id)
        .values(**values, version=rows.version + 1, updated_at=func.now())
        .returning(calibrations)
    )
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def add_move(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(calibration_moves).values(**values))


async def last_moved_on(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> date | None:
    statement = select(func.max(moves.moved_on)).where(
        moves.tenant_id == tenant_id, moves.calibration_id == calibration_id
    )
    found: date | None = await connection.scalar(statement)
    return found


def moves_of(tenant_id: TenantId, calibration_id: UUID) -> Select[Any]:
    """What happened to a calibration, with what those are called who did it."""
    guests = calibration_invitations.c
    return (
        select(calibration_moves, func.coalesce(users.c.name, guests.name).label("name"))
        .outerjoin(users, and_(users.c.tenant_id == tenant_id, users.c.id == moves.user_id))
        .outerjoin(calibration_invitations, and_(guests.tenant_id == tenant_id, guests.id == moves.invitation_id))
        .where(moves.tenant_id == tenant_id, moves.calibration_id == calibration_id)
    )
