"""The doors of portfolios."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from app.accounts.service.people import UnknownPeople
from app.accounts.service.standing import UnknownAccounts
from app.infra.paging import AskedPage, InvalidCursor, InvalidSort, Page
from app.infra.problems import problems
from app.infra.wire import Id
from app.jobs.schemas import JobAccepted, accepted
from app.kernel.benchmarks import BENCHMARKS
from app.kernel.periods import InTheFuture
from app.program.core.wanted import UnusablePortfolio
from app.program.schemas.answers import PortfolioAnswer, PortfolioEntry, PortfolioSummary, parameters_shown
from app.program.schemas.bodies import PortfolioBody
from app.program.service import portfolios as service
from app.program.service.portfolios import PortfolioId, PortfolioNotFound
from app.tenancy.deps import Connection, CurrentCaller, CurrentTenant, doors, needs

router = doors(tags=["selection"])
read, write = needs("selection:read"), needs("selection:write")
PathPortfolioId = Annotated[Id, Path(description="The portfolio's id, which is its job's too")]
OfTier = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$", description="Only accounts of this tier")]
OfKam = Annotated[Id | None, Query(description="Only accounts of this KAM")]
LeftOut = Annotated[bool | None, Query(description="Only accounts that were left out; false: only those selected")]
_BESIDE = ("accounts_per_manager", "accounts_per_manager_band", "key_account_revenue", "key_account_customers")


@router.post(
    "/selection/portfolios",
    status_code=202,
    response_model=JobAccepted,
    responses=problems(UnusablePortfolio, UnknownPeople, UnknownAccounts, InTheFuture),
    openapi_extra=write,
)
async def optimize_portfolio(
    body: PortfolioBody, caller: CurrentCaller, connection: Connection, response: Response
) -> Any:
    """Choose each account's tier and KAM, within what there is to give.

    What counts is composite times benefit, by the newest scores of the day. Places of KAMs, resources, budget and the
    tiers' maxima are kept; accounts only take tiers whose minima they meet. The answer says how good it is at most,
    what more capacity would bring, and why each account that was left out was.
    """
    job = await service.start(connection, caller.tenant_id, body.wanted(), key_id=caller.key_id)
    return accepted(job, response)


@router.get(
    "/selection/portfolios",
    response_model=Page[PortfolioSummary],
    responses=problems(InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_portfolios(asked: AskedPage, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """List portfolios, the newest first."""
    found = await service.page(connection, tenant_id, asked)
    return {"data": [_summary(row) for row in found.data], "next_cursor": found.next_cursor}


@router.get(
    "/selection/portfolios/{portfolio_id}",
    response_model=PortfolioAnswer,
    responses=problems(PortfolioNotFound),
    openapi_extra=read,
)
async def get_portfolio(portfolio_id: PathPortfolioId, tenant_id: CurrentTenant, connection: Connection) -> Any:
    """Read a portfolio; how far it is tells its job, which has the same id."""
    row = await service.find(connection, tenant_id, PortfolioId(portfolio_id))
    return {
        **_summary(row),
        "parameters": parameters_shown(row["parameters"]),
        "result": row["result"],
        "benchmarks": [BENCHMARKS[code] for code in _BESIDE],
    }


def _summary(row: Any) -> dict[str, Any]:
    result = row["result"] or {}
    told = {name: result.get(name) for name in ("status", "objective", "gap", "candidates", "selected")}
    own = {name: row[name] for name in ("id", "name", "as_of", "created_at")}
    return {**own, "finished": row["result"] is not None, **told}


@router.get(
    "/selection/portfolios/{portfolio_id}/accounts",
    response_model=Page[PortfolioEntry],
    responses=problems(PortfolioNotFound, InvalidCursor, InvalidSort),
    openapi_extra=read,
)
async def list_portfolio_accounts(  # noqa: PLR0913, PLR0917  # a door's parameters
    portfolio_id: PathPortfolioId,
    asked: AskedPage,
    tenant_id: CurrentTenant,
    connection: Connection,
    tier: OfTier = None,
    kam_user_id: OfKam = None,
    left_out: LeftOut = None,
) -> Any:
    """List what a portfolio gives each account: those selected by what they add, then those left out by composite."""
    wanted: dict[str, str | UUID | bool | None] = {"tier": tier, "kam_user_id": kam_user_id, "left_out": left_out}
    found = await service.entries(connection, tenant_id, PortfolioId(portfolio_id), asked, wanted)
    return {"data": found.data, "next_cursor": found.next_cursor}
