"""SQL of who leads which function from when on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.records import statements
from app.kernel.ids import TenantId
from app.resourcing.tables import function_leaders

leads = function_leaders.c


async def on(connection: AsyncConnection, tenant_id: TenantId, day: date) -> Sequence[RowMapping]:
    """Who led each function on a day, and since when."""
    statement = (
        select(leads.function, leads.user_id, leads.from_on)
        .ext(distinct_on(leads.function))
        .where(leads.tenant_id == tenant_id, leads.from_on <= day)
        .order_by(leads.function, leads.from_on.desc())
    )
    return (await connection.execute(statement)).mappings().all()


async def save(connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[Mapping[str, Any]]) -> None:
    await statements.write(connection, function_leaders, tenant_id, rows)
