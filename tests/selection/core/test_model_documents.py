"""The JSON of selection models: defaults, round trip, and every fault with its pointer."""

import math
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from app.kernel.errors import Invalid
from app.scoring.core.value_functions import Boolean, Linear, Piecewise, Rating
from app.selection.core.model import DEFAULT_TIERS, Criterion, Gate, QuadrantThresholds, SelectionModel, Tier
from app.selection.core.model_documents import model_document, model_from
from app.selection.core.model_problems import check_model, model_problems
from tests.selection.core.examples import few, models, pair, rules

DOCUMENT: dict[str, Any] = {
    "name": "Potential first",
    "opportunity_share": 0.4,
    "missing_policy": "neutral",
    "criteria": [
        {
            "key": "goal_fit",
            "metric": "goal_fit",
            "dimension": "alignment",
            "weight": 20,
            "value_function": {"kind": "rating", "maximum": 5},
            "group": "relationship",
            "rationale": "Shared goals last.",
        },
        {
            "key": "spend",
            "metric": "future_spend",
            "dimension": "opportunity",
            "weight": 30,
            "value_function": {"kind": "piecewise", "points": [[0, 0], [100000, 0.5], [1000000, 1]]},
        },
    ],
    "gates": [{"metric": "revenue_ltm", "at_least": 50000, "effect": "emerging"}],
    "quadrant_thresholds": {"opportunity": 55, "alignment": 65},
    "tiers": [{"name": "gold", "minimum_opportunity": 75, "minimum_alignment": 70, "minimum_composite": 5}],
}


def test_a_whole_document_is_read():
    assert model_from(DOCUMENT) == SelectionModel(
        name="Potential first",
        opportunity_share=0.4,
        missing_policy="neutral",
        criteria=(
            Criterion("goal_fit", "goal_fit", "alignment", 20.0, Rating(5.0), "relationship", "Shared goals last."),
            Criterion(
                "spend",
                "future_spend",
                "opportunity",
                30.0,
                Piecewise(((0.0, 0.0), (100000.0, 0.5), (1000000.0, 1.0))),
            ),
        ),
        gates=(Gate("revenue_ltm", "emerging", at_least=50000.0),),
        quadrant_thresholds=QuadrantThresholds(55.0, 65.0),
        tiers=(Tier("gold", 75.0, 70.0, 5.0),),
    )


@pytest.mark.parametrize("absent", [{}, {"name": None, "gates": None, "tiers": None, "missing_policy": None}])
def test_all_but_the_criteria_has_defaults(absent):
    model = model_from({"criteria": DOCUMENT["criteria"], **absent})
    assert model.opportunity_share == 0.5
    assert model.missing_policy == "renormalize"
    assert model.gates == ()
    assert model.quadrant_thresholds == QuadrantThresholds(60.0, 60.0)
    assert model.tiers == DEFAULT_TIERS
    assert [(tier.minimum_opportunity, tier.minimum_alignment) for tier in model.tiers] == [
        (75, 75),
        (60, 60),
        (45, 45),
    ]


def test_no_tiers_is_not_the_default_tiers():
    assert model_from({**DOCUMENT, "tiers": []}).tiers == ()


@few
@given(models(tier_rules=rules))
def test_what_is_written_is_read_back(model):
    assert model_from(model_document(model)) == model


FAULTS = [
    ({"criteria": []}, "/criteria", "no_weight"),
    ({"criteria": {}}, "/criteria", "wrong_type"),
    ({"criteria": None}, "/criteria", "missing"),
    ({"weights": []}, "/weights", "unknown_field"),
    ({"name": ""}, "/name", "empty"),
    ({"name": "x" * 101}, "/name", "too_long"),
    ({"name": 7}, "/name", "wrong_type"),
    ({"opportunity_share": 1.01}, "/opportunity_share", "out_of_range"),
    ({"opportunity_share": -0.01}, "/opportunity_share", "out_of_range"),
    ({"opportunity_share": math.nan}, "/opportunity_share", "not_finite"),
    ({"missing_policy": "ignore"}, "/missing_policy", "unknown_choice"),
    ({"gates": [{"metric": "x", "effect": "emerging"}]}, "/gates/0", "one_limit"),
    ({"gates": [{"metric": "x", "effect": "emerging", "at_least": 1, "at_most": 2}]}, "/gates/0", "one_limit"),
    ({"gates": [{"metric": "x", "effect": "unknown", "at_least": 1}]}, "/gates/0/effect", "unknown_choice"),
    ({"gates": [{"metric": "x", "effect": "emerging", "at_least": "1"}]}, "/gates/0/at_least", "wrong_type"),
    ({"gates": [{"metric": "x", "effect": "emerging", "at_most": math.inf}]}, "/gates/0/at_most", "not_finite"),
    ({"gates": [7]}, "/gates/0", "wrong_type"),
    ({"quadrant_thresholds": {"opportunity": 101}}, "/quadrant_thresholds/opportunity", "out_of_range"),
    ({"quadrant_thresholds": {"composite": 1}}, "/quadrant_thresholds/composite", "unknown_field"),
    ({"tiers": [{"name": "a"}, {"name": "a"}]}, "/tiers/1/name", "duplicate"),
    ({"tiers": [{"name": "standard"}]}, "/tiers/0/name", "reserved"),
    ({"tiers": [{"name": "emerging"}]}, "/tiers/0/name", "reserved"),
    ({"tiers": [{"name": "a", "minimum_composite": -1}]}, "/tiers/0/minimum_composite", "out_of_range"),
    ({"tiers": [{"minimum_composite": 1}]}, "/tiers/0/name", "missing"),
]


