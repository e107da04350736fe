"""Sums up the program over its key accounts: attainment, retention and plans, as far as they are known."""

from dataclasses import dataclass

import numpy as np

from app.program.core.problem import Vector


@dataclass(frozen=True, slots=True)
class Quota:
    """Whether the plan for the key accounts is met.

    planned, won: revenue of the accounts with a plan, on the days that it covers. attainment: won / planned, None
    without a plan. missed: how many of those accounts won less than planned; unconverted: plans without exchange rate.
    """

    accounts: int
    missed: int
    planned: float
    won: float
    attainment: float | None
    unconverted: int


def quota(planned: Vector, won: Vector, unconverted: Vector) -> Quota:
    """The attainment of accounts taken together.

    planned: (accounts,), NaN where there is no plan; won: what came on the days that are planned, NaN for nothing.
    unconverted: how many plans of each account have no exchange rate; such an account is left out, and its plans told.
    """
    known = ~np.isnan(planned) & (planned > 0.0) & ~(unconverted > 0.0)
    plan, done = planned[known], np.nan_to_num(won[known])
    total = float(plan.sum())
    return Quota(
        accounts=int(known.sum()),
        missed=int((done < plan).sum()),
        planned=total,
        won=float(done.sum()),
        attainment=float(done.sum()) / total if total > 0.0 else None,
        unconverted=int(np.nan_to_num(unconverted).sum()),
    )


@dataclass(frozen=True, slots=True)
class Retention:
    """Of what accounts spent the year before, the share that came again; None where they spent nothing.

    gross: at most what the same buying centers bought of the same offerings; net: all that those accounts spent.
    """

    gross: float | None
    net: float | None


def retention(gross: Vector, revenue: Vector, prior: Vector) -> Retention:
    """Retention of accounts taken together, so that each weighs as much as it spent before.

    gross: (accounts,) their own gross retention; revenue, prior: of two years; NaN where unknown.
    """
    spent = ~np.isnan(revenue) & (prior > 0.0)
    known = spent & ~np.isnan(gross)
    return Retention(_weighted(gross[known], prior[known]), _weighted(revenue[spent] / prior[spent], prior[spent]))


def _weighted(values: Vector, weights: Vector) -> float | None:
    return float((values * weights).sum() / weights.sum()) if len(values) else None


@dataclass(frozen=True, slots=True)
class Plans:
    """How many accounts have a plan, and how many of those plans said something new within the days allowed."""

    accounts: int
    with_plan: int
    fresh: int

    @property
    def fresh_share(self) -> float | None:
        """Of all the accounts, those with a fresh plan; None without accounts."""
        return self.fresh / self.accounts if self.accounts else None


def plans(days_since_update: Vector, longest_days: int) -> Plans:
    """The freshness of plans; days_since_update: (accounts,), NaN without a plan."""
    return Plans(
        len(days_since_update),
        int((~np.isnan(days_since_update)).sum()),
        int((days_since_update <= longest_days).sum()),
    )
