"""SQL of assessments."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, insert, select, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.tables import assessments
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import end_of_day

columns = assessments.c


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(assessments).values(**values).returning(assessments)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


def of_account(tenant_id: TenantId, account_id: AccountId) -> Select[Any]:
    return select(assessments).where(columns.tenant_id == tenant_id, columns.account_id == account_id)


async def of_days(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date, reach_days: int
) -> Sequence[RowMapping]:
    """The account's assessments of the days that end at `as_of`, the newest first."""
    statement = (
        of_account(tenant_id, account_id)
        .where(columns.assessed_on <= as_of, columns.assessed_on > as_of - timedelta(days=reach_days))
        .order_by(columns.assessed_on.desc(), columns.id.desc())
    )
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def functions(connection: AsyncConnection, tenant_id: TenantId) -> list[str]:
    """The functions for which the organization has anybody, by name."""
    return list(await connection.scalars(_FUNCTIONS, {"tenant_id": tenant_id}))


async def kam(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date) -> Any:
    """The id of the account's key account manager at the end of a day; None without one."""
    parameters = {"tenant_id": tenant_id, "account_id": account_id, "known_before": end_of_day(as_of)}
    return await connection.scalar(_KAM, parameters)


_FUNCTIONS = text("SELECT DISTINCT function FROM users WHERE tenant_id = :tenant_id AND active ORDER BY function")
_KAM = text(
    """SELECT kam_user_id FROM accounts_states
    WHERE tenant_id = :tenant_id AND id = :account_id AND valid_from < :known_before AND valid_to >= :known_before"""
)