@pytest.mark.parametrize(("change", "pointer", "code"), FAULTS)
def test_a_fault_of_the_model_is_named_by_its_pointer(change, pointer, code):
    with pytest.raises(Invalid) as refused:
        model_from({**DOCUMENT, **change})
    assert [(one.pointer, one.code) for one in refused.value.errors] == [(pointer, code)]


CRITERION_FAULTS = [
    ({"weight": -1}, "/weight", "out_of_range"),
    ({"weight": math.nan}, "/weight", "not_finite"),
    ({"weight": math.inf}, "/weight", "not_finite"),
    ({"weight": True}, "/weight", "wrong_type"),
    ({"weight": None}, "/weight", "missing"),
    ({"key": "goal_fit"}, "/key", "duplicate"),
    ({"key": " "}, "/key", "empty"),
    ({"metric": 4}, "/metric", "wrong_type"),
    ({"dimension": "health"}, "/dimension", "unknown_choice"),
    ({"dimension": None}, "/dimension", "missing"),
    ({"value_function": None}, "/value_function", "missing"),
    ({"value_function": {"kind": "linear", "low": 2, "high": 2}}, "/value_function/high", "equal_ends"),
    ({"value_function": {"kind": "linear", "low": 2}}, "/value_function/high", "missing"),
    (
        {"value_function": {"kind": "piecewise", "points": [[1, 0], [1, 1]]}},
        "/value_function/points/1/0",
        "not_rising",
    ),
    ({"rationale": "x" * 2001}, "/rationale", "too_long"),
    ({"colour": "red"}, "/colour", "unknown_field"),
]


@pytest.mark.parametrize(("change", "pointer", "code"), CRITERION_FAULTS)
def test_a_fault_of_a_criterion_is_named_by_its_pointer(change, pointer, code):
    document = deepcopy(DOCUMENT)
    document["criteria"][1] |= change
    with pytest.raises(Invalid) as refused:
        model_from(document)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [(f"/criteria/1{pointer}", code)]


def test_weights_may_not_all_be_0_but_those_of_one_dimension_may():
    document = deepcopy(DOCUMENT)
    document["criteria"][0]["weight"] = 0
    assert model_from(document).criteria[0].weight == 0
    document["criteria"][1]["weight"] = 0
    with pytest.raises(Invalid) as refused:
        model_from(document)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [("/criteria", "no_weight")]


def test_at_most_twenty_faults_are_listed():
    document = {"criteria": [{"key": str(at)} for at in range(30)]}
    with pytest.raises(Invalid, match="120 problems") as refused:
        model_from(document)
    assert len(refused.value.errors) == 20


def test_a_model_that_is_no_object_is_refused():
    with pytest.raises(Invalid) as refused:
        model_from([])
    assert [(one.pointer, one.code) for one in refused.value.errors] == [("", "wrong_type")]


def test_a_gate_cannot_read_a_truth_as_a_number():
    model = pair(gates=(Gate("o", "emerging", at_least=1.0),))
    assert model_problems(model) == []
    truth = replace(model, criteria=(replace(model.criteria[0], value_function=Boolean()), model.criteria[1]))
    assert [(one.pointer, one.code) for one in model_problems(truth)] == [("/gates/0/metric", "not_a_number")]


def test_a_model_made_in_code_is_checked_alike():
    model = pair()
    check_model(model)
    wrong = replace(model, criteria=(replace(model.criteria[0], value_function=Linear(1, 1)), *model.criteria))
    with pytest.raises(Invalid) as refused:
        check_model(wrong)
    assert [one.pointer for one in refused.value.errors] == ["/criteria/0/value_function/high", "/criteria/1/key"]


def test_columns_are_the_criteria_then_the_gates():
    model = model_from(DOCUMENT)
    assert [column.metric for column in model.columns] == ["goal_fit", "future_spend", "revenue_ltm"]
    assert model.metrics == ("goal_fit", "future_spend", "revenue_ltm")
    assert model.tier_names == ("gold", "standard", "emerging")
