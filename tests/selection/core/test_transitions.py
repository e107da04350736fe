"""Which accounts moved since their previous score: how far is far, and what moved them most."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.inputs import read_inputs
from app.selection.core.score import score_portfolio
from app.selection.core.transitions import FIGURES, Before, contributions, figures_of, moves, top_factors
from tests.selection.core.examples import criterion, pair

NAN = math.nan
MODEL = pair(criteria=(criterion("o", "opportunity"), criterion("o2", "opportunity"), criterion("a", "alignment")))


def scored(*accounts, model=MODEL):
    return score_portfolio(model, read_inputs(accounts, model.columns).matrix)


def before(figures, *, quadrant="serve", tier="standard", scored=True, comparable=True):
    """One account's score before: composite, opportunity and alignment."""
    return Before(
        np.array([scored]), np.array([comparable]), np.array([figures], dtype=float).T, [quadrant], [tier]
    )  # fmt: skip


NOW = scored({"o": 0.4, "o2": 0.6, "a": 0.5})  # opportunity 50, alignment 50: composite 50, tier_3, serve


@pytest.mark.parametrize(
    ("then", "told"),
    [
        ((50, 50, 50), False),
        ((50.999, 50, 50), False),
        ((51, 50, 50), True),
        ((50, 50, 49), True),
        ((NAN, 50, NAN), True),  # it has become known
    ],
)
def test_a_score_moved_when_a_figure_did_by_a_point_or_became_known(then, told):
    assert figures_of(NOW)[:, 0].tolist() == [50, 50, 50]
    assert moves(before(then), NOW).score.tolist() == [told]


def test_what_became_unknown_moved_and_what_stays_unknown_did_not():
    unknown = scored({"o": 0.4})
    assert moves(before((50, 40, 50)), unknown).score.tolist() == [True]
    assert moves(before((NAN, 40, NAN)), unknown).score.tolist() == [False]


def test_tier_and_quadrant_are_other_ones_whichever_model_said_so_and_never_with_the_first_score():
    same = moves(before((50, 50, 50), tier="tier_3"), NOW)
    assert not same.any.any()
    other = moves(before((90, 90, 90), quadrant=None, tier="tier_1", comparable=False), NOW)
    assert (other.score.tolist(), other.tier.tolist(), other.quadrant.tolist()) == ([False], [True], [True])
    first = moves(before((NAN, NAN, NAN), quadrant=None, tier=None, scored=False, comparable=False), NOW)
    assert not first.any.any()


def test_the_factors_that_moved_most_come_first_with_their_points():
    then = scored({"o": 0.8, "a": 0.5})
    now = scored({"o": 0.4, "o2": 0.6, "a": 0.5})
    # Half of the composite is opportunity, whose two criteria weigh the same: o alone added 40, now 10, and o2 15.
    found = top_factors((MODEL, MODEL), then.contributions[:, 0], now.contributions[:, 0])
    assert found == [
        {"criterion": "o", "dimension": "opportunity", "from": 40, "to": 10},
        {"criterion": "o2", "dimension": "opportunity", "from": 0, "to": 15},
    ]


def test_a_criterion_that_only_one_of_two_models_has_adds_nothing_under_the_other():
    old = pair(criteria=(criterion("o", "opportunity"), criterion("b", "alignment")))
    then, now = scored({"o": 0.5, "b": 1}, model=old), scored({"o": 0.5, "o2": 0.5, "a": 1})
    found = top_factors((old, MODEL), then.contributions[:, 0], now.contributions[:, 0])
    assert [(one["criterion"], one["from"], one["to"]) for one in found] == [
        ("a", None, 50), ("b", 50, None), ("o", 25, 12.5),
    ]  # fmt: skip


VALUES = st.one_of(st.none(), st.floats(0, 1))


@given(st.lists(st.fixed_dictionaries({"o": VALUES, "o2": VALUES, "a": VALUES}), min_size=1, max_size=4))
def test_contributions_are_found_again_from_what_was_kept(accounts):
    known = [{name: value for name, value in one.items() if value is not None} for one in accounts]
    scores = scored(*known)
    assert np.allclose(contributions(MODEL, scores.utilities.T), scores.contributions, equal_nan=True)


def test_figures_stand_in_the_order_of_their_names():
    found = figures_of(scored({"o": 1, "o2": 1, "a": 0}))
    assert dict(zip(FIGURES, found[:, 0].tolist(), strict=True)) == {
        "composite": 50, "opportunity": 100, "alignment": 0,
    }  # fmt: skip
