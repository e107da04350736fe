"""Which promises were kept, as of any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.resourcing.core.commitments.keeping import Promise, days_late, fell_due_on, kept, overdue

DUE = date(2026, 6, 30)


def day(after):
    return DUE + timedelta(days=after)


def promise(**days):
    named = {f"{name}_on": day(after) for name, after in days.items() if name != "missed"}
    return Promise(DUE, **{"accepted_on": day(-30), **named}, missed=days.get("missed", False))


@pytest.mark.parametrize(
    ("of", "at", "expected"),
    [
        # overdue, days late, kept
        (Promise(DUE), 5, (False, None, None)),  # asked for, never promised
        (promise(), -1, (False, None, None)),
        (promise(), 0, (False, None, None)),  # the day itself is still in time
        (promise(), 3, (True, 3, False)),
        (promise(delivered=-2), -1, (False, 0, None)),  # early, but not due yet
        (promise(delivered=0), 0, (False, 0, True)),
        (promise(delivered=4), 3, (True, 3, False)),
        (promise(delivered=4), 4, (False, 4, False)),
        (promise(closed=-3, missed=True), -3, (False, None, False)),  # given up before its day
        (promise(closed=9, missed=True), 8, (True, 8, False)),
        (promise(closed=9, missed=True), 9, (False, None, False)),
        (promise(closed=0), 7, (False, None, None)),  # withdrawn in time: it never fell due
        (promise(closed=2), 7, (False, None, False)),  # withdrawn too late to be no miss
        (promise(closed=2), 1, (True, 1, False)),
        (promise(accepted=5, delivered=6), 3, (False, None, None)),  # not promised by then
    ],
)
def test_a_promise_is_kept_by_its_day_or_not(of, at, expected):
    assert (overdue(of, day(at)), days_late(of, day(at)), kept(of, day(at))) == expected


MAYBE = st.none() | st.integers(-40, 40).map(day)


@given(st.builds(Promise, st.just(DUE), MAYBE, MAYBE, MAYBE, st.booleans()), st.integers(-40, 40), st.integers(0, 30))
def test_a_verdict_once_passed_stays_whatever_comes_later(of, at, later):
    verdict = kept(of, day(at))
    if verdict is not None and not (of.closed_on and of.closed_on > day(at)):
        assert kept(of, day(at + later)) is verdict
    if fell_due_on(of, day(at)) is not None:
        assert fell_due_on(of, day(at)) <= day(at)
    if overdue(of, day(at)):
        assert verdict is False
