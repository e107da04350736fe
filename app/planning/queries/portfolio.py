"""SQL of plans over the portfolio: the list with what it is narrowed by, and how each plan was kept up."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, false, func, select, true
from sqlalchemy.sql.elements import ColumnElement

from app.accounts.tables import accounts
from app.kernel.ids import AccountId, TenantId
from app.planning.core.freshness import YEAR_DAYS
from app.planning.tables import account_plans, plan_approvals, plan_versions

plans, versions, approvals = account_plans.c, plan_versions.c, plan_approvals.c

# The last version of each plan that said something new, and when that was.
_settled = (
    select(
        func.max(versions.number).label("settled"),
        func.max(versions.saved_on).label("updated_on"),
    )
    .where(versions.tenant_id == plans.tenant_id, versions.plan_id == plans.id, versions.substantive)
    .correlate(account_plans)
    .lateral("kept")
)
UPDATED_ON: Final = _settled.c.updated_on


def of_plans(tenant_id: TenantId, today: date) -> Select[Any]:
    """Plans with their newest version, and how they were kept up."""
    updates = (
        select(func.count())
        .where(
            versions.tenant_id == plans.tenant_id,
            versions.plan_id == plans.id,
            versions.substantive,
            versions.saved_on > today - timedelta(days=YEAR_DAYS),
        )
        .correlate(account_plans)
        .scalar_subquery()
    )
    newest = plan_versions.alias("newest_version")
    return (
        select(
            account_plans,
            *(newest.c[name] for name in ("document", "note", "substantive", "saved_on", "user_id")),
            newest.c.number,
            _settled.c.settled,
            UPDATED_ON,
            updates.label("updates"),
        )
        .join(
            newest, and_(newest.c.tenant_id == tenant_id, newest.c.plan_id == plans.id, newest.c.number == plans.newest)
        )
        .join(_settled, true())
        .where(plans.tenant_id == tenant_id)
    )


def one(tenant_id: TenantId, account_id: AccountId, today: date) -> Select[Any]:
    """The account's plan: the active one, else the one that was archived last."""
    return (
        of_plans(tenant_id, today)
        .where(plans.account_id == account_id)
        .order_by(plans.archived_at.desc().nulls_first(), plans.id.desc())
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of plans is narrowed by, None where it is not; stale: not updated for longer than is good."""

    state: str
    stale: bool | None = None
    co_created: bool | None = None
    kam_user_id: UUID | None = None


def listed(tenant_id: TenantId, today: date, wanted: Wanted, *, static_before: date) -> Select[Any]:
    """Plans of accounts that are there; one that was not updated since `static_before` is stale."""
    statement = (
        of_plans(tenant_id, today)
        .join(accounts, and_(accounts.c.tenant_id == tenant_id, accounts.c.id == plans.account_id))
        .where(plans.state == wanted.state, accounts.c.removed_at.is_(None))
    )
    if wanted.stale is not None:
        kept_up = func.coalesce(static_before <= UPDATED_ON, false())
        statement = statement.where(~kept_up if wanted.stale else kept_up)
    if wanted.co_created is not None:
        statement = statement.where(_signed() if wanted.co_created else ~_signed())
    if wanted.kam_user_id is not None:
        statement = statement.where(accounts.c.kam_user_id == wanted.kam_user_id)
    return statement


def _signed() -> ColumnElement[bool]:
    """Whether the customer signed the plan since it last said something new."""
    return (
        select(approvals.id)
        .where(
            approvals.tenant_id == plans.tenant_id,
            approvals.plan_id == plans.id,
            approvals.side == "customer",
            approvals.number >= func.coalesce(_settled.c.settled, 1),
        )
        .correlate(account_plans, _settled)
        .exists()
    )
