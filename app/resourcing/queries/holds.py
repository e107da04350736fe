"""SQL of what may not be taken from accounts before the customer was told."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Update, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId
from app.resourcing.core.withdrawals import Hold
from app.resourcing.tables.holds import withdrawal_holds

holds = withdrawal_holds.c


async def in_force(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Collection[AccountId]
) -> dict[AccountId, Hold]:
    """The strictest hold on each account that is not closed; accounts without one are left out.

    There are several where accounts were merged: of one that nobody was told nothing may be taken.
    """
    statement = (
        select(holds.account_id, holds.conversation_on)
        .ext(distinct_on(holds.account_id))
        .where(holds.tenant_id == tenant_id, holds.closed_on.is_(None), among(holds.account_id, sorted(account_ids)))
        .order_by(holds.account_id, holds.conversation_on.desc().nulls_first())
    )
    return {AccountId(row.account_id): Hold(row.conversation_on) for row in await connection.execute(statement)}


async def untold(connection: AsyncConnection, tenant_id: TenantId) -> set[AccountId]:
    """The accounts from which nothing may be taken yet."""
    statement = select(holds.account_id).where(
        holds.tenant_id == tenant_id, holds.closed_on.is_(None), holds.conversation_on.is_(None)
    )
    return {AccountId(account_id) for account_id in await connection.scalars(statement)}


async def add(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, retiering_id: UUID, on: date
) -> None:
    """Put a hold on record, once."""
    values = {"tenant_id": tenant_id, "account_id": account_id, "retiering_id": retiering_id, "opened_on": on}
    await connection.execute(insert(withdrawal_holds).values(**values).on_conflict_do_nothing())


async def tell(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, on: date) -> None:
    """The customer was told on a day; the first such day stays."""
    await connection.execute(
        update(withdrawal_holds)
        .where(holds.tenant_id == tenant_id, holds.retiering_id == retiering_id, holds.conversation_on.is_(None))
        .values(conversation_on=on, version=holds.version + 1, updated_at=func.now())
    )


async def forget(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID) -> None:
    """What the customer was told does not hold any more."""
    await connection.execute(
        update(withdrawal_holds)
        .where(holds.tenant_id == tenant_id, holds.retiering_id == retiering_id, holds.closed_on.is_(None))
        .values(conversation_on=None, version=holds.version + 1, updated_at=func.now())
    )


async def close(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, on: date) -> bool:
    """Close whatever holds there are on the account; whether there was one."""
    return bool((await connection.execute(_closed(tenant_id, account_id, on))).rowcount)


async def close_others(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, retiering_id: UUID, on: date
) -> None:
    """Close the holds on the account that come of other decisions."""
    await connection.execute(_closed(tenant_id, account_id, on).where(holds.retiering_id != retiering_id))


def _closed(tenant_id: TenantId, account_id: AccountId, on: date) -> Update:
    return (
        update(withdrawal_holds)
        .where(holds.tenant_id == tenant_id, holds.account_id == account_id, holds.closed_on.is_(None))
        .values(closed_on=on, version=holds.version + 1, updated_at=func.now())
    )
