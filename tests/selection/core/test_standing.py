"""Rank and percentile among the accounts scored together."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.selection.core.standing import best_first, standing

NAN = math.nan


def test_ties_share_the_lower_rank_and_the_unscored_have_none():
    result = standing(np.array([50.0, NAN, 70, 50, 10]))
    assert result.rank.tolist() == [2, 0, 1, 2, 4]
    assert result.ranked == 4
    assert result.together == 5
    # of 4 scored: less 1, 3, 1, 0; equal 2, 1, 2, 1
    assert result.percentile.tolist() == pytest.approx([0.5, NAN, 0.875, 0.5, 0.125], nan_ok=True)


def test_rank_7_of_85_is_the_92nd_percentile():
    result = standing(np.arange(85.0))
    (seventh,) = np.flatnonzero(result.rank == 7)
    assert result.percentile[seventh] == pytest.approx(78.5 / 85)
    assert round(78.5 / 85, 2) == 0.92


def test_float_noise_makes_no_rank():
    assert standing(np.array([0.1 + 0.2, 0.3, 0.2])).rank.tolist() == [1, 1, 3]


def test_nobody_is_ranked_among_nobody():
    assert standing(np.array([])).ranked == 0
    assert standing(np.array([NAN])).rank.tolist() == [0]


@given(st.lists(st.one_of(st.integers(0, 5).map(float), st.just(NAN)), max_size=12))
def test_a_rank_counts_those_who_are_better(composites):
    result = standing(np.array(composites))
    scored = [one for one in composites if not math.isnan(one)]
    expected = [0 if math.isnan(one) else 1 + sum(other > one for other in scored) for one in composites]
    assert result.rank.tolist() == expected


@given(st.lists(st.one_of(st.floats(0, 100), st.just(NAN)), max_size=12))
def test_best_first_puts_the_unscored_last(composites):
    ordered = np.array(composites)[best_first(np.array(composites))]
    scored = ordered[~np.isnan(ordered)]
    assert np.isnan(ordered[len(scored) :]).all()
    assert (np.diff(scored) <= 1e-9).all()


def test_some_of_the_accounts_keep_their_standing_among_all():
    result = standing(np.array([1.0, 2, 3])).of(np.array([0]))
    assert (result.rank.tolist(), result.ranked, result.together) == ([3], 3, 3)
