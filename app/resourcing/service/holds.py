"""Holds on withdrawals: once it is decided to take from an account, nothing is taken before the customer was told."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.resourcing.core.withdrawals import Allowed, ConversationNotRecorded
from app.resourcing.core.withdrawals import check_withdrawal as check
from app.resourcing.queries import holds as queries
from app.resourcing.queries.entitlements import hold as hold_accounts

__all__ = [
    "ConversationNotRecorded", "check_withdrawal", "check_withdrawals", "forgotten", "hold", "release", "told",
    "untold",
]  # fmt: skip


async def hold(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, retiering_id: UUID, on: date
) -> None:
    """From now on nothing is taken from the account before its customer was told; takes the place of earlier holds."""
    await hold_accounts(connection, tenant_id, [account_id])  # who takes something meanwhile comes before or after
    await queries.close_others(connection, tenant_id, account_id, retiering_id, on)
    await queries.add(connection, tenant_id, account_id, retiering_id, on)


async def told(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, on: date) -> None:
    """The customer was told of what is decided on a day; from that day on it may be taken."""
    await queries.tell(connection, tenant_id, retiering_id, on)


async def forgotten(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID) -> None:
    """The customer is not told of it after all: what is decided stands, and nothing is taken again."""
    await queries.forget(connection, tenant_id, retiering_id)


async def release(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, on: date) -> bool:
    """Nothing is to be taken from the account any more: it was, or is not meant to be; whether there was a hold."""
    return await queries.close(connection, tenant_id, account_id, on)


async def untold(connection: AsyncConnection, tenant_id: TenantId) -> set[AccountId]:
    """The accounts from which nothing may be taken yet."""
    return await queries.untold(connection, tenant_id)


async def check_withdrawal(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, *, on: date, allowed: Allowed = "unheld"
) -> None:
    """Raise ConversationNotRecorded where nothing may be taken from the account on a day."""
    await check_withdrawals(connection, tenant_id, [account_id], on=on, allowed=allowed)


async def check_withdrawals(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_ids: Collection[AccountId],
    *,
    on: date,
    allowed: Allowed,
) -> None:
    """The same for several accounts, in one statement."""
    if not account_ids or allowed == "agreed":
        return
    found = await queries.in_force(connection, tenant_id, account_ids)
    for account_id in account_ids:
        check(found.get(account_id), on, allowed)
