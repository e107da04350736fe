"""SQL of guardrails, and of what was asked for inside and beyond them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts, exchange_rates, users
from app.kernel.ids import AccountId, TenantId
from app.resourcing.tables import guarded_requests, guardrails

rails, requests = guardrails.c, guarded_requests.c
_approvers, _askers = users.alias("approvers"), users.alias("askers")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of guarded requests is narrowed by, None where it is not."""

    account_id: AccountId | None = None
    state: str | None = None
    kind: str | None = None
    user_id: UUID | None = None
    approver_user_id: UUID | None = None


def shown_rails(tenant_id: TenantId) -> Select[Any]:
    """Guardrails with the names of whom they are for and of who approves beyond them."""
    return (
        select(guardrails, _askers.c.name.label("user_name"), _approvers.c.name.label("approver_name"))
        .outerjoin(_askers, and_(_askers.c.tenant_id == tenant_id, _askers.c.id == rails.user_id))
        .join(_approvers, and_(_approvers.c.tenant_id == tenant_id, _approvers.c.id == rails.approver_user_id))
        .where(rails.tenant_id == tenant_id)
    )


async def rail(connection: AsyncConnection, tenant_id: TenantId, kind: str, user_id: UUID | None) -> RowMapping | None:
    """The guardrail of a kind that is somebody's own, or everybody's, with what it names; nobody else changes it."""
    whose = rails.user_id.is_(None) if user_id is None else rails.user_id == user_id
    statement = shown_rails(tenant_id).where(rails.kind == kind, whose)
    row: RowMapping | None = (
        (await connection.execute(statement.with_for_update(of=guardrails))).mappings().one_or_none()
    )
    return row


async def save_rail(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Let a guardrail hold in place of the one of the same kind and person."""
    statement = upsert(guardrails).values(**values)
    changed = {name: statement.excluded[name] for name in ("up_to", "currency", "approver_user_id")}
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "kind", "user_id"],
            set_={**changed, "version": rails.version + 1, "updated_at": func.now()},
        )
    )


async def find_rail(
    connection: AsyncConnection, tenant_id: TenantId, guardrail_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    statement = shown_rails(tenant_id).where(rails.id == guardrail_id)
    found = await connection.execute(statement.with_for_update(of=guardrails) if lock else statement)
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def remove_rail(connection: AsyncConnection, tenant_id: TenantId, guardrail_id: UUID) -> None:
    await connection.execute(delete(guardrails).where(rails.tenant_id == tenant_id, rails.id == guardrail_id))


async def rails_for(connection: AsyncConnection, tenant_id: TenantId, kind: str, user_id: UUID) -> Sequence[RowMapping]:
    """The guardrails of a kind that may hold for somebody: their own, and everybody's."""
    statement = select(guardrails).where(
        rails.tenant_id == tenant_id, rails.kind == kind, or_(rails.user_id.is_(None), rails.user_id == user_id)
    )
    return (await connection.execute(statement)).mappings().all()


async def rate(connection: AsyncConnection, tenant_id: TenantId, currency: str, into: str, day: date) -> Decimal | None:
    """The rate of a currency into another on a day, None without one."""
    columns = exchange_rates.c
    statement = (
        select(columns.rate)
        .where(
            columns.tenant_id == tenant_id,
            columns.currency == currency,
            columns.into_currency == into,
            columns.from_on <= day,
        )
        .order_by(columns.from_on.desc())
        .limit(1)
    )
    found: Decimal | None = await connection.scalar(statement)
    return found


def shown(tenant_id: TenantId) -> Select[Any]:
    """Guarded requests with what they name."""
    return (
        select(
            guarded_requests,
            accounts.c.name.label("account_name"),
            _askers.c.name.label("user_name"),
            _approvers.c.name.label("approver_name"),
        )
        .join(accounts, and_(accounts.c.tenant_id == tenant_id, accounts.c.id == requests.account_id))
        .join(_askers, and_(_askers.c.tenant_id == tenant_id, _askers.c.id == requests.user_id))
        .outerjoin(_approvers, and_(_approvers.c.tenant_id == tenant_id, _approvers.c.id == requests.approver_user_id))
        .where(requests.tenant_id == tenant_id)
    )


def listed(tenant_id: TenantId, wanted: Wanted) -> Select[Any]:
    """The guarded requests that are wanted."""
    equal = {
        requests.account_id: wanted.account_id,
        requests.state: wanted.state,
        requests.kind: wanted.kind,
        requests.user_id: wanted.user_id,
        requests.approver_user_id: wanted.approver_user_id,
    }
    return shown(tenant_id).where(*(found == value for found, value in equal.items() if value is not None))


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(guarded_requests).values(**values))


async def find(
    connection: AsyncConnection, tenant_id: TenantId, request_id: UUID, *, lock: bool = False
) -> RowMapping | None:
    statement = shown(tenant_id).where(requests.id == request_id)
    found = await connection.execute(statement.with_for_update(of=guarded_requests) if lock else statement)
    row: RowMapping | None = found.mappings().one_or_none()
    return row


async def change(connection: AsyncConnection, tenant_id: TenantId, request_id: UUID, values: Mapping[str, Any]) -> None:
    await connection.execute(
        update(guarded_requests)
        .where(requests.tenant_id == tenant_id, requests.id == request_id)
        .values(**values, version=requests.version + 1, updated_at=func.now())
    )


async def waits(connection: AsyncConnection, tenant_id: TenantId, after: date, until: date) -> Sequence[RowMapping]:
    """The requests of the days after one and up to another, each with the hours that it waited for an answer."""
    hours = func.extract("epoch", requests.answered_at - requests.requested_at) / 3600.0
    statement = (
        select(
            requests.kind,
            requests.state,
            requests.approver_user_id,
            _approvers.c.name.label("approver_name"),
            hours.label("hours"),
        )
        .outerjoin(_approvers, and_(_approvers.c.tenant_id == tenant_id, _approvers.c.id == requests.approver_user_id))
        .where(requests.tenant_id == tenant_id, requests.requested_on > after, requests.requested_on <= until)
    )
    return (await connection.execute(statement)).mappings().all()
