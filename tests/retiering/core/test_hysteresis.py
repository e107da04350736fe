"""Which tier scores keep, raise to, or let fall to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.retiering.core.hysteresis import Rule, kept, next_below
from app.retiering.core.tier_rules import rules_of, scores_of
from app.scoring.core.value_functions import Linear
from app.selection.core.model import DEFAULT_TIERS, Axis, BandRule, SelectionModel, TierTable
from app.selection.core.tiering import tier_codes

NAMES = ("opportunity", "alignment", "composite")
RULES = rules_of(SelectionModel(criteria=()))
TIERS = [*(tier.name for tier in DEFAULT_TIERS), "standard"]
points = st.floats(0, 100)
tiers = st.sampled_from(TIERS)


def scores(opportunity, alignment):
    composite = None if opportunity is None or alignment is None else (opportunity + alignment) / 2
    return dict(zip(NAMES, (opportunity, alignment, composite), strict=True))


@pytest.mark.parametrize(
    ("current", "opportunity", "alignment", "tier", "direction"),
    [
        ("tier_1", 75, 75, "tier_1", "same"),
        ("tier_1", 70, 90, "tier_1", "same"),  # five points below, and no more
        ("tier_1", 69.9, 90, "tier_2", "down"),
        ("tier_1", 69.9, 56, "tier_2", "down"),  # the margin holds for the tier below, too
        ("tier_1", 69.9, 54.9, "tier_3", "down"),
        ("tier_1", 20, 20, "standard", "down"),
        ("tier_2", 74.9, 75, "tier_2", "same"),
        ("tier_2", 75, 75, "tier_1", "up"),
        ("standard", 60, 60, "tier_2", "up"),
        ("standard", 44, 44, "standard", "same"),
        ("tier_2", None, 90, "standard", "down"),
    ],
)
def test_up_at_a_threshold_and_down_only_well_below_it(current, opportunity, alignment, tier, direction):
    found = kept(current, RULES, scores(opportunity, alignment), lowest="standard")
    assert (found.tier, found.direction) == (tier, direction)


@settings(max_examples=200)
@given(tiers, points, points, st.floats(0, 20))
def test_what_was_decided_by_scores_stays_by_the_same_scores(current, opportunity, alignment, margin):
    asked = scores(opportunity, alignment)
    first = kept(current, RULES, asked, lowest="standard", margin=margin)
    again = kept(first.tier, RULES, asked, lowest="standard", margin=margin)
    assert (again.tier, again.direction) == (first.tier, "same")


@settings(max_examples=200)
@given(tiers, points, points)
def test_without_a_margin_the_tier_is_the_one_that_selection_computes(current, opportunity, alignment):
    asked = scores(opportunity, alignment)
    figures = np.array([[[asked[name]]] for name in NAMES])
    nobody = np.zeros(1, dtype=np.bool_)
    code = int(tier_codes(DEFAULT_TIERS, figures, nobody, nobody)[0, 0])
    assert kept(current, RULES, asked, lowest="standard", margin=0).tier == TIERS[code]


@settings(max_examples=100)
@given(tiers, points, points, st.floats(0, 30))
def test_higher_scores_never_lead_to_a_lower_tier(current, opportunity, alignment, more):
    lower = kept(current, RULES, scores(opportunity, alignment), lowest="standard").tier
    higher = kept(current, RULES, scores(min(opportunity + more, 100), alignment), lowest="standard").tier
    assert TIERS.index(higher) <= TIERS.index(lower)


def test_what_is_lacking_for_the_own_tier_is_told_in_points():
    found = kept("tier_1", RULES, scores(72, 80), lowest="standard")
    assert found.shortfalls == {"opportunity": 3}
    assert found.within_margin


def test_the_tier_below_the_last_one_is_standard():
    assert [next_below(tier, RULES, "standard") for tier in TIERS] == ["tier_2", "tier_3", "standard", "standard"]


def test_bands_of_a_tier_table_are_minima_of_what_a_value_is_worth():
    axis = Axis("revenue_ltm", Linear(0, 10))
    table = TierTable(axis, axis, rules=(BandRule("tier_1", "very_high", "high"), BandRule("tier_2", "low", "medium")))
    model = SelectionModel(criteria=(), tiers=(), tier_table=table)
    figures = dict.fromkeys(NAMES)
    assert rules_of(model) == (
        Rule("tier_1", {"revenue": 75, "potential": 50}),
        Rule("tier_2", {"revenue": 0, "potential": 25}),
    )
    assert scores_of(model, figures, [0.8, None]) == {"revenue": 80, "potential": None}
