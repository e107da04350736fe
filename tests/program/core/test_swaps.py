"""The best swap: against every exchange of one for one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from app.program.core.plan import Plan, Tier
from app.program.core.problem import NOBODY, problem_of
from app.program.core.room import Allotment, nothing
from app.program.core.solving import solved
from app.program.core.swaps import best_swap, to_enter
from tests.program.core.test_solving import account, allowed, kams, plenty, small_plans


def every_swap(problem, allotment):
    """Each exchange of one for one that breaks nothing, by what it adds."""
    before = problem.worth(allotment.tier)
    for out in np.flatnonzero((allotment.tier >= 0) & ~problem.must):
        for entering in np.flatnonzero(allotment.tier < 0):
            for tier in np.flatnonzero(problem.open[entering]):
                for kam in range(problem.kams):
                    tiers, held = allotment.tier.copy(), allotment.kam.copy()
                    tiers[out], held[out] = NOBODY, NOBODY
                    tiers[entering], held[entering] = tier, kam
                    if allowed(problem, Allotment(tiers, held)):
                        yield problem.worth(tiers) - before


@settings(max_examples=25)
@given(small_plans())
def test_no_exchange_of_one_for_one_adds_more_than_the_best_swap(case):
    problem, _ = problem_of(*case)
    solution = solved(problem, plenty)

    swap = best_swap(problem, solution.allotment)

    changes = list(every_swap(problem, solution.allotment)) if solution.status == "optimal" else []
    if swap is None or not changes:
        assert not changes
    else:
        assert swap.change == pytest.approx(max(changes), abs=1e-9)
        assert swap.change <= 1e-6  # nothing improves the best


@settings(max_examples=15)
@given(small_plans())
def test_above_the_composite_needed_an_account_takes_anothers_place(case):
    candidates, plan = case
    problem, inside = problem_of(candidates, replace(plan, must={}))
    solution = solved(problem, plenty)
    if solution.status != "optimal":
        return
    for at, needed in enumerate(to_enter(problem, solution.allotment)):
        if not np.isnan(needed):
            risen = problem.composite.copy()
            risen[at] = needed + 1.0
            better = best_swap(replace(problem, composite=risen), solution.allotment)
            assert better is not None
            assert better.change > 0, inside[at]


def test_without_anybody_selected_there_is_no_swap():
    problem, _ = problem_of([account(1, 50.0)], Plan((Tier("a", 1.0, 1.0),), kams(0.0)))

    assert best_swap(problem, nothing(1)) is None
