"""Critical weights: the published example, small ones by hand, and scoring again on both sides of what was found."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from app.scoring.core.value_functions import Percentile
from app.selection.core.model import SelectionModel
from app.selection.core.stability import crossings
from app.selection.core.stability.critical import GOALS, critical_weight, most_critical, places
from app.selection.core.stability.curves import curves, nearest_meetings
from tests.selection.core.examples import criterion, pair
from tests.selection.core.stability.ground import a_field, coarse, ranks_at

THREE = pair(criteria=(criterion("o", "opportunity"), criterion("o2", "opportunity"), criterion("a", "alignment")))


def critical(model, accounts, *, top=1):
    """By criterion's key."""
    field = a_field(model, accounts)
    found = [critical_weight(field, known, place, top) for known, place in places(field)]
    return {model.criteria[one.criterion].key: one for one in found}


# The worked example of the weighted sum model in Triantaphyllou and Sanchez (1997), Decision Sciences 28(1), 151-194:
# four alternatives by four criteria. Preferences 0.3162, 0.2768, 0.2623 and 0.1449, so they rank in their own order.
WEIGHTS = (0.3277, 0.3058, 0.2876, 0.0790)
ALTERNATIVES = (
    (0.3088, 0.2897, 0.3867, 0.1922),
    (0.2163, 0.3458, 0.1755, 0.6288),
    (0.4509, 0.2473, 0.1194, 0.0575),
    (0.0240, 0.1172, 0.3184, 0.1215),
)


def published():
    """Their criteria as one dimension that is the whole of the composite, beside another in which all are alike."""
    criteria = [criterion(f"c{at}", "opportunity", weight) for at, weight in enumerate(WEIGHTS, 1)]
    model = SelectionModel((*criteria, criterion("alike", "alignment")), opportunity_share=1.0)
    accounts = [{**{f"c{at}": value for at, value in enumerate(row, 1)}, "alike": 0.5} for row in ALTERNATIVES]
    return model, accounts


def least_change_pct(column, pairs):
    """By their theorem, what is taken off a weight, in % of it, so that the second of a pair overtakes the first.

    (P_second - P_first) / (a_second - a_first) * 100 / W; not feasible where that is more than the weight.
    """
    preferences = [sum(w * a for w, a in zip(WEIGHTS, row, strict=True)) for row in ALTERNATIVES]
    found = []
    for first, second in pairs:
        slope = ALTERNATIVES[second][column] - ALTERNATIVES[first][column]
        taken = (preferences[second] - preferences[first]) / slope * 100 / WEIGHTS[column]
        found += [-taken] if taken <= 100 else []
    return min(found, key=abs, default=None)


@pytest.mark.parametrize("column", range(4))
def test_the_published_example_has_the_changes_of_its_theorem(column):
    model, accounts = published()
    found = critical(model, accounts, top=2)[f"c{column + 1}"]
    best = least_change_pct(column, [(0, 1), (0, 2), (0, 3)])
    top_two = least_change_pct(column, [(0, 2), (0, 3), (1, 2), (1, 3)])
    order = least_change_pct(column, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)])

    changes = [found.shifts[goal].change_pct for goal in GOALS]

    assert changes == pytest.approx([best, top_two, order], rel=1e-9)


def test_in_the_published_example_the_most_critical_criteria_are_those_found_by_hand():
    model, accounts = published()
    found = list(critical(model, accounts).values())

    # Taking 64.8 % of the third weight off puts the second alternative first: (0.2768 - 0.3162) / (0.1755 - 0.3867)
    # = 0.1866 of 0.2876. And 19.1 % more of the first puts the third alternative before the second:
    # (0.2623 - 0.2768) / (0.4509 - 0.2163) = -0.062 of 0.3277, of all changes of places the nearest in %.
    named = [most_critical(found, goal, relative=True) for goal in ("best", "any_order")]
    best, order = (one for criterion in named for one in found if one.criterion == criterion)
    assert model.criteria[best.criterion].key == "c3"
    assert best.shifts["best"].change_pct == pytest.approx(-64.8, abs=0.2)
    assert best.shifts["best"].change_share == pytest.approx(-0.1866, abs=5e-4)
    assert (best.shifts["best"].falls, best.shifts["best"].rises) == (0, 1)
    assert model.criteria[order.criterion].key == "c1"
    assert order.shifts["any_order"].change_pct == pytest.approx(19.0, abs=0.2)
    assert (order.shifts["any_order"].falls, order.shifts["any_order"].rises) == (1, 2)


