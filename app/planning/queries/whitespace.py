"""SQL of what was said of whitespace cells."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.planning.tables import whitespace_statements

said = whitespace_statements.c


def statements_of(tenant_id: TenantId, account_id: AccountId, wanted: Mapping[str, UUID]) -> Select[Any]:
    """All that was said of an account's cells, of those `wanted` by buying center or offering."""
    statement = select(whitespace_statements).where(said.tenant_id == tenant_id, said.account_id == account_id)
    for name, value in wanted.items():
        statement = statement.where(said[name] == value)
    return statement


async def last(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, wanted: Mapping[str, UUID]
) -> RowMapping | None:
    """The last word on a cell."""
    newest = statements_of(tenant_id, account_id, wanted).order_by(said.said_on.desc(), said.id.desc()).limit(1)
    row: RowMapping | None = (await connection.execute(newest)).mappings().one_or_none()
    return row


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(whitespace_statements).values(**values).returning(whitespace_statements)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row
