"""The program in figures, as of a day: what its key accounts are, bring and miss, and what is due."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.service.standing import in_force
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.metrics.core.measured import Measured
from app.program.core.concentration import Concentration, concentration
from app.program.core.key_accounts import KeyBasis
from app.program.core.loads import Band, band
from app.program.core.premium import Flags, Premium, premium
from app.program.core.problem import Vector
from app.program.core.summary import Plans, Quota, Retention, plans, quota, retention
from app.program.queries import loads as people
from app.program.queries import summary as queries
from app.program.service.key_accounts import key_accounts, known
from app.program.service.lately import used_lately
from app.resourcing.service.utilization import Report
from app.tenancy import service as tenancy

METRICS: Final = ("revenue_ltm", "revenue_prior_ltm", "gross_retention", "days_since_plan_update")
YEAR_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth of the accounts that were key when the year began, beside that of the others.

    hindsight: nobody was key then, and those of the day itself are taken, who may be key because they grew.
    """

    cohort_on: date
    hindsight: bool
    premium: Premium


@dataclass(frozen=True, slots=True)
class Looked:
    """Who looks after the key accounts: how many each manager has, and how many accounts have none."""

    by_manager: Sequence[int]
    without_manager: int

    @property
    def bands(self) -> Mapping[Band, int]:
        return Counter(band(one) for one in self.by_manager)


@dataclass(frozen=True, slots=True)
class Told:
    """The program as of a day; `active`: key accounts with a calibration in force."""

    as_of: date
    currency: str
    simulated: bool
    basis: KeyBasis
    by_tier: Mapping[str, int]
    customers: int
    revenue: float | None
    key_revenue: float | None
    concentration: Concentration
    growth: Growth
    quota: Quota
    retention: Retention
    looked: Looked
    utilization: Report
    plans: Plans
    plan_days: int
    calibrations: Mapping[str, int]
    active: int
    appraisals: RowMapping
    warnings: Sequence[RowMapping]


async def summarized(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> Told:
    """The program as it was known at the end of a day; as many statements for any number of accounts."""
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    organization = await tenancy.organization(connection, tenant_id)
    measured = await metrics.measured(connection, tenant_id, as_of=day, keys=METRICS)
    every = set(measured.account_ids)
    key_ones = await known(connection, tenant_id, day)
    keys = {one: tier for one, tier in key_ones.tiers.items() if one in every}
    ids = list(keys)
    reading = await metrics.reading_of(connection, tenant_id, day, ids)
    planned = await queries.quota(reading)
    growth = await _growth(connection, tenant_id, measured, keys)

    revenue, prior = (np.nan_to_num(measured.values[name]) for name in METRICS[:2])
    key = _marked(measured, keys)
    customers = key | (revenue > 0) | (prior > 0)
    limit = organization.warning_thresholds.plan_days_above

    return Told(
        as_of=day,
        currency=measured.currency,
        simulated=organization.simulated,
        basis=key_ones.basis,
        by_tier=Counter(keys.values()),
        customers=int(customers.sum()),
        revenue=_sum(measured.values["revenue_ltm"]),
        key_revenue=_sum(measured.values["revenue_ltm"][key]),
        concentration=concentration(
            [one for one, counts in zip(measured.account_ids, customers, strict=True) if counts],
            measured.values["revenue_ltm"][customers],
            keys,
        ),
        growth=growth,
        quota=quota(planned["planned"], planned["won"], planned["unconverted"]),
        retention=retention(*(measured.values[name][key] for name in ("gross_retention", *METRICS[:2]))),
        looked=await _looked(connection, tenant_id, day, ids),
        utilization=await used_lately(connection, tenant_id, day),
        plans=plans(measured.values["days_since_plan_update"][key], limit),
        plan_days=limit,
        calibrations=await queries.calibrations(connection, tenant_id, day),
        active=len(await in_force(connection, tenant_id, ids, day)),
        appraisals=await queries.appraisals(connection, tenant_id, day),
        warnings=await queries.warnings(connection, tenant_id, day, ids),
    )


def _sum(values: Vector) -> float | None:
    """The sum of what is known; None where nothing is."""
    return None if np.isnan(values).all() else float(np.nansum(values))


def _marked(measured: Measured, keys: Mapping[AccountId, str]) -> Flags:
    return np.array([one in keys for one in measured.account_ids], dtype=np.bool_)


async def _growth(
    connection: AsyncConnection, tenant_id: TenantId, measured: Measured, keys: Mapping[AccountId, str]
) -> Growth:
    """Those who were key a year ago are followed: whoever became key since may have become so by growing."""
    began = measured.as_of - timedelta(days=YEAR_DAYS)
    then = await key_accounts(connection, tenant_id, began)
    cohort = then or keys
    found = premium(measured.values["revenue_ltm"], measured.values["revenue_prior_ltm"], _marked(measured, cohort))
    return Growth(began if then else measured.as_of, hindsight=not then, premium=found)


async def _looked(connection: AsyncConnection, tenant_id: TenantId, day: date, ids: Sequence[AccountId]) -> Looked:
    managers = await people.managers(connection, tenant_id, day, ids)
    held = Counter(one for one in managers.values() if one is not None)
    return Looked(sorted(held.values()), len(ids) - held.total())