def test_a_shift_by_hand_in_a_dimension_of_two():
    # First: (0.9 + 0.3) / 2 = 0.6 of opportunity, second: (0.2 + 0.8) / 2 = 0.5; alignment alike. With weight w of o
    # and 1 of o2 they are level where 0.9 w + 0.3 = 0.2 w + 0.8: w = 5/7, 2/7 less than 1; its share is then 5/12.
    found = critical(THREE, [{"o": 0.9, "o2": 0.3, "a": 0.5}, {"o": 0.2, "o2": 0.8, "a": 0.5}])

    shift = found["o"].shifts["best"]
    assert shift.weight == pytest.approx(5 / 7)
    assert shift.change_pct == pytest.approx(-200 / 7)
    assert shift.change_share == pytest.approx(-1 / 7)
    assert shift.share == pytest.approx(5 / 12)
    assert (shift.falls, shift.rises) == (0, 1)
    # The other way round o2 must rise to 7/5.
    assert found["o2"].shifts["best"].weight == pytest.approx(7 / 5)


def test_weights_are_told_on_the_models_own_scale():
    accounts = [{"o": 0.9, "o2": 0.3, "a": 0.5}, {"o": 0.2, "o2": 0.8, "a": 0.5}]
    thirty = replace(THREE, criteria=tuple(replace(one, weight=30.0) for one in THREE.criteria))

    shift = critical(thirty, accounts)["o"].shifts["best"]

    assert shift.weight == pytest.approx(30 * 5 / 7)
    assert shift.change_pct == pytest.approx(-200 / 7)


def test_the_other_dimension_counts_with_its_own_share():
    # Composites, halves of each: first (60 + 40) / 2, second (50 + 49) / 2. Level where opportunity differs by 9:
    # 0.9 w + 0.3 - 0.2 w - 0.8 = 0.09 (w + 1): 0.61 w = 0.59.
    found = critical(THREE, [{"o": 0.9, "o2": 0.3, "a": 0.40}, {"o": 0.2, "o2": 0.8, "a": 0.49}])

    assert found["o"].shifts["best"].weight == pytest.approx(0.59 / 0.61)


def test_where_one_account_knows_less_the_weights_that_count_differ():
    # Of the second only o2 is known, so its opportunity is 0.5 at any weight of o: (0.9 w + 0.3) / (w + 1) = 0.5.
    found = critical(THREE, [{"o": 0.9, "o2": 0.3, "a": 0.5}, {"o2": 0.5, "a": 0.5}])

    assert found["o"].shifts["best"].weight == pytest.approx(0.2 / 0.4)
    # Where the first knows o and o2, the second o and o3, the equation is quadratic.
    four = replace(THREE, criteria=(*THREE.criteria, criterion("o3", "opportunity", 3.0)))
    found = critical(four, [{"o": 0.9, "o2": 0.4, "a": 0.5}, {"o": 0.5, "o3": 0.6, "a": 0.5}])
    # (0.9 w + 0.4) / (w + 1) = (0.5 w + 1.8) / (w + 3): 0.4 w^2 + 0.8 w - 0.6 = 0
    assert found["o"].shifts["best"].weight == pytest.approx(-1 + 2.5**0.5)


def test_an_account_that_is_best_in_everything_is_best_at_any_weight():
    found = critical(THREE, [{"o": 0.9, "o2": 0.8, "a": 0.5}, {"o": 0.2, "o2": 0.3, "a": 0.5}])

    assert [one.shifts["best"] for one in found.values()] == [None] * 3
    assert most_critical(list(found.values()), "best", relative=True) is None


def test_the_only_criterion_of_a_dimension_cannot_be_critical():
    found = critical(pair(), [{"o": 0.9, "a": 0.1}, {"o": 0.2, "a": 0.9}])

    assert [list(one.shifts.values()) for one in found.values()] == [[None] * 3] * 2


def test_criteria_without_weight_are_left_out():
    model = replace(THREE, criteria=(replace(THREE.criteria[0], weight=0.0), *THREE.criteria[1:]))

    assert list(critical(model, [{"o": 0.9, "o2": 0.3, "a": 0.5}])) == ["o2", "a"]


def test_accounts_that_tie_for_the_best_are_parted_by_the_least_change():
    found = critical(
        THREE, [{"o": 0.9, "o2": 0.1, "a": 0.5}, {"o": 0.1, "o2": 0.9, "a": 0.5}, {"o": 0, "o2": 0, "a": 0}]
    )

    shift = found["o"].shifts["best"]
    assert (shift.change_share, shift.change_pct) == (0.0, 0.0)
    assert (shift.falls, shift.rises) == (1, 0)
    # No two of them are in an order that a weight could reverse.
    assert found["o"].shifts["any_order"] is None


def test_accounts_that_are_alike_in_all_tie_at_any_weight():
    alike = [{"o": 0.9, "o2": 0.1, "a": 0.5}] * 3

    assert critical(THREE, alike, top=2)["o"].shifts == dict.fromkeys(GOALS)


