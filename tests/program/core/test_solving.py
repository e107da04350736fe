"""The best portfolio: against every possible one, published figures, and itself when asked a little otherwise."""

from dataclasses import replace
from itertools import product
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.program.core.formulation import formulation
from app.program.core.greedy import extended
from app.program.core.highs import prices
from app.program.core.plan import Candidate, Kam, Plan, Resource, Tier
from app.program.core.problem import NOBODY, problem_of
from app.program.core.room import Allotment, Room, nothing
from app.program.core.solving import Solution, solved

SECONDS = 60.0


def plenty() -> float:
    return SECONDS


def account(number, composite, **fields):
    return Candidate(UUID(int=number), composite, composite, composite, **fields)


def kams(*capacities):
    return tuple(Kam(UUID(int=1000 + at), capacity) for at, capacity in enumerate(capacities))


def solution(candidates, plan) -> Solution:
    return solved(problem_of(candidates, plan)[0], plenty)


def every_allotment(problem):
    """Each way in which accounts may have tiers and KAMs."""
    choices = [
        [(NOBODY, NOBODY), *((tier, kam) for tier in np.flatnonzero(row) for kam in range(problem.kams))]
        for row in problem.open
    ]
    for each in product(*choices):
        yield Allotment(np.array([tier for tier, _ in each]), np.array([kam for _, kam in each]))


def allowed(problem, allotment) -> bool:
    chosen = allotment.tier >= 0
    stays = (problem.home == NOBODY) | (problem.home == allotment.kam) | ~chosen
    return bool(stays.all() and chosen[problem.must].all() and Room(problem, allotment).kept)


def by_trying_all(problem) -> float | None:
    worths = [problem.worth(one.tier) for one in every_allotment(problem) if allowed(problem, one)]
    return max(worths, default=None)


@st.composite
def small_plans(draw):
    efforts = draw(st.lists(st.sampled_from([0.0, 0.4, 0.7, 1.0, 1.5]), min_size=2, max_size=2))
    tiers = tuple(
        Tier(
            f"t{at}",
            draw(st.sampled_from([0.3, 0.6, 1.0, 2.0])),
            effort,
            minimum_composite=draw(st.sampled_from([0.0, 40.0])),
            maximum_accounts=draw(st.sampled_from([None, 0, 1, 2])),
            resources={"r": draw(st.sampled_from([0.0, 1.0, 2.5]))},
        )
        for at, effort in enumerate(efforts)
    )
    composites = draw(st.lists(st.sampled_from([0.0, 10.0, 40.0, 40.0, 55.5, 99.0]), min_size=1, max_size=5))
    candidates = [
        account(at + 1, composite, kam_user_id=UUID(int=1000 + draw(st.integers(0, 2))))
        for at, composite in enumerate(composites)
    ]
    must = {} if draw(st.integers(0, 2)) else {UUID(int=1): None}
    plan = Plan(
        tiers,
        kams(*draw(st.lists(st.sampled_from([0.0, 0.9, 1.4, 2.2]), min_size=2, max_size=2))),
        (Resource("r", draw(st.sampled_from([0.0, 2.0, 4.9]))),),
        keep_kams=draw(st.booleans()),
        must=must,
    )
    return candidates, plan


@settings(max_examples=35)
@given(small_plans())
def test_no_allotment_is_worth_more_than_the_one_that_is_found(case):
    problem, inside = problem_of(*case)
    found = solved(problem, plenty)

    most = by_trying_all(problem) if inside else None

    if not inside:
        assert found.status == "empty"
    elif most is None:
        assert found.status == "infeasible"
        assert found.conflicts
    else:
        assert found.status == "optimal"
        assert found.objective == pytest.approx(most, abs=1e-6)
        assert found.bound == pytest.approx(most, abs=1e-4)
        assert allowed(problem, found.allotment)
        assert problem.worth(found.allotment.tier) == found.objective
        assert found.prices is not None
        assert found.prices.bound >= most - 1e-6


@settings(max_examples=20)
@given(small_plans())
def test_the_greedy_choice_keeps_every_limit_and_nobody_could_be_added(case):
    candidates, plan = case
    problem, _ = problem_of(candidates, replace(plan, must={}))

    floor = extended(problem, nothing(problem.accounts))

    assert allowed(problem, floor)
    room = Room(problem, floor)
    for one in np.flatnonzero((floor.tier < 0) & (problem.composite > 0)):
        for tier in np.flatnonzero(problem.open[one]):
            assert room.short(int(tier)).any() or room.kam_for(int(tier), int(problem.home[one])) == NOBODY


def knapsack(profits, weights, capacity) -> Solution:
    """A 0-1 knapsack: an account per item, with the item's weight as a tier's effort, and one KAM as the sack."""
    tiers = tuple(Tier(f"w{at}", 1.0, float(weight), from_tiers=(f"w{at}",)) for at, weight in enumerate(weights))
    candidates = [account(at + 1, float(profit), tier=f"w{at}") for at, profit in enumerate(profits)]
    return solution(candidates, Plan(tiers, kams(float(capacity))))


