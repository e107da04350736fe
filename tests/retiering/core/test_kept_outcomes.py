"""Kept accounts against those let go: groups, reasons, intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.retiering.core.kept_outcomes import Case, Change, difference, group, horizons

# Worked out by hand: either variance is 2.5, the standard error 1, and with 8 degrees of freedom the 0.975 quantile of
# Student's t is 2.306004.
KEPT, LET_GO = np.array([1.0, 2, 3, 4, 5]), np.array([3.0, 4, 5, 6, 7])


def kept(reason, after):
    return Case(kept=True, keeping_reason=reason, resources_less=False, after=after)


def test_the_interval_is_that_of_welch():
    found = difference(KEPT, LET_GO)
    assert (found.difference, found.verdict) == (-2, "inconclusive")
    assert [found.low, found.high] == pytest.approx([-4.306004, 0.306004])


@settings(max_examples=50)
@given(
    st.lists(st.floats(-1, 1).map(lambda x: round(x, 3)), max_size=9),
    st.lists(st.floats(-1, 1).map(lambda x: round(x, 3)), max_size=9),
)
def test_swapping_the_sides_turns_the_difference_round(kept, let_go):
    one, other = difference(np.array(kept), np.array(let_go)), difference(np.array(let_go), np.array(kept))
    assert (one.low is None) == (min(len(kept), len(let_go)) < 5) == (one.verdict == "insufficient_data")
    if one.difference is not None and other.difference is not None:
        assert one.difference == pytest.approx(-other.difference)
    if one.low is not None and one.high is not None and one.difference is not None:
        assert [other.high, other.low] == pytest.approx([-one.low, -one.high])
        assert one.low - 1e-12 <= one.difference <= one.high + 1e-12


def test_where_nobody_differs_the_interval_is_the_difference():
    found = difference(np.full(5, 0.1), np.full(5, 0.3))
    assert found.low == found.high == pytest.approx(-0.2)
    assert found.verdict == "let_go_did_better"


def test_what_is_too_early_or_unknown_is_counted_and_does_not_count():
    cases = [
        kept("other", {6: Change(0.1, None)}),
        kept("wrong_data", {6: Change(None, 4.0)}),
        kept("other", {}),
    ]
    found = group(cases, 6)
    assert (found.cases, found.too_early) == (3, 1)
    assert (found.revenue.known, found.revenue.mean) == (1, 0.1)
    assert (found.health.known, found.health.median) == (1, 4.0)
    half, year = horizons(cases)
    assert [(reason, one.cases) for reason, one in half.reasons] == [("other", 2), ("wrong_data", 1)]
    assert (year.months, year.kept.too_early, year.let_go.cases) == (12, 3, 0)
