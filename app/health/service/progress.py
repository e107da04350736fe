"""How far an account plan has come: its objectives and targets, measured on any day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.core.progress import Attainment, Objective, Period, Progress, attainment, elapsed, progress
from app.health.core.value import Step, Value, value
from app.health.queries.rates import rates
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import Window, day_asked
from app.metrics import service as metrics
from app.metrics.core.registry import Registry
from app.planning.core.documents import entries
from app.planning.service import plans
from app.planning.service.plans import PlanNotFound, PlanRow
from app.tenancy import service as tenancy

MARGIN = "margin"
_AMOUNTS = ("planned_value", "realised_value")
Figures = Mapping[str, float | None]
_NOTHING: Figures = {}


@dataclass(frozen=True, slots=True)
class MeasuredObjective:
    """An objective of the plan as it was written, with its unit, what it began with and is at, and how far that is."""

    objective: Mapping[str, Any]
    unit: str | None
    baseline: float | None
    baseline_from: Literal["plan", "measured"] | None
    current: float | None
    progress: Progress


@dataclass(frozen=True, slots=True)
class MeasuredTarget:
    """A target of the plan as it was written, with both amounts in the reporting currency, and how far that is."""

    target: Mapping[str, Any]
    planned: float | None
    actual: float | None
    attainment: Attainment


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """How far a version of a plan had come at the end of a day."""

    account_id: AccountId
    as_of: date
    currency: str
    plan: PlanRow
    objectives: Sequence[MeasuredObjective]
    targets: Sequence[MeasuredTarget]
    value: Value


async def of_account(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date | None
) -> PlanProgress:
    """Measure the plan that the account had at the end of a day."""
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    plan = (await plans.newest(connection, tenant_id, (account_id,), day)).get(account_id)
    if plan is None:
        raise PlanNotFound(f"account {account_id} had none on {day}")
    organization = await tenancy.organization(connection, tenant_id)
    registry = metrics.registry_of(organization)
    written = entries(plan.document, "customer_objectives")
    keys = {one["metric"] for one in written if one["metric"] in registry}
    without = {one["metric"] for one in written if one["metric"] in registry and one["baseline"] is None}
    planned = entries(plan.document, "growth_targets")
    steps = entries(plan.document, "value_plan")

    current = await _figures(connection, tenant_id, account_id, {*keys, MARGIN}, day)
    began = await _figures(connection, tenant_id, account_id, without, plan.starts_on) if plan.starts_on < day else {}
    money = [*(one["amount"] for one in planned), *(one[name] for one in steps for name in _AMOUNTS)]
    worth = await _worth(connection, tenant_id, money, organization.reporting_currency, day)
    earned = await _earned(connection, tenant_id, account_id, planned, day)

    return PlanProgress(
        account_id=account_id,
        as_of=day,
        currency=organization.reporting_currency,
        plan=plan,
        objectives=[_objective(one, registry, plan, (began, current), day) for one in written],
        targets=[
            _target(one, amount, revenue, current[MARGIN], day)
            for one, amount, revenue in zip(planned, worth[: len(planned)], earned, strict=True)
        ],
        value=value(_steps(steps, worth[len(planned) :]), plan.starts_on, day),
    )


async def _figures(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, keys: set[str], day: date
) -> Figures:
    if not keys:
        return _NOTHING
    found = await metrics.measured(connection, tenant_id, as_of=day, keys=sorted(keys), account_ids=(account_id,))
    return {key: found.value(key, 0) for key in keys}


def _objective(
    written: Mapping[str, Any], registry: Registry, plan: PlanRow, figures: tuple[Figures, Figures], day: date
) -> MeasuredObjective:
    key, due_on = written["metric"], date.fromisoformat(written["due_on"])
    if key not in registry:
        because: Literal["no_metric", "no_such_metric"] = "no_metric" if key is None else "no_such_metric"
        unknown = Progress(None, elapsed(plan.starts_on, due_on, day), "unknown", because)
        stated: Literal["plan"] | None = None if written["baseline"] is None else "plan"
        return MeasuredObjective(written, None, written["baseline"], stated, None, unknown)
    began, current = figures
    given = written["baseline"]
    baseline = began.get(key) if given is None else given
    objective = Objective(baseline, written["target"], plan.starts_on, due_on)
    return MeasuredObjective(
        objective=written,
        unit=registry.of(key).unit,
        baseline=baseline,
        baseline_from=None if baseline is None else "measured" if given is None else "plan",
        current=current[key],
        progress=progress(objective, current[key], day),
    )


async def _worth(
    connection: AsyncConnection,
    tenant_id: TenantId,
    money: Sequence[Mapping[str, Any] | None],
    currency: str,
    day: date,
) -> list[float | None]:
    """Amounts in the reporting currency at the rates of the day; None without one, or without an amount."""
    foreign = {one["currency"] for one in money if one is not None} - {currency}
    known = {currency: Decimal(1)}
    if foreign:
        known |= await rates(connection, tenant_id, foreign, currency, day)
    return [_at(one, known) for one in money]


def _at(money: Mapping[str, Any] | None, known: Mapping[str, Decimal]) -> float | None:
    rate = None if money is None else known.get(money["currency"])
    return None if money is None or rate is None else float(Decimal(money["amount"]) * rate)


def _steps(written: Sequence[Mapping[str, Any]], worth: Sequence[float | None]) -> list[Step]:
    """The steps of the plan's value with their amounts, two of each step one after the other."""
    pairs = zip(worth[::2], worth[1::2], strict=True)
    return [
        Step(
            planned,
            realised,
            None if one["realised_on"] is None else _day(one["realised_on"]),
            unpriced=any(
                one[name] is not None and amount is None
                for name, amount in zip(_AMOUNTS, (planned, realised), strict=True)
            ),
        )
        for one, (planned, realised) in zip(written, pairs, strict=True)
    ]


async def _earned(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    planned: Sequence[Mapping[str, Any]],
    day: date,
) -> list[float | None]:
    """The revenue of each target's period as it is known on the day; in few statements for any number of them."""
    if not planned:
        return []
    windows = [Window(_day(one["starts_on"]) - timedelta(days=1), _day(one["ends_on"])) for one in planned]
    found = await metrics.revenue_within(connection, tenant_id, windows, known_on=day, account_id=account_id)
    return [None if np.isnan(value) else float(value) for value in found.value]


def _target(
    written: Mapping[str, Any], planned: float | None, revenue: float | None, margin: float | None, day: date
) -> MeasuredTarget:
    period = Period(_day(written["starts_on"]), _day(written["ends_on"]))
    actual = revenue if written["metric"] == "revenue" else _margin_of(revenue, margin)
    return MeasuredTarget(written, planned, actual, attainment(period, planned, actual, day))


def _margin_of(revenue: float | None, margin: float | None) -> float | None:
    """As margin attainment has it: the latest observed margin, where it is a share, of the revenue."""
    return None if revenue is None or margin is None or abs(margin) > 1 else revenue * margin


def _day(text: str) -> date:
    return date.fromisoformat(text)
