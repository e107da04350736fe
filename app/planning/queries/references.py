"""SQL of the facts that plans name: contacts, people, buying centers, offerings, and rates of exchange."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import buying_centers, contacts, exchange_rates, offerings, users
from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId

_TABLES: Final[Mapping[str, Table]] = {
    "contact": contacts,
    "user": users,
    "buying_center": buying_centers,
    "offering": offerings,
}


async def there(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, kind: str, ids: Sequence[UUID]
) -> set[UUID]:
    """Those of `ids` that are there; contacts and buying centers only where they are the account's."""
    table = _TABLES[kind]
    statement = select(table.c.id).where(table.c.tenant_id == tenant_id, among(table.c.id, ids))
    if "account_id" in table.c:
        statement = statement.where(table.c.account_id == account_id)
    return set(await connection.scalars(statement))


async def active_contact(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, contact_id: UUID
) -> bool:
    """Whether somebody is an active contact of the account."""
    found = contacts.c
    statement = select(found.id).where(
        found.tenant_id == tenant_id,
        found.id == contact_id,
        found.account_id == account_id,
        found.active,
        found.removed_at.is_(None),
    )
    return await connection.scalar(statement) is not None


async def contact_names(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> dict[UUID, str]:
    statement = select(contacts.c.id, contacts.c.name).where(
        contacts.c.tenant_id == tenant_id, among(contacts.c.id, ids)
    )
    return {row.id: row.name for row in await connection.execute(statement)}


async def rates(connection: AsyncConnection, tenant_id: TenantId, into: str, day: date) -> dict[str, Decimal]:
    """The rate of each currency into another on a day; of that currency itself 1."""
    rate = exchange_rates.c
    statement = (
        select(rate.currency, rate.rate)
        .ext(distinct_on(rate.currency))
        .where(rate.tenant_id == tenant_id, rate.into_currency == into, rate.from_on <= day)
        .order_by(rate.currency, rate.from_on.desc())
    )
    found = {row.currency: row.rate for row in await connection.execute(statement)}
    return {**found, into: Decimal(1)}
