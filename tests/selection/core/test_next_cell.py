"""The nearest tier above in a table: worked examples, and brute force over a grid of rises."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.inputs import decoded, read_inputs
from app.scoring.core.value_functions import Boolean, Categories, Linear, Log, Percentile, Rating
from app.selection.core.model import AXES, BANDS, Axis, BandRule, Gate, HighPotential, TierTable
from app.selection.core.next_cell import NONE, next_cells
from app.selection.core.score import score_kept, score_portfolio
from app.selection.core.tier_table import floor
from tests.selection.core.examples import few, models, pair, portfolios, tier_tables

MONEY = Axis("spend", Linear(0, 1000))
TABLE = TierTable(MONEY, Axis("promise", Linear(0, 1)), high_potential=HighPotential())


def by_table(table=TABLE, **changed):
    return pair(tiers=(), tier_table=table, **changed)


def nearest(model, *accounts):
    """(tier, axis, band, utility, value) of the first account, None if there is none."""
    inputs = read_inputs(accounts, model.columns)
    found = next_cells(score_portfolio(model, inputs.matrix), inputs.matrix)
    if found.tier[0] == NONE:
        assert (found.axis[0], found.band[0]) == (NONE, NONE)
        return None
    axis = int(found.axis[0])
    (value,) = decoded(found.value[:1], model.axes[axis].value_function)
    return (
        model.tier_names[found.tier[0]],
        AXES[axis],
        BANDS[found.band[0]],
        pytest.approx(found.utility[0]),
        value if value is None or isinstance(value, str | bool) else pytest.approx(value),
    )


def test_the_axis_that_falls_short_must_reach_the_next_band():
    # High potential, medium revenue: tier_3; with 500 of 1000 revenue is high, and that is tier_2.
    assert nearest(by_table(), {"spend": 300, "promise": 0.6}) == ("tier_2", "revenue", "high", 0.5, 500)


def test_the_track_is_not_above_a_tier():
    # More potential would take a tier_3 account onto the emerging track, which is no lift: only revenue leads up.
    assert nearest(by_table(), {"spend": 300, "promise": 0.74}) == ("tier_2", "revenue", "high", 0.5, 500)


def test_the_track_is_above_standard_and_below_every_tier():
    # Of low revenue and high potential both lead up: very high potential to the track, medium revenue to tier_3.
    assert nearest(by_table(), {"spend": 0, "promise": 0.6}) == ("emerging", "potential", "very_high", 0.75, 0.75)
    assert nearest(by_table(), {"spend": 300, "promise": 0.9}) == ("tier_2", "revenue", "high", 0.5, 500)


def test_the_least_rise_is_named_where_both_axes_lead_to_the_same_tier():
    either = TierTable(MONEY, TABLE.potential, (BandRule("top", "high", "high"), BandRule("any", "medium", "medium")))
    assert nearest(by_table(either), {"spend": 100, "promise": 0.9}) == ("any", "revenue", "medium", 0.25, 250)
    assert nearest(by_table(either), {"spend": 900, "promise": 0.2}) == ("any", "potential", "medium", 0.25, 0.25)


def test_two_shortfalls_cannot_be_mended_on_one_axis():
    assert nearest(by_table(), {"spend": 0, "promise": 0.1})[:2] == ("emerging", "potential")
    no_track = TierTable(MONEY, TABLE.potential)
    assert nearest(by_table(no_track), {"spend": 0, "promise": 0.1}) is None


def test_the_top_tier_has_nothing_above():
    assert nearest(by_table(), {"spend": 900, "promise": 0.9}) is None


def test_an_unknown_axis_does_not_move():
    assert nearest(by_table(), {"spend": 900}) is None
    assert nearest(by_table(), {}) is None


def test_a_percentile_needs_a_utility_but_no_value():
    quarters = TierTable(Axis("spend", Percentile()), TABLE.potential)
    others = [{"spend": place, "promise": 0} for place in (2, 3, 4)]
    assert nearest(by_table(quarters), {"spend": 1, "promise": 0.6}, *others) == (
        "tier_3", "revenue", "medium", 0.25, None,
    )  # fmt: skip


def test_who_is_below_the_floor_must_at_least_reach_it():
    floored = TierTable(Axis("spend", Log(1, 10_000), at_least=2000.0), TABLE.potential)
    # ln 2000 / ln 10000 = 0.825: from nothing straight to very high, where medium would begin at 10.
    found = nearest(by_table(floored), {"spend": 50, "promise": 0.6})
    assert found == ("tier_2", "revenue", "very_high", math.log(2000) / math.log(10_000), 2000)


def test_who_joins_those_that_percentiles_compare_can_become_the_best_of_one_more():
    floored = TierTable(Axis("spend", Percentile(), (0.25, 0.5, 0.8), at_least=1.0), TABLE.potential)
    top = TierTable(floored.revenue, TABLE.potential, (BandRule("top", "very_high", "low"),))
    # The best of two has 0.75, the best of three 0.83.
    two, three = ([{"spend": 0, "promise": 0}, *[{"spend": 5, "promise": 0}] * count] for count in (1, 2))
    assert nearest(by_table(top), *two) is None
    assert nearest(by_table(top), *three) == ("top", "revenue", "very_high", 0.8, None)


def test_truths_and_labels_are_named():
    labels = Categories(("red", "green", "amber"), (0, 1, 0.3))
    table = TierTable(MONEY, Axis("promise", labels))
    assert nearest(by_table(table), {"spend": 900, "promise": "red"}) == ("tier_3", "potential", "medium", 0.3, "amber")
    table = TierTable(MONEY, Axis("promise", Boolean()))
    assert nearest(by_table(table), {"spend": 900, "promise": False})[1:] == ("potential", "very_high", 1.0, True)


def test_a_falling_function_names_a_lower_value():
    table = TierTable(MONEY, Axis("promise", Linear(90, 0)))
    found = nearest(by_table(table), {"spend": 900, "promise": 80})
    assert found == ("tier_3", "potential", "medium", 0.25, 67.5)


def test_gates_decide_which_tiers_are_open():
    model = by_table(gates=(Gate("size", "emerging", at_least=5), Gate("risk", "ineligible", at_most=3)))
    account = {"spend": 300, "promise": 0.1}
    assert nearest(model, {**account, "size": 9, "risk": 9}) is None
    assert nearest(model, {**account, "size": 1}) == ("emerging", "potential", "medium", 0.25, 0.25)
    assert nearest(model, {"spend": 300, "promise": 0.3, "size": 1}) is None


def test_an_axis_whose_metric_a_gate_reads_too_does_not_move_alone():
    model = by_table(gates=(Gate("spend", "emerging", at_least=5),))
    assert nearest(model, {"spend": 300, "promise": 0.6}) is None


def test_a_criterion_that_reads_the_metric_too_does_not_hold_the_axis_back():
    model = by_table(TierTable(Axis("o", Linear(0, 1)), Axis("a", Rating(5))))
    assert nearest(model, {"o": 0.3, "a": 5}) == ("tier_2", "revenue", "high", 0.5, 0.5)


@few
@given(st.data())
def test_the_change_reaches_the_tier_and_no_smaller_or_other_one_does(data):
    model = data.draw(models(tables=tier_tables()))
    inputs = read_inputs(data.draw(portfolios(model)), model.columns)
    scores = score_portfolio(model, inputs.matrix)
    assert scores.axes is not None
    found = next_cells(scores, inputs.matrix)
    reachable = every_single_change(model, scores, inputs.matrix)
    if found.tier[0] == NONE:
        assert not reachable
        return

    axis, utility, value = int(found.axis[0]), float(found.utility[0]), found.value[0]
    rise = utility - scores.axes.utilities[axis, 0]
    assert tier_with(model, scores, inputs.matrix, axis, utility) == found.tier[0]
    for (_, other_rise), tier in reachable.items():
        # No nearer tier, and not this one with less.
        assert height(model, tier) >= height(model, found.tier[0])
        assert tier != found.tier[0] or other_rise >= rise - 1e-6
    if not math.isnan(value):
        inputs.matrix[0, axis - 2] = value
        assert score_portfolio(model, inputs.matrix).tier[0] == found.tier[0]


def every_single_change(model, scores, matrix):
    """The tier above that each rise of one axis leads to, over a grid: {(axis, rise): tier}."""
    now, own = height(model, scores.tier[0]), scores.axes.utilities[:, 0]
    if scores.bearing("ineligible")[0]:
        return {}
    gates = {gate.metric for gate in model.gates}
    changes = {
        (at, utility - own[at]): tier_with(model, scores, matrix, at, utility)
        for at, axis in enumerate(model.axes)
        if not math.isnan(own[at]) and axis.metric not in gates
        for utility in attainable(axis, scores.axes.together[at], matrix[0, at - 2])
        if utility > own[at] + 1e-6
    }
    return {change: tier for change, tier in changes.items() if height(model, tier) > now}


def tier_with(model, scores, matrix, axis, utility):
    """The first account's tier with one axis's utility in the place of its own."""
    utilities = scores.judged[:1].copy()
    utilities[0, axis - 2] = utility
    return score_kept(model, matrix[:1], utilities).tier[0]


def height(model, tier):
    """How high a tier is; `emerging` is just above `standard`."""
    return 0.5 if model.tier_names[tier] == "emerging" else len(model.tier_table.rules) - int(tier)


def attainable(axis, together, value):
    """A grid of utilities that an account with this value can attain on the axis."""
    joining, function = value < floor(axis), axis.value_function
    match function:
        case Boolean():
            return [1.0]
        case Categories():
            return list(function.utilities)
        case Percentile():
            return np.linspace(0, 1 - 0.5 / (together + joining), 41).tolist()
    least = float(function.utility(np.array([axis.at_least]))[0]) if joining else 0.0
    return [least, *np.linspace(least, 0.999, 41).tolist()]
