"""SQL of what was put into the customer's own strategic planning."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.tables import strategic_contributions
from app.kernel.ids import AccountId, TenantId

rows = strategic_contributions.c


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(strategic_contributions).values(**values).returning(strategic_contributions)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


def of_account(tenant_id: TenantId, account_id: AccountId, as_of: date) -> Select[Any]:
    """What was contributed to an account's planning up to a day."""
    return select(strategic_contributions).where(
        rows.tenant_id == tenant_id, rows.account_id == account_id, rows.contributed_on <= as_of
    )


async def since(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, after: date, until: date
) -> Sequence[RowMapping]:
    """What was contributed after one day, and up to another."""
    statement = select(rows.kind, rows.contributed_on, rows.in_their_plan).where(
        rows.tenant_id == tenant_id,
        rows.account_id == account_id,
        rows.contributed_on > after,
        rows.contributed_on <= until,
    )
    return (await connection.execute(statement)).mappings().all()
