"""SQL of retierings: proposals, decisions, approvals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, and_, column, func, insert, select, table, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.retiering.tables import retierings

columns = retierings.c
_accounts = table("accounts", *(column(name, Uuid) for name in ("tenant_id", "id")), column("name", Text))
_users = table(
    "users",
    *(column(name, Uuid) for name in ("tenant_id", "id")),
    *(column(name, Text) for name in ("name", "function")),
)
_deciders, _approvers = _users.alias("deciders"), _users.alias("approvers")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of retierings is narrowed by, None where it is not."""

    state: str | None = None
    decision: str | None = None
    recommended: str | None = None
    account_id: AccountId | None = None


def shown(tenant_id: TenantId, wanted: Wanted) -> Select[Any]:
    """Retierings with what their account and people are called."""
    statement = (
        select(
            retierings,
            _accounts.c.name.label("account_name"),
            _deciders.c.name.label("decided_by"),
            _deciders.c.function.label("decided_by_function"),
            _approvers.c.name.label("approved_by"),
        )
        .join(_accounts, and_(_accounts.c.tenant_id == tenant_id, _accounts.c.id == columns.account_id))
        .outerjoin(_deciders, and_(_deciders.c.tenant_id == tenant_id, _deciders.c.id == columns.decided_by_user_id))
        .outerjoin(
            _approvers, and_(_approvers.c.tenant_id == tenant_id, _approvers.c.id == columns.approved_by_user_id)
        )
        .where(columns.tenant_id == tenant_id)
    )
    equal = {
        columns.state: wanted.state,
        columns.decision: wanted.decision,
        columns.recommended: wanted.recommended,
        columns.account_id: wanted.account_id,
    }
    return statement.where(*(found == value for found, value in equal.items() if value is not None))


async def find(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID) -> RowMapping | None:
    statement = shown(tenant_id, Wanted()).where(columns.id == retiering_id)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def hold(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID) -> bool:
    """Whether there is such a retiering; nobody else changes it until the transaction ends."""
    statement = select(columns.id).where(columns.tenant_id == tenant_id, columns.id == retiering_id).with_for_update()
    return await connection.scalar(statement) is not None


async def live(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> UUID | None:
    """The account's retiering that is not decided yet, which is one at most."""
    statement = select(columns.id).where(
        columns.tenant_id == tenant_id,
        columns.account_id == account_id,
        columns.state.in_(("proposed", "awaiting_approval")),
    )
    found: UUID | None = await connection.scalar(statement)
    return found


async def decided_last_on(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> date | None:
    """The day of the account's last decision."""
    statement = select(func.max(func.coalesce(columns.approved_on, columns.decided_on))).where(
        columns.tenant_id == tenant_id, columns.account_id == account_id, columns.state == "decided"
    )
    found: date | None = await connection.scalar(statement)
    return found


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(retierings).values(**values))


async def change(
    connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, values: Mapping[str, Any]
) -> None:
    await connection.execute(
        update(retierings)
        .where(columns.tenant_id == tenant_id, columns.id == retiering_id)
        .values(**values, version=columns.version + 1, updated_at=func.now())
    )


async def is_appraisal_of(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, appraisal_id: UUID
) -> bool:
    """Whether the appraisal is one of the account."""
    statement = select(_appraisals.c.id).where(
        _appraisals.c.tenant_id == tenant_id,
        _appraisals.c.id == appraisal_id,
        _appraisals.c.account_id == account_id,
    )
    return await connection.scalar(statement) is not None


_appraisals = table("appraisals", *(column(name, Uuid) for name in ("tenant_id", "id", "account_id")))
