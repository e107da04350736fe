"""SQL of objections, and of the records of decisions, which are added and read but never changed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, insert, select, text, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import TextClause

from app.kernel.ids import AccountId, TenantId
from app.selection.tables import decision_records, review_objections

raised, records = review_objections.c, decision_records.c


async def add_objection(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(review_objections).values(**values).returning(*review_objections.columns)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def objection(connection: AsyncConnection, tenant_id: TenantId, objection_id: UUID) -> RowMapping | None:
    """An objection, locked for who changes it."""
    statement = select(review_objections).where(raised.tenant_id == tenant_id, raised.id == objection_id)
    row: RowMapping | None = (await connection.execute(statement.with_for_update())).mappings().one_or_none()
    return row


async def change_objection(
    connection: AsyncConnection, tenant_id: TenantId, objection_id: UUID, values: Mapping[str, Any]
) -> RowMapping:
    statement = (
        update(review_objections)
        .where(raised.tenant_id == tenant_id, raised.id == objection_id)
        .values(**values, version=raised.version + 1, updated_at=func.now())
        .returning(*review_objections.columns)
    )
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


def objections(tenant_id: TenantId, wanted: Mapping[str, Any]) -> Select[Any]:
    """The objections with these values."""
    statement = select(review_objections).where(raised.tenant_id == tenant_id)
    for name, value in wanted.items():
        statement = statement.where(review_objections.columns[name] == value)
    return statement


async def objections_to(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, account_id: AccountId
) -> Sequence[RowMapping]:
    """What was raised against a candidate, the oldest first."""
    statement = objections(tenant_id, {"review_id": review_id, "account_id": account_id}).order_by(raised.id)
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def open_objections(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId
) -> Sequence[RowMapping]:
    """What still stands against an account and those merged into it, with its review's newest decision."""
    values = {"tenant_id": tenant_id, "account_id": account_id}
    return (await connection.execute(_OPEN_OBJECTIONS, values)).mappings().all()


# The accounts for which one stands: itself, and those that were merged into it.
_STANDS_FOR: Final = (
    "(SELECT id FROM accounts WHERE tenant_id = :tenant_id AND (id = :account_id OR merged_into_id = :account_id))"
)
_OPEN_OBJECTIONS = text(
    "SELECT o.*, d.id AS decision_id, d.decision FROM review_objections AS o"
    " LEFT JOIN LATERAL (SELECT id, decision FROM decision_records WHERE tenant_id = o.tenant_id"
    "  AND review_id = o.review_id AND account_id = o.account_id ORDER BY id DESC LIMIT 1) AS d ON true"
    f" WHERE o.tenant_id = :tenant_id AND o.state = 'open' AND o.account_id IN {_STANDS_FOR}"
    " ORDER BY o.due_on, o.id"
)


async def one_at_a_time(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> None:
    """Let nobody else decide on the account until the transaction ends: each decision follows exactly one other."""
    values = {"tenant_id": str(tenant_id), "account_id": str(account_id)}
    await connection.execute(_ONE_AT_A_TIME, values)


_ONE_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('decision ' || :tenant_id || ' ' || :account_id, 0))"
)


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(decision_records).values(**values).returning(*decision_records.columns)
    row: RowMapping = (await connection.execute(statement)).mappings().one()
    return row


async def find(connection: AsyncConnection, tenant_id: TenantId, decision_id: UUID) -> RowMapping | None:
    statement = of_tenant(tenant_id).where(records.id == decision_id)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


def of_tenant(tenant_id: TenantId) -> Select[Any]:
    return select(decision_records).where(records.tenant_id == tenant_id)


def of_account(tenant_id: TenantId, account_id: AccountId) -> Select[Any]:
    """All decisions on the account, and on those that were merged into it."""
    return of_tenant(tenant_id).where(_stands_for(tenant_id, account_id))


def _stands_for(tenant_id: TenantId, account_id: AccountId) -> TextClause:
    condition = text(f"decision_records.account_id IN {_STANDS_FOR}")
    return condition.bindparams(tenant_id=tenant_id, account_id=account_id)


async def newest(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> RowMapping | None:
    statement = of_account(tenant_id, account_id).order_by(records.id.desc()).limit(1)
    row: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return row


async def of_candidate(
    connection: AsyncConnection, tenant_id: TenantId, review_id: UUID, account_id: AccountId
) -> Sequence[RowMapping]:
    """What a review decided on a candidate, the newest first."""
    statement = of_tenant(tenant_id).where(records.review_id == review_id, records.account_id == account_id)
    found = await connection.execute(statement.order_by(records.id.desc()))
    rows: Sequence[RowMapping] = found.mappings().all()
    return rows
