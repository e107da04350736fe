"""SQL of reselections: the ways back to being a key account, what has to be shown, and who helps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, and_, column, func, insert, select, table, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId
from app.retiering.tables import peer_connections, reentry_criteria, reselections

columns, criteria, peers = reselections.c, reentry_criteria.c, peer_connections.c
_accounts = table("accounts", *(column(name, Uuid) for name in ("tenant_id", "id")), column("name", Text))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of reselections is narrowed by, None where it is not."""

    state: str | None = None
    account_id: AccountId | None = None


def shown(tenant_id: TenantId, wanted: Wanted) -> Select[Any]:
    """Reselections with what their accounts are called."""
    statement = (
        select(reselections, _accounts.c.name.label("account_name"))
        .join(_accounts, and_(_accounts.c.tenant_id == tenant_id, _accounts.c.id == columns.account_id))
        .where(columns.tenant_id == tenant_id)
    )
    equal = {columns.state: wanted.state, columns.account_id: wanted.account_id}
    return statement.where(*(found == value for found, value in equal.items() if value is not None))


async def of_retiering(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID) -> RowMapping | None:
    """The newest reselection after a retiering."""
    statement = (
        shown(tenant_id, Wanted())
        .where(columns.retiering_id == retiering_id)
        .order_by(columns.opened_on.desc(), columns.id.desc())
        .limit(1)
    )
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def hold(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID) -> None:
    """Nobody else changes the reselections after a retiering until the transaction ends."""
    statement = (
        select(columns.id)
        .where(columns.tenant_id == tenant_id, columns.retiering_id == retiering_id)
        .order_by(columns.id)
        .with_for_update()
    )
    await connection.execute(statement)


async def open_of(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> UUID | None:
    """The account's reselection that is open, which is one at most."""
    statement = select(columns.id).where(
        columns.tenant_id == tenant_id, columns.account_id == account_id, columns.state == "open"
    )
    found: UUID | None = await connection.scalar(statement)
    return found


async def every_open(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[RowMapping]:
    """The reselections that are open, and were not found to be eligible yet."""
    statement = shown(tenant_id, Wanted("open")).where(columns.eligible_on.is_(None)).order_by(columns.id)
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(reselections).values(**values))


async def change(
    connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID], values: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(reselections)
        .where(columns.tenant_id == tenant_id, among(columns.id, ids))
        .values(**values, version=columns.version + 1, updated_at=func.now())
    )


async def add_criteria(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(reentry_criteria), [dict(row) for row in rows])


async def criteria_of(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> Sequence[RowMapping]:
    """The criteria of reselections, in the order in which they were put on record."""
    statement = (
        select(reentry_criteria)
        .where(criteria.tenant_id == tenant_id, among(criteria.reselection_id, ids))
        .order_by(criteria.reselection_id, criteria.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def change_criterion(
    connection: AsyncConnection, tenant_id: TenantId, criterion_id: UUID, values: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(reentry_criteria)
        .where(criteria.tenant_id == tenant_id, criteria.id == criterion_id)
        .values(**values, version=criteria.version + 1, updated_at=func.now())
    )


async def add_peer(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(peer_connections).values(**values))


async def peers_of(
    connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID], as_of: date
) -> Sequence[RowMapping]:
    """The introductions of reselections up to a day, the earliest first, with what the peers are called."""
    statement = (
        select(peer_connections, _accounts.c.name.label("peer_name"))
        .join(_accounts, and_(_accounts.c.tenant_id == tenant_id, _accounts.c.id == peers.peer_account_id))
        .where(peers.tenant_id == tenant_id, among(peers.reselection_id, ids), peers.introduced_on <= as_of)
        .order_by(peers.introduced_on, peers.id)
    )
    return (await connection.execute(statement)).mappings().all()