@pytest.mark.parametrize(
    ("profits", "weights", "capacity", "most", "taken"),
    [
        # Both worked examples of Martello and Toth, Knapsack Problems: Algorithms and Computer Implementations (1990),
        # chapter 2.
        ((70, 20, 39, 37, 7, 5, 10), (31, 10, 20, 19, 4, 3, 6), 50, 107, (0, 3)),
        ((15, 100, 90, 60, 40, 15, 10, 1), (2, 20, 20, 30, 40, 30, 60, 10), 102, 280, (0, 1, 2, 3, 5)),
        # J. Burkardt, Data for the 01 Knapsack Problem, P01 and P07.
        ((92, 57, 49, 68, 60, 43, 67, 84, 87, 72), (23, 31, 29, 44, 53, 38, 63, 85, 89, 82), 165, 309, (0, 1, 2, 3, 5)),
        (
            (135, 139, 149, 150, 156, 163, 173, 184, 192, 201, 210, 214, 221, 229, 240),
            (70, 73, 77, 80, 82, 87, 90, 94, 98, 106, 110, 113, 115, 118, 120),
            750,
            1458,
            (0, 2, 4, 6, 7, 8, 13, 14),
        ),
    ],
)
def test_published_knapsacks_have_their_published_answers(profits, weights, capacity, most, taken):
    found = knapsack(profits, weights, capacity)

    assert (found.status, found.objective) == ("optimal", most)
    assert tuple(np.flatnonzero(found.allotment.tier >= 0)) == taken


def test_the_relaxed_knapsack_has_dantzigs_bound():
    """Martello and Toth (1990), chapter 2: the first four items, and 30 of the 40 that the fifth weighs: 295."""
    found = knapsack((15, 100, 90, 60, 40, 15, 10, 1), (2, 20, 20, 30, 40, 30, 60, 10), 102)

    assert found.prices is not None
    assert found.prices.bound == pytest.approx(295)
    assert found.prices.kams[0] == pytest.approx(40 / 40)


def test_published_multiple_knapsack_has_its_published_answer():
    """Two sacks: Martello and Toth (1990), chapter 6: knapsacks of 103 and 156."""
    profits = (78, 35, 89, 36, 94, 75, 74, 79, 80, 16)
    weights = (18, 9, 23, 20, 59, 61, 70, 75, 76, 30)
    tiers = tuple(Tier(f"w{at}", 1.0, float(weight), from_tiers=(f"w{at}",)) for at, weight in enumerate(weights))
    candidates = [account(at + 1, float(profit), tier=f"w{at}") for at, profit in enumerate(profits)]

    found = solution(candidates, Plan(tiers, kams(103.0, 156.0)))

    assert (found.status, found.objective) == ("optimal", 452)


def a_case(seed=7, accounts=30, **fields):
    random = np.random.default_rng(seed)
    candidates = [account(at + 1, float(random.uniform(20, 95))) for at in range(accounts)]
    tiers = (
        Tier("a", 1.0, 1.0, minimum_composite=60.0, resources={"r": 2.0}),
        Tier("b", 0.6, 0.7, minimum_composite=40.0, resources={"r": 1.0}),
        Tier("c", 0.3, 0.4),
    )
    return candidates, Plan(tiers, kams(4.0, 4.0, 5.5), (Resource("r", 13.0),), **fields)


def test_benefits_that_are_all_scaled_scale_the_objective_and_change_nobody():
    candidates, plan = a_case()
    scaled = replace(plan, tiers=tuple(replace(tier, benefit=tier.benefit * 1000) for tier in plan.tiers))

    first, second = solution(candidates, plan), solution(candidates, scaled)

    assert second.objective == pytest.approx(1000 * first.objective)
    assert (second.allotment.tier == first.allotment.tier).all()


def test_the_order_of_accounts_does_not_matter():
    candidates, plan = a_case()

    first, second = solution(candidates, plan), solution(candidates[::-1], plan)

    assert (first.allotment.tier == second.allotment.tier).all()
    assert (first.allotment.kam == second.allotment.kam).all()


@pytest.mark.parametrize(
    "more",
    [
        lambda plan: replace(plan, kams=(*plan.kams, *kams(*[0.0] * 3, 5.0)[3:])),
        lambda plan: replace(plan, resources=(Resource("r", 15.0),)),
        lambda plan: replace(plan, kams=(replace(plan.kams[0], capacity=4.3), *plan.kams[1:])),
    ],
)
def test_more_to_give_never_makes_less_of_it(more):
    candidates, plan = a_case()

    assert solution(candidates, more(plan)).objective >= solution(candidates, plan).objective


def relaxed(candidates, plan):
    found = prices(formulation(problem_of(candidates, plan)[0]), SECONDS)
    assert found is not None
    return found


def moved(plan, *, resource=0.0, place=0.0):
    (one,) = plan.resources
    last = replace(plan.kams[2], capacity=plan.kams[2].capacity + place)
    return replace(plan, resources=(replace(one, capacity=one.capacity + resource),), kams=(*plan.kams[:2], last))


