"""Whose revenue declined after a day."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.health.core.warning_backtest.outcomes import outcomes

NAN = float("nan")
FIRST = date(2023, 1, 1)


def of(*courses, judged=1, step=90, decline=0.2):
    """The outcomes of accounts whose revenue takes these courses, a figure for each walked day."""
    revenue = np.array(courses, dtype=float).T
    days = [FIRST + timedelta(days=step * at) for at in range(len(revenue))]
    return outcomes(days, revenue, judged=judged, decline=decline)


@pytest.mark.parametrize(
    ("course", "known", "declined", "after_days"),
    [
        ((100, 100, 100, 100, 100), True, False, 0),
        ((100, 95, 80, 70, 60), True, True, 180),  # from exactly a fifth on
        ((100, 95, 80, 70, 100), True, False, 0),  # it was made good
        ((100, 60, 95, 95, 80), True, True, 90),
        ((100, 81, 81, 81, 81), True, False, 0),
        ((100, 100, 100, 100, 79), True, True, 360),
        ((100, 100, 100, 100, 100, 10), True, False, 0),  # the 450th day is beyond the horizon
        ((0, 0, 0, 0, 0), False, False, 0),
        ((NAN, 90, 50, 50, 50), False, False, 0),
        ((100, 90, NAN, NAN, NAN), False, False, 0),  # nobody knows how it ended
        ((100, 50, NAN, NAN, NAN), False, False, 0),
        ((100, NAN, NAN, 90, 70), True, True, 360),
    ],
)
def test_a_decline_is_a_loss_of_the_share_within_a_year(course, known, declined, after_days):
    found = of(course)

    assert (found.known[0, 0], found.declined[0, 0], found.after_days[0, 0]) == (known, declined, after_days)


def test_each_judged_day_has_outcomes_of_its_own():
    found = of((100, 100, 100, 90, 80, 70), judged=2)

    assert found.declined[:, 0].tolist() == [True, True]
    assert found.after_days[:, 0].tolist() == [360, 270]


courses = st.lists(st.one_of(st.just(NAN), st.floats(0, 1000)), min_size=8, max_size=8)


@given(courses, st.floats(0.05, 1), st.integers(30, 90))
def test_outcomes_are_as_a_plain_search_finds_them(course, decline, step):
    found = of(course, judged=4, step=step, decline=decline)

    for at in range(4):
        within = [later for later in range(at + 1, 8) if (later - at) * step <= 365]
        fell = [later for later in within if course[later] <= course[at] * (1 - decline + 1e-9)]
        known = course[at] > 0 and not np.isnan(course[within[-1]])
        declined = known and within[-1] in fell
        assert (found.known[at, 0], found.declined[at, 0]) == (known, declined)
        assert found.after_days[at, 0] == ((fell[0] - at) * step if declined else 0)
