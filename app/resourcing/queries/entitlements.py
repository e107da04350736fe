"""SQL of what accounts are and were entitled to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts
from app.infra.records import statements
from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId
from app.resourcing.tables import account_entitlements

entitlements = account_entitlements.c


async def hold(connection: AsyncConnection, tenant_id: TenantId, account_ids: Collection[AccountId]) -> None:
    """Let nobody else change what these accounts are entitled to until the transaction ends."""
    statement = (
        select(accounts.c.id)
        .where(accounts.c.tenant_id == tenant_id, among(accounts.c.id, sorted(account_ids)))
        .order_by(accounts.c.id)
        .with_for_update(key_share=True)
    )
    await connection.execute(statement)


async def not_ended(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_ids: Collection[AccountId],
    bases: Collection[str],
    on: date,
) -> Sequence[RowMapping]:
    """The statements of these bases that hold on a day or later."""
    statement = select(account_entitlements).where(
        entitlements.tenant_id == tenant_id,
        among(entitlements.account_id, list(account_ids)),
        entitlements.basis.in_(sorted(bases)),
        or_(entitlements.until_on.is_(None), entitlements.until_on > on),
        or_(entitlements.until_on.is_(None), entitlements.until_on > entitlements.from_on),  # else it never held
    )
    return (await connection.execute(statement)).mappings().all()


async def end(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID], on: date) -> None:
    """Let statements hold until a day, which is no longer included."""
    statement = (
        update(account_entitlements)
        .where(entitlements.tenant_id == tenant_id, among(entitlements.id, ids))
        .values(until_on=on, version=entitlements.version + 1, updated_at=func.now())
    )
    await connection.execute(statement)


async def add(connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[Mapping[str, Any]]) -> None:
    await statements.write(connection, account_entitlements, tenant_id, rows)


async def held(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Collection[AccountId] | None, as_of: date
) -> Sequence[RowMapping]:
    """The statements that hold on a day, of some accounts or of all."""
    statement = (
        select(account_entitlements)
        .where(
            entitlements.tenant_id == tenant_id,
            entitlements.from_on <= as_of,
            or_(entitlements.until_on.is_(None), entitlements.until_on > as_of),
        )
        .order_by(entitlements.from_on, entitlements.id)
    )
    if account_ids is not None:
        statement = statement.where(among(entitlements.account_id, list(account_ids)))
    return (await connection.execute(statement)).mappings().all()


async def tiers(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Collection[AccountId] | None, as_of: date
) -> dict[AccountId, str]:
    """The tier that each account's entitlements came with, as of a day."""
    statement = (
        select(entitlements.account_id, entitlements.basis_name)
        .ext(distinct_on(entitlements.account_id))
        .where(
            entitlements.tenant_id == tenant_id,
            entitlements.basis == "tier",
            entitlements.from_on <= as_of,
            or_(entitlements.until_on.is_(None), entitlements.until_on > as_of),
        )
        .order_by(entitlements.account_id, entitlements.from_on.desc(), entitlements.id.desc())
    )
    if account_ids is not None:
        statement = statement.where(among(entitlements.account_id, list(account_ids)))
    return {AccountId(row.account_id): row.basis_name for row in await connection.execute(statement)}
