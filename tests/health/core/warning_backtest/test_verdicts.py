"""How well warnings told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from app.health.core.warning_backtest.outcomes import Outcomes
from app.health.core.warning_backtest.verdicts import Base, Record, base, interval, record, verdict

HAPPENS = Base(known=1000, declined=200, decliners=40)


@pytest.mark.parametrize(
    ("declined", "known", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_wilsons(declined, known, low, high):
    """The worked examples of Newcombe (1998), Two-sided confidence intervals for the single proportion, table I."""
    assert interval(declined, known) == pytest.approx((low, high), abs=5e-5)


@settings(max_examples=25)
@given(st.integers(1, 500), st.data())
def test_the_interval_is_as_another_library_has_it(known, data):
    declined = data.draw(st.integers(0, known))
    expected = binomtest(declined, known).proportion_ci(method="wilson")

    assert interval(declined, known) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_there_is_no_interval_without_a_trial():
    assert interval(0, 0) is None


def a_record(declined, known):
    return Record(0, known, known, declined, None, 0, None)


@pytest.mark.parametrize(
    ("declined", "known", "said"),
    [
        (60, 100, "supports"),
        (4, 100, "contradicts"),
        (24, 100, "inconclusive"),
        (19, 19, "insufficient_data"),
        (20, 20, "supports"),
    ],
)
def test_a_warning_is_worth_something_where_declines_follow_more_often_than_anyway(declined, known, said):
    assert verdict(a_record(declined, known), HAPPENS) == said


def test_without_any_known_outcome_nothing_is_said():
    assert verdict(a_record(20, 20), Base(0, 0, 0)) == "insufficient_data"


def test_openings_and_what_followed_are_counted():
    # Three days, four accounts; the last account's outcome is not known.
    known = np.array([[1, 1, 1, 0]] * 3, dtype=bool)
    declined = np.array([[1, 0, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]], dtype=bool)
    after = np.where(declined, 90, 0)
    after[2, 2] = 30
    found = Outcomes(known, declined, after)
    opened = np.array([[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0]], dtype=bool)
    live = np.array([[1, 0, 0, 0], [1, 1, 0, 1], [0, 1, 1, 1]], dtype=bool)

    happens, told = base(found), record(opened, live, found)

    assert (happens.known, happens.declined, happens.decliners) == (9, 5, 2)
    assert (told.at_start, told.opened, told.known, told.declined) == (1, 3, 2, 1)
    assert (told.precision, told.lead_days) == (0.5, 30)
    # Both decliners were warned of: the one by the warning that stood from the start.
    assert (told.warned, told.recall(happens)) == (2, 1.0)
    assert told.standing_share == pytest.approx(5 / 9)


def test_what_never_opened_has_no_precision():
    nothing = np.zeros((2, 3), dtype=bool)
    found = Outcomes(~nothing, nothing, np.zeros((2, 3), dtype=np.int64))

    told = record(nothing, nothing, found)

    assert (told.precision, told.lead_days, told.recall(base(found)), told.standing_share) == (None, None, None, 0.0)
