"""The Score on the wire: its documented form, its nulls, its warnings, and that text and dicts say the same."""

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.inputs import read_inputs
from app.scoring.core.value_functions import Boolean, Categories, Linear, Rating
from app.selection.core.answer import Context, answers
from app.selection.core.entries import entry_dicts, entry_texts
from app.selection.core.model import Criterion, Gate, SelectionModel
from app.selection.core.score import score_portfolio
from app.selection.core.standing import standing
from tests.selection.core.examples import criterion, few, models, pair, portfolios

MODEL = SelectionModel(
    (
        Criterion("goal_fit", "goal_fit", "alignment", 20.0, Rating()),
        Criterion("depth", "relationship_depth", "alignment", 20.0, Linear(0, 5)),
        Criterion("spend", "future_spend", "opportunity", 30.0, Linear(0, 1_000_000)),
    ),
    gates=(Gate("revenue_ltm", "emerging", at_least=50_000.0),),
)


def answered(model, *accounts, context=None, entries=entry_dicts):
    inputs = read_inputs(accounts, model.columns)
    scores = score_portfolio(model, inputs.matrix)
    return answers(scores, inputs, standing(scores.composite), context or Context(), entries)


def codes(answer):
    return [warning["code"] for warning in answer["warnings"]]


def test_the_documented_form():
    context = Context(
        refs=["first", "second"],
        account_ids=["a-1", "a-2"],
        as_of="2017-12-31",
        model_id="m-1",
        model_version=3,
        sources=[{"goal_fit": {"fact": "ratings", "as_of": "2017-11-02"}}, {}],
        previous=[{"composite": 61.0, "tier": "tier_3", "as_of": "2017-12-01"}, None],
    )
    first, second = answered(
        MODEL,
        {"goal_fit": 4, "future_spend": 700_000, "revenue_ltm": 60_000},
        {"goal_fit": 3, "relationship_depth": 1, "future_spend": 0, "revenue_ltm": 10},
        context=context,
    )
    assert first == {
        "ref": "first",
        "account_id": "a-1",
        "as_of": "2017-12-31",
        "model_id": "m-1",
        "model_version": 3,
        "opportunity": {"score": 70.0, "low": 70.0, "high": 70.0, "coverage": 1.0},
        "alignment": {"score": 75.0, "low": 37.5, "high": 87.5, "coverage": 0.5},
        "composite": {"score": 72.5, "low": 53.75, "high": 78.75, "coverage": 0.75},
        "quadrant": "invest",
        "tier": "tier_2",
        "provisional": True,
        "tier_axes": None,
        "rank": 1,
        "ranked": 2,
        "percentile": 0.75,
        "previous": {"composite": 61.0, "tier": "tier_3", "as_of": "2017-12-01"},
        "gates": [{"metric": "revenue_ltm", "effect": "emerging", "triggered": False}],
        "contributions": [
            # half of 100 points, for the 0.3 that it lacks
            {
                "criterion": "spend",
                "dimension": "opportunity",
                "value": 700_000.0,
                "utility": 0.7,
                "weight": 30.0,
                "contribution": 35.0,
                "headroom": 15.0,
                "source": None,
            },
            # and for the 0.25 that this one lacks
            {
                "criterion": "goal_fit",
                "dimension": "alignment",
                "value": 4.0,
                "utility": 0.75,
                "weight": 20.0,
                "contribution": 37.5,
                "headroom": 12.5,
                "source": {"fact": "ratings", "as_of": "2017-11-02"},
            },
            # known at 1 beside 0.75 of the same weight: 87.5, half of 12.5 more
            {
                "criterion": "depth",
                "dimension": "alignment",
                "value": None,
                "utility": None,
                "weight": 20.0,
                "contribution": 0.0,
                "headroom": 6.25,
                "source": None,
            },
        ],
        "next_tier": {
            "tier": "tier_1",
            "criterion": "spend",
            "utility_needed": 0.75,
            "value_needed": 750_000.0,
            "axis": None,
            "band": None,
        },
        "warnings": [{"code": "missing_criteria", "message": "1 of 3 criteria are unknown"}],
    }
    assert second["gates"] == [{"metric": "revenue_ltm", "effect": "emerging", "triggered": True}]
    assert (second["rank"], second["percentile"], second["tier"], second["previous"]) == (2, 0.25, "standard", None)


def test_a_single_account_has_no_standing_and_no_context():
    (answer,) = answered(MODEL, {"goal_fit": 4, "future_spend": 1})
    nothing = ("ref", "account_id", "as_of", "model_id", "model_version", "rank", "ranked", "percentile", "previous")
    assert [answer[key] for key in nothing] == [None] * len(nothing)


