"""Finds the allotment that is worth most within the time, and says how good it can be at most."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.program.core.conflicts import Conflict, conflicts
from app.program.core.formulation import formulation, roundings
from app.program.core.greedy import extended
from app.program.core.handing_out import as_far_as_it_goes, handed_out
from app.program.core.highs import Found, Prices, best, prices
from app.program.core.problem import Problem
from app.program.core.room import Allotment, nothing

Status = Literal["optimal", "feasible", "infeasible", "undecided", "empty"]
Remaining = Callable[[], float]  # seconds that are left
# Worth that differs by less is the same: a share of what the best account brings.
EQUAL = 1e-6


@dataclass(frozen=True, slots=True)
class Solution:
    """What was found.

    status: `optimal` (proven), `feasible` (the time ran out before a proof), `infeasible` (whoever has to be selected
    cannot be; `conflicts` says by what), `undecided` (the time ran out before anything was found), `empty` (there is
    nobody to choose from). objective: the sum of composite times benefit. bound: no allotment is worth more.
    prices: of the relaxation, None where there was no time for it.
    """

    status: Status
    allotment: Allotment
    objective: float
    bound: float
    prices: Prices | None = None
    conflicts: tuple[Conflict, ...] = ()

    @property
    def gap(self) -> float:
        """How much better the best may be at most, as a share of what was found; 0 when it is proven."""
        short = self.bound - self.objective
        return short / max(abs(self.objective), 1e-9) if short > 0.0 else 0.0


def solved(problem: Problem, remaining: Remaining) -> Solution:
    """The best allotment of the accounts that is found while there is time; the same for the same problem, given time.

    remaining: tells how many seconds are left. What a greedy choice finds is the least that is answered.
    """
    if not problem.accounts:
        return Solution("empty", nothing(0), 0.0, 0.0)
    base = nothing(problem.accounts)
    if problem.must.any():
        wanted = _wanted(problem, remaining)
        if not isinstance(wanted, Allotment):
            return wanted
        base = wanted
    program = formulation(problem)
    relaxed = prices(program, remaining())
    floor = _floor(problem, base, relaxed)
    bound = min(_most(problem), np.inf if relaxed is None else relaxed.bound)
    if not _proven(problem, floor, bound):
        found = best(program.with_rows([roundings(program)]), remaining())
        floor = _better(problem, floor, _allotted(problem, found))
        bound = min(bound, found.bound)
    # Whoever found the tiers, KAMs are given out in the one way: kept where there is room, evenly otherwise.
    floor = handed_out(problem, floor.tier, None) or floor
    worth = problem.worth(floor.tier)
    if _proven(problem, floor, bound):
        return Solution("optimal", floor, worth, worth, relaxed)
    return Solution("feasible", floor, worth, bound, relaxed)


def _proven(problem: Problem, allotment: Allotment, bound: float) -> bool:
    best_account = float(problem.composite.max() * problem.benefit.max())
    return bound - problem.worth(allotment.tier) <= EQUAL * best_account


def _floor(problem: Problem, base: Allotment, relaxed: Prices | None) -> Allotment:
    """What is found without looking for the best: a greedy choice, or whom the relaxation selects undivided."""
    floor = extended(problem, base)
    if relaxed is None:
        return floor
    rounded = as_far_as_it_goes(problem, relaxed.tier)
    return _better(problem, floor, None if (rounded.tier[problem.must] < 0).any() else rounded)


def _wanted(problem: Problem, remaining: Remaining) -> Allotment | Solution:
    """Those who have to be selected, alone: the others' room is what they leave. A Solution where there is no way."""
    part = problem.of(problem.must)
    floor = extended(part, nothing(part.accounts))
    if (floor.tier < 0).any():
        program = formulation(part)
        found = best(program, remaining())
        allotted = _allotted(part, found)
        if allotted is None:
            status: Status = "infeasible" if found.impossible else "undecided"
            named = tuple(conflicts(part, remaining)) if found.impossible else ()
            return Solution(status, nothing(problem.accounts), 0.0, 0.0, conflicts=named)
        floor = allotted
    whole = nothing(problem.accounts)
    whole.tier[problem.must], whole.kam[problem.must] = floor.tier, floor.kam
    return whole


def _allotted(problem: Problem, found: Found) -> Allotment | None:
    return None if found.tier is None else handed_out(problem, found.tier, found.shares)


def _better(problem: Problem, floor: Allotment, found: Allotment | None) -> Allotment:
    """The one worth more, with everybody added for whom there is room still."""
    if found is None:
        return floor
    found = extended(problem, found)
    return floor if problem.worth(floor.tier) > problem.worth(found.tier) else found


def _most(problem: Problem) -> float:
    """What all accounts would be worth, each at its best tier."""
    return float((problem.composite * np.where(problem.open, problem.benefit, 0.0).max(axis=1)).sum())
