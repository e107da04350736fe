"""Gates, quadrants and tiers: thresholds are inclusive, the first rule that matches wins."""

import math

import numpy as np
import pytest

from app.selection.core.model import Gate, Tier
from app.selection.core.tiering import MET, QUADRANTS, TRIGGERED, UNKNOWN, gate_outcome
from tests.selection.core.examples import criterion, pair, scores, tiers

REVENUE = Gate("revenue", "emerging", at_least=50_000.0)
RISK = Gate("risk", "ineligible", at_most=3.0)


@pytest.mark.parametrize(
    ("opportunity", "alignment", "tier"),
    [
        (0.75, 0.75, "tier_1"),
        (0.7499, 0.75, "tier_2"),
        (0.75, 0.60, "tier_2"),
        (0.60, 0.5999, "tier_3"),
        (0.45, 0.45, "tier_3"),
        (0.45, 0.4499, "standard"),
        (1, 0, "standard"),
    ],
)
def test_default_tiers_are_inclusive_and_ask_for_both_dimensions(opportunity, alignment, tier):
    assert tiers(pair(), {"o": opportunity, "a": alignment}) == [tier]


@pytest.mark.parametrize(
    ("opportunity", "alignment", "quadrant"),
    [(0.6, 0.6, "invest"), (0.6, 0.5999, "cultivate"), (0.5999, 0.6, "sustain"), (0.5999, 0.5999, "serve")],
)
def test_quadrants_are_inclusive(opportunity, alignment, quadrant):
    assert QUADRANTS[scores(pair(), {"o": opportunity, "a": alignment}).quadrant[0]] == quadrant


def test_float_noise_does_not_keep_an_account_below_a_threshold():
    # Ten tenths of 0.75 add up to 7.499999999999999, an ulp below ten times 0.75.
    criteria = tuple(criterion(f"o{at}", "opportunity", 0.1) for at in range(10))
    model = pair(criteria=(*criteria, criterion("a", "alignment")))
    result = scores(model, {**{f"o{at}": 0.75 for at in range(10)}, "a": 0.75})
    assert result.opportunity[0] == pytest.approx(75, abs=1e-12)
    assert model.tier_names[result.tier[0]] == "tier_1"


def test_a_score_that_rounds_to_a_threshold_is_not_there():
    assert tiers(pair(), {"o": 0.74999999, "a": 0.9}) == ["tier_2"]


def test_the_first_rule_that_matches_wins_in_the_given_order():
    rules = [Tier("wide", 10, 10), Tier("narrow", 90, 90)]
    assert tiers(pair(tiers=rules), {"o": 1, "a": 1}) == ["wide"]


def test_a_rule_may_ask_for_the_composite():
    rules = [Tier("top", minimum_composite=70), Tier("rest")]
    assert tiers(pair(tiers=rules), {"o": 1, "a": 0.4}, {"o": 1, "a": 0.39}) == ["top", "rest"]


def test_without_rules_all_are_standard():
    assert tiers(pair(tiers=[]), {"o": 1, "a": 1}) == ["standard"]


def test_an_unscored_account_matches_no_rule_even_one_that_asks_for_nothing():
    assert tiers(pair(tiers=[Tier("all")]), {"o": 1}, {"o": 0, "a": 0}) == ["standard", "all"]


@pytest.mark.parametrize(
    ("gate", "value", "outcome"),
    [
        (REVENUE, 50_000.0, MET),
        (REVENUE, 49_999.99999999999, MET),
        (REVENUE, 49_999.99, TRIGGERED),
        (REVENUE, math.nan, UNKNOWN),
        (RISK, 3.0, MET),
        (RISK, 3.01, TRIGGERED),
        (Gate("x", "ineligible", at_most=0.0), 1e-300, TRIGGERED),
        (Gate("x", "ineligible", at_least=-5.0), -5.0, MET),
    ],
)
def test_a_gate_is_triggered_by_what_its_requirement_excludes(gate, value, outcome):
    assert gate_outcome(gate, np.array([value])).tolist() == [outcome]


def test_gates_bear_on_the_tier_and_unknown_ones_do_not():
    model = pair(gates=(REVENUE, RISK))
    good = {"o": 0.8, "a": 0.8}
    assert tiers(
        model,
        {**good, "revenue": 60_000, "risk": 1},
        {**good, "revenue": 10, "risk": 1},
        {**good, "revenue": 10, "risk": 9},
        {**good, "revenue": 60_000, "risk": 9},
        {"o": 0.1, "a": 0.8, "revenue": 10},
        good,
    ) == ["tier_1", "emerging", "standard", "standard", "standard", "tier_1"]


def test_provisional_says_that_what_is_unknown_could_change_the_tier():
    two = (criterion("o", "opportunity", 3), criterion("o2", "opportunity", 1), criterion("a", "alignment"))
    model = pair(criteria=two, gates=(RISK,))
    result = scores(
        model,
        {"o": 1, "a": 1},  # opportunity from 75 to 100: tier_1 either way
        {"o": 0.9, "a": 1},  # from 67.5 to 92.5
        {"o": 0.9, "o2": 0, "a": 1},  # 67.5, all known
        {"o": 0.9, "a": 1, "risk": 9},  # ineligible either way
    )
    assert result.provisional.tolist() == [False, True, False, False]
