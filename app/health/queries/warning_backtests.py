"""SQL of backtests of warnings."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.tables import warning_backtests
from app.kernel.ids import TenantId

backtests = warning_backtests.c


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(warning_backtests).values(**values))


def listed(tenant_id: TenantId) -> Select[Any]:
    """The selection that a page of backtests is cut from."""
    return select(warning_backtests).where(backtests.tenant_id == tenant_id)


async def find(connection: AsyncConnection, tenant_id: TenantId, backtest_id: UUID) -> RowMapping | None:
    statement = select(warning_backtests).where(backtests.tenant_id == tenant_id, backtests.id == backtest_id)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def finish(
    connection: AsyncConnection, tenant_id: TenantId, backtest_id: UUID, result: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(warning_backtests)
        .where(backtests.tenant_id == tenant_id, backtests.id == backtest_id)
        .values(result=dict(result))
    )
