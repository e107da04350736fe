"""Properties of the arithmetic over accounts."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.metrics.core.formulas import (
    counted_sum,
    days,
    exact_sum,
    herfindahl,
    known_sum,
    latest_of,
    ratio,
    recorded,
    scattered,
    trend,
)

amounts = st.lists(st.floats(0.01, 1e9), min_size=1, max_size=20)
NAN = np.nan


@given(amounts)
def test_concentration_lies_between_even_and_one_hand(parts):
    one = np.zeros(len(parts), dtype=np.intp)

    (value,) = herfindahl(one, np.array(parts), 1)

    assert 1 / len(parts) - 1e-12 <= value <= 1 + 1e-12


@given(amounts, st.floats(0.1, 1000))
def test_concentration_does_not_depend_on_the_unit_of_money(parts, factor):
    one = np.zeros(len(parts), dtype=np.intp)

    assert herfindahl(one, np.array(parts) * factor, 1) == pytest.approx(herfindahl(one, np.array(parts), 1))


def test_concentration_leaves_out_what_is_unknown_or_not_positive():
    rows = np.array([0, 0, 0, 0, 1])

    found = herfindahl(rows, np.array([30.0, 10.0, NAN, -5.0, NAN]), 3)

    np.testing.assert_array_equal(found, [0.75**2 + 0.25**2, NAN, NAN])


@given(st.integers(4, 8), st.floats(-1, 1), st.floats(9, 12))
def test_the_trend_of_steady_growth_is_its_rate(quarters, rate, level):
    logs = level - rate * np.arange(8)

    (slope,) = trend(np.expm1(logs)[None, :], np.array([quarters]))

    assert slope == pytest.approx(rate, abs=1e-9)


@given(st.lists(st.floats(0, 1e9), min_size=8, max_size=8), st.integers(4, 8))
def test_the_trend_reads_only_the_quarters_of_its_history(revenue, quarters):
    changed = [*revenue[:quarters], *[value + 1 for value in revenue[quarters:]]]

    found = trend(np.array([revenue, changed]), np.array([quarters, quarters]))

    assert found[0] == found[1]


@pytest.mark.parametrize("quarters", [-1, 0, 3])
def test_there_is_no_trend_under_four_quarters(quarters):
    assert np.isnan(trend(np.ones((1, 8)), np.array([quarters]))).all()


def test_more_than_eight_quarters_of_history_are_read_as_eight():
    revenue = np.arange(8.0)[None, :]

    assert trend(revenue, np.array([40])) == trend(revenue, np.array([8]))


def test_a_quarter_that_is_unknown_or_a_loss_beyond_one_has_no_trend():
    revenue = np.ones((2, 8))
    revenue[0, 2], revenue[1, 2] = NAN, -1

    assert np.isnan(trend(revenue, np.array([8, 8]))).all()


money = st.decimals(min_value="-1000000000", max_value="1000000000", places=4)


@given(st.lists(st.tuples(st.integers(0, 2), money), max_size=40), st.randoms(use_true_random=False))
def test_sums_are_exact_and_do_not_depend_on_the_order(parts, random):
    shuffled = random.sample(parts, len(parts))

    first, second = (
        exact_sum(np.array([row for row, _ in some], dtype=np.intp), np.array([float(d) for _, d in some]), 3)
        for some in (parts, shuffled)
    )

    exact = [float(sum((Fraction(part) for row, part in parts if row == account), Fraction(0))) for account in range(3)]
    assert first.tolist() == second.tolist()
    assert first.tolist() == pytest.approx(exact, abs=1e-6)


def test_sums_leave_out_what_is_unknown():
    rows = np.array([0, 0, 1])

    assert known_sum(rows, np.array([1.5, NAN, NAN]), 3).tolist() == [1.5, 0, 0]
    assert exact_sum(rows, np.array([1.5, NAN, NAN]), 3).tolist() == [1.5, 0, 0]


def test_a_ratio_needs_a_positive_whole_and_two_known_sides():
    found = ratio(np.array([1.0, 1, NAN, 1, 1]), np.array([4.0, 0, 4, NAN, -4]))

    np.testing.assert_array_equal(found, [0.25, NAN, NAN, NAN, NAN])


def test_a_sum_is_0_without_facts_and_unknown_where_none_could_be_counted():
    found = counted_sum(np.array([0.0, 0, 5]), np.array([0.0, 0, 1]), np.array([0.0, 2, 2]))

    np.testing.assert_array_equal(found, [0, NAN, 5])


def test_zeros_are_unknown_where_their_kind_of_fact_is_not_recorded():
    zeros = np.zeros(2)

    assert recorded(zeros, known=True).tolist() == [0, 0]
    assert np.isnan(recorded(zeros, known=False)).all()


def test_days_are_counted_from_1970_and_unknown_stays_unknown():
    found = days(np.array([0.0, 17531, NAN]))

    assert found[:2].astype(object).tolist() == [date(1970, 1, 1), date(2017, 12, 31)]
    assert np.isnat(found[2])


def test_the_latest_of_several_days_ignores_none_at_all():
    first, second = days(np.array([3.0, NAN, NAN])), days(np.array([1.0, 2.0, NAN]))

    found = latest_of(first, second)

    assert found[:2].astype(object).tolist() == [date(1970, 1, 4), date(1970, 1, 3)]
    assert np.isnat(found[2])


def test_figures_are_spread_over_the_accounts_that_have_one():
    np.testing.assert_array_equal(scattered(np.array([2, 0]), np.array([5.0, 7.0]), 3), [7, NAN, 5])
    assert scattered(np.array([1]), np.array([5.0]), 3, fill=0).tolist() == [0, 5, 0]