@pytest.mark.parametrize("step", [1e-4, -1e-4])
def test_a_shadow_price_is_what_a_little_more_or_less_brings_to_the_relaxation(step):
    candidates, plan = a_case()
    plan = moved(plan, resource=0.123, place=0.0567)  # away from corners

    here = relaxed(candidates, plan)

    with_resource, with_place = (
        (relaxed(candidates, moved(plan, **{name: step})).bound - here.bound) / step for name in ("resource", "place")
    )
    assert here.limits[0] == pytest.approx(with_resource, rel=1e-4)
    assert here.kams[2] == pytest.approx(with_place, rel=1e-4)
    assert min(here.limits[0], here.kams[2]) > 1


def test_at_a_corner_a_shadow_price_lies_between_what_more_brings_and_what_less_costs():
    candidates, plan = a_case()

    here = relaxed(candidates, plan)

    more, less = (relaxed(candidates, moved(plan, resource=step)).bound for step in (1e-3, -1e-3))
    assert (more - here.bound) / 1e-3 - 1e-6 <= here.limits[0] <= (here.bound - less) / 1e-3 + 1e-6


def test_between_equals_the_lower_ids_come_first():
    candidates = [account(number, 50.0) for number in range(1, 9)]

    found = solution(candidates, Plan((Tier("a", 1.0, 1.0), Tier("b", 0.5, 0.5)), kams(2.0, 1.5)))

    # 3.5 places at the same worth per place: seven halves fit, or three and a half.
    assert found.objective == pytest.approx(175.0)
    selected = found.allotment.tier >= 0
    assert list(np.flatnonzero(selected)) == list(range(int(selected.sum())))


def test_without_any_place_nobody_is_selected_and_places_are_dear():
    candidates = [account(1, 50.0), account(2, 60.0)]

    found = solution(candidates, Plan((Tier("a", 1.0, 1.0),), kams(0.0)))

    assert (found.status, found.objective, found.gap) == ("optimal", 0.0, 0.0)
    assert found.prices is not None
    assert found.prices.kams[0] == pytest.approx(60.0)


def test_an_account_stays_with_its_kam_where_that_is_asked():
    candidates = [account(at + 1, 50.0 + at, kam_user_id=UUID(int=1000)) for at in range(4)]
    plan = Plan((Tier("a", 1.0, 1.0),), kams(2.0, 2.0), keep_kams=True)

    staying, free = solution(candidates, plan), solution(candidates, replace(plan, keep_kams=False))

    assert list(staying.allotment.kam) == [NOBODY, NOBODY, 0, 0]
    assert free.objective == pytest.approx(206.0)


def test_kams_are_loaded_evenly_and_keep_whom_they_have():
    candidates = [account(at + 1, 50.0, kam_user_id=UUID(int=1000 + at % 2)) for at in range(6)]

    found = solution(candidates, Plan((Tier("a", 1.0, 1.0),), kams(8.0, 8.0, 8.0)))
    evenly = solution(
        [replace(one, kam_user_id=None) for one in candidates], Plan((Tier("a", 1.0, 1.0),), kams(8.0, 8.0, 8.0))
    )

    assert list(found.allotment.kam) == [0, 1, 0, 1, 0, 1]
    assert np.bincount(evenly.allotment.kam).tolist() == [2, 2, 2]


def test_when_time_has_run_out_the_greedy_choice_is_the_answer_with_its_gap():
    candidates, plan = a_case(accounts=200)
    problem, _ = problem_of(candidates, plan)

    found = solved(problem, lambda: 0.0)

    assert found.status in {"feasible", "optimal"}
    assert found.objective > 0
    assert found.bound >= solved(problem, plenty).objective - 1e-6
    assert found.gap == pytest.approx((found.bound - found.objective) / found.objective)


def test_what_clashes_is_a_smallest_set_with_what_is_lacking():
    must = {UUID(int=number): "a" for number in (1, 2, 3)}
    tier = Tier("a", 1.0, 1.0, maximum_accounts=2, resources={"r": 2.0, "s": 1.0})
    plan = Plan((tier,), kams(8.0), (Resource("r", 5.5), Resource("s", 50.0)), must=must)
    candidates = [account(number, 50.0) for number in range(1, 6)]

    both = solution(candidates, plan)
    one = solution(candidates, replace(plan, resources=(Resource("r", 6.0), Resource("s", 50.0))))

    # The resource alone rules it out, and so does the maximum: either is a smallest set, the later one is named.
    assert both.status == one.status == "infeasible"
    assert [(clash.rule, clash.name) for clash in both.conflicts] == [("tier_maximum", "a")]
    assert [(clash.rule, clash.name, clash.lacking) for clash in one.conflicts] == [("tier_maximum", "a", 1.0)]


def test_rules_that_clash_only_together_are_named_together():
    must = {UUID(int=1): None, UUID(int=2): None}
    candidates = [account(number, 50.0, kam_user_id=UUID(int=1000)) for number in (1, 2)]

    found = solution(candidates, Plan((Tier("a", 1.0, 1.0),), kams(1.0, 1.0), keep_kams=True, must=must))

    assert found.status == "infeasible"
    assert [(clash.rule, clash.lacking) for clash in found.conflicts] == [("keep_kams", None), ("kam_capacity", 1.0)]
