"""The figures of a candidate's ratings: between people, between functions, and against what was agreed."""

from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.selection.core.reviews.ratings import Spread, Voice, axis_figures, metric_figures, spread


def voices(**ratings):
    """Voices of `goal_fit`: `sales=[5, 4]` are two people of sales."""
    return [
        Voice(UUID(int=at), function, {"goal_fit": value})
        for at, (function, value) in enumerate((function, value) for function, of in ratings.items() for value in of)
    ]


def test_each_function_has_one_voice_however_many_of_its_people_rated():
    figures = metric_figures(voices(sales=[5, 5, 5, 3], finance=[2], operations=[3]), "goal_fit", 3)

    # By hand: sales (5 + 5 + 5 + 3) / 4 = 4.5; over functions (4.5 + 2 + 3) / 3 = 19/6; agreed 3, hence -1/6.
    assert [(one.function, one.mean, one.raters) for one in figures.by_function] == [
        ("finance", 2, 1), ("operations", 3, 1), ("sales", 4.5, 4),
    ]  # fmt: skip
    assert figures.blind_mean == pytest.approx(19 / 6)
    assert figures.shift == pytest.approx(-1 / 6)
    assert (figures.raters, figures.single_rater) == (6, False)


def test_the_spread_is_told_between_functions_and_between_people():
    figures = metric_figures(voices(sales=[5, 3], finance=[2]), "goal_fit", None)

    # By hand: functions 4 and 2, so range 2, deviation sqrt(((1)^2 + (-1)^2) / 2) = 1;
    # people 5, 3, 2 about 10/3, so deviation sqrt((25/9 + 1/9 + 16/9) / 3) = sqrt(14/9).
    assert figures.between_functions == Spread(2, 1)
    assert figures.between_raters is not None
    assert figures.between_raters.range == 3
    assert figures.between_raters.sd == pytest.approx((14 / 9) ** 0.5)


def test_a_single_rater_is_marked_and_nothing_lies_apart():
    figures = metric_figures(voices(sales=[4]), "goal_fit", 4)

    assert figures.single_rater
    assert (figures.between_functions, figures.between_raters) == (None, None)
    assert figures.shift == 0


def test_two_people_of_one_function_are_two_raters_and_one_function():
    figures = metric_figures(voices(sales=[4, 2]), "goal_fit", None)

    assert not figures.single_rater
    assert figures.between_functions is None
    assert figures.between_raters == Spread(2, 1)


def test_what_nobody_rated_has_no_mean_and_no_shift_even_if_it_was_agreed_on():
    figures = metric_figures(voices(sales=[4]), "switching_cost", 5)

    assert (figures.blind_mean, figures.shift, figures.unified) == (None, None, 5)
    assert (figures.raters, figures.single_rater, figures.by_function) == (0, False, ())


def test_an_axis_compares_functions_over_the_metrics_that_each_rated():
    people = [
        Voice(UUID(int=1), "sales", {"goal_fit": 5, "influence": 4}),
        Voice(UUID(int=2), "finance", {"goal_fit": 2}),
    ]
    figures = [metric_figures(people, metric, None) for metric in ("goal_fit", "influence")]

    axis = axis_figures("alignment", figures)

    # By hand: sales (5 + 4) / 2 = 4.5, finance 2 of the one it rated: mean 3.25, range 2.5, deviation 1.25.
    assert [(one.function, one.mean) for one in axis.by_function] == [("finance", 2), ("sales", 4.5)]
    assert axis.mean == 3.25
    assert axis.between_functions == Spread(2.5, 1.25)


def test_an_axis_of_nothing_says_nothing():
    axis = axis_figures("opportunity", [])
    assert (axis.by_function, axis.mean, axis.between_functions) == ((), None, None)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5))
def test_the_order_of_people_changes_no_figure(values):
    orders = list(permutations(voices(sales=values[:1], finance=values[1:])))[:6]
    found = [metric_figures(order, "goal_fit", 3) for order in orders]
    assert all(one == found[0] for one in found)


@given(st.lists(st.floats(1, 5), min_size=2, max_size=20))
def test_the_deviation_is_never_above_half_the_range(values):
    """Popoviciu (1935): the variance of values within a range r is r^2 / 4 at most."""
    found = spread(values)
    assert found is not None
    assert 0 <= found.sd <= found.range / 2 + 1e-12
