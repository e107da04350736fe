"""SQL of calibrations as they are read: in lists, with who takes part, and what each side has said openly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select, union
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts, users
from app.calibration.core.durations import Limits
from app.calibration.core.states import STEPS
from app.calibration.queries.invitations import has_left
from app.calibration.tables import (
    calibration_invitations,
    calibration_moves,
    calibration_submissions,
    calibrations,
    level_proposals,
)
from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId, UserId

rows = calibrations.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of calibrations is narrowed by, None where it is not."""

    state: str | None = None
    stuck: bool | None = None
    owner_user_id: UUID | None = None


def of_account(tenant_id: TenantId, account_id: AccountId) -> Select[Any]:
    """Calibrations of the account, and of those that were merged into it."""
    merged = select(accounts.c.id).where(accounts.c.tenant_id == tenant_id, accounts.c.merged_into_id == account_id)
    here = or_(rows.account_id == account_id, rows.account_id.in_(merged))
    return _with_names(tenant_id).where(here)


def listed(tenant_id: TenantId, wanted: Wanted, today: date, limits: Limits) -> Select[Any]:
    """Calibrations of accounts that are there; one is stuck that is in its step for more days than its limit."""
    statement = _with_names(tenant_id).where(accounts.c.removed_at.is_(None))
    if wanted.state is not None:
        statement = statement.where(rows.state == wanted.state)
    if wanted.owner_user_id is not None:
        statement = statement.where(rows.owner_user_id == wanted.owner_user_id)
    if wanted.stuck is not None:
        limit = case(limits, value=rows.state)
        stuck = and_(rows.state.in_(STEPS), func.coalesce(today - rows.entered_on > limit, False))
        statement = statement.where(stuck if wanted.stuck else ~stuck)
    return statement


def _with_names(tenant_id: TenantId) -> Select[Any]:
    owner = users.alias("owner")
    return (
        select(calibrations, accounts.c.name.label("account_name"), owner.c.name.label("owner_name"))
        .join(accounts, and_(accounts.c.tenant_id == tenant_id, accounts.c.id == rows.account_id))
        .outerjoin(owner, and_(owner.c.tenant_id == tenant_id, owner.c.id == rows.owner_user_id))
        .where(rows.tenant_id == tenant_id)
    )


def one(tenant_id: TenantId, calibration_id: UUID) -> Select[Any]:
    return _with_names(tenant_id).where(rows.id == calibration_id)


async def seals(
    connection: AsyncConnection, tenant_id: TenantId, calibration_ids: Sequence[UUID]
) -> Sequence[RowMapping]:
    """Who sealed the submissions of the present rounds; what is not sealed is not there."""
    said = calibration_submissions.c
    statement = (
        select(
            said.calibration_id,
            said.party,
            said.sealed_at,
            func.coalesce(users.c.name, calibration_invitations.c.name).label("name"),
        )
        .join(calibrations, and_(rows.tenant_id == tenant_id, rows.id == said.calibration_id, rows.round == said.round))
        .outerjoin(users, and_(users.c.tenant_id == tenant_id, users.c.id == said.user_id))
        .outerjoin(
            calibration_invitations,
            and_(
                calibration_invitations.c.tenant_id == tenant_id,
                calibration_invitations.c.id == said.invitation_id,
            ),
        )
        .where(said.tenant_id == tenant_id, among(said.calibration_id, calibration_ids), said.sealed_at.is_not(None))
    )
    return (await connection.execute(statement)).mappings().all()


async def proposed(
    connection: AsyncConnection, tenant_id: TenantId, calibration_ids: Sequence[UUID]
) -> Sequence[RowMapping]:
    """The last level that each side proposed."""
    said = level_proposals.c
    statement = (
        select(said.calibration_id, said.party, said.level)
        .ext(distinct_on(said.calibration_id, said.party))
        .where(said.tenant_id == tenant_id, among(said.calibration_id, calibration_ids), said.invalidated_at.is_(None))
        .order_by(said.calibration_id, said.party, said.id.desc())
    )
    return (await connection.execute(statement)).mappings().all()


async def people_of_ours(
    connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID
) -> Sequence[RowMapping]:
    """Who leads the calibration, and who moved it."""
    moves = calibration_moves.c
    of = union(
        select(rows.owner_user_id.label("id")).where(rows.tenant_id == tenant_id, rows.id == calibration_id),
        select(moves.user_id).where(moves.tenant_id == tenant_id, moves.calibration_id == calibration_id),
    ).subquery("involved")
    statement = (
        select(users.c.id, users.c.name, users.c.function)
        .join(of, of.c.id == users.c.id)
        .where(users.c.tenant_id == tenant_id)
        .order_by(users.c.name, users.c.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def guests(connection: AsyncConnection, tenant_id: TenantId, calibration_id: UUID) -> Sequence[RowMapping]:
    """Who of the customer is invited."""
    invited = calibration_invitations.c
    statement = (
        select(
            invited.id,
            invited.name,
            invited.contact_id,
            invited.created_at,
            invited.expires_at,
            invited.revoked_at,
            invited.last_used_at,
            has_left(tenant_id).label("left"),
        )
        .where(invited.tenant_id == tenant_id, invited.calibration_id == calibration_id)
        .order_by(invited.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def kam_of(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> UserId | None:
    """The account's KAM, where they are active."""
    statement = (
        select(users.c.id)
        .join(accounts, and_(accounts.c.tenant_id == tenant_id, accounts.c.kam_user_id == users.c.id))
        .where(users.c.tenant_id == tenant_id, accounts.c.id == account_id, users.c.active)
    )
    found = await connection.scalar(statement)
    return None if found is None else UserId(found)


async def is_active(connection: AsyncConnection, tenant_id: TenantId, user_id: UserId) -> bool:
    """Whether the user is there and active."""
    statement = select(users.c.id).where(users.c.tenant_id == tenant_id, users.c.id == user_id, users.c.active)
    return await connection.scalar(statement) is not None