@pytest.mark.parametrize("accounts", [[], [{}], [{"o": 0.5, "o2": 0.5, "a": 0.5}]])
def test_with_nobody_to_change_places_with_nothing_is_critical(accounts):
    assert all(one.shifts == dict.fromkeys(GOALS) for one in critical(THREE, accounts).values())


def test_percentiles_are_what_they_are_whatever_the_weight():
    model = replace(THREE, criteria=(replace(THREE.criteria[0], value_function=Percentile()), *THREE.criteria[1:]))

    # Percentiles 0.75 and 0.25: 0.75 w + 0.3 = 0.25 w + 0.7
    found = critical(model, [{"o": 9, "o2": 0.3, "a": 0.5}, {"o": 1, "o2": 0.7, "a": 0.5}])

    assert found["o"].shifts["best"].weight == pytest.approx(0.8)


def test_any_order_is_left_out_where_there_are_too_many_pairs():
    values = np.random.default_rng(0).random((crossings.MOST_ORDERED + 1, 3))
    accounts = [dict(zip(("o", "o2", "a"), map(float, row), strict=True)) for row in values]

    few, many = critical(THREE, accounts[:-1], top=50)["o"], critical(THREE, accounts, top=50)["o"]

    assert abs(few.shifts["any_order"].change_pct) <= abs(few.shifts["top_n"].change_pct)
    assert many.shifts["any_order"] is None
    assert many.shifts["top_n"] is not None


SHARES = (0.004, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.996)


def within(ranks, top):
    return [bool(0 < rank <= top) for rank in ranks]


@settings(max_examples=15, deadline=None)
@given(coarse())
def test_scored_again_the_top_is_the_same_up_to_a_shift_and_another_beyond(ground):
    model, accounts = ground
    for key, one in critical(model, accounts, top=2).items():
        at = next(at for at, each in enumerate(model.criteria) if each.key == key)
        weight, dimension = model.criteria[at].weight, model.criteria[at].dimension
        others = sum(each.weight for each in model.criteria if each.dimension == dimension) - weight
        tried = [others * share / (1 - share) for share in SHARES if others]
        ranked = [(other, ranks_at(model, accounts, at, other)) for other in (weight, *tried)]
        for top, shift in ((1, one.shifts["best"]), (2, one.shifts["top_n"])):
            now = within(ranked[0][1], top)
            reach = np.inf if shift is None else abs(shift.weight - weight) * (1 - 1e-6)
            assert all(within(ranks, top) == now for other, ranks in ranked if abs(other - weight) < reach)
            if shift is not None and sum(now) <= top:  # more than there are places may be parted and stay within
                sides = [ranks_at(model, accounts, at, shift.weight + sign * weight * 1e-5) for sign in (1, -1)]
                assert any(within(ranks, top) != now for ranks in sides)


@settings(max_examples=40, deadline=None)
@given(coarse())
def test_scored_again_the_two_change_places_at_a_shift(ground):
    model, accounts = ground
    for key, one in critical(model, accounts, top=2).items():
        at = next(at for at, each in enumerate(model.criteria) if each.key == key)
        for shift in filter(None, one.shifts.values()):
            sign = 1 if shift.change_pct > 0 else -1
            beyond = ranks_at(model, accounts, at, shift.weight + sign * 1e-5 * model.criteria[at].weight)
            if shift.change_pct:
                before = ranks_at(model, accounts, at, shift.weight - sign * 1e-5 * model.criteria[at].weight)
                assert before[shift.falls] < before[shift.rises]
                assert beyond[shift.falls] > beyond[shift.rises]
            else:
                now = ranks_at(model, accounts, at, model.criteria[at].weight)
                assert now[shift.falls] == now[shift.rises] != 0
                assert beyond[shift.falls] != beyond[shift.rises]


def test_many_accounts_are_compared_as_exactly_as_few():
    generator = np.random.default_rng(3)
    values = generator.random((1500, 3))
    values[generator.random(values.shape) < 0.2] = np.nan
    accounts = [
        {key: value for key, value in zip(("o", "o2", "a"), row, strict=True) if not math.isnan(value)}
        for row in values.tolist()
    ]
    field = a_field(THREE, accounts)
    inside, outside = (np.flatnonzero(one) for one in (field.rank <= 400, field.rank > 400))
    assert len(inside) * len(outside) > crossings.PAIRS

    found = curves(field, field.opportunity, 0)
    shift = crossings.top_changes(found, field.rank, 400)

    assert shift is not None
    rises, falls = nearest_meetings(found, inside[:, np.newaxis], outside)
    assert abs(shift.change) == pytest.approx(min(rises.min(), falls.min()))
