"""SQL of appraisals and of the actions of their plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts, contacts, users
from app.kernel.ids import AccountId, TenantId, UserId
from app.retiering.tables import appraisal_actions, appraisals, retierings

columns, actions = appraisals.c, appraisal_actions.c
LIVE = columns.state != "closed"
# A partial index is found by the words of its condition, which a parameter would hide.
_LIVE_INDEX = text("state <> 'closed'")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of appraisals is narrowed by, None where it is not.

    due: whether they are not closed though their day has come. open_on: only those that were open on that day.
    """

    account_id: AccountId | None = None
    state: str | None = None
    trigger: str | None = None
    due: bool | None = None
    kam_user_id: UUID | None = None
    open_on: date | None = None


async def find(
    connection: AsyncConnection, tenant_id: TenantId, appraisal_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    statement = select(appraisals).where(columns.tenant_id == tenant_id, columns.id == appraisal_id)
    found = await connection.execute(statement.with_for_update() if lock else statement)
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def live(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> RowMapping | None:
    """The account's appraisal that is not closed; there is one at most."""
    statement = select(appraisals).where(columns.tenant_id == tenant_id, columns.account_id == account_id, LIVE)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def last_closed_on(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> date | None:
    """The day on which the account's last appraisal was closed."""
    statement = select(func.max(columns.closed_on)).where(
        columns.tenant_id == tenant_id, columns.account_id == account_id
    )
    day: date | None = await connection.scalar(statement)
    return day


async def kam_of(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> UserId | None:
    """Who looks after the account."""
    statement = select(accounts.c.kam_user_id).where(accounts.c.tenant_id == tenant_id, accounts.c.id == account_id)
    user_id: UserId | None = await connection.scalar(statement)
    return user_id


async def add_all(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> Sequence[RowMapping]:
    """Those of the rows that were added: an account that has an appraisal open gets no other."""
    statement = (
        upsert(appraisals)
        .on_conflict_do_nothing(index_elements=["tenant_id", "account_id"], index_where=_LIVE_INDEX)
        .returning(*appraisals.columns)
    )
    return (await connection.execute(statement, [dict(row) for row in rows])).mappings().all()


async def change(
    connection: AsyncConnection, tenant_id: TenantId, appraisal_id: UUID, values: Mapping[str, Any]
) -> RowMapping:
    statement = (
        update(appraisals)
        .where(columns.tenant_id == tenant_id, columns.id == appraisal_id)
        .values(**values, version=columns.version + 1, updated_at=func.now())
        .returning(*appraisals.columns)
    )
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


def shown(tenant_id: TenantId) -> Select[Any]:
    """Appraisals with the account and people that they name, and how many actions stand how."""
    of = and_(actions.tenant_id == tenant_id, actions.appraisal_id == columns.id)
    counted = [
        select(func.count()).where(of, condition).scalar_subquery().label(name)
        for name, condition in (
            ("actions_open", actions.state.not_in(("done", "failed"))),
            ("actions_done", actions.state == "done"),
            ("actions_failed", actions.state == "failed"),
        )
    ]
    return (
        select(
            appraisals,
            accounts.c.name.label("account_name"),
            accounts.c.kam_user_id,
            users.c.name.label("owner_name"),
            contacts.c.name.label("contact_name"),
            *counted,
        )
        .join(accounts, and_(accounts.c.tenant_id == tenant_id, accounts.c.id == columns.account_id))
        .outerjoin(users, and_(users.c.tenant_id == tenant_id, users.c.id == columns.owner_user_id))
        .outerjoin(contacts, and_(contacts.c.tenant_id == tenant_id, contacts.c.id == columns.contact_id))
        .where(columns.tenant_id == tenant_id)
    )


def listed(tenant_id: TenantId, wanted: Wanted, today: date) -> Select[Any]:
    """The appraisals that are wanted."""
    equal = {
        columns.account_id: wanted.account_id,
        columns.state: wanted.state,
        columns.trigger: wanted.trigger,
        accounts.c.kam_user_id: wanted.kam_user_id,
    }
    statement = shown(tenant_id).where(*(found == value for found, value in equal.items() if value is not None))
    if wanted.due is not None:
        due = and_(LIVE, columns.due_on <= today)
        statement = statement.where(due if wanted.due else ~due)
    if wanted.open_on is None:
        return statement
    later = or_(columns.closed_on.is_(None), columns.closed_on > wanted.open_on)
    return statement.where(columns.opened_on <= wanted.open_on, later)


async def one(connection: AsyncConnection, tenant_id: TenantId, appraisal_id: UUID) -> RowMapping | None:
    """An appraisal as `shown` has it."""
    found = await connection.execute(shown(tenant_id).where(columns.id == appraisal_id))
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def decided_since(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, day: date) -> bool:
    """Whether a retiering of the account was decided on a day or later."""
    of = retierings.c
    statement = select(of.id).where(
        of.tenant_id == tenant_id, of.account_id == account_id, of.state == "decided", of.decided_on >= day
    )
    return await connection.scalar(statement.limit(1)) is not None


async def add_action(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(appraisal_actions).values(**values).returning(*appraisal_actions.columns)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def find_action(
    connection: AsyncConnection, tenant_id: TenantId, action_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    statement = select(appraisal_actions).where(actions.tenant_id == tenant_id, actions.id == action_id)
    found = await connection.execute(statement.with_for_update() if lock else statement)
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def change_action(
    connection: AsyncConnection, tenant_id: TenantId, action_id: UUID, values: Mapping[str, Any]
) -> None:
    statement = (
        update(appraisal_actions)
        .where(actions.tenant_id == tenant_id, actions.id == action_id)
        .values(**values, version=actions.version + 1, updated_at=func.now())
    )
    await connection.execute(statement)


def actions_shown(tenant_id: TenantId) -> Select[Any]:
    """Actions with what their owners are called."""
    return (
        select(appraisal_actions, func.coalesce(users.c.name, contacts.c.name).label("owner_name"))
        .outerjoin(users, and_(users.c.tenant_id == tenant_id, users.c.id == actions.owner_user_id))
        .outerjoin(contacts, and_(contacts.c.tenant_id == tenant_id, contacts.c.id == actions.owner_contact_id))
        .where(actions.tenant_id == tenant_id)
    )


def actions_of(tenant_id: TenantId, appraisal_id: UUID) -> Select[Any]:
    return actions_shown(tenant_id).where(actions.appraisal_id == appraisal_id)


async def one_action(connection: AsyncConnection, tenant_id: TenantId, action_id: UUID) -> RowMapping | None:
    """An action as `actions_shown` has it."""
    found = await connection.execute(actions_shown(tenant_id).where(actions.id == action_id))
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def states_of_actions(
    connection: AsyncConnection, tenant_id: TenantId, appraisal_id: UUID
) -> Sequence[RowMapping]:
    """The state and the day of each action of an appraisal."""
    statement = select(actions.state, actions.due_on).where(
        actions.tenant_id == tenant_id, actions.appraisal_id == appraisal_id
    )
    return (await connection.execute(statement)).mappings().all()