def test_one_account_of_many_keeps_its_standing():
    inputs = read_inputs([{"o": at / 10, "a": 0.5} for at in range(5)], pair().columns)
    scores, at = score_portfolio(pair(), inputs.matrix), np.array([3])
    (answer,) = answers(scores.of(at), inputs.of(at), standing(scores.composite).of(at), Context())
    assert (answer["rank"], answer["ranked"], answer["percentile"]) == (2, 5, 0.7)


def test_an_account_without_data_is_said_to_be_so():
    empty, _ = answered(MODEL, {}, {"goal_fit": 1, "relationship_depth": 1, "future_spend": 1})
    assert empty["composite"] == {"score": None, "low": 0.0, "high": 100.0, "coverage": 0.0}
    assert (empty["quadrant"], empty["tier"], empty["rank"], empty["percentile"]) == (None, "standard", None, None)
    assert empty["ranked"] == 1
    assert empty["next_tier"] is None
    assert empty["gates"] == [{"metric": "revenue_ltm", "effect": "unknown", "triggered": False}]
    assert codes(empty) == ["insufficient_data", "unknown_gate"]
    assert {(one["value"], one["utility"], one["contribution"], one["headroom"]) for one in empty["contributions"]} == {
        (None, None, None, None)
    }


@pytest.mark.parametrize(("policy", "utility", "contribution"), [("pessimistic", 0.0, 0.0), ("neutral", 0.5, 12.5)])
def test_a_missing_criterion_is_listed_with_the_utility_that_the_policy_lends(policy, utility, contribution):
    two = (criterion("o", "opportunity"), criterion("a", "alignment"), criterion("a2", "alignment"))
    (answer,) = answered(pair(criteria=two, missing_policy=policy), {"o": 1, "a": 1})
    missing = next(one for one in answer["contributions"] if one["criterion"] == "a2")
    assert (missing["value"], missing["utility"], missing["contribution"]) == (None, utility, contribution)


def test_labels_and_truths_are_shown_as_they_came():
    two = (
        criterion("o", "opportunity", function=Boolean()),
        criterion("a", "alignment", function=Categories(("red, or so", 'gr"een'), (0.0, 1.0))),
    )
    accounts = [{"o": True, "a": 'gr"een'}, {"o": False, "a": "red, or so"}, {"o": None, "a": "blue"}]
    for entries in (entry_dicts, entry_texts):
        shown = orjson.loads(orjson.dumps(answered(pair(criteria=two), *accounts, entries=entries)))
        values = [{one["criterion"]: one["value"] for one in answer["contributions"]} for answer in shown]
        assert values == [{"o": True, "a": 'gr"een'}, {"o": False, "a": "red, or so"}, {"o": None, "a": None}]
        assert codes(shown[2]) == ["insufficient_data", "unknown_label"]


def test_numbers_have_four_decimals_but_inputs_are_left_alone():
    two = (criterion("o", "opportunity", 1 / 3, Linear(0, 3)), criterion("a", "alignment"))
    (answer,) = answered(pair(criteria=two), {"o": 0.123456789, "a": 0.7000004})
    (entry,) = [one for one in answer["contributions"] if one["criterion"] == "o"]
    assert (entry["value"], entry["weight"]) == (0.123456789, 1 / 3)
    assert (entry["utility"], entry["contribution"]) == (0.0412, 2.0576)
    assert answer["alignment"]["score"] == 70.0
    assert answer["next_tier"]["value_needed"] == pytest.approx(1.35, abs=1e-12)


def test_no_negative_zero_is_written():
    text = orjson.dumps(
        answered(
            pair(criteria=(criterion("o", "opportunity", function=Linear(1, 0)), criterion("a", "alignment"))),
            {"o": 1.0, "a": -0.0},
        )
    )
    assert b"-0.0" not in text


@few
@given(st.data())
def test_text_says_what_the_dicts_say_and_all_of_it_is_json(data):
    model = data.draw(models())
    accounts = data.draw(portfolios(model))
    sources = [{model.criteria[0].key: {"fact": "ratings, {}", "as_of": "2017-11-02"}} for _ in accounts]
    context = Context(sources=data.draw(st.sampled_from([(), sources])))
    dicts = answered(model, *accounts, context=context)
    plain = orjson.loads(orjson.dumps(dicts))
    assert plain == dicts  # a NaN would have become null
    assert orjson.loads(orjson.dumps(answered(model, *accounts, context=context, entries=entry_texts))) == plain
    for answer in plain:
        rooms = [one["headroom"] for one in answer["contributions"] if one["headroom"] is not None]
        assert rooms == sorted(rooms, reverse=True)
        assert len(answer["contributions"]) == len(model.criteria)


@pytest.mark.parametrize("entries", [entry_dicts, entry_texts])
def test_no_account_gives_no_answer(entries):
    assert answered(pair(), entries=entries) == []
