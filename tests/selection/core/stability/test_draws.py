"""Drawn weights: centred on the model's, the same for the same seed, and never nothing where there was something."""

import numpy as np
import pytest

from app.selection.core.model import SelectionModel
from app.selection.core.stability.draws import drawn_weights
from tests.selection.core.examples import criterion, pair

THREE = SelectionModel(
    (
        criterion("o", "opportunity", 6.0),
        criterion("a", "alignment"),
        criterion("o2", "opportunity", 3.0),
        criterion("o3", "opportunity", 0.0),
        criterion("o4", "opportunity", 1.0),
    )
)


def shares(weights):
    return weights / weights.sum(axis=1, keepdims=True)


def test_shares_follow_the_dirichlet_distribution_round_the_models_shares():
    drawn = shares(drawn_weights(THREE, 40_000, 50.0, 1).opportunity)

    # Mean alpha / total; variance m (1 - m) / (total + 1), with alpha = 50 * share.
    mean = np.array([0.6, 0.3, 0.0, 0.1])
    assert drawn.mean(axis=0) == pytest.approx(mean, abs=0.003)
    assert drawn.var(axis=0) == pytest.approx(mean * (1 - mean) / 51, abs=2e-4)


def test_a_criterion_without_weight_stays_without_and_a_lone_one_keeps_the_whole():
    drawn = drawn_weights(THREE, 50, 1.0, 0)

    assert (drawn.opportunity[:, 2] == 0.0).all()
    assert (drawn.alignment == 1.0).all()


def test_the_largest_weight_of_each_draw_is_one_as_the_engine_scales_them():
    assert (drawn_weights(THREE, 50, 5.0, 0).opportunity.max(axis=1) == 1.0).all()


def test_the_same_seed_gives_the_same_draws_and_another_one_others():
    first, again, other = (drawn_weights(THREE, 20, 50.0, seed).opportunity for seed in (4, 4, 5))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_higher_the_concentration_the_less_the_shares_stray():
    spread = [shares(drawn_weights(THREE, 2000, c, 0).opportunity)[:, 0].std() for c in (1.0, 50.0, 1e4, 1e12)]

    assert spread == sorted(spread, reverse=True)
    assert spread[-1] < 1e-5


def test_a_tiny_share_is_never_drawn_as_nothing():
    tiny = SelectionModel((criterion("o", "opportunity", 1e-9), criterion("o2", "opportunity", 1.0)))

    assert (drawn_weights(tiny, 500, 1.0, 0).opportunity > 0.0).all()


def test_dimensions_without_weight_or_criteria_have_no_weights():
    none = drawn_weights(SelectionModel((criterion("o", "opportunity", 0.0),)), 3, 50.0, 0)

    assert (none.opportunity == 0.0).all()
    assert none.alignment.shape == (3, 0)
    assert len(drawn_weights(pair(), 7, 50.0, 0)) == 7
