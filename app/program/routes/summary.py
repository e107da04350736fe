"""The door of the program in figures."""

from dataclasses import asdict
from decimal import Decimal
from statistics import mean
from typing import Annotated, Any, Final

from fastapi import Query

from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.benchmarks import BENCHMARKS
from app.kernel.periods import InTheFuture
from app.program.core.premium import Group
from app.program.schemas.summary import ProgramSummary
from app.program.service import summary as service
from app.program.service.summary import Growth, Looked, Told
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["program"])
AsOf = Annotated[IsoDate | None, Query(description="The day at whose end facts are read; today when not given")]
_SEVERITIES: Final = ("high", "medium", "low")


@router.get(
    "/program/summary",
    response_model=ProgramSummary,
    responses=problems(InTheFuture),
    openapi_extra=needs("retiering:read"),
)
async def get_program_summary(tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None) -> Any:
    """Tell what key accounts bring, whether they grow faster, what is missed and what is due.

    Key are the accounts that were selected for the program or given a tier by hand; as long as none was ever selected,
    also those whose newest score has a tier. For growth, those are followed who were key a year before. Every figure is
    as of the day, and a figure that nothing is known of is null.
    """
    told = await service.summarized(connection, tenant_id, as_of)
    return {
        "as_of": told.as_of,
        "simulated": told.simulated,
        "key_accounts": _key(told),
        "growth": _growth(told.growth, told.currency),
        "quota": _quota(told),
        "retention": {name: _rounded(value) for name, value in asdict(told.retention).items()},
        "kam_load": _load(told.looked),
        "utilization": _use(told),
        "plans": _plans(told),
        "calibrations": _calibrations(told),
        "appraisals": told.appraisals,
        "warnings": _warnings(told),
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)


def _money(amount: float | None, currency: str) -> dict[str, Any] | None:
    return None if amount is None else {"amount": Decimal(amount).quantize(Decimal("0.01")), "currency": currency}


def _share(part: int, whole: int) -> float | None:
    return _rounded(part / whole) if whole else None


def _key(told: Told) -> dict[str, Any]:
    found = told.concentration
    return {
        "basis": told.basis,
        "accounts": sum(told.by_tier.values()),
        "by_tier": [{"tier": tier, "accounts": number} for tier, number in sorted(told.by_tier.items())],
        "customers": told.customers,
        "customer_share": _rounded(found.account_share),
        "revenue": _money(told.key_revenue, told.currency),
        "total_revenue": _money(told.revenue, told.currency),
        "revenue_share": _rounded(found.revenue_share),
        "hhi": _rounded(found.hhi),
        "accounts_with_unknown_revenue": found.unknown,
        "benchmarks": [BENCHMARKS["key_account_revenue"], BENCHMARKS["key_account_customers"]],
    }


def _growth(told: Growth, currency: str) -> dict[str, Any]:
    found = told.premium
    return {
        "cohort_on": told.cohort_on,
        "hindsight": told.hindsight,
        "key_accounts": _group(found.key, currency),
        "other_accounts": _group(found.other, currency),
        "premium": _rounded(found.value),
        "low": _rounded(found.low),
        "high": _rounded(found.high),
        "verdict": found.verdict,
        "benchmark": BENCHMARKS["higher_growth_expected"],
    }


def _group(group: Group, currency: str) -> dict[str, Any]:
    return {
        "accounts": group.accounts,
        "revenue": _money(group.revenue, currency),
        "revenue_before": _money(group.prior, currency),
        "growth": _rounded(group.growth),
        "median_growth": _rounded(group.median_growth),
    }


def _quota(told: Told) -> dict[str, Any]:
    found = told.quota
    return {
        "accounts_with_target": found.accounts,
        "missed": found.missed,
        "planned": _money(found.planned, told.currency),
        "won": _money(found.won, told.currency),
        "attainment": _rounded(found.attainment),
        "is_met": None if found.attainment is None else found.attainment >= 1,
        "targets_without_rate": found.unconverted,
        "benchmark": BENCHMARKS["quota_missed"],
    }


def _load(looked: Looked) -> dict[str, Any]:
    held, bands = looked.by_manager, looked.bands
    return {
        "managers": len(held),
        "mean": _rounded(mean(held)) if held else None,
        "fewest": min(held, default=None),
        "most": max(held, default=None),
        **{name: bands.get(name, 0) for name in ("under", "within", "over")},
        "accounts_without_manager": looked.without_manager,
        "benchmarks": [BENCHMARKS["accounts_per_manager"], BENCHMARKS["accounts_per_manager_band"]],
    }


def _use(told: Told) -> dict[str, Any]:
    report = told.utilization
    accounts, full = (report.total[name] if report.total else 0 for name in ("accounts", "full_accounts"))
    return {
        "from_on": report.span.from_on,
        "to_on": report.span.to_on,
        "accounts": accounts,
        "fully_using": full,
        "share": _share(full, accounts),
        "utilization": _rounded(report.total["utilization"]) if report.total else None,
        "wasted_cost": _money(report.total["wasted_cost"] if report.total else 0.0, report.costs.currency),
        "benchmark": BENCHMARKS["resources_fully_used"],
    }


def _plans(told: Told) -> dict[str, Any]:
    found = told.plans
    return {
        "with_plan": found.with_plan,
        "without_plan": found.accounts - found.with_plan,
        "fresh": found.fresh,
        "fresh_days": told.plan_days,
        "fresh_share": _rounded(found.fresh_share),
    }


def _calibrations(told: Told) -> dict[str, Any]:
    by_state = [{"state": state, "calibrations": number} for state, number in sorted(told.calibrations.items())]
    share = _share(told.active, sum(told.by_tier.values()))
    return {"by_state": by_state, "key_accounts_in_force": told.active, "key_account_share": share}


def _warnings(told: Told) -> list[dict[str, Any]]:
    counted = {row["severity"]: row for row in told.warnings}
    return [
        {
            "severity": name,
            "warnings": counted[name]["every"] if name in counted else 0,
            "of_key_accounts": counted[name]["of_key"] if name in counted else 0,
        }
        for name in _SEVERITIES
    ]
