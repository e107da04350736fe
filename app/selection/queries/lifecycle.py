"""SQL of where accounts stand in the program, and how they came there."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts
from app.kernel.ids import AccountId, TenantId
from app.selection.tables import account_standings, lifecycle_moves

standings, moves = account_standings.c, lifecycle_moves.c


async def standing(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, *, lock: bool = False
) -> RowMapping | None:
    statement = select(account_standings).where(standings.tenant_id == tenant_id, standings.account_id == account_id)
    found = await connection.execute(statement.with_for_update() if lock else statement)
    row: RowMapping | None = found.mappings().one_or_none()
    return row


def standings_of(
    tenant_id: TenantId, wanted: Mapping[str, str], *, review_due_until: date | None = None
) -> Select[Any]:
    """Where accounts stand that have moved at all."""
    statement = select(account_standings).where(standings.tenant_id == tenant_id, ~_merged_away(tenant_id))
    for name, value in wanted.items():
        statement = statement.where(standings[name] == value)
    return statement if review_due_until is None else statement.where(standings.review_due_on <= review_due_until)


async def tiers(connection: AsyncConnection, tenant_id: TenantId, states: Collection[str]) -> dict[AccountId, str]:
    """The tiers of the accounts that stand in one of these states."""
    statement = select(standings.account_id, standings.tier).where(
        standings.tenant_id == tenant_id,
        standings.state.in_(sorted(states)),
        standings.tier.is_not(None),
        ~_merged_away(tenant_id),
    )
    return {AccountId(row.account_id): row.tier for row in await connection.execute(statement)}


async def save_standing(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    """Where the account stands now."""
    changed = {name: value for name, value in values.items() if name not in {"tenant_id", "account_id"}}
    statement = (
        upsert(account_standings)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["tenant_id", "account_id"],
            set_={**changed, "version": standings.version + 1, "updated_at": func.now()},
        )
        .returning(account_standings)
    )
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def add_move(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(lifecycle_moves).values(**values))


async def acted_on(connection: AsyncConnection, tenant_id: TenantId, decision_id: UUID) -> bool:
    """Whether an account has moved on this decision."""
    statement = select(moves.id).where(moves.tenant_id == tenant_id, moves.decision_id == decision_id).limit(1)
    return await connection.scalar(statement) is not None


def moves_of(tenant_id: TenantId, account_id: AccountId) -> Select[Any]:
    return select(lifecycle_moves).where(moves.tenant_id == tenant_id, moves.account_id == account_id)


async def count_on(connection: AsyncConnection, tenant_id: TenantId, track: str, states: tuple[str, ...]) -> int:
    """How many accounts stand in these states on a track."""
    statement = select(func.count()).where(
        standings.tenant_id == tenant_id,
        standings.track == track,
        standings.state.in_(states),
        ~_merged_away(tenant_id),
    )
    return int(await connection.scalar(statement) or 0)


def _merged_away(tenant_id: TenantId) -> ColumnElement[bool]:
    """Whether another account stands for this one: it keeps its place to be read, and takes none."""
    of = accounts.c
    return exists().where(of.tenant_id == tenant_id, of.id == standings.account_id, of.merged_into_id.is_not(None))
