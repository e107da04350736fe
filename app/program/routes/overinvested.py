"""The door of accounts that get more than they are worth."""

from decimal import Decimal
from typing import Annotated, Any, Final

from fastapi import Query

from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.benchmarks import BENCHMARKS
from app.kernel.periods import InTheFuture
from app.program.schemas.overinvested import OverinvestedAccounts
from app.program.service import overinvested as service
from app.program.service.overinvested import Shown
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["program"])
AsOf = Annotated[IsoDate | None, Query(description="The day at whose end facts are read; today when not given")]
Limit = Annotated[int, Query(ge=1, le=500, description="How many are told at most")]
_BESIDE: Final = ("resources_reduced", "healthier_after_reducing")


@router.get(
    "/program/overinvested",
    response_model=OverinvestedAccounts,
    responses=problems(InTheFuture),
    openapi_extra=needs("retiering:read"),
)
async def list_overinvested_accounts(
    tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None, limit: Limit = 100
) -> Any:
    """List the accounts that cost more than their tier, and are worth less than it by their newest score.

    Dear is what goes beyond what the tier and the agreed level bring, or beyond the tier's median. Worth less is an
    account whose score falls into a lower tier, that is low on opportunity and alignment both, or is not key at all.
    Costs are those of a quarter, at the unit costs on record.
    """
    told = await service.listed(connection, tenant_id, as_of, limit)
    currency = told.costs.currency
    return {
        "as_of": told.as_of,
        "accounts_with_cost": told.costed,
        "accounts_without_score": told.unscored,
        "total": told.total,
        "excess": _money(told.excess, currency),
        "missing_rates": told.costs.missing_rates,
        "data": [_account(one, currency) for one in told.data],
        "benchmarks": [BENCHMARKS[code] for code in _BESIDE],
    }


def _money(amount: float | None, currency: str) -> dict[str, Any] | None:
    return None if amount is None else {"amount": Decimal(amount).quantize(Decimal("0.01")), "currency": currency}


def _account(one: Shown, currency: str) -> dict[str, Any]:
    invested, found = one.found.invested, one.found
    composite = one.score["composite"]
    return {
        "account_id": invested.account_id,
        "account_name": one.name,
        "tier": invested.tier,
        "cost": _money(invested.cost, currency),
        "entitled_cost": _money(invested.entitled, currency),
        "tier_median_cost": _money(found.tier_median, currency),
        "excess": _money(found.excess, currency),
        "cost_reasons": found.cost_reasons,
        "value_reasons": found.value_reasons,
        "score_tier": invested.score_tier,
        "composite": None if composite is None else round(composite, 4),
        "quadrant": invested.quadrant,
        "provisional": one.score["provisional"],
        "revenue": _money(one.revenue, currency),
    }
