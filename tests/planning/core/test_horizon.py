"""A plan looks 12 to 36 months ahead, both valid."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.core.horizon import PlanHorizon, check_horizon, months_after

DAYS = st.dates(date(1990, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize("ends_on", ["2027-12-31", "2028-01-01", "2029-06-30", "2029-12-31", "2030-01-01"])
def test_12_and_36_months_are_valid_by_their_last_day_and_by_the_day_after(ends_on):
    check_horizon(date(2027, 1, 1), date.fromisoformat(ends_on))


@pytest.mark.parametrize("ends_on", ["2026-12-31", "2027-12-30", "2030-01-02", "2031-01-01"])
def test_shorter_and_longer_ones_are_refused_with_what_would_do(ends_on):
    with pytest.raises(PlanHorizon) as refused:
        check_horizon(date(2027, 1, 1), date.fromisoformat(ends_on))

    (problem,) = refused.value.errors
    assert problem.pointer == "/ends_on"
    assert problem.message == "must lie between 2027-12-31 and 2030-01-01"


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2024-02-29", 12, "2025-02-28"), ("2027-08-31", 6, "2028-02-29"), ("2027-12-15", 1, "2028-01-15")],
)
def test_where_there_is_no_such_day_it_is_the_months_last(day, months, later):
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(later)


@given(DAYS, st.integers(0, 60))
def test_so_many_months_later_is_so_many_months_later(day, months):
    later = months_after(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
