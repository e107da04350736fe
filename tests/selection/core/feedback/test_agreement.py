"""Kendall's coefficient of concordance."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from app.selection.core.feedback.agreement import agreement

QUICK = settings(max_examples=60)
# Few different values, so that ties are everywhere.
WEIGHTS = st.integers(2, 6).flatmap(
    lambda m: st.integers(2, 8).flatmap(
        lambda n: st.lists(
            st.lists(st.integers(0, 3).map(lambda each: each / 10), min_size=n, max_size=n), min_size=m, max_size=m
        )
    )
)


def test_zars_birds():
    """Wing, tail and bill lengths of 12 birds: J. H. Zar, Biostatistical Analysis, 4th ed. 1999, p. 444.

    Published: W 0.913 as it is, 0.924 corrected for ties.
    """
    wing = [10.4, 10.8, 11.1, 10.2, 10.3, 10.2, 10.7, 10.5, 10.8, 11.2, 10.6, 11.4]
    tail = [7.4, 7.6, 7.9, 7.2, 7.4, 7.1, 7.4, 7.2, 7.8, 7.7, 7.8, 8.3]
    bill = [17, 17, 20, 14.5, 15.5, 13, 19.5, 16, 21, 20, 18, 22]
    # The sums of ranks as published, mean 19.5; ties: wing 2 pairs, tail a triple and 2 pairs, bill 2 pairs.
    sums = np.array([14.5, 21, 30.5, 6, 11, 3.5, 20, 11.5, 29, 28.5, 22.5, 36])
    spread = ((sums - 19.5) ** 2).sum()
    ties = 2 * 6 + (24 + 2 * 6) + 2 * 6
    by_hand = 12 * spread / (9 * (12**3 - 12) - 3 * ties)

    found = agreement(np.array([wing, tail, bill]))

    assert 12 * spread / (9 * (12**3 - 12)) == pytest.approx(0.9134, abs=5e-5)
    assert found.kendalls_w == pytest.approx(by_hand)
    assert found.kendalls_w == pytest.approx(0.9241, abs=5e-5)
    assert found.chi_square == pytest.approx(3 * 11 * by_hand)
    assert (found.functions, found.criteria, found.degrees_of_freedom, found.reason) == (3, 12, 11, None)


def test_a_small_case_by_hand():
    # Ranks 1 2 3 and 1 2.5 2.5: sums 2, 4.5, 5.5, mean 4, S = 4 + 0.25 + 2.25; T = 0 + 6.
    found = agreement(np.array([[0.1, 0.3, 0.6], [0.2, 0.4, 0.4]]))

    assert found.kendalls_w == pytest.approx(12 * 6.5 / (4 * 24 - 2 * 6))


@given(WEIGHTS)
@QUICK
def test_chi_square_is_friedmans_with_its_correction_for_ties(weights):
    array = np.array(weights)
    assume(array.shape[1] >= 3)
    assume(any(len(set(row)) > 1 for row in weights))

    found = agreement(array)
    oracle = stats.friedmanchisquare(*array.T)

    assert found.chi_square == pytest.approx(oracle.statistic, abs=1e-9)
    assert found.p_value == pytest.approx(oracle.pvalue, abs=1e-9)


@given(WEIGHTS)
@QUICK
def test_agreement_lies_between_none_and_full_or_says_why_it_cannot_be_told(weights):
    found = agreement(np.array(weights))

    if all(len(set(row)) == 1 for row in weights):
        assert (found.kendalls_w, found.p_value, found.reason) == (None, None, "all_tied")
    else:
        assert found.kendalls_w is not None
        assert 0.0 <= found.kendalls_w <= 1.0
        assert found.p_value is not None
        assert 0.0 <= found.p_value <= 1.0


@given(st.lists(st.integers(0, 3), min_size=2, max_size=8), st.integers(2, 6))
@QUICK
def test_functions_that_rank_alike_agree_fully_ties_or_not(ranking, functions):
    assume(len(set(ranking)) > 1)

    assert agreement(np.array([ranking] * functions, dtype=float)).kendalls_w == pytest.approx(1.0)


@given(WEIGHTS, st.randoms(use_true_random=False))
@QUICK
def test_neither_names_nor_order_matter(weights, random):
    array = np.array(weights)
    rows, columns = list(range(array.shape[0])), list(range(array.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)

    assert agreement(array[np.ix_(rows, columns)]).kendalls_w == pytest.approx(agreement(array).kendalls_w)


def test_two_functions_of_opposite_orders_do_not_agree_at_all():
    assert agreement(np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]])).kendalls_w == 0.0


def test_weights_that_differ_by_rounding_alone_are_tied():
    third = 1 / 3
    found = agreement(np.array([[third, third + 1e-15, third - 1e-15], [0.3, 0.1 + 0.2, 0.4]]))

    # The first ranking ties all, the second two of three: sums 3.5, 3.5, 5.
    assert found.kendalls_w == pytest.approx(12 * 1.5 / (4 * 24 - 2 * (24 + 6)))


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        ([[0.5, 0.5]], "fewer_than_two_functions"),
        ([[1.0], [1.0]], "fewer_than_two_criteria"),
        ([[0.5, 0.5], [0.5, 0.5]], "all_tied"),
    ],
)
def test_what_cannot_be_told_says_why(weights, reason):
    found = agreement(np.array(weights))

    assert (found.kendalls_w, found.chi_square, found.degrees_of_freedom, found.p_value) == (None,) * 4
    assert found.reason == reason
