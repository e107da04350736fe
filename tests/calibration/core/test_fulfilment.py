"""Fulfilment of both sides over quarters, by figures worked out by hand, and taking more while giving less."""

from datetime import date
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from app.calibration.core.fulfilment import Assessed, Owed, over_time, quarters, takes_more_gives_less

Q1, Q2, Q3, Q4 = (date(2026, month, 1) for month in (1, 4, 7, 10))
OURS, THEIRS, ALSO_THEIRS = (UUID(int=number) for number in (1, 2, 3))
OWED = [
    Owed(OURS, "supplier", date(2026, 3, 31), None),
    Owed(THEIRS, "customer", date(2026, 12, 31), None),
    Owed(ALSO_THEIRS, "customer", date(2026, 12, 31), None),
]


def kept(found, party):
    return [quarter.of(party).fulfilment for quarter in found]


def test_quarters_are_cut_to_the_days_that_are_asked_for():
    assert quarters(date(2026, 2, 15), date(2026, 8, 1)) == [
        (Q1, date(2026, 2, 15), date(2026, 3, 31)),
        (Q2, Q2, date(2026, 6, 30)),
        (Q3, Q3, date(2026, 8, 1)),
    ]
    assert quarters(Q2, Q1) == []


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 1500))
@settings(max_examples=40)
def test_quarters_leave_no_day_out(first, days):
    last = date.fromordinal(first.toordinal() + days)
    found = quarters(first, last)

    assert next(begins for _, begins, _ in found) == first
    assert found[-1][2] == last
    assert sum((ends - begins).days + 1 for _, begins, ends in found) == days + 1
    assert all(start.day == 1 and start.month in {1, 4, 7, 10} for start, _, _ in found)


def test_each_side_stands_at_a_quarters_end_as_it_was_assessed_last():
    assessed = [
        Assessed(OURS, date(2026, 3, 1), met=False),
        Assessed(OURS, date(2026, 5, 1), met=True),
        Assessed(THEIRS, date(2026, 5, 2), met=True),
        Assessed(ALSO_THEIRS, date(2026, 8, 1), met=False),
        Assessed(THEIRS, date(2026, 9, 1), met=False),
        Assessed(THEIRS, date(2026, 9, 1), met=True),  # the later word of the day
    ]

    found = over_time(OWED, assessed, {Q2: 0.4}, first=Q1, last=date(2026, 9, 30))

    assert kept(found, "supplier") == [0, 1, 1]
    assert kept(found, "customer") == [None, 1, 0.5]
    assert [(side.expected, side.assessed, side.met) for side in found[2].sides] == [(1, 1, 1), (2, 2, 1)]
    assert [quarter.use for quarter in found] == [None, 0.4, None]


def test_what_was_withdrawn_counts_no_longer():
    owed = [*OWED, Owed(UUID(int=4), "customer", Q2, date(2026, 8, 1))]
    assessed = [Assessed(UUID(int=4), date(2026, 5, 1), met=False), Assessed(THEIRS, date(2026, 5, 1), met=True)]

    found = over_time(owed, assessed, {}, first=Q2, last=date(2026, 9, 30))

    assert kept(found, "customer") == [0.5, 1]


def a_year(use, customer):
    """Quarters in which the customer keeps `customer` of ten expectations each."""
    ids = [UUID(int=number) for number in range(10)]
    days = (date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1), date(2026, 12, 1))
    assessed = [
        Assessed(one, day, met=number < met)
        for day, met in zip(days, customer, strict=True)
        for number, one in enumerate(ids)
    ]
    owed = [Owed(one, "customer", Q1, None) for one in ids]
    return over_time(owed, assessed, dict(zip((Q1, Q2, Q3, Q4), use, strict=True)), first=Q1, last=date(2026, 12, 31))


def test_who_uses_more_and_keeps_less_twice_in_a_row_is_told_of():
    assert takes_more_gives_less(a_year((0.9, 0.2, 0.5, 0.6), (1, 9, 7, 6)))
    assert not takes_more_gives_less(a_year((0.1, 0.2, 0.5, 0.6), (9, 8, 7, 7)))
    assert not takes_more_gives_less(a_year((0.1, 0.2, 0.5, 0.5), (9, 8, 7, 6)))
    assert not takes_more_gives_less(a_year((0.6, 0.5, 0.4, 0.3), (9, 8, 7, 6)))
    assert not takes_more_gives_less(a_year((0.1, 0.2, 0.3, 0.4), (9, 8, 7, 6))[:2])
    assert not takes_more_gives_less([])


def test_what_is_not_known_is_no_pattern():
    found = a_year((0.1, 0.2, 0.3, 0.4), (9, 8, 7, 6))
    assert takes_more_gives_less(found)

    blind = over_time([], [], {Q1: 0.1, Q2: 0.2, Q3: 0.3}, first=Q1, last=date(2026, 9, 30))
    assert not takes_more_gives_less(blind)
    assert not takes_more_gives_less([*found[:3], found[3].__class__(Q4, Q4, Q4, found[3].sides, None)])
