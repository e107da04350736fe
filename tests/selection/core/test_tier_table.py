"""Tiers by revenue and potential: all 16 cells by hand, what holds for any table, and every degenerate case."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.inputs import read_inputs
from app.scoring.core.value_functions import Linear, Percentile, Piecewise, Rating
from app.selection.core.model import BANDS, Axis, BandRule, Gate, HighPotential, TierTable
from app.selection.core.score import score_kept, score_portfolio
from app.selection.core.tier_table import UNKNOWN_BAND, axis_utility, cell_tier
from tests.selection.core.examples import RISING, few, models, pair, portfolios, scores, tier_tables, tiers

MEDIUM, HIGH, VERY_HIGH = 0.25, 0.5, 0.75
AT = {"low": 0.0, "medium": MEDIUM, "high": HIGH, "very_high": VERY_HIGH}
TABLE = TierTable(Axis("spend", Linear(0, 1)), Axis("promise", Linear(0, 1)), high_potential=HighPotential())


def by_table(table=TABLE, **changed):
    """A model with two plain criteria and the table."""
    return pair(tiers=(), tier_table=table, **changed)


def at(revenue, potential, **more):
    """An account in a cell, None = unknown."""
    return {"spend": AT.get(revenue), "promise": AT.get(potential), **more}


def bands(table, *accounts):
    """The bands of each account on both axes, by name."""
    found = scores(by_table(table), *accounts).axes.bands.T.tolist()
    return [tuple((*BANDS, None)[code] for code in pair) for pair in found]


# Current revenue down, growth potential across (very high is the last column). The framework names three cells: very
# high & very high, high & high, medium & medium to high. Any other has the highest tier whose both minima are met, but
# those with very high potential and little current spend are on a track of their own.
BY_HAND = {
    "low": ("standard", "standard", "standard", "emerging"),
    "medium": ("standard", "tier_3", "tier_3", "emerging"),
    "high": ("standard", "tier_3", "tier_2", "tier_2"),
    "very_high": ("standard", "tier_3", "tier_2", "tier_1"),
}


def test_all_sixteen_cells():
    cells = [(revenue, potential) for revenue in BANDS for potential in BANDS]
    found = tiers(by_table(), *(at(*cell) for cell in cells))
    assert found == [tier for row in BY_HAND.values() for tier in row]


def test_without_the_track_very_high_potential_is_no_more_than_its_rules_say():
    model = by_table(replace(TABLE, high_potential=None))
    found = tiers(model, at("low", "very_high"), at("medium", "very_high"))
    assert found == ["standard", "tier_3"]


def test_scores_have_no_say_in_the_tier_but_rank_as_ever():
    best, worst = at("low", "low", o=1.0, a=1.0), at("very_high", "very_high", o=0.0, a=0.0)
    result = scores(by_table(), best, worst)
    assert [by_table().tier_names[code] for code in result.tier] == ["standard", "tier_1"]
    assert result.composite.tolist() == [100, 0]
    assert result.quadrant.tolist() == [3, 0]


def test_bands_begin_inclusively_and_a_rounding_error_does_not_count():
    share = 1 / 3
    cuts = (share, 2 / 3, 0.9)
    table = replace(TABLE, revenue=Axis("spend", Linear(0, 3), cuts), potential=Axis("promise", Linear(0, 1), cuts))
    exact, just_below = {"spend": 1.0, "promise": share}, {"spend": 1.0 - 1e-6, "promise": share - 1e-6}
    noisy = {"spend": 3 * (0.1 + 0.2 + 0.6) * (1 - 1e-15), "promise": 2 / 3}
    assert bands(table, exact, just_below, noisy) == [("medium", "medium"), ("low", "low"), ("very_high", "high")]


def test_limits_in_money():
    money = Axis("spend", Piecewise(((0, 0), (100_000, 0.25), (500_000, 0.5), (2_000_000, 0.75))))
    table = replace(TABLE, revenue=money)
    found = bands(table, *({"spend": spend, "promise": 0} for spend in (99_999.99, 100_000, 500_000, 1_999_999, 9e9)))
    assert [one for one, _ in found] == ["low", "medium", "high", "high", "very_high"]


QUARTERS = TierTable(Axis("spend", Percentile()), Axis("promise", Percentile()), high_potential=HighPotential())


def test_percentiles_make_quarters_of_the_portfolio():
    found = bands(QUARTERS, *({"spend": spend, "promise": -spend} for spend in (3, 900, 1, 20, 70_000, 8, 5, 41)))
    by_revenue = [one for one, _ in found]
    assert by_revenue == ["low", "very_high", "low", "high", "very_high", "medium", "medium", "high"]
    assert [other for _, other in found] == [BANDS[3 - BANDS.index(one)] for one in by_revenue]


def test_equal_values_share_a_band():
    # Six accounts: one below, four equal, one above. (1 + 0.5 * 4) / 6 = 0.5 for the four.
    found = bands(QUARTERS, *({"spend": spend, "promise": 7} for spend in (1, 5, 5, 5, 5, 9)))
    assert [one for one, _ in found] == ["low", "high", "high", "high", "high", "very_high"]
    assert {other for _, other in found} == {"high"}


def test_a_lone_account_is_in_the_middle_of_itself():
    result = scores(by_table(QUARTERS), {"spend": 1, "promise": 1})
    assert result.axes.utilities.T.tolist() == [[0.5, 0.5]]
    assert by_table(QUARTERS).tier_names[result.tier[0]] == "tier_2"


FLOORED = replace(QUARTERS, revenue=Axis("spend", Percentile(), at_least=0.01))


def test_where_most_accounts_have_spent_nothing_that_is_still_low():
    # Of ten, six have no revenue: their middle is at 0.3, which would be medium. The other four are quarters.
    spends = [0, 0, 0, 0, 0, 0, 10, 20, 30, 40]
    found = bands(FLOORED, *({"spend": spend, "promise": 1} for spend in spends))
    assert [one for one, _ in found] == ["low"] * 6 + ["low", "medium", "high", "very_high"]
    unfloored = bands(QUARTERS, *({"spend": spend, "promise": 1} for spend in spends))
    assert unfloored[0][0] == "medium"


def test_the_floor_is_inclusive_and_below_it_nothing_is_worth_anything():
    axis = Axis("spend", Linear(0, 100), at_least=30.0)
    assert axis_utility(axis, np.array([29.99, 30.0, 60.0, np.nan])).tolist() == [
        0.0,
        0.3,
        0.6,
        pytest.approx(math.nan, nan_ok=True),
    ]


def test_nobody_with_revenue_leaves_everybody_low():
    found = bands(FLOORED, *[{"spend": 0, "promise": 1}] * 3)
    assert found == [("low", "high")] * 3


def test_a_prospect_with_very_high_potential_is_emerging_and_nothing_pushes_it_off():
    prospect = {"spend": 0, "promise": 99}
    customers = [{"spend": 10 * place, "promise": place} for place in range(1, 8)]
    (found, *_) = tiers(by_table(FLOORED), prospect, *customers)
    assert found == "emerging"


@pytest.mark.parametrize(
    ("account", "tier", "provisional"),
    [
        (at(None, "low"), "standard", False),  # whatever its revenue
        (at("low", None), "standard", True),  # standard, or emerging
        (at("very_high", None), "standard", True),
        (at(None, "very_high"), "standard", True),
        (at(None, None), "standard", True),
        (at("high", "high"), "tier_2", False),
    ],
)
def test_an_unknown_band_leaves_the_tier_open_unless_all_that_is_possible_agrees(account, tier, provisional):
    result = scores(by_table(), account)
    assert (by_table().tier_names[result.tier[0]], bool(result.provisional[0])) == (tier, provisional)


def test_an_unknown_band_that_cannot_matter_leaves_a_tier_certain():
    anybody = replace(TABLE, rules=(BandRule("all", "low", "low"),), high_potential=None)
    result = scores(by_table(anybody), {})
    assert by_table(anybody).tier_names[result.tier[0]] == "all"
    assert not result.provisional[0]
    assert result.axes.bands.tolist() == [[UNKNOWN_BAND], [UNKNOWN_BAND]]


GATES = (Gate("risk", "ineligible", at_most=3), Gate("size", "emerging", at_least=5))


@pytest.mark.parametrize(
    ("account", "tier", "provisional"),
    [
        (at("very_high", "very_high", risk=9), "standard", False),
        (at("low", "very_high", risk=9), "standard", False),
        (at("very_high", None, risk=9), "standard", False),
        (at("very_high", "very_high", risk=1, size=1), "emerging", False),
        (at("medium", "medium", risk=1, size=1), "emerging", False),
        (at("low", "medium", risk=1, size=1), "standard", False),
        (at("low", "very_high", risk=1, size=1), "emerging", False),
        (at("high", None, risk=1, size=1), "standard", True),  # standard, or emerging
        (at("high", "high"), "tier_2", False),  # a gate of which nothing is known is not applied
    ],
)
def test_gates_work_as_they_do_for_scores(account, tier, provisional):
    model = by_table(gates=GATES)
    result = scores(model, account)
    assert (model.tier_names[result.tier[0]], bool(result.provisional[0])) == (tier, provisional)


@few
@given(tier_tables(), st.integers(0, 3), st.integers(0, 3))
def test_every_cell_has_the_highest_tier_whose_both_minima_are_met(table, revenue, potential):
    tier = by_table(table).tier_names[cell_tier(table, revenue, potential)]
    track = table.high_potential
    met = [
        rule.name
        for rule in table.rules
        if BANDS.index(rule.minimum_revenue) <= revenue and BANDS.index(rule.minimum_potential) <= potential
    ]
    if track and BANDS.index(track.minimum_potential) <= potential and revenue <= BANDS.index(track.maximum_revenue):
        assert tier == "emerging"
    else:
        assert tier == (met[0] if met else "standard")


@few
@given(tier_tables())
def test_more_of_either_never_lowers_a_tier(table):
    """More revenue may only leave the emerging track, and more potential only join it."""
    emerging = len(table.rules) + 1
    codes = np.array([[cell_tier(table, row, column) for column in range(4)] for row in range(4)])
    for lines, may_leave in ((codes.T, True), (codes, False)):
        for line in lines.tolist():
            on_track = [tier == emerging for tier in line]
            assert on_track == sorted(on_track, reverse=may_leave)
            laddered = [tier for tier in line if tier != emerging]
            assert laddered == sorted(laddered, reverse=True)


@few
@given(st.data())
def test_more_revenue_or_potential_of_an_account_never_lowers_its_tier_unless_it_changes_track(data):
    model = data.draw(models(tables=tier_tables(functions=(*RISING, Percentile()))))
    accounts = data.draw(portfolios(model))
    axis = data.draw(st.sampled_from(model.axes))
    value, function = accounts[0][axis.metric], axis.value_function
    if value is None or axis.metric in {gate.metric for gate in model.gates}:
        return
    more = {**accounts[0], axis.metric: data.draw(st.floats(value, 5 if isinstance(function, Rating) else 20))}
    before, after = (scores(model, one, *accounts[1:]).tier[0] for one in (accounts[0], more))
    standard = len(model.tier_table.rules)
    assert after <= before or standard + 1 in {before, after}


@few
@given(st.data())
def test_kept_utilities_give_the_same_tier_again(data):
    model = data.draw(models(tables=tier_tables()))
    inputs = read_inputs(data.draw(portfolios(model)), model.columns)
    first = score_portfolio(model, inputs.matrix)
    last = np.array([len(inputs.matrix) - 1])
    again, alone = score_kept(model, inputs.of(last).matrix, first.judged[last]), first.of(last)
    assert again.axes is not None
    assert alone.axes is not None
    assert (again.tier.tolist(), again.provisional.tolist()) == (alone.tier.tolist(), alone.provisional.tolist())
    assert np.array_equal(again.axes.bands, alone.axes.bands)
    assert np.array_equal(again.axes.utilities, alone.axes.utilities, equal_nan=True)
    assert np.array_equal(again.figures, alone.figures, equal_nan=True)


def test_no_account_gives_no_tiers():
    result = scores(by_table(QUARTERS))
    assert (result.count, result.axes.utilities.shape, result.judged.shape) == (0, (2, 0), (0, 4))
