"""SQL of what customers said of how sure they are of the partnership."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import observations
from app.kernel.ids import AccountId, TenantId

rows = observations.c


async def said(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, metric: str, until: date
) -> Sequence[RowMapping]:
    """What was observed of an account by the end of a day, the earliest first."""
    statement = (
        select(rows.observed_on, rows.value)
        .where(
            rows.tenant_id == tenant_id,
            rows.account_id == account_id,
            rows.metric == metric,
            rows.observed_on <= until,
        )
        .order_by(rows.observed_on, rows.id)
    )
    return (await connection.execute(statement)).mappings().all()
