"""Whole portfolios: a worked example by hand, what holds for any model, and every degenerate case."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.inputs import Inputs, read_inputs
from app.scoring.core.value_functions import Linear, Percentile, Rating
from app.selection.core import score as score_module
from app.selection.core.model import Criterion, SelectionModel
from app.selection.core.score import score_kept, score_portfolio
from tests.selection.core.examples import ANY, RISING, close, criterion, few, models, pair, portfolios, scores

NAN = math.nan


def test_a_worked_example():
    model = SelectionModel(
        (
            Criterion("spend", "future_spend", "opportunity", 30, Percentile()),
            Criterion("cross_sell", "cross_sell_potential", "opportunity", 20, Linear(0, 1)),
            Criterion("goal_fit", "goal_fit", "alignment", 20, Rating()),
            Criterion("depth", "relationship_depth", "alignment", 20, Linear(0, 5)),
        ),
        opportunity_share=0.6,
    )
    result = scores(
        model,
        {"future_spend": 500, "cross_sell_potential": 0.8, "goal_fit": 4},
        {"future_spend": 900, "cross_sell_potential": 0.1, "goal_fit": 2, "relationship_depth": 5},
    )
    # First: spend (0 + 0.5) / 2 = 0.25. Opportunity 100 * (30 * 0.25 + 20 * 0.8) / 50 = 47, all of it known.
    # Alignment: goal fit (4 - 1) / 4 = 0.75 alone: 75, half of the weight; low 37.5, high 87.5.
    assert result.figures[0, :, 0] == pytest.approx([47, 47, 47, 1])
    assert result.figures[1, :, 0] == pytest.approx([75, 37.5, 87.5, 0.5])
    # 0.6 * 47 + 0.4 * 75; 0.6 * 47 + 0.4 * 37.5; 0.6 * 47 + 0.4 * 87.5; 0.6 * 1 + 0.4 * 0.5
    assert result.figures[2, :, 0] == pytest.approx([58.2, 43.2, 63.2, 0.8])
    # 0.6 * 100 * 30 * 0.25 / 50, 0.6 * 100 * 20 * 0.8 / 50, 0.4 * 100 * 20 * 0.75 / 20, nothing
    assert result.contributions[:, 0] == pytest.approx([9, 19.2, 30, 0])
    # Second: spend 0.75: 100 * (30 * 0.75 + 20 * 0.1) / 50 = 49; alignment 100 * (20 * 0.25 + 20 * 1) / 40 = 62.5
    assert result.figures[:, 0, 1] == pytest.approx([49, 62.5, 0.6 * 49 + 0.4 * 62.5])


@few
@given(st.data())
def test_contributions_add_up_to_the_composite(data):
    model = data.draw(models())
    result = scores(model, *data.draw(portfolios(model)))
    scored = ~np.isnan(result.composite)
    assert close(result.contributions.sum(axis=0)[scored], result.composite[scored])


@few
@given(st.data())
def test_bounds_hold_the_score_and_policies_leave_them_alone(data):
    model = data.draw(models())
    accounts = data.draw(portfolios(model))
    every = [
        scores(replace(model, missing_policy=policy), *accounts).figures
        for policy in ("renormalize", "pessimistic", "neutral")
    ]
    for score, low, high, coverage in (figures[dimension] for figures in every for dimension in range(3)):
        known = ~np.isnan(score)
        assert (low <= high + 1e-9).all()
        assert (low[known] <= score[known] + 1e-9).all()
        assert (score[known] <= high[known] + 1e-9).all()
        assert ((coverage >= 0) & (coverage <= 1 + 1e-12)).all()
    assert close(every[0][:, 1:], every[1][:, 1:])
    assert close(every[0][:, 1:], every[2][:, 1:])


@few
@given(st.data(), st.randoms(use_true_random=False))
def test_scores_do_not_depend_on_the_order_of_accounts(data, random):
    model = data.draw(models())
    accounts = data.draw(portfolios(model, least=2))
    order = random.sample(range(len(accounts)), len(accounts))
    straight, shuffled = scores(model, *accounts), scores(model, *(accounts[at] for at in order))
    assert np.array_equal(shuffled.figures, straight.figures[:, :, order], equal_nan=True)
    assert shuffled.tier.tolist() == straight.tier[order].tolist()


@few
@given(st.data(), st.floats(1e-6, 1e6))
def test_scores_do_not_depend_on_the_scale_of_weights(data, factor):
    model = data.draw(models())
    accounts = data.draw(portfolios(model))
    scaled = replace(model, criteria=tuple(replace(one, weight=one.weight * factor) for one in model.criteria))
    assert close(scores(scaled, *accounts).figures, scores(model, *accounts).figures)
    assert close(scores(scaled, *accounts).contributions, scores(model, *accounts).contributions)


@few
@given(st.data())
def test_no_score_falls_when_one_known_input_of_a_rising_function_rises(data):
    model = data.draw(models(functions=(*RISING, Percentile())))
    accounts = data.draw(portfolios(model))
    at = data.draw(st.integers(0, len(model.criteria) - 1))
    metric, before = model.criteria[at].metric, accounts[0][model.criteria[at].metric]
    if before is None:
        return
    after = data.draw(st.floats(before, 5 if isinstance(model.criteria[at].value_function, Rating) else 20))
    old, new = scores(model, *accounts), scores(model, {**accounts[0], metric: after}, *accounts[1:])
    scored = ~np.isnan(old.figures[:, 0, 0])
    assert (new.figures[scored, 0, 0] >= old.figures[scored, 0, 0] - 1e-9).all()


@few
@given(st.data())
def test_learning_an_input_keeps_the_score_within_the_bounds_that_were_known(data):
    model = data.draw(models(functions=tuple(one for one in ANY if not isinstance(one, Percentile))))
    (account,) = data.draw(portfolios(model, most=1))
    (learned,) = data.draw(portfolios(model, most=1))
    old = scores(model, account)
    new = scores(model, {key: learned[key] if value is None else value for key, value in account.items()})
    assert (new.figures[:, 1] >= old.figures[:, 1] - 1e-9).all()
    assert (new.figures[:, 2] <= old.figures[:, 2] + 1e-9).all()
    assert (new.figures[:, 3] >= old.figures[:, 3] - 1e-12).all()


def test_a_dimension_without_criteria_leaves_no_composite():
    model = SelectionModel((criterion("o", "opportunity"),))
    result = scores(model, {"o": 0.7})
    assert result.figures[0, :, 0] == pytest.approx([70, 70, 70, 1])
    assert np.isnan(result.figures[1:, :3, 0]).all()
    assert result.figures[1:, 3, 0].tolist() == [0, 0.5]
    assert result.contributions[0, 0] == pytest.approx(35)
    assert result.quadrant.tolist() == [-1]
    assert not result.provisional[0]


def test_a_dimension_without_weight_leaves_no_composite():
    result = scores(SelectionModel((criterion("o", "opportunity"), criterion("a", "alignment", 0.0))), {"o": 1, "a": 1})
    assert np.isnan(result.figures[1:, :3, 0]).all()
    assert math.isnan(result.contributions[1, 0])


def test_an_account_of_which_nothing_is_known_has_no_score_and_open_bounds():
    result = scores(pair(), {})
    assert np.isnan(result.figures[:, 0, 0]).all()
    assert result.figures[:, 1:, 0].tolist() == [[0, 100, 0]] * 3
    assert result.quadrant.tolist() == [-1]
    assert pair().tier_names[result.tier[0]] == "standard"
    assert result.provisional[0]


def test_one_dimension_unknown_leaves_the_composite_null_and_its_bounds_mixed():
    result = scores(pair(opportunity_share=0.25), {"o": 0.8})
    assert math.isnan(result.composite[0])
    assert result.figures[2, 1:, 0] == pytest.approx([20, 95, 0.25])


def test_equal_accounts_have_equal_scores():
    model = SelectionModel((criterion("o", "opportunity", function=Percentile()), criterion("a", "alignment")))
    result = scores(model, *[{"o": 3, "a": 0.5}] * 4)
    assert result.composite.tolist() == [50] * 4


def test_no_account_gives_no_scores():
    result = scores(pair())
    assert result.count == 0
    assert result.figures.shape == (3, 4, 0)


def test_blocks_leave_no_seam(monkeypatch):
    model = pair()
    accounts = [{"o": at / 10, "a": 1 - at / 10} for at in range(11)]
    whole = scores(model, *accounts)
    monkeypatch.setattr(score_module, "BLOCK", 4)
    assert np.array_equal(scores(model, *accounts).figures, whole.figures)


@few
@given(st.data())
def test_the_memory_order_of_the_matrix_does_not_matter(data):
    model = data.draw(models())
    matrix = read_inputs(data.draw(portfolios(model)), model.columns).matrix
    assert np.array_equal(
        score_portfolio(model, np.ascontiguousarray(matrix)).figures,
        score_portfolio(model, matrix).figures,
        equal_nan=True,
    )


@few
@given(st.data())
def test_kept_inputs_and_utilities_give_the_same_score_again(data):
    model = data.draw(models())
    inputs: Inputs = read_inputs(data.draw(portfolios(model)), model.columns)
    first = score_portfolio(model, inputs.matrix)
    last = np.array([len(inputs.matrix) - 1])
    again = score_kept(model, inputs.of(last).matrix, first.utilities.T[last])
    alone = first.of(last)
    for name in ("figures", "utilities", "contributions", "points", "tier", "quadrant", "provisional", "gates"):
        assert np.array_equal(getattr(again, name), getattr(alone, name), equal_nan=name != "provisional"), name
