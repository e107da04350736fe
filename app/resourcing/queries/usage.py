"""SQL of usage as it is recorded, of customers' ratings, and of the rates that costs are converted at."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import contacts, exchange_rates
from app.infra.records import statements
from app.kernel.ids import AccountId, TenantId
from app.resourcing.tables import resource_ratings, usage_entries

ratings = resource_ratings.c


async def add(connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[Mapping[str, Any]]) -> None:
    await statements.write(connection, usage_entries, tenant_id, rows)


async def add_rating(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(resource_ratings).values(**values).returning(resource_ratings)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


def ratings_of(tenant_id: TenantId, account_id: AccountId, resource_id: UUID | None) -> Select[Any]:
    statement = select(resource_ratings).where(ratings.tenant_id == tenant_id, ratings.account_id == account_id)
    return statement if resource_id is None else statement.where(ratings.resource_id == resource_id)


async def is_contact(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, contact_id: UUID) -> bool:
    """Whether the contact is one of the account's."""
    statement = select(contacts.c.id).where(
        contacts.c.tenant_id == tenant_id, contacts.c.id == contact_id, contacts.c.account_id == account_id
    )
    return await connection.scalar(statement) is not None


async def rates(connection: AsyncConnection, tenant_id: TenantId, into: str, day: date) -> dict[str, Decimal]:
    """What one of each currency is worth in another on a day; of that currency itself 1."""
    rate = exchange_rates.c
    statement = (
        select(rate.currency, rate.rate)
        .ext(distinct_on(rate.currency))
        .where(rate.tenant_id == tenant_id, rate.into_currency == into, rate.from_on <= day)
        .order_by(rate.currency, rate.from_on.desc())
    )
    found = {row.currency: row.rate for row in await connection.execute(statement)}
    return {**found, into: Decimal(1)}
