"""Account plans: each save is a version, never changed; an account has one active plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, NewType
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.kinds import ACCOUNTS
from app.accounts.service import changing
from app.events import service as events
from app.kernel.errors import Conflict, NotFound, Stale, VersionNeeded
from app.kernel.ids import AccountId, TenantId
from app.planning.core.differences import said
from app.planning.queries import plans as queries
from app.planning.queries import portfolio
from app.planning.service import references
from app.planning.service.figures import Figures, figures

PlanId = NewType("PlanId", UUID)
Audience = Literal["internal", "customer"]
ACTIVE: Final = "active"


class PlanNotFound(NotFound):
    """The account has no plan."""


class PlanVersionNotFound(NotFound):
    """The plan has no such version."""


class PlanChanged(Stale):
    """The plan has changed since it was read."""


class PlanVersionNeeded(VersionNeeded):
    """If-Match is needed to change a plan that is there."""


class PlanArchived(Conflict):
    """The plan is archived."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as one of its versions has it; `document` is plain JSON, see `app.planning.core.documents`."""

    plan_id: PlanId
    number: int
    document: dict[str, Any]
    saved_on: date
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its newest version, what it comes to, and who wrote that version."""

    row: RowMapping
    figures: Figures
    user_name: str | None


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


async def newest(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId] | None, as_of: date
) -> dict[AccountId, PlanRow]:
    """The newest version of each account's plan as of the end of a day; accounts without a plan then are left out.

    Without `account_ids`: of every account. One statement, whatever the accounts.
    """
    return {
        AccountId(row["account_id"]): PlanRow(
            plan_id=PlanId(row["plan_id"]),
            number=row["number"],
            document=row["document"],
            saved_on=row["saved_on"],
            starts_on=row["starts_on"],
            ends_on=row["ends_on"],
        )
        for row in await queries.newest(connection, tenant_id, account_ids, as_of)
    }


async def find(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> Plan:
    """The account's plan: the active one, else the one that was archived last."""
    day = today()
    row = (await connection.execute(portfolio.one(tenant_id, account_id, day))).mappings().one_or_none()
    if row is None:
        raise PlanNotFound(f"account {account_id}")
    names = await references.names(connection, tenant_id, [row["user_id"]] if row["user_id"] else [], [])
    found = await figures(connection, tenant_id, [row], day)
    return Plan(row, found[row["id"]], names.get(row["user_id"]))


async def require(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, *, lock: bool = False
) -> RowMapping:
    """The row of the account's plan, as `find` has it."""
    row = await queries.of_account(connection, tenant_id, account_id, lock=lock)
    if row is None:
        raise PlanNotFound(f"account {account_id}")
    return row


async def require_active(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> RowMapping:
    """The row of the account's active plan, held until the transaction ends."""
    row = await require(connection, tenant_id, account_id, lock=True)
    if row["state"] != ACTIVE:
        raise PlanArchived("save a plan anew to go on")
    return row


async def tell(
    connection: AsyncConnection,
    tenant_id: TenantId,
    type_: str,
    plan_id: UUID,
    account_id: AccountId,
    data: Mapping[str, Any],
) -> None:
    """Tell what happened to a plan, and have the account's health computed anew."""
    told = {"account_id": str(account_id), "plan_id": str(plan_id), **data}
    await events.record(connection, tenant_id, type_, "plan", plan_id, told)
    await touched(connection, tenant_id, account_id)


async def touched(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> None:
    """Have the account's health computed anew: what it reads of plans changed."""
    await changing.told(connection, tenant_id, ACCOUNTS, [account_id], any_record=False)


async def version_of(connection: AsyncConnection, tenant_id: TenantId, plan_id: UUID, number: int) -> RowMapping:
    """One version of a plan."""
    row = await queries.version_of(connection, tenant_id, plan_id, number)
    if row is None:
        raise PlanVersionNotFound(f"version {number}")
    return row


def said_of(version: RowMapping) -> dict[str, Any]:
    """A version as differences are read from it."""
    return said(version["document"], version["starts_on"].isoformat(), version["ends_on"].isoformat())
