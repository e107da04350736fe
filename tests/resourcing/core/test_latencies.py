"""How long approvals take."""

import pytest

from app.resourcing.core.latencies import Latency, latency


def test_quartiles_are_those_of_definition_7():
    """By hand: of 1, 2, 4, 8 the quartiles lie 3/4, 3/2 and 9/4 steps from the first."""
    found = latency([8, 1, 4, 2])
    assert found.answered == 4
    assert (found.lower_quartile_hours, found.median_hours, found.upper_quartile_hours) == pytest.approx((1.75, 3, 5))


def test_nothing_is_said_where_nothing_was_answered():
    assert latency([]) == Latency(0, None, None, None)
    assert latency([6.5]) == Latency(1, 6.5, 6.5, 6.5)
