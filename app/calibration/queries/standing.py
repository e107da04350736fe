"""SQL of which calibrations were in force on a day, and which accounts were ever calibrated."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.tables import calibrations
from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId

rows = calibrations.c


async def in_force(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId] | None, as_of: date
) -> Sequence[RowMapping]:
    """What was activated by the end of the day, and had not ended then: one calibration of an account at most."""
    statement = select(rows.id, rows.account_id, rows.agreed_level, rows.activated_on).where(
        rows.tenant_id == tenant_id,
        rows.activated_on <= as_of,
        or_(rows.ended_on.is_(None), rows.ended_on > as_of),
    )
    if account_ids is not None:
        statement = statement.where(among(rows.account_id, account_ids))
    return (await connection.execute(statement)).mappings().all()


async def completed(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId]
) -> Sequence[RowMapping]:
    """From when until when each calibration was in force that these accounts ever completed."""
    statement = select(rows.account_id, rows.activated_on, rows.ended_on).where(
        rows.tenant_id == tenant_id, rows.activated_on.is_not(None), among(rows.account_id, account_ids)
    )
    return (await connection.execute(statement)).mappings().all()
