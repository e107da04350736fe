"""SQL of which calibrations were in force on a day, and which accounts were ever calibrated."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, any_, func, or_, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import merged_rows
from app.calibration.tables import calibrations
from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import end_of_day

rows, merged = calibrations.c, merged_rows.c


async def in_force(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId] | None, as_of: date
) -> Sequence[RowMapping]:
    """What was activated by the end of the day, and had not ended then: one calibration of an account at most."""
    account = _account_then(as_of)
    statement = select(rows.id, account.label("account_id"), rows.agreed_level, rows.activated_on).where(
        rows.tenant_id == tenant_id,
        rows.activated_on <= as_of,
        or_(rows.ended_on.is_(None), rows.ended_on > as_of),
    )
    if account_ids is not None:
        passed_on = select(merged.row_id).where(merged.tenant_id == tenant_id, among(merged.account_id, account_ids))
        found = or_(among(rows.account_id, account_ids), rows.id == any_(func.array(passed_on.scalar_subquery())))
        statement = statement.where(found, among(account, account_ids))
    return (await connection.execute(statement)).mappings().all()


def _account_then(as_of: date) -> ColumnElement[UUID]:
    """Whose a calibration was at the end of the day, where a merge may have made it another account's since."""
    before = (
        select(merged.account_id)
        .where(merged.tenant_id == rows.tenant_id, merged.row_id == rows.id, merged.until_at >= end_of_day(as_of))
        .order_by(merged.until_at)
        .limit(1)
    )
    return func.coalesce(before.scalar_subquery(), rows.account_id)


async def completed(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId]
) -> Sequence[RowMapping]:
    """From when until when each calibration was in force that these accounts ever completed."""
    statement = select(rows.account_id, rows.activated_on, rows.ended_on).where(
        rows.tenant_id == tenant_id, rows.activated_on.is_not(None), among(rows.account_id, account_ids)
    )
    return (await connection.execute(statement)).mappings().all()
