"""Rank correlations with growth: published examples, and what must not change them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from app.selection.core.backtest.association import association, lead_in_rho, top_quartile

SOME = settings(max_examples=40)
# Few values, so that ties are common.
COLUMNS = st.integers(3, 40).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(-4, 4), min_size=n, max_size=n) for _ in range(2)])
)


def arrays(columns):
    return [np.array(column, dtype=np.float64) for column in columns]


def test_kendall_rank_correlation_methods_chapter_3_two_rankings_with_ties():
    first = [1, 2.5, 2.5, 4.5, 4.5, 6.5, 6.5, 8, 9.5, 9.5]
    second = [1, 2, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10]

    assert association(*arrays((first, second))).tau_b == pytest.approx(0.859, abs=0.0005)


def test_siegel_1956_nonparametric_statistics_yielding_and_social_status_striving_with_ties():
    yielding = [1.5, 1.5, 3.5, 3.5, 5, 6, 7, 8, 9, 10.5, 10.5, 12]
    striving = [3, 4, 2, 1, 8, 11, 10, 6, 7, 12, 5, 9]

    # Printed as .616, of figures that were rounded on the way.
    assert association(*arrays((yielding, striving))).rho == pytest.approx(0.616, abs=0.001)


def test_wikipedia_spearman_hours_of_television_and_iq():
    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]

    found = association(*arrays((iq, hours)))

    assert found.rho == pytest.approx(-29 / 165)
    assert (found.n, math.isnan(found.p)) == (10, True)  # under 20 accounts, no p is told


def test_from_20_accounts_on_p_is_that_of_the_t_distribution():
    random = np.random.default_rng(5)
    figure, growth = random.normal(size=(2, 20))

    found = association(figure, growth)

    t = found.rho * math.sqrt(18 / (1 - found.rho**2))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(t), 18))
    assert found.judged
    assert not association(figure[:19], growth[:19]).judged


@SOME
@given(COLUMNS, st.permutations(range(40)))
def test_neither_the_scale_nor_the_order_of_accounts_matters(columns, order):
    figure, growth = arrays(columns)
    shuffled = [place for place in order if place < len(figure)]

    found = association(figure, growth)

    for other in (association(np.exp(figure), growth**3), association(figure[shuffled], growth[shuffled])):
        assert (other.n, other.gap) == (found.n, found.gap)
        assert [other.rho, other.tau_b] == pytest.approx([found.rho, found.tau_b], nan_ok=True, abs=1e-12)


@SOME
@given(COLUMNS)
def test_a_falling_figure_has_the_opposite_sign(columns):
    figure, growth = arrays(columns)

    found, opposite = association(figure, growth), association(-figure, growth)

    assert [opposite.rho, opposite.tau_b] == pytest.approx([-found.rho, -found.tau_b], nan_ok=True, abs=1e-12)


@SOME
@given(COLUMNS)
def test_accounts_of_which_either_is_unknown_are_left_out(columns):
    figure, growth = arrays(columns)
    unknown = np.array([math.nan, 5.0])

    found = association(np.append(figure, unknown), np.append(growth, unknown[::-1]))

    assert (found.n, found.gap) == (len(figure), association(figure, growth).gap)
    assert found.rho == pytest.approx(association(figure, growth).rho, nan_ok=True)


@SOME
@given(COLUMNS)
def test_two_figures_are_compared_over_the_same_accounts_and_as_each_would_be_alone(columns):
    figure, growth = arrays(columns)
    other = np.where(figure > 2, math.nan, -figure)

    n, first, second = lead_in_rho(figure, other, growth)

    kept = figure <= 2
    assert n == kept.sum()
    assert first == pytest.approx(association(figure[kept], growth[kept]).rho, nan_ok=True)
    assert second == pytest.approx(-first, nan_ok=True)


@pytest.mark.parametrize(
    ("figure", "growth", "gap"),
    [
        ([], [], "too_few_accounts"),
        ([1], [1], "too_few_accounts"),
        ([1, 2], [1, 2], "too_few_accounts"),
        ([1, 1, 1], [1, 2, 3], "constant"),
        ([1, 2, 3], [0, 0, 0], "constant_growth"),
        ([math.nan] * 5, [1, 2, 3, 4, 5], "too_few_accounts"),
    ],
)
def test_where_there_is_no_correlation_none_is_invented(figure, growth, gap):
    found = association(*arrays((figure, growth)))

    assert found.gap == gap
    assert all(math.isnan(one) for one in (found.rho, found.tau_b, found.p, found.tau_p))
    assert (found.top, found.judged) == (None, False)


def test_the_top_quartile_leads_by_the_difference_of_mean_growth():
    figure, growth = np.arange(8.0), np.array([0, 0, 0, 0, 0, 0.6, 1.0, 0.5])

    found = top_quartile(figure, growth)

    assert found is not None
    assert (found.accounts, found.growth) == (2, 0.75)
    assert found.rest_growth == pytest.approx(0.1)
    assert found.difference == pytest.approx(0.65)
    assert found.lift == pytest.approx(math.exp(0.65))


def test_who_ties_at_the_edge_of_the_top_quartile_shares_its_places():
    figure, growth = np.array([9.0, 5, 5, 5, 1, 1, 1, 1]), np.array([8.0, 6, 3, 0, 0, 0, 0, 0])

    found = top_quartile(figure, growth)

    # Two places: one is taken by 9, the other is shared by the three of 5, whose mean growth is 3.
    assert found is not None
    assert found.growth == pytest.approx((8 + 3) / 2)
    assert found.rest_growth == pytest.approx((9 * 2 / 3) / 6)
    assert top_quartile(figure[:3], growth[:3]) is None
