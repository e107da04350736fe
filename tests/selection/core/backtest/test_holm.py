"""p-values for all that is asked at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.selection.core.backtest.holm import holm

P = st.lists(st.floats(0, 1), max_size=12).map(np.array)


def test_the_example_of_the_documentation_of_pingouin():
    assert holm(np.array([0.50, 0.003, 0.32, 0.054, 0.0003])) == pytest.approx([0.64, 0.012, 0.64, 0.162, 0.0015])


def test_by_hand_a_test_that_weighs_as_much_as_two_others_together():
    # 0.02 has half of the error: 0.02 * 4 / 2; then 0.03 is the first of the two that are left, and 0.5 the last.
    assert holm(np.array([0.03, 0.5, 0.02]), np.array([1.0, 1.0, 2.0])) == pytest.approx([0.06, 0.5, 0.04])


@given(P)
def test_adjusted_p_is_never_smaller_and_keeps_the_order(p):
    adjusted = holm(p)

    assert (adjusted >= p).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
    assert adjusted.min(initial=1) == min(1, p.min(initial=1) * max(1, len(p)))


@given(P)
def test_what_was_not_tested_counts_for_nothing(p):
    adjusted = holm(np.append(p, np.nan))

    assert np.isnan(adjusted[-1])
    assert adjusted[:-1] == pytest.approx(holm(p))


@given(P, st.floats(0.1, 10))
def test_equal_weights_are_no_weights(p, weight):
    assert holm(p, np.full(len(p), weight)) == pytest.approx(holm(p))
