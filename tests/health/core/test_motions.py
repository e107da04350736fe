"""The motions of revenue add up, whatever the sums."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.health.core.motions import NOW, MotionSums, Period, UnusablePeriod, period, together

LAST = date(2024, 12, 31)
shape = st.integers(1, 4).map(lambda accounts: (accounts, 3, 3))
numbers = shape.flatmap(
    lambda size: st.tuples(
        arrays(np.float64, size, elements=st.integers(0, 3)), arrays(np.float64, size, elements=st.integers(0, 999))
    )
)


def a_book(deals, worth):
    """Sums of deals that all have an amount."""
    return MotionSums(deals, deals, np.where(deals > 0, worth, 0), known=True)


def total(found, figure):
    return sum(getattr(one, figure) for one in found.motions)


@settings(max_examples=30)
@given(numbers)
def test_each_deal_is_in_one_motion_so_that_they_add_up(given_numbers):
    found = together(a_book(*given_numbers))

    assert total(found, "amount") == pytest.approx(found.revenue)
    assert total(found, "before") == pytest.approx(found.before)
    assert total(found, "open_amount") == pytest.approx(found.open_amount)
    assert found.revenue == 0 or total(found, "share") == pytest.approx(1)


@settings(max_examples=30)
@given(numbers)
def test_what_is_retained_is_a_share_of_what_was_and_never_more_than_net(given_numbers):
    found = together(a_book(*given_numbers))

    assert (found.gross_retention is None) == (found.before == 0)
    if found.gross_retention is not None and found.net_retention is not None:
        assert 0 <= found.gross_retention <= min(1, found.net_retention) + 1e-9


def test_one_accounts_surplus_makes_up_for_no_loss_of_another():
    worth = np.zeros((2, 3, 3))
    worth[0, NOW, 0], worth[0, 1, 0] = 300, 100  # three times what it was
    worth[1, 1, 0] = 100  # nothing any more
    found = together(a_book((worth > 0).astype(float), worth))

    assert (found.gross_retention, found.net_retention) == (0.5, 1.5)


def test_without_any_deals_recorded_nothing_is_known():
    nothing = np.zeros((1, 3, 3))
    found = together(MotionSums(nothing, nothing, nothing, known=False))

    assert (found.revenue, found.before, found.gross_retention, found.net_retention) == (None,) * 4
    assert all(one.amount is None and one.share is None for one in found.motions)


def test_a_period_is_the_last_year_unless_its_first_day_is_named():
    year = period(None, LAST)
    assert (year, year.days) == (Period(date(2024, 1, 2), LAST), 365)
    assert (year.after, year.before) == (LAST - timedelta(days=365), LAST - timedelta(days=730))
    assert period(LAST, LAST).days == 1


@pytest.mark.parametrize("first", [LAST + timedelta(days=1), date(2000, 1, 1)])
def test_a_period_that_ends_before_it_begins_or_is_too_long_is_refused(first):
    with pytest.raises(UnusablePeriod, match="no period"):
        period(first, LAST)
