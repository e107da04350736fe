"""SQL of commitments: the requests and promises, what moved them, and what they take of a quarter's capacity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, column, func, insert, select, table, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts, users
from app.kernel.ids import AccountId, TenantId
from app.resourcing.core.commitments.states import TAKING
from app.resourcing.tables import commitment_moves, commitments, resources

columns = commitments.c
_plan_actions = table("plan_actions", *(column(name, Uuid) for name in ("tenant_id", "id", "account_id")))
_owners, _requesters = users.alias("owners"), users.alias("requesters")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of commitments is narrowed by, None where it is not; overdue_on: overdue on that day, or not so."""

    account_id: AccountId | None = None
    state: str | None = None
    overdue: bool | None = None
    function: str | None = None
    owner_user_id: UUID | None = None
    kam_user_id: UUID | None = None
    resource_id: UUID | None = None
    unplanned: bool | None = None


def shown(tenant_id: TenantId) -> Select[Any]:
    """Commitments with what they name: the account and its KAM, the resource, and the people."""
    return (
        select(
            commitments,
            accounts.c.name.label("account_name"),
            accounts.c.kam_user_id,
            resources.c.code.label("resource_code"),
            resources.c.name.label("resource_name"),
            resources.c.function,
            resources.c.unit,
            _owners.c.name.label("owner_name"),
            _requesters.c.name.label("requested_by_name"),
        )
        .join(accounts, and_(accounts.c.tenant_id == tenant_id, accounts.c.id == columns.account_id))
        .join(resources, and_(resources.c.tenant_id == tenant_id, resources.c.id == columns.resource_id))
        .outerjoin(_owners, and_(_owners.c.tenant_id == tenant_id, _owners.c.id == columns.owner_user_id))
        .outerjoin(
            _requesters, and_(_requesters.c.tenant_id == tenant_id, _requesters.c.id == columns.requested_by_user_id)
        )
        .where(columns.tenant_id == tenant_id)
    )


def listed(tenant_id: TenantId, wanted: Wanted, today: date) -> Select[Any]:
    """The commitments that are wanted."""
    statement = shown(tenant_id)
    equal = {
        columns.account_id: wanted.account_id,
        columns.state: wanted.state,
        columns.owner_user_id: wanted.owner_user_id,
        columns.resource_id: wanted.resource_id,
        resources.c.function: wanted.function,
        accounts.c.kam_user_id: wanted.kam_user_id,
    }
    statement = statement.where(*(found == value for found, value in equal.items() if value is not None))
    if wanted.overdue is not None:
        late = and_(columns.state == "accepted", columns.due_on < today)
        statement = statement.where(late if wanted.overdue else ~late)
    if wanted.unplanned is not None:
        unplanned = columns.plan_action_id.is_(None)
        statement = statement.where(unplanned if wanted.unplanned else ~unplanned)
    return statement


async def find(connection: AsyncConnection, tenant_id: TenantId, commitment_id: UUID) -> RowMapping | None:
    statement = shown(tenant_id).where(columns.id == commitment_id)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def hold(connection: AsyncConnection, tenant_id: TenantId, commitment_id: UUID) -> bool:
    """Whether there is such a commitment; nobody else changes it until the transaction ends."""
    statement = select(columns.id).where(columns.tenant_id == tenant_id, columns.id == commitment_id).with_for_update()
    return await connection.scalar(statement) is not None


async def last_moved_on(connection: AsyncConnection, tenant_id: TenantId, commitment_id: UUID) -> date:
    """The day of its last move; it has one at least."""
    moves = commitment_moves.c
    statement = select(func.max(moves.moved_on)).where(
        moves.tenant_id == tenant_id, moves.commitment_id == commitment_id
    )
    day: date = (await connection.execute(statement)).scalar_one()
    return day


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(commitments).values(**values))


async def change(
    connection: AsyncConnection, tenant_id: TenantId, commitment_id: UUID, values: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(commitments)
        .where(columns.tenant_id == tenant_id, columns.id == commitment_id)
        .values(**values, version=columns.version + 1, updated_at=func.now())
    )


async def add_move(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(commitment_moves).values(**values))


def moves_of(tenant_id: TenantId, commitment_id: UUID) -> Select[Any]:
    """The moves of a commitment, with the names of who made them."""
    moves = commitment_moves.c
    return (
        select(commitment_moves, users.c.name.label("user_name"))
        .outerjoin(users, and_(users.c.tenant_id == tenant_id, users.c.id == moves.user_id))
        .where(moves.tenant_id == tenant_id, moves.commitment_id == commitment_id)
    )


async def taken(
    connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID, quarter: date, until: date
) -> float:
    """What promises that fall due from the first day of a quarter on, and before the next one's, take of a resource."""
    statement = select(func.coalesce(func.sum(columns.quantity), 0.0)).where(
        columns.tenant_id == tenant_id,
        columns.resource_id == resource_id,
        columns.due_on >= quarter,
        columns.due_on < until,
        columns.state.in_(TAKING),
    )
    return float((await connection.execute(statement)).scalar_one())


async def is_action_of(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, plan_action_id: UUID
) -> bool:
    """Whether an action is one of the account's plans."""
    statement = select(_plan_actions.c.id).where(
        _plan_actions.c.tenant_id == tenant_id,
        _plan_actions.c.id == plan_action_id,
        _plan_actions.c.account_id == account_id,
    )
    return await connection.scalar(statement) is not None


async def tell_due_soon(
    connection: AsyncConnection, tenant_id: TenantId, today: date, until: date
) -> Sequence[RowMapping]:
    """Note of promises that fall due from today until a day that this is told; those of which it was not yet."""
    due = (columns.due_on >= today, columns.due_on <= until, columns.reminded_on.is_(None))
    return await _told(connection, tenant_id, due, {"reminded_on": today})


async def tell_overdue(connection: AsyncConnection, tenant_id: TenantId, today: date) -> Sequence[RowMapping]:
    """Note of overdue promises that this is told; those of which it was not yet."""
    due = (columns.due_on < today, columns.overdue_told_on.is_(None))
    return await _told(connection, tenant_id, due, {"overdue_told_on": today})


async def _told(
    connection: AsyncConnection, tenant_id: TenantId, due: Sequence[Any], values: Mapping[str, Any]
) -> Sequence[RowMapping]:
    # Its version stays: nobody who holds an ETag has anything to read anew.
    statement = (
        update(commitments)
        .where(
            columns.tenant_id == tenant_id,
            columns.state == "accepted",
            *due,
            columns.resource_id == resources.c.id,
            resources.c.tenant_id == tenant_id,
        )
        .values(**values)
        .returning(
            columns.id, columns.account_id, columns.resource_id, columns.due_on, columns.quantity,
            columns.owner_user_id, resources.c.function,
        )
    )  # fmt: skip
    return (await connection.execute(statement)).mappings().all()
