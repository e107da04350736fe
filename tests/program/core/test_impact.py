"""What came with sponsorship: a published interval, worked windows, and what holds of any history."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.program.core.impact import Estimate, estimate, impacts, span, verdict
from app.program.core.sponsored_windows import FIGURES, History, decided, observed


def test_the_interval_is_students_of_the_sleep_data():
    """Student (1908), The probable error of a mean: the gain of sleep of ten patients, drug 2 less drug 1.

    The interval is the one that R prints for its data set `sleep`, paired: 0.7001142 to 2.4598858.
    """
    gained = np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4, np.nan])

    found = estimate(gained)

    assert found.n == 10
    assert (found.mean, found.low, found.high) == pytest.approx((1.58, 0.7001142, 2.4598858), abs=1e-7)


def a_history(accounts, deals, said=()):
    """deals: (row, day, won, worth, cycle). said: (row, day, value)."""
    row, day, won, worth, cycle = (np.array(column) for column in zip(*deals, strict=True))
    rows, days, values = (np.array([one[at] for one in said], dtype=float) for at in range(3))
    return History(
        accounts,
        decided(row.astype(int), day.astype(int), won.astype(bool), worth.astype(float), cycle.astype(float)),
        observed(rows.astype(int), days.astype(int), values),
    )


def spanned(row, since, until, comparable):
    """The window of a sponsorship that is old enough."""
    found = span(row, since, until, comparable, longest=365)
    assert found is not None
    return found


DEALS = [
    # The sponsored account, before day 100 and since: one of three is won, then three of four.
    (0, 10, True, 100.0, 40.0), (0, 20, False, 50.0, np.nan), (0, 100, False, 50.0, np.nan),
    (0, 101, True, 200.0, 30.0), (0, 150, True, 100.0, 20.0), (0, 199, True, np.nan, 16.0), (0, 200, False, 9.0, 1.0),
    (0, 201, True, 999.0, 1.0),  # after the window
    # One like it, which wins two of four, then all of three.
    (1, 1, True, 10.0, 50.0), (1, 2, True, 10.0, 30.0), (1, 3, False, 1.0, np.nan), (1, 100, False, 1.0, np.nan),
    (1, 120, True, 30.0, 40.0), (1, 130, True, 30.0, 40.0), (1, 140, True, 30.0, 40.0),
    # One that is not alike.
    (2, 5, True, 9e9, 1.0), (2, 150, True, 1.0, 1.0),
]  # fmt: skip


def test_windows_are_equal_and_half_open_and_the_unsponsored_have_the_same():
    history = a_history(3, DEALS, [(0, 50, 6.0), (0, 60, 8.0), (0, 160, 9.0)])
    alike = np.array([False, True, False])

    win_rate, cycle, csat, revenue = impacts(history, [spanned(0, 100, 200, alike)])

    assert (win_rate.before, win_rate.since) == pytest.approx((1 / 3, 0.75))
    assert (win_rate.compared_before, win_rate.compared_since) == (0.5, 1.0)
    assert win_rate.difference.mean == pytest.approx((0.75 - 1 / 3) - 0.5)
    assert (cycle.before, cycle.since) == (40.0, 20.0)
    assert (cycle.compared_before, cycle.compared_since, cycle.difference.mean) == (40.0, 40.0, -20.0)
    assert (csat.before, csat.since, csat.change.mean, csat.difference) == (
        7.0,
        9.0,
        2.0,
        Estimate(0, None, None, None),
    )
    assert (revenue.before, revenue.since) == (100 * 3.65, 300 * 3.65)
    assert revenue.difference.mean == pytest.approx((200 - 70) * 3.65)
    assert {one.verdict for one in (win_rate, cycle, csat, revenue)} == {"insufficient_data"}


def test_a_young_sponsorship_has_no_window_and_an_old_one_a_bounded_one():
    alike = np.array([True])
    assert span(0, 100, 189, alike, longest=365) is None
    assert spanned(0, 100, 1000, alike).until == 465


def test_nothing_is_claimed_without_enough_accounts_or_a_clear_side():
    for found, said in (
        (Estimate(19, 0.15, 0.1, 0.2), "insufficient_data"), (Estimate(20, 0.15, 0.1, 0.2), "better"),
        (Estimate(20, -0.15, -0.2, -0.1), "worse"), (Estimate(20, 0.0, -0.1, 0.1), "inconclusive"),
        (Estimate(0, None, None, None), "insufficient_data"),
    ):  # fmt: skip
        assert verdict(found, lower_is_better=False) == said
        other = {"better": "worse", "worse": "better"}.get(said, said)
        assert verdict(found, lower_is_better=True) == other


deals = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 400), st.booleans(), st.floats(0, 1e6),
        st.just(np.nan) | st.integers(0, 99).map(float),
    ),
    min_size=1,
    max_size=60,
)  # fmt: skip


@given(deals=deals, since=st.integers(100, 300), lasted=st.integers(90, 100))
@settings(max_examples=40)
def test_the_sponsored_differ_by_nothing_from_accounts_that_did_the_same(deals, since, lasted):
    """A twin that did the very same is no worse and no better; and a window's figures are those of plain counting."""
    twins = [(row + 4, *rest) for row, *rest in deals]
    history = a_history(8, [*deals, *twins])
    spans = [spanned(row, since, since + lasted, np.arange(8) == row + 4) for row in range(4)]

    for found in impacts(history, spans):
        assert found.difference.mean is None or found.difference.mean == pytest.approx(0, abs=1e-6)
    won = [deal for deal in deals if deal[0] == 0 and since < deal[1] <= since + lasted and deal[2]]
    figures = dict(zip(FIGURES, history.within(since, since + lasted)[:, 0], strict=True))
    assert figures["revenue"] == pytest.approx(sum(deal[3] for deal in won) * 365 / lasted)
    known = [deal[4] for deal in won if not np.isnan(deal[4])]
    assert figures["cycle_days"] == (pytest.approx(np.median(known)) if known else pytest.approx(np.nan, nan_ok=True))
