"""SQL of the hours of key account managers, as they are recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.records import statements
from app.kernel.ids import AccountId, TenantId, UserId
from app.program.tables import kam_hours

columns = kam_hours.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which hours are wanted."""

    user_id: UserId | None = None
    account_id: AccountId | None = None
    activity: str | None = None
    from_on: date | None = None
    to_on: date | None = None


def of(tenant_id: TenantId, wanted: Wanted) -> Select[Any]:
    statement = select(kam_hours).where(columns.tenant_id == tenant_id)
    for name in ("user_id", "account_id", "activity"):
        value = getattr(wanted, name)
        if value is not None:
            statement = statement.where(columns[name] == value)
    if wanted.from_on is not None:
        statement = statement.where(columns.spent_on >= wanted.from_on)
    return statement if wanted.to_on is None else statement.where(columns.spent_on <= wanted.to_on)


async def add(connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[Mapping[str, Any]]) -> None:
    await statements.write(connection, kam_hours, tenant_id, rows)


async def find(connection: AsyncConnection, tenant_id: TenantId, hours_id: UUID) -> RowMapping | None:
    statement = select(kam_hours).where(columns.tenant_id == tenant_id, columns.id == hours_id)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def forget(connection: AsyncConnection, tenant_id: TenantId, hours_id: UUID) -> bool:
    """Whether there was such an entry to take away."""
    statement = delete(kam_hours).where(columns.tenant_id == tenant_id, columns.id == hours_id).returning(columns.id)
    return await connection.scalar(statement) is not None
