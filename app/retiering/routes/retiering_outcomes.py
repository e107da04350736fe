"""The door of what became of accounts that the rules would have let go."""

from typing import Annotated, Any, Final

from fastapi import Query

from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.benchmarks import BENCHMARKS
from app.kernel.periods import InTheFuture
from app.retiering.core.kept_outcomes import Group, Horizon, Summary
from app.retiering.schemas.decision_outcomes import RetieringOutcomes
from app.retiering.service import outcomes as service
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["retiering"])
AsOf = Annotated[IsoDate | None, Query(description="What was known at the end of this day; today when not given")]
DECIMALS: Final = 4


@router.get(
    "/retierings/outcomes",
    response_model=RetieringOutcomes,
    responses=problems(InTheFuture),
    openapi_extra=needs("retiering:read"),
)
async def get_retiering_outcomes(tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None) -> Any:
    """Compare accounts that people kept although the rules recommended less with those that were let go.

    By reason of keeping, in revenue and health 6 and 12 months after, with numbers and intervals; and how often
    resources were really reduced.
    """
    found = await service.outcomes(connection, tenant_id, as_of)
    cases = len(found.cases)
    known, healthier = found.healthier
    return {
        "as_of": found.as_of,
        "recommended_less": cases,
        "kept": found.kept,
        "kept_share": _share(found.kept, cases),
        "horizons": [_horizon(one) for one in found.horizons],
        "resources_reduced": {
            "decisions": cases,
            "reduced": found.reduced,
            "share": _share(found.reduced, cases),
            "benchmark": BENCHMARKS["resources_reduced"],
        },
        "healthier_after_reducing": {
            "known": known,
            "healthier": healthier,
            "share": _share(healthier, known),
            "benchmark": BENCHMARKS["healthier_after_reducing"],
        },
    }


def _horizon(one: Horizon) -> dict[str, Any]:
    differences = {
        f"{name}_difference": {
            **{figure: _rounded(getattr(found, figure)) for figure in ("difference", "low", "high")},
            "verdict": found.verdict,
        }
        for name, found in (("revenue", one.revenue), ("health", one.health))
    }
    return {
        "months": one.months,
        "kept": _group(one.kept),
        "let_go": _group(one.let_go),
        **differences,
        "keeping_reasons": [{"keeping_reason": reason, **_group(group)} for reason, group in one.reasons],
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "cases": group.cases,
        "too_early": group.too_early,
        "revenue_change": _summary(group.revenue),
        "health_change": _summary(group.health),
    }


def _summary(summary: Summary) -> dict[str, Any]:
    return {"known": summary.known, "mean": _rounded(summary.mean), "median": _rounded(summary.median)}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, DECIMALS)
