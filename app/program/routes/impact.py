"""The door of what came with executive sponsorship."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query

from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.periods import InTheFuture
from app.program.core.impact import FEWEST_ACCOUNTS, LOWER_IS_BETTER, Estimate, Impact
from app.program.schemas.impact import SponsorshipImpact
from app.program.service import impact as service
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["resourcing"])
read = needs("resourcing:read")
AsOf = Annotated[IsoDate | None, Query(description="The day at whose end facts are read; today when not given")]
WindowDays = Annotated[
    int, Query(ge=90, le=730, description="How many days since it began, and before, are looked at at most")
]
_UNITS = {"win_rate": "ratio", "cycle_days": "days", "csat": "score"}


@router.get(
    "/sponsorships/impact", response_model=SponsorshipImpact, responses=problems(InTheFuture), openapi_extra=read
)
async def get_sponsorship_impact(
    tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None, window_days: WindowDays = service.WINDOW_DAYS
) -> Any:
    """Tell how win rate, sales cycle, satisfaction and revenue changed with executive sponsorship.

    Of each account that was ever sponsored, the window since it began is held against the equal window before, and
    their change against that of the unsponsored accounts of its tier over the very same days; tiers are those of
    `as_of`. Each difference comes with its n and its 95 % interval; below 20 accounts nothing is claimed.
    """
    told = await service.impact(connection, tenant_id, as_of, window_days)
    return {
        "as_of": told.as_of,
        "window_days": told.window_days,
        "sponsored_accounts": told.sponsored,
        "too_recent": told.too_recent,
        "compared_accounts": told.compared,
        "fewest_accounts": FEWEST_ACCOUNTS,
        "data": [_shown(one, told.currency) for one in told.impacts],
    }


def _shown(one: Impact, currency: str) -> dict[str, Any]:
    digits = 2 if one.figure == "revenue" else 4
    means = {name: getattr(one, name) for name in ("before", "since", "compared_before", "compared_since")}
    return {
        "figure": one.figure,
        "unit": _UNITS.get(one.figure, currency),
        "lower_is_better": one.figure in LOWER_IS_BETTER,
        **{name: None if value is None else round(value, digits) for name, value in means.items()},
        "change": _rounded(one.change, digits),
        "difference": _rounded(one.difference, digits),
        "verdict": one.verdict,
    }


def _rounded(estimate: Estimate, digits: int) -> dict[str, Any]:
    return {
        name: round(value, digits) if isinstance(value, float) else value for name, value in asdict(estimate).items()
    }
