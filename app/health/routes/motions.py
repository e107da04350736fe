"""The doors of revenue by its motions."""

from typing import Annotated, Any

from fastapi import Path, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.health.core.motions import MotionName, UnusablePeriod
from app.health.schemas.motions import (
    AccountRevenueMotions,
    MotionDeal,
    PortfolioRevenueMotions,
    account_motions,
    motion_deal,
    portfolio_motions,
)
from app.health.service import motions
from app.health.service.motions import DealState, Order, WantedDeals
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.kernel.ids import AccountId
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["health"])
read = needs("health:read")
PathAccountId = Annotated[Id, Path(description="The account's id")]
From = Annotated[
    IsoDate | None, Query(alias="from", description="The period's first day; 364 days before its last unless given")
]
To = Annotated[IsoDate | None, Query(description="Its last day, at whose end it is looked at; today when left out")]


@router.get(
    "/accounts/{account_id}/revenue-motions",
    response_model=AccountRevenueMotions,
    responses=problems(AccountNotFound, InTheFuture, UnusablePeriod),
    openapi_extra=read,
)
async def get_revenue_motions(
    account_id: PathAccountId,
    tenant_id: CurrentTenant,
    connection: Connection,
    first: From = None,
    to: To = None,
) -> Any:
    """Read how an account's revenue came about: what continued, what was sold anew, what opened new doors.

    What was bought before the period began decides; deals that name no buying center, or no offering, are together one.
    Over 365 days the retentions are those of the metrics.
    """
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    return account_motions(await motions.of_account(connection, tenant_id, standing, first, to))


@router.get(
    "/accounts/{account_id}/revenue-motions/deals",
    response_model=Page[MotionDeal],
    responses=problems(AccountNotFound, InTheFuture, UnusablePeriod, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_revenue_motion_deals(  # noqa: PLR0913, PLR0917  # a door's parameters
    account_id: PathAccountId,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    first: From = None,
    to: To = None,
    motion: Annotated[MotionName | None, Query(description="Only deals of this motion")] = None,
    state: Annotated[DealState | None, Query(description="Only deals won in the period, or open at its end")] = None,
) -> Any:
    """List the deals behind an account's motions: won in the period, the last first, then those open at its end."""
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    found = await motions.deals(connection, tenant_id, standing, asked, WantedDeals(first, to, motion, state))
    return {"data": [motion_deal(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/revenue-motions",
    response_model=PortfolioRevenueMotions,
    responses=problems(InTheFuture, UnusablePeriod),
    openapi_extra=read,
)
async def get_portfolio_revenue_motions(  # a door's parameters
    tenant_id: CurrentTenant,
    connection: Connection,
    first: From = None,
    to: To = None,
    by: Annotated[Order, Query(description="What the accounts shown have most of")] = "revenue",
    limit: Annotated[int, Query(ge=0, le=500, description="How many accounts are shown, those with most first")] = 50,
) -> Any:
    """Read how the portfolio's revenue came about, and that of the accounts with most of it."""
    return portfolio_motions(await motions.of_portfolio(connection, tenant_id, first, to, by=by, limit=limit))
