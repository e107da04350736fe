"""How accounts fare over the draws: probabilities, rank intervals, labels; counted the slow way too, and by laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.value_functions import Linear
from app.selection.core.model import Axis, TierTable
from app.selection.core.stability.draws import drawn_weights
from app.selection.core.stability.ranking import verdicts
from app.selection.core.stability.tally import MOST_RANKS, Tally, default_top, effective_draws
from tests.selection.core.examples import criterion, few, models, pair, portfolios
from tests.selection.core.stability.ground import a_field, fates

FOUR = pair(
    criteria=(
        criterion("o", "opportunity", 2.0),
        criterion("o2", "opportunity"),
        criterion("a", "alignment"),
        criterion("a2", "alignment"),
    )
)


def a_crowd(count, seed=1):
    """Accounts with values of their own in every criterion: no two tie."""
    values = np.random.default_rng(seed).random((count, 4))
    return [dict(zip(("o", "o2", "a", "a2"), map(float, row), strict=True)) for row in values]


@few
@given(st.data())
def test_figures_are_those_that_counting_draw_by_draw_gives(data):
    model = data.draw(models())
    accounts = data.draw(portfolios(model))
    field, drawn = a_field(model, accounts), drawn_weights(model, 37, 5.0, 2)
    tally = Tally(field, 2, 37)
    tally.add(drawn)

    found, by_draw = tally.fates(), verdicts(field, drawn)

    assert found.in_top == pytest.approx((by_draw.rank <= 2).mean(axis=0))
    assert found.expected_rank == pytest.approx(by_draw.rank.mean(axis=0))
    assert found.same_tier == pytest.approx((by_draw.tier == field.tier).mean(axis=0))
    assert found.same_quadrant == pytest.approx((by_draw.quadrant == field.quadrant).mean(axis=0))
    if field.size:
        low, high = np.quantile(by_draw.rank, [0.05, 0.95], axis=0, method="inverted_cdf")
        assert (found.rank_low.tolist(), found.rank_high.tolist()) == (low.tolist(), high.tolist())


@pytest.mark.parametrize("top", [1, 4, 12])
def test_without_ties_the_probabilities_of_the_top_add_up_to_its_size(top):
    found = fates(FOUR, a_crowd(12), top=top)

    assert found.in_top.sum() == pytest.approx(top)
    assert ((found.in_top >= 0) & (found.in_top <= 1)).all()
    assert found.expected_rank.sum() == pytest.approx(12 * 13 / 2)
    assert (found.rank_low <= found.rank_high).all()


def test_as_draws_keep_to_the_models_weights_its_own_ranking_remains():
    accounts = a_crowd(30)
    field = a_field(FOUR, accounts)

    found = fates(FOUR, accounts, top=5, concentration=1e12)

    assert found.rank_low.tolist() == found.rank_high.tolist() == field.rank.tolist()
    assert found.in_top.tolist() == (field.rank <= 5).astype(float).tolist()
    assert found.stable.all()


@few
@given(st.randoms(use_true_random=False))
def test_the_order_of_accounts_does_not_matter(random):
    accounts = a_crowd(9)
    order = random.sample(range(9), 9)

    straight, shuffled = fates(FOUR, accounts, top=3), fates(FOUR, [accounts[at] for at in order], top=3)

    for name in ("in_top", "same_tier", "same_quadrant", "expected_rank", "rank_low", "rank_high", "stable"):
        assert getattr(shuffled, name).tolist() == getattr(straight, name)[order].tolist()


def test_portions_do_not_matter():
    field, drawn = a_field(FOUR, a_crowd(8)), drawn_weights(FOUR, 100, 50.0, 0)
    whole, parted = Tally(field, 3, 100), Tally(field, 3, 100)

    whole.add(drawn)
    for first in range(0, 100, 33):
        parted.add(drawn.part(first, first + 33))

    assert whole.fates().rank_high.tolist() == parted.fates().rank_high.tolist()
    assert whole.fates().in_top.tolist() == parted.fates().in_top.tolist()


def test_accounts_that_are_all_alike_are_all_first_whatever_the_weights():
    found = fates(FOUR, [{"o": 0.5, "o2": 0.5, "a": 0.5, "a2": 0.5}] * 4, top=2)

    assert found.in_top.tolist() == [1.0] * 4
    assert found.expected_rank.tolist() == [1.0] * 4
    assert found.rank_high.tolist() == [1] * 4


def test_two_accounts_that_hang_on_one_weight_are_fragile_and_mirror_each_other():
    # Level at equal weights, so whoever has more of the heavier criterion wins.
    even = pair(criteria=(criterion("o", "opportunity"), criterion("o2", "opportunity"), criterion("a", "alignment")))
    found = fates(even, [{"o": 0.9, "o2": 0.1, "a": 0.5}, {"o": 0.1, "o2": 0.9, "a": 0.5}], draws=4000)

    assert found.in_top == pytest.approx([0.5, 0.5], abs=0.03)
    assert found.in_top.sum() == pytest.approx(1.0)
    assert not found.stable.any()
    assert (found.rank_low.tolist(), found.rank_high.tolist()) == ([1, 1], [2, 2])


def test_with_one_criterion_a_dimension_no_weight_can_be_drawn_and_all_is_certain():
    found = fates(pair(), [{"o": 0.9, "a": 0.9}, {"o": 0.2, "a": 0.3}])

    assert (found.in_top.tolist(), found.stable.tolist()) == ([1.0, 0.0], [True, True])


def test_an_account_that_changes_tier_too_often_is_fragile_though_its_rank_is_certain():
    # Alone it is always first; its alignment is 60 at the model's weights, on the edge of tier_2.
    found = fates(FOUR, [{"o": 0.6, "o2": 0.6 + 1e-12, "a": 0.5, "a2": 0.7}])

    assert found.in_top.tolist() == [1.0]
    assert found.same_tier[0] < 0.8
    assert not found.stable[0]


def test_tiers_by_a_table_go_by_metrics_and_stay_whatever_the_weights():
    axis = Axis("o", Linear(0, 1))
    table = replace(FOUR, tiers=(), tier_table=TierTable(axis, replace(axis, metric="a")))

    assert fates(table, a_crowd(6)).same_tier.tolist() == [1.0] * 6


def test_nobody_has_no_fate():
    assert fates(FOUR, []).in_top.tolist() == []
    assert fates(FOUR, [{}]).rank_low.tolist() == []


def test_very_many_accounts_have_fewer_draws():
    assert effective_draws(2000, 10_000) == 2000
    assert effective_draws(2000, 100_000) == MOST_RANKS // 100_000
    assert effective_draws(2000, 10**9) == 1
    assert effective_draws(2000, 0) == 2000


@pytest.mark.parametrize(("ranked", "top"), [(0, 1), (1, 1), (10, 1), (11, 2), (85, 9), (1000, 100)])
def test_the_top_is_a_tenth_rounded_up_unless_asked(ranked, top):
    assert default_top(ranked) == top
