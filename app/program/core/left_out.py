"""Says why an account was left out: no score, a minimum, or which constraint displaced it and what it would take."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.program.core.eligibility import Shortfall, nearest
from app.program.core.highs import Prices
from app.program.core.plan import Candidate, Plan
from app.program.core.problem import NOBODY, LimitKind, Problem, Vector
from app.program.core.room import Allotment, Room
from app.program.core.swaps import to_enter

Reason = Literal["no_score", "ineligible", "below_minimum", "displaced", "no_gain", "not_solved"]


@dataclass(frozen=True, slots=True)
class Blocked:
    """A constraint that has no room for one more: how much is lacking, None for KAMs' places."""

    constraint: LimitKind | Literal["kam_capacity"]
    name: str | None
    lacking: float | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why an account has no tier.

    tier: the tier that it came nearest to, None where it has no score, is ineligible, or nothing was solved.
    below: the minima that it misses there. by: the constraints that have no room for it there. composite_needed: above
    which it would take another's place. reduced_cost: what it would add at the relaxation's prices, less what it takes.
    """

    reason: Reason
    tier: str | None = None
    below: tuple[Shortfall, ...] = ()
    by: tuple[Blocked, ...] = ()
    composite_needed: float | None = None
    reduced_cost: float | None = None


def outside(candidate: Candidate, plan: Plan) -> LeftOut:
    """Why no tier is open to the account."""
    if candidate.composite is None:
        return LeftOut("no_score")
    if candidate.ineligible:
        return LeftOut("ineligible")
    tier, missed = nearest(candidate, plan)
    return LeftOut("below_minimum", tier.name, tuple(missed))


def displaced(problem: Problem, plan: Plan, allotment: Allotment, prices: Prices | None) -> dict[int, LeftOut]:
    """Why each account of the problem (by position) that was not selected was not."""
    room = Room(problem, allotment)
    needed = to_enter(problem, allotment)
    costs = None if prices is None else reduced_costs(problem, prices)
    blocked: dict[tuple[int, int], tuple[Blocked, ...]] = {}
    for tier in range(problem.tiers):
        short = room.short(tier)
        for home in {NOBODY, *(int(one) for one in problem.home)}:
            blocked[tier, home] = _blocked(problem, room, short, tier, home)
    found = {}
    for account in np.flatnonzero(allotment.tier < 0):
        home = int(problem.home[account])
        tiers = [int(tier) for tier in np.flatnonzero(problem.open[account])]
        tier = min(tiers, key=lambda at: (len(blocked[at, home]), -problem.benefit[at]))
        by = blocked[tier, home]
        found[int(account)] = LeftOut(
            "displaced" if by else "no_gain",
            plan.tiers[tier].name,
            by=by,
            composite_needed=None if np.isnan(needed[account]) else float(needed[account]),
            reduced_cost=None if costs is None else float(costs[account]),
        )
    return found


def _blocked(problem: Problem, room: Room, short: Vector, tier: int, home: int) -> tuple[Blocked, ...]:
    by = [
        Blocked(limit.kind, limit.name, float(lacking))
        for limit, lacking in zip(problem.limits, short, strict=True)
        if lacking > 0.0
    ]
    if room.kam_for(tier, home) == NOBODY:
        by.insert(0, Blocked("kam_capacity", None, None))
    return tuple(by)


def reduced_costs(problem: Problem, prices: Prices) -> Vector:
    """What each account is worth at its best open tier, less what that tier takes at the prices.

    (accounts,). Below 0: too dear at those prices. The cheapest KAM counts, or the one that has to stay.
    """
    units = sum(
        (price * limit.per_account for price, limit in zip(prices.limits, problem.limits, strict=True)),
        start=np.zeros(problem.tiers),
    )
    anybody = prices.kams.min(initial=np.inf)
    place = np.where(problem.home >= 0, prices.kams[problem.home], anybody)
    worth = np.outer(problem.composite, problem.benefit) - units - np.outer(place, problem.effort)
    result: Vector = np.where(problem.open, worth, -np.inf).max(axis=1)
    return result
