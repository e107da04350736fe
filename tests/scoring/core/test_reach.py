"""What it takes to attain a utility: the value that is named has it, and one a little nearer has not."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.scoring.core.reach import reach
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


def reached(function, needed, current=math.nan, together=0):
    utility, value = reach(function, np.array([needed]), np.array([current]), together)
    return float(utility[0]), float(value[0])


@pytest.mark.parametrize(
    ("function", "needed", "current", "value"),
    [
        (Linear(0, 5), 0.5, 1, 2.5),
        (Linear(90, 0), 0.5, 80, 45),
        (Log(1, 100), 0.5, 2, 10),
        (Rating(5), 0.75, 2, 4),
        (Logistic(3, 2), 0.5, 1, 3),
        # down to 0 and up again: from 1 the way left is nearer, from 3 the way right
        (Piecewise(((0, 1), (2, 0), (4, 1))), 0.8, 1, 0.4),
        (Piecewise(((0, 1), (2, 0), (4, 1))), 0.8, 3, 3.6),
    ],
)
def test_the_nearest_value_is_the_one_computed_by_hand(function, needed, current, value):
    assert reached(function, needed, current) == (needed, pytest.approx(value))


def test_a_truth_and_a_label_attain_only_what_they_map_to():
    assert reached(Boolean(), 0.3, 0.0) == (1.0, 1.0)
    labels = Categories(("red", "green", "amber", "lime"), (0.0, 1.0, 0.6, 1.0))
    assert reached(labels, 0.5, 0.0) == (0.6, 2.0)
    assert reached(labels, 0.61, 0.0) == (1.0, 1.0)


def test_a_percentile_has_no_value_of_its_own_and_never_attains_1():
    utility, value = reached(Percentile(), 0.875, 3.0, together=4)
    assert utility == 0.875
    assert math.isnan(value)
    assert math.isnan(reached(Percentile(), 0.876, 3.0, together=4)[0])


@pytest.mark.parametrize(
    ("function", "needed"),
    [
        (Linear(0, 1), 1.01),
        (Linear(0, 1), math.nan),
        (Linear(0, 1), math.inf),
        (Logistic(0, 1), 1.0),
        (Logistic(0, 0), 0.6),
        (Piecewise(((0, 0), (1, 0.5))), 0.6),
        (Categories(("a",), (0.4,)), 0.5),
        (Boolean(), 1.01),
    ],
)
def test_what_is_out_of_reach_is_unknown(function, needed):
    assert np.isnan(reached(function, needed, 0.0)).all()


FUNCTIONS = st.one_of(
    st.tuples(st.floats(-1e3, 1e3), st.floats(1, 1e4), st.booleans()).map(
        lambda one: Linear(one[0], one[0] + one[1]) if one[2] else Linear(one[0] + one[1], one[0])
    ),
    st.tuples(st.floats(1e-2, 1e3), st.floats(1.1, 1e3)).map(lambda one: Log(one[0], one[0] * one[1])),
    st.tuples(st.floats(-10, 10), st.sampled_from([-2.0, -0.3, 0.3, 2.0])).map(lambda one: Logistic(*one)),
    st.lists(st.floats(0, 1), min_size=2, max_size=5).map(
        lambda heights: Piecewise(tuple((float(10 * x), u) for x, u in enumerate(heights)))
    ),
    st.just(Rating(5)),
)


@given(FUNCTIONS, st.floats(0, 1), st.floats(0.001, 0.999))
def test_the_value_has_the_utility_and_one_nearer_to_the_present_has_less(function, place, needed):
    current = place * 50 if isinstance(function, Piecewise) else 1 + 4 * place
    (now,) = function.utility(np.array([current]))
    assume(needed > now + 1e-3)
    utility, value = reached(function, needed, current)
    if math.isnan(utility):
        assert isinstance(function, Piecewise)
        assert max(u for _, u in function.points) < needed
        return
    at_value, *nearer = function.utility(
        np.array([value, *(current + share * (value - current) for share in (0.5, 0.99))])
    )
    assert at_value == pytest.approx(needed, abs=1e-9)
    assert (np.array(nearer) < needed).all()
