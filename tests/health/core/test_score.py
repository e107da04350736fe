"""Hygiene and health as two separate means: worked by hand, bounds, contributions, quadrants."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from app.health.core.model import SIDES, HealthModel, Indicator, Thresholds
from app.health.core.score import QUADRANTS, quadrant_codes, quadrant_names, score, score_utilities
from app.scoring.core.value_functions import Linear

UP = Linear(0.0, 1.0)
NAN = math.nan


def model(*weights, policy="renormalize", thresholds=None):
    """Indicators of the sides, as ("hygiene", 2.0), each with its value as utility."""
    made = [Indicator(f"k{at}", f"m{at}", side, weight, UP) for at, (side, weight) in enumerate(weights)]
    return HealthModel(tuple(made), missing_policy=policy, thresholds=thresholds or Thresholds())


HAND = model(("hygiene", 1.0), ("health", 3.0), ("hygiene", 1.0), ("health", 1.0))
sides = st.sampled_from(SIDES)
weights = st.floats(0.01, 100.0)
policies = st.sampled_from(["renormalize", "pessimistic", "neutral"])


@st.composite
def judged(draw):
    """A model with a weight on each side, and utilities for a few accounts, some unknown."""
    extra = draw(st.lists(st.tuples(sides, weights), max_size=5))
    made = model(("hygiene", draw(weights)), ("health", draw(weights)), *extra, policy=draw(policies))
    shape = (draw(st.integers(1, 3)), len(made.indicators))
    utilities = draw(npst.arrays(float, shape, elements=st.one_of(st.just(NAN), st.floats(0.0, 1.0))))
    return made, utilities


def test_each_side_is_the_weighted_mean_of_its_own_indicators():
    scores = score(HAND, np.array([[1.0, 0.5, 0.6, 0.9]]))

    assert scores.hygiene.tolist() == pytest.approx([80.0])
    assert scores.health.tolist() == pytest.approx([60.0])  # (3 * 0.5 + 0.9) / 4
    assert scores.contributions[:, 0].tolist() == pytest.approx([50.0, 37.5, 30.0, 22.5])
    assert scores.headroom[:, 0].tolist() == pytest.approx([0.0, 37.5, 20.0, 2.5])
    assert quadrant_names(scores.quadrant) == ["thriving"]


def test_good_hygiene_never_makes_up_for_bad_health():
    scores = score(HAND, np.array([[1.0, 0.1, 1.0, 0.1], [0.1, 1.0, 0.1, 1.0]]))

    assert scores.health.tolist() == pytest.approx([10.0, 100.0])
    assert quadrant_names(scores.quadrant) == ["coasting", "building"]


def test_an_unknown_indicator_is_left_out_of_the_score_and_widens_the_bounds():
    scores = score(HAND, np.array([[1.0, NAN, 0.6, 0.9]]))

    health = scores.figures[1, :, 0]
    assert health.tolist() == pytest.approx([90.0, 22.5, 97.5, 0.25])
    # known at 1 it would have (0.9 + 3) / 4
    assert scores.headroom[1, 0] == pytest.approx(97.5 - 90.0)


@pytest.mark.parametrize(("policy", "expected"), [("pessimistic", 22.5), ("neutral", 60.0)])
def test_a_policy_may_lend_a_utility_to_what_is_unknown(policy, expected):
    lent = HealthModel(HAND.indicators, missing_policy=policy)
    scores = score(lent, np.array([[1.0, NAN, 0.6, 0.9]]))
    assert scores.health.tolist() == pytest.approx([expected])
    assert scores.figures[1, 1:, 0].tolist() == pytest.approx([22.5, 97.5, 0.25])


def test_an_account_is_provisional_while_its_bounds_lie_in_different_quadrants():
    certain, open_ = score(HAND, np.array([[1.0, 0.9, 1.0, NAN], [1.0, NAN, 1.0, 0.9]])).provisional
    assert not certain  # health is 67.5 at the least
    assert open_


def test_what_is_wholly_unknown_has_no_score_and_no_quadrant():
    scores = score(HAND, np.full((1, 4), NAN))
    assert np.isnan(scores.figures[:, 0]).all()
    assert scores.figures[:, 1:, 0].tolist() == [[0.0, 100.0, 0.0]] * 2
    assert quadrant_names(scores.quadrant) == [None]
    assert scores.provisional.all()


def test_no_accounts_give_no_scores():
    assert score(HAND, np.empty((0, 4))).count == 0


def test_thresholds_belong_to_the_high_side_and_are_the_models_own():
    thresholds = Thresholds(hygiene=70.0, health=50.0)
    hygiene, health = np.array([70.0, 69.9, 70.0, 69.9]), np.array([50.0, 50.0, 49.9, 49.9])

    found = quadrant_names(quadrant_codes(thresholds, hygiene, health))

    assert found == ["thriving", "building", "coasting", "at_risk"]


def test_a_threshold_is_reached_whatever_the_rounding_of_floats():
    # 0.1 + 0.2 + 0.3 is 0.6000000000000001 one way and 0.6 the other
    three = model(("hygiene", 1.0), *[("health", weight) for weight in (0.1, 0.2, 0.3, 0.4)])
    scores = score(three, np.array([[1.0, 1.0, 1.0, 1.0, 0.0]]))
    assert Fraction("0.1") + Fraction("0.2") + Fraction("0.3") == Fraction("0.6")
    assert quadrant_names(scores.quadrant) == ["thriving"]


@given(judged())
def test_contributions_add_up_and_scores_lie_within_their_bounds(case):
    made, utilities = case
    scores = score(made, utilities)

    for at, side in enumerate(SIDES):
        found, low, high, coverage = scores.figures[at]
        known = ~np.isnan(found)
        total = scores.contributions[made.members(side)].sum(axis=0)
        assert total[known] == pytest.approx(found[known], abs=1e-9)
        assert (low[known] <= found[known] + 1e-9).all()
        assert (found[known] <= high[known] + 1e-9).all()
        assert ((coverage >= 0) & (coverage <= 1)).all()


@given(judged(), st.data())
def test_headroom_is_what_the_side_gains_when_the_indicator_is_at_its_best(case, data):
    made, utilities = case
    at = data.draw(st.integers(0, len(made.indicators) - 1))
    side = SIDES.index(made.indicators[at].dimension)
    before = score(made, utilities)
    best = utilities.copy()
    best[:, at] = 1.0

    gained = score(made, best).figures[side, 0] - before.figures[side, 0]

    known = ~np.isnan(gained)
    assert before.headroom[at][known] == pytest.approx(np.maximum(gained, 0.0)[known], abs=1e-7)


@given(judged())
def test_an_accounts_scores_are_the_same_alone_and_from_what_was_kept(case):
    made, utilities = case
    together = score(made, utilities)
    again = score_utilities(made, together.utilities)
    for place in range(len(utilities)):
        alone = score(made, utilities[place : place + 1])
        np.testing.assert_array_equal(alone.figures[:, :, 0], together.figures[:, :, place])
        assert alone.quadrant[0] == together.quadrant[place] == again.quadrant[place]
        assert quadrant_names(alone.quadrant)[0] in {*QUADRANTS, None}
