"""One account by itself gets the very answer that the arrays give it."""

import math

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.inputs import Inputs, read_inputs
from app.scoring.core.value_functions import Log, Logistic, Piecewise, Rating
from app.selection.core.alone import Alone
from app.selection.core.answer import Context, answers
from app.selection.core.model import Criterion, SelectionModel
from app.selection.core.score import score_kept, score_portfolio
from app.selection.core.standing import Standing, standing
from tests.selection.core.examples import few, models, pair, portfolios, rules, tier_tables

IDENTITY = ("ref", "account_id", "as_of", "model_id", "model_version", "rank", "ranked", "percentile", "previous")


def same(one, other):
    """Whether two answers differ by no more than the last decimal that is shown."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float):
        return isinstance(other, float) and math.isclose(one, other, rel_tol=1e-9, abs_tol=1.01e-4)
    return type(one) is type(other) and one == other


def by_arrays(model, account):
    inputs = read_inputs([account], model.columns)
    scores = score_portfolio(model, inputs.matrix)
    (answer,) = answers(scores, inputs, standing(scores.composite), Context())
    return {key: value for key, value in answer.items() if key not in IDENTITY}


def by_itself(model, account):
    alone = Alone(model)
    codes = alone.read(account)
    assert codes is not None
    return alone.answer(codes, alone.utilities(codes))


def by_criterion(answer):
    """Where two headrooms are as good as equal, either may come first."""
    return {**answer, "contributions": sorted(answer["contributions"], key=lambda one: one["criterion"])}


@few
@given(st.data())
def test_it_says_what_the_arrays_say(data):
    model = data.draw(st.one_of(models(tier_rules=rules), models(tables=tier_tables())))
    (account,) = data.draw(portfolios(model, most=1))
    ours, theirs = by_itself(model, account), by_arrays(model, account)
    assert same(by_criterion(ours), by_criterion(theirs)), (ours, theirs)
    assert orjson.loads(orjson.dumps(ours)) == ours  # a NaN would have become null


@few
@given(st.data())
def test_a_kept_score_is_shown_as_the_arrays_show_it(data):
    model = data.draw(st.one_of(models(tier_rules=rules), models(tables=tier_tables())))
    accounts = data.draw(portfolios(model, most=4))
    inputs = read_inputs(accounts, model.columns)
    scores = score_portfolio(model, inputs.matrix)
    matrix, utilities = inputs.matrix[:1], scores.judged[:1]
    nobody = Standing(np.zeros(1, dtype=np.int64), 0, np.full(1, np.nan), 0)
    (theirs,) = answers(score_kept(model, matrix, utilities), Inputs(matrix), nobody, Context())
    ours = Alone(model, kept=True).answer(matrix[0].tolist(), utilities[0].tolist())
    theirs = {key: value for key, value in theirs.items() if key not in IDENTITY}
    assert same(by_criterion(ours), by_criterion(theirs)), (ours, theirs)


@pytest.mark.parametrize(
    "inputs",
    [
        {"o": True, "a": 0.5},
        {"o": "much", "a": 0.5},
        {"o": math.inf, "a": 0.5},
        {"o": math.nan, "a": 0.5},
        {"o": 2**70, "a": 0.5},
        {"o": 0.5, "a": 0.5, "unasked": 1},
    ],
)
def test_inputs_that_something_is_to_be_said_about_are_left_to_the_arrays(inputs):
    assert Alone(pair()).read(inputs) is None


@pytest.mark.parametrize("value", [0.99, 5.01, True, "4"])
def test_a_rating_off_its_scale_is_left_to_the_arrays(value):
    model = SelectionModel((Criterion("r", "r", "alignment", 1.0, Rating()),))
    assert Alone(model).read({"r": value}) is None


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (Log(1, 1000), -5.0),
        (Log(1000, 1), 0.0),
        (Logistic(0.0, 500.0), 1e300),
        (Logistic(0.0, 500.0), -1e300),
        (Logistic(0.0, 0.0), 3.0),
        (Piecewise(((0.0, 0.3), (1.0, 0.3), (2.0, 0.9), (3.0, 0.1))), 2.5),
        (Piecewise(((0.0, 1.0), (1e300, 0.0))), -1e308),
    ],
)
def test_extreme_values_are_worth_the_same(function, value):
    criteria = Criterion("x", "x", "alignment", 1.0, function), Criterion("y", "y", "opportunity", 1.0, Rating())
    model = SelectionModel(criteria)
    account = {"x": value, "y": 3}
    assert same(by_itself(model, account), by_arrays(model, account))
