"""Attainment, retention and plans of the key accounts taken together."""

import numpy as np
import pytest

from app.program.core.summary import plans, quota, retention

NAN = float("nan")


def test_an_account_with_a_plan_and_no_deal_has_missed_it_and_one_without_a_plan_does_not_count():
    found = quota(np.array([100.0, 200.0, NAN, 50.0]), np.array([120.0, NAN, 999.0, 10.0]), np.array([0, 0, NAN, 1.0]))

    assert (found.accounts, found.missed, found.unconverted) == (2, 1, 1)
    assert (found.planned, found.won) == (300.0, 120.0)
    assert found.attainment == pytest.approx(0.4)


def test_without_plans_there_is_no_attainment():
    assert quota(np.array([NAN]), np.array([3.0]), np.array([NAN])).attainment is None


def test_retention_weighs_accounts_by_what_they_spent_before():
    found = retention(np.array([1.0, 0.5, NAN, 0.2]), np.array([150, 300, 90, 5.0]), np.array([100, 300, 0, NAN]))

    assert found.gross == pytest.approx((100 * 1 + 300 * 0.5) / 400)
    assert found.net == pytest.approx(450 / 400)
    assert retention(np.array([]), np.array([]), np.array([])).net is None


def test_a_plan_is_fresh_up_to_the_last_day_allowed():
    found = plans(np.array([0.0, 90.0, 91.0, NAN]), 90)

    assert (found.accounts, found.with_plan, found.fresh, found.fresh_share) == (4, 3, 2, 0.5)
    assert plans(np.array([]), 90).fresh_share is None
