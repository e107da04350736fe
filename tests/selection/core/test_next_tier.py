"""The nearest tier above: worked examples, and brute force: the named change reaches it, a smaller one does not."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.inputs import decoded, read_inputs
from app.scoring.core.value_functions import Boolean, Categories, Linear, Percentile, Rating
from app.selection.core.model import Gate, Tier
from app.selection.core.next_tier import NONE, next_tiers
from app.selection.core.score import score_kept, score_portfolio
from tests.selection.core.examples import criterion, few, models, pair, portfolios, rules


def nearest(model, *accounts):
    """(tier, criterion, utility, value) of the first account, None if there is none."""
    inputs = read_inputs(accounts, model.columns)
    found = next_tiers(score_portfolio(model, inputs.matrix), inputs.matrix)
    if found.tier[0] == NONE:
        assert found.criterion[0] == NONE
        return None
    chosen = model.criteria[found.criterion[0]]
    (value,) = decoded(found.value[:1], chosen.value_function)
    return model.tier_names[found.tier[0]], chosen.key, pytest.approx(found.utility[0]), value


def test_the_dimension_that_falls_short_must_rise_to_the_threshold():
    assert nearest(pair(), {"o": 0.8, "a": 0.5}) == ("tier_2", "a", 0.6, pytest.approx(0.6))


def test_the_smallest_rise_is_chosen():
    # Opportunity stands at 50 and needs 60. Of weights 3 and 1, o1 must rise by 10 * 4 / 3 points, o2 by 40.
    two = (criterion("o1", "opportunity", 3), criterion("o2", "opportunity", 1), criterion("a", "alignment"))
    found = nearest(pair(criteria=two), {"o1": 0.5, "o2": 0.5, "a": 0.6})
    assert found == ("tier_2", "o1", 0.5 + 0.4 / 3, pytest.approx(0.5 + 0.4 / 3))


def test_a_tier_that_no_single_rise_reaches_is_passed_over_for_one_that_it_does():
    # tier "middle" asks for more alignment than the account has, and opportunity besides; "high" only for opportunity.
    model = pair(tiers=[Tier("high", 90, 30), Tier("middle", 70, 50)])
    assert nearest(model, {"o": 0.5, "a": 0.4}) == ("high", "o", 0.9, pytest.approx(0.9))


def test_two_shortfalls_cannot_be_mended_by_one_rise():
    assert nearest(pair(), {"o": 0.3, "a": 0.3}) is None


def test_the_top_tier_has_nothing_above():
    assert nearest(pair(), {"o": 0.9, "a": 0.9}) is None


def test_a_rule_on_the_composite_asks_for_what_the_composite_lacks():
    # (0.5 + 0.5) / 2 = 50; to reach 70 one of the two must rise by 40, and the first comes first.
    model = pair(tiers=[Tier("top", minimum_composite=70)])
    assert nearest(model, {"o": 0.5, "a": 0.5}) == ("top", "o", 0.9, pytest.approx(0.9))


def test_a_truth_leaps_and_the_tier_that_it_reaches_is_named():
    two = (criterion("o", "opportunity", function=Boolean()), criterion("a", "alignment"))
    assert nearest(pair(criteria=two), {"o": False, "a": 0.9}) == ("tier_1", "o", 1.0, True)


def test_a_label_is_named():
    labels = Categories(("red", "green", "amber"), (0, 1, 0.65))
    two = (criterion("o", "opportunity", function=labels), criterion("a", "alignment"))
    assert nearest(pair(criteria=two), {"o": "red", "a": 0.9}) == ("tier_2", "o", 0.65, "amber")


def test_a_percentile_needs_a_utility_but_no_value():
    two = (criterion("o", "opportunity", function=Percentile()), criterion("a", "alignment"))
    # At 0.125 of four; tier_3 asks for 0.45.
    found = nearest(pair(criteria=two), *({"o": at, "a": 0.5} for at in range(4)))
    assert found == ("tier_3", "o", 0.45, None)


def test_a_lone_account_cannot_rise_in_percentile():
    two = (criterion("o", "opportunity", function=Percentile()), criterion("a", "alignment"))
    assert nearest(pair(criteria=two), {"o": 3, "a": 0.9}) is None


def test_a_falling_function_names_a_lower_value():
    two = (criterion("o", "opportunity", function=Linear(90, 0)), criterion("a", "alignment"))
    assert nearest(pair(criteria=two), {"o": 80, "a": 0.9}) == ("tier_3", "o", 0.45, pytest.approx(49.5))


def test_an_unknown_criterion_is_no_change_of_the_account():
    two = (criterion("o", "opportunity"), criterion("o2", "opportunity", 5), criterion("a", "alignment"))
    found = nearest(pair(criteria=two), {"o": 0.5, "a": 0.6})
    assert found == ("tier_2", "o", 0.6, pytest.approx(0.6))


def test_a_metric_that_moves_something_else_too_is_left_out():
    gate = Gate("a", "emerging", at_least=0.1)
    assert nearest(pair(gates=(gate,)), {"o": 0.8, "a": 0.5}) is None
    shared = (criterion("o", "opportunity"), criterion("a", "alignment"), criterion("a2", "alignment"))
    same = pair(criteria=(*shared[:2], shared[2].__class__("a2", "a", "alignment", 1, Linear(1, 0))))
    assert nearest(same, {"o": 0.8, "a": 0.2}) is None


def test_gates_decide_which_tiers_are_open():
    gates = (Gate("revenue", "emerging", at_least=5), Gate("risk", "ineligible", at_most=3))
    low = {"o": 0.8, "a": 0.4}
    assert nearest(pair(gates=gates), {**low, "revenue": 9, "risk": 9}) is None
    assert nearest(pair(gates=gates), {**low, "revenue": 1}) == ("emerging", "a", 0.45, pytest.approx(0.45))
    assert nearest(pair(gates=gates), {"o": 0.8, "a": 0.5, "revenue": 1}) is None


def test_a_rating_is_named_on_its_own_scale():
    two = (criterion("o", "opportunity", function=Rating(5)), criterion("a", "alignment"))
    assert nearest(pair(criteria=two), {"o": 2, "a": 0.9}) == ("tier_3", "o", 0.45, pytest.approx(2.8))


@few
@given(st.data())
def test_the_change_reaches_the_tier_and_no_smaller_or_other_one_does(data):
    model = data.draw(models(tier_rules=rules))
    inputs = read_inputs(data.draw(portfolios(model)), model.columns)
    scores = score_portfolio(model, inputs.matrix)
    found = next_tiers(scores, inputs.matrix)
    reachable = every_single_change(model, scores, inputs.matrix)
    if found.tier[0] == NONE:
        assert not reachable
        return

    criterion, utility, value = int(found.criterion[0]), float(found.utility[0]), found.value[0]
    rise = utility - scores.utilities[criterion, 0]
    assert tier_with(model, scores, inputs.matrix, criterion, utility) == found.tier[0]
    for (_, other_rise), tier in reachable.items():
        # No nearer tier, and not this one with less.
        assert height(model, tier) >= height(model, found.tier[0])
        assert tier != found.tier[0] or other_rise >= rise - 1e-6
    if not math.isnan(value):
        inputs.matrix[0, criterion] = value
        assert score_portfolio(model, inputs.matrix).tier[0] == found.tier[0]


def every_single_change(model, scores, matrix):
    """The tier above that each rise of one known utility leads to, over a grid: {(criterion, rise): tier}."""
    now = height(model, scores.tier[0])
    changes = {
        (criterion, utility - scores.utilities[criterion, 0]): tier_with(model, scores, matrix, criterion, utility)
        for criterion, one in enumerate(model.criteria)
        if not math.isnan(scores.utilities[criterion, 0])
        for utility in utilities_above(one.value_function, scores, criterion)
    }
    return {change: tier for change, tier in changes.items() if height(model, tier) > now}


def tier_with(model, scores, matrix, criterion, utility):
    """The first account's tier with one utility in the place of its own."""
    utilities = scores.utilities[:, 0].copy()
    utilities[criterion] = utility
    return score_kept(model, matrix[:1], utilities[np.newaxis]).tier[0]


def height(model, tier):
    """How high a tier is; on its track `emerging` is just above `standard`."""
    return 0.5 if model.tier_names[tier] == "emerging" else len(model.tiers) - int(tier)


def utilities_above(function, scores, criterion):
    """A grid of utilities that the function can attain, above the first account's own."""
    own = scores.utilities[criterion, 0]
    match function:
        case Boolean():
            options = [1.0]
        case Categories():
            options = list(function.utilities)
        case Percentile():
            options = np.linspace(0, 1 - 0.5 / scores.together[criterion], 41).tolist()
        case _:
            options = np.linspace(0, 0.999, 41).tolist()
    return [utility for utility in options if utility > own + 1e-6]
