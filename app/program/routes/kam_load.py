"""The door of what key account managers look after."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from statistics import mean, median
from typing import Annotated, Any, Final

from fastapi import Query

from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.benchmarks import BENCHMARKS
from app.kernel.ids import AccountId
from app.kernel.periods import InTheFuture
from app.program.core.key_person import Held, KeyPersonRisk
from app.program.core.time_spent import TimeSpent
from app.program.schemas.kam_load import KamLoadReport
from app.program.service import loads as service
from app.program.service.loads import Manager, Told
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["program"])
AsOf = Annotated[IsoDate | None, Query(description="The day at whose end facts are read; today when not given")]
Limit = Annotated[int, Query(ge=1, le=500, description="How many managers are told at most")]
MOST_ACCOUNTS: Final = 25
_BESIDE: Final = ("accounts_per_manager", "accounts_per_manager_band", "coordination_limits_strategy")
_SHARES: Final = ("dedication", "reactive", "growth", "coordination")


@router.get(
    "/program/kam-load",
    response_model=KamLoadReport,
    responses=problems(InTheFuture),
    openapi_extra=needs("retiering:read"),
)
async def get_kam_load(tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None, limit: Limit = 100) -> Any:
    """Tell what each manager has to look after, spends time on, and would take along on leaving.

    Engagements do not say who of the supplier took part. A contact counts as held by the manager alone unless an
    executive review or a steering committee of the last year had them in it, or they are a sponsor's counterpart.
    """
    told = await service.loads(connection, tenant_id, as_of)
    held = [one.load.accounts for one in told.managers if one.load.accounts]
    return {
        "as_of": told.as_of,
        "managers_total": len(told.managers),
        "key_accounts": sum(held),
        "mean": round(mean(held), 4) if held else None,
        "median_accounts": _median([one.every_account for one in told.managers if one.load.accounts]),
        "median_accounts_of_others": _median([one.every_account for one in told.managers if not one.load.accounts]),
        "median_cycle_days": _median(_cycles(told, with_key=True)),
        "median_cycle_days_of_others": _median(_cycles(told, with_key=False)),
        "under": sum(one.load.band == "under" for one in told.managers if one.load.accounts),
        "over": sum(one.load.band == "over" for one in told.managers),
        "overloaded": sum(one.load.share > 1 for one in told.managers),
        "crowded_out": sum(one.time.crowded_out is True for one in told.managers),
        "with_hours": sum(one.time.hours > 0 for one in told.managers),
        "without_manager": [
            {"account_id": one, "account_name": told.account_names.get(one)} for one in told.unmanaged[:MOST_ACCOUNTS]
        ],
        "without_manager_total": len(told.unmanaged),
        "data": [_manager(one, told) for one in told.managers[:limit]],
        "benchmarks": [BENCHMARKS[code] for code in _BESIDE],
    }


def _cycles(told: Told, *, with_key: bool) -> list[float]:
    """The cycles of all accounts whose managers have key accounts, or have none."""
    asked = [one.user_id for one in told.managers if bool(one.load.accounts) is with_key]
    return [days for user_id in asked for days in told.cycles.get(user_id, ())]


def _median(numbers: Sequence[float]) -> float | None:
    return float(median(numbers)) if numbers else None


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)


def _money(amount: float | None, told: Told) -> dict[str, Any] | None:
    if amount is None:
        return None
    return {"amount": Decimal(amount).quantize(Decimal("0.01")), "currency": told.currency}


def _manager(one: Manager, told: Told) -> dict[str, Any]:
    return {
        "user_id": one.user_id,
        "user_name": one.name,
        "load": {
            "key_accounts": one.load.accounts,
            "accounts": one.every_account,
            "by_tier": one.load.by_tier,
            "band": one.load.band,
            "effort": _rounded(one.load.effort),
            "load": _rounded(one.load.share),
        },
        "time": _time(one.time, one.load.accounts),
        "risk": _risk(one.risk, told),
        "accounts": [_account(each, told) for each in one.held[:MOST_ACCOUNTS]],
    }


def _time(time: TimeSpent, key_accounts: int) -> dict[str, Any]:
    return {
        "hours": _rounded(time.hours),
        "by_activity": {name: _rounded(share) for name, share in time.by_activity.items()},
        **{name: _rounded(getattr(time, name)) for name in _SHARES},
        "tacked_on": time.tacked_on(key_accounts),
        "crowded_out": time.crowded_out,
    }


def _risk(risk: KeyPersonRisk, told: Told) -> dict[str, Any]:
    return {
        **{name: getattr(risk, name) for name in ("contacts", "contacts_alone", "advocates_alone", "executives_alone")},
        "accounts_without_sponsor": risk.without_sponsor,
        "accounts_without_second_function": risk.without_second_function,
        "accounts_by_one_person": risk.by_one_person,
        "revenue_by_one_person": _money(risk.revenue_by_one_person, told),
        "revenue_share": _rounded(risk.share),
    }


def _account(held: Held, told: Told) -> dict[str, Any]:
    return {
        **{name: value for name, value in asdict(held).items() if name not in {"alone", "revenue", "effort"}},
        "account_name": told.account_names.get(AccountId(held.account_id)),
        "contacts_alone": held.alone,
        "effort": _rounded(held.effort),
        "revenue": _money(held.revenue, told),
    }
