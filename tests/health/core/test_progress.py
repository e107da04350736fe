"""How far objectives and targets have come."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.health.core.progress import Objective, Period, attainment, elapsed, progress

START, DUE = date(2025, 1, 1), date(2026, 1, 1)  # 365 days apart
HALF = date(2025, 7, 2)  # 182 days later
finite = st.floats(-1e6, 1e6)


def of(baseline, target, current, as_of=HALF):
    return progress(Objective(baseline, target, START, DUE), current, as_of)


@pytest.mark.parametrize(
    ("baseline", "target", "current", "share", "state"),
    [
        (0, 100, 60, 0.6, "on_track"),
        (0, 100, 40, 0.4, "behind"),
        (0, 100, 100, 1.0, "met"),
        (0, 100, 130, 1.3, "met"),
        (0, 100, -20, -0.2, "behind"),
        (120, 60, 84, 0.6, "on_track"),  # less is better
        (120, 60, 100, 1 / 3, "behind"),
        (120, 60, 45, 1.25, "met"),
        (120, 60, 130, -1 / 6, "behind"),
    ],
)
def test_goals_may_rise_or_fall(baseline, target, current, share, state):
    found = of(baseline, target, current)

    assert (found.share, found.state) == (pytest.approx(share), state)
    assert found.expected == pytest.approx(182 / 365)


@pytest.mark.parametrize(
    ("baseline", "target", "current", "state", "because"),
    [
        (0, None, 60, "unknown", "no_target"),
        (0, 100, None, "unknown", "not_measured"),
        (None, 100, 60, "unknown", "no_baseline"),
        (50, 50, 60, "unknown", "no_distance"),
        (50, 50, 50, "met", None),
    ],
)
def test_what_cannot_be_told_says_why(baseline, target, current, state, because):
    found = of(baseline, target, current)

    assert (found.state, found.because) == (state, because)


def test_time_passes_from_none_to_all():
    days = (date(2024, 6, 1), START, HALF, DUE, date(2027, 1, 1))

    assert [elapsed(START, DUE, day) for day in days] == [0, 0, pytest.approx(182 / 365), 1, 1]
    assert [elapsed(DUE, DUE, day) for day in (START, DUE)] == [0, 1]


def test_after_its_day_only_a_met_goal_is_not_behind():
    late = date(2026, 3, 1)

    assert [of(0, 100, value, late).state for value in (99, 100)] == ["behind", "met"]


@given(finite, finite, finite, st.integers(0, 500))
def test_a_goal_mirrored_has_come_just_as_far(baseline, target, current, day):
    as_of = date.fromordinal(START.toordinal() + day)
    found, mirrored = of(baseline, target, current, as_of), of(-baseline, -target, -current, as_of)

    assert (found.share, found.state) == (mirrored.share, mirrored.state)
    assert 0 <= found.expected <= 1


QUARTER = Period(date(2025, 1, 1), date(2025, 3, 31))  # 90 days


@pytest.mark.parametrize(
    ("target", "actual", "as_of", "share", "state"),
    [
        (900, 450, date(2025, 2, 14), 0.5, "on_track"),  # the 45th day
        (900, 440, date(2025, 2, 14), 440 / 900, "behind"),
        (900, 900, date(2025, 2, 14), 1.0, "met"),
        (900, 890, date(2025, 6, 1), 890 / 900, "behind"),
        (900, 0, date(2024, 12, 31), None, "not_begun"),
        (None, 450, date(2025, 2, 14), None, "unknown"),
        (900, None, date(2025, 2, 14), None, "unknown"),
        (0, 0, date(2025, 2, 14), None, "met"),
    ],
)
def test_targets_are_measured_by_what_was_earned_in_their_period(target, actual, as_of, share, state):
    found = attainment(QUARTER, target, actual, as_of)

    assert (found.share if found.share is None else pytest.approx(found.share), found.state) == (share, state)
