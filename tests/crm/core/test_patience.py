"""How long is waited after failures."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crm.core import patience

chances = st.floats(0, 1)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 20), (3, 80), (4, 320), (5, 1280), (6, 3600), (7, 3600)])
def test_a_record_waits_four_times_as_long_each_time_and_an_hour_at_most(attempts, seconds):
    assert patience.pause(attempts, 0.5) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 5), (2, 10), (3, 20), (6, 160), (7, 300), (1000, 300)])
def test_a_crm_rests_twice_as_long_each_time_and_five_minutes_at_most(failures, seconds):
    assert patience.rest(failures, 0.5) == timedelta(seconds=seconds)


@given(st.integers(1, 10_000), chances)
def test_waits_are_spread_by_a_quarter_either_way(number, chance):
    for wait in (patience.pause, patience.rest):
        usual = wait(number, 0.5).total_seconds()
        assert 0.74 * usual < wait(number, chance).total_seconds() < 1.26 * usual


def test_a_record_is_given_up_after_eight_tries():
    assert [patience.given_up(number) for number in (7, 8)] == [False, True]
