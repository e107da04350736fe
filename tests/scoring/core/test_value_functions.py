"""Value functions against figures computed by hand, their bounds and their direction."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.value_functions import (
    Boolean,
    Categories,
    Linear,
    Log,
    Logistic,
    Percentile,
    Piecewise,
    Rating,
)

NAN = math.nan
finite = st.floats(allow_nan=False, allow_infinity=False)
moderate = st.floats(-1e6, 1e6)


def utilities(function, *values):
    return function.utility(np.array(values, dtype=float)).tolist()


@pytest.mark.parametrize(
    ("function", "values", "expected"),
    [
        # 2.5 is half of the way to 5; -1 and 9 lie outside and are clipped
        (Linear(0, 5), [0, 2.5, 5, -1, 9], [0, 0.5, 1, 0, 1]),
        # falling: at 60 a third of the way from 90 down to 0
        (Linear(90, 0), [90, 60, 0, 120], [0, 1 / 3, 1, 0]),
        # ln 10 - ln 1 over ln 100 - ln 1 = 1/2; 0 and -3 clamp to 1
        (Log(1, 100), [1, 10, 100, 0, -3, 1e9], [0, 0.5, 1, 0, 0, 1]),
        (Log(100, 1), [100, 10, 1, 0], [0, 0.5, 1, 1]),
        # one above the midpoint: one over 1 + 1 / e squared
        (Logistic(3, 2), [3, 4, 2], [0.5, 0.8807970779778823, 0.1192029220221177]),
        (Logistic(3, 0), [-5, 3, 1e300], [0.5, 0.5, 0.5]),
        # halfway from 0.5 to 1 lies at 550,000
        (
            Piecewise(((0, 0), (100_000, 0.5), (1_000_000, 1))),
            [-1, 50_000, 100_000, 550_000, 2e6],
            [0, 0.25, 0.5, 0.75, 1],
        ),
        # up and down again: 0.2 + (1 - 0.2) / 2 = 0.6 on the way up, 0.7 on the way down
        (Piecewise(((0, 0.2), (2, 1), (4, 0.4))), [-9, 1, 2, 3, 9], [0.2, 0.6, 1, 0.7, 0.4]),
        (Rating(), [1, 2, 3.5, 5], [0, 0.25, 0.625, 1]),
        (Rating(3), [1, 2, 3], [0, 0.5, 1]),
        (Boolean(), [1, 0], [1, 0]),
        (Categories(("red", "amber", "green"), (0, 0.3, 1)), [2, 0, 1], [1, 0, 0.3]),
        # of 10, 20, 20, 30: less 0, 1, 1, 3; equal 1, 2, 2, 1
        (Percentile(), [10, 20, 20, 30], [0.125, 0.5, 0.5, 0.875]),
    ],
)
def test_utilities_are_those_computed_by_hand(function, values, expected):
    assert utilities(function, *values) == pytest.approx(expected, abs=1e-12)


FUNCTIONS = [
    Linear(0, 5),
    Linear(9, 2),
    Linear(-1.7e308, 1.7e308),
    Linear(0, 5e-324),
    Log(1e-300, 1e300),
    Log(7, 3),
    Logistic(1e308, 1e308),
    Logistic(0, -3),
    Logistic(-1e308, 0),
    Piecewise(((-1.7e308, 0.1), (0, 0.9), (1.7e308, 0.3))),
    Rating(5),
    Percentile(),
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=repr)
@given(values=st.lists(st.floats(allow_nan=False), min_size=1, max_size=5))
def test_any_float_has_a_utility_from_0_to_1(function, values):
    result = function.utility(np.array(values))
    assert not np.isnan(result).any()
    assert (result >= 0).all()
    assert (result <= 1).all()


@pytest.mark.parametrize("function", [*FUNCTIONS, Boolean(), Categories(("a",), (0.5,))], ids=repr)
def test_an_unknown_value_has_an_unknown_utility(function):
    assert np.isnan(utilities(function, NAN, 0.0, NAN)).tolist() == [True, False, True]


@pytest.mark.parametrize(
    "function",
    [
        Linear(0, 5),
        Log(1, 1000),
        Logistic(2, 0.5),
        Rating(5),
        Piecewise(((-3, 0), (0, 0.2), (7, 0.2), (9, 1))),
        Percentile(),
    ],
    ids=repr,
)
@given(x=moderate, more=moderate)
def test_a_rising_function_never_falls(function, x, more):
    low, high = utilities(function, min(x, more), max(x, more))
    assert low <= high


@given(x=moderate, more=moderate)
def test_low_above_high_makes_linear_fall(x, more):
    low, high = utilities(Linear(100, -100), min(x, more), max(x, more))
    assert low >= high


def test_a_lone_account_has_percentile_a_half_and_none_has_none():
    assert utilities(Percentile(), 7) == [0.5]
    assert np.isnan(utilities(Percentile(), NAN, NAN)).all()
    assert utilities(Percentile()) == []


def test_equal_inputs_share_percentile_a_half():
    assert utilities(Percentile(), 4, 4, 4) == [0.5, 0.5, 0.5]


@given(st.lists(st.one_of(st.integers(0, 4).map(float), st.just(NAN)), max_size=12))
def test_percentiles_count_less_and_half_of_equal(values):
    known = [value for value in values if not math.isnan(value)]
    expected = [
        NAN if math.isnan(value) else (sum(other < value for other in known) + 0.5 * known.count(value)) / len(known)
        for value in values
    ]
    assert utilities(Percentile(), *values) == pytest.approx(expected, abs=1e-12, nan_ok=True)


@given(st.lists(finite, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_percentiles_do_not_depend_on_the_order_of_accounts(values, random):
    order = random.sample(range(len(values)), len(values))
    shuffled = utilities(Percentile(), *(values[at] for at in order))
    assert shuffled == [utilities(Percentile(), *values)[at] for at in order]
