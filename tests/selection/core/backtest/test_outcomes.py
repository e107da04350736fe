"""What became of accounts, and which have no outcome."""

import math

import numpy as np
import pytest

from app.selection.core.backtest.outcomes import growth, outcomes

NAN = math.nan


def test_growth_is_the_logarithm_of_spending_after_over_before_one_added_to_both():
    found = growth(np.array([99.0, 0, 99, 0]), np.array([199.0, 0, 0, 99]))

    assert found == pytest.approx([math.log(200 / 100), 0, -math.log(100), math.log(100)])


def test_an_account_without_an_outcome_is_counted_under_one_reason():
    before = np.array([1.0, NAN, 1, -1, -5, 0, NAN, 3])
    after = np.array([2.0, 1, NAN, 1, 0, 0, 1, 3])
    there = np.array([True, True, True, True, True, True, False, False])

    found = outcomes(before, after, there)

    assert np.isnan(found.growth).tolist() == [False, True, True, True, True, False, True, True]
    assert found.excluded == {"removed": 2, "revenue_unknown": 2, "below_zero": 2}
    assert found.silent == 1


def test_without_accounts_there_are_no_outcomes():
    found = outcomes(np.empty(0), np.empty(0), np.empty(0, dtype=np.bool_))

    assert (len(found.growth), found.silent) == (0, 0)
    assert set(found.excluded.values()) == {0}
