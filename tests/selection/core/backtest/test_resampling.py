"""The bootstrap of rank correlations: each resample is ranked as if it had been sorted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from app.selection.core.backtest.association import association
from app.selection.core.backtest.resampling import BLOCK, interval, plan, resampled


def columns(seed, accounts=30):
    """A figure without ties, one with many, one that is often unknown; and growth with some ties."""
    random = np.random.default_rng(seed)
    own = random.normal(size=accounts)
    figures = [own, np.round(random.normal(size=accounts)), np.where(own > 0.6, np.nan, np.round(own, 1))]
    return figures, np.round(random.normal(size=accounts) + 0.5 * own, 1)


def by_sorting(figures, growth, random, resamples):
    """The same correlations out of resamples that are written down and sorted one by one."""
    for _ in range(resamples):
        drawn = random.integers(0, len(growth), size=len(growth))
        yield [
            stats.spearmanr(figure[drawn][known], growth[drawn][known]).statistic
            for figure in figures
            for known in [~np.isnan(figure[drawn])]
        ]


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_every_resample_is_as_scipy_has_it(seed):
    figures, growth = columns(seed)

    found = resampled(plan(figures, growth), np.random.default_rng(seed), 5)

    expected = np.array(list(by_sorting(figures, growth, np.random.default_rng(seed), 5)))
    np.testing.assert_allclose(found, expected.T, atol=1e-12)


def test_accounts_without_an_outcome_are_not_drawn():
    figures, growth = columns(3)
    more = [np.append(figure, 7.0) for figure in figures]

    found = resampled(plan(more, np.append(growth, np.nan)), np.random.default_rng(3), 20)

    np.testing.assert_array_equal(found, resampled(plan(figures, growth), np.random.default_rng(3), 20))


def test_the_same_seed_gives_the_same_in_one_call_or_in_several_and_in_blocks_or_not():
    figures, growth = columns(4, accounts=BLOCK // 4)
    planned = plan(figures[:1], growth)

    whole = resampled(planned, np.random.default_rng(9), 9)
    random = np.random.default_rng(9)
    parts = [resampled(planned, random, count) for count in (1, 6, 2)]

    np.testing.assert_array_equal(np.hstack(parts), whole)
    assert not np.array_equal(resampled(planned, np.random.default_rng(10), 9), whole)


def test_the_interval_lies_about_the_correlation_and_is_narrower_with_more_accounts():
    widths = []
    for accounts in (40, 400):
        figures, growth = columns(1, accounts)
        found = interval(resampled(plan(figures, growth), np.random.default_rng(0), 400)[0])
        assert found is not None
        assert found[0] < association(figures[0], growth).rho < found[1]
        widths.append(found[1] - found[0])

    assert widths[1] < widths[0] / 2


def test_a_figure_that_varies_in_few_resamples_has_no_interval():
    rare = np.zeros(30)
    rare[0] = 1.0
    growth = np.arange(30.0)

    found = resampled(plan([rare, growth], growth), np.random.default_rng(0), 300)

    assert np.isnan(found[0]).mean() == pytest.approx((29 / 30) ** 30, abs=0.08)
    assert interval(np.where(np.arange(300) < 149, 0.5, np.nan)) is None
    assert interval(np.where(np.arange(300) < 150, 0.5, np.nan)) == (0.5, 0.5)
    assert interval(np.empty(0)) is None
    assert interval(found[1]) == pytest.approx((1, 1))


def test_without_columns_there_is_nothing_to_do():
    assert resampled(plan([], np.empty(0)), np.random.default_rng(0), 5).shape == (0, 5)
