"""The JSON of tier tables: defaults, round trip, and every fault with its pointer."""

import math
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from app.kernel.errors import Invalid
from app.scoring.core.value_functions import Linear, Percentile
from app.selection.core.model import Axis, BandRule, HighPotential, TierTable
from app.selection.core.model_documents import model_document, model_from
from app.selection.core.model_problems import model_problems
from tests.selection.core.examples import few, models, pair, tier_tables

CRITERIA = model_document(pair())["criteria"]
TABLE: dict[str, Any] = {
    "revenue": {
        "metric": "revenue_ltm",
        "value_function": {"kind": "linear", "low": 0, "high": 1000},
        "bands": {"medium": 0.1, "high": 0.4, "very_high": 0.9},
        "at_least": 5,
    },
    "potential": {"metric": "future_spend", "value_function": {"kind": "percentile"}},
    "rules": [
        {"name": "gold", "minimum_revenue": "very_high", "minimum_potential": "high"},
        {"name": "silver", "minimum_revenue": "medium"},
    ],
    "high_potential": {"minimum_potential": "high", "maximum_revenue": "low"},
}


def document(table=TABLE, **more):
    return {"criteria": CRITERIA, "tier_table": table, **more}


def faults(refused):
    return [(one.pointer, one.code) for one in refused.value.errors]


def test_a_whole_table_is_read():
    model = model_from(document())
    assert model.tier_table == TierTable(
        Axis("revenue_ltm", Linear(0.0, 1000.0), (0.1, 0.4, 0.9), 5.0),
        Axis("future_spend", Percentile(), (0.25, 0.5, 0.75), None),
        (BandRule("gold", "very_high", "high"), BandRule("silver", "medium", "low")),
        HighPotential("high", "low"),
    )
    assert model.tiers == ()
    assert model.tier_names == ("gold", "silver", "standard", "emerging")


@pytest.mark.parametrize("absent", [{}, {"rules": None, "high_potential": None}])
def test_a_table_without_rules_has_those_of_the_framework_and_no_track(absent):
    axes = {name: {**TABLE["potential"], "bands": None, "at_least": None} for name in ("revenue", "potential")}
    table = model_from(document({**axes, **absent})).tier_table
    assert table is not None
    assert [(one.name, one.minimum_revenue, one.minimum_potential) for one in table.rules] == [
        ("tier_1", "very_high", "very_high"),
        ("tier_2", "high", "high"),
        ("tier_3", "medium", "medium"),
    ]
    assert table.high_potential is None


def test_an_empty_track_is_the_default_one():
    model = model_from(document({**TABLE, "high_potential": {}}))
    assert model.tier_table is not None
    assert model.tier_table.high_potential == HighPotential("very_high", "medium")


@few
@given(models(tables=tier_tables()))
def test_what_is_written_is_read_back(model):
    written = model_document(model)
    assert model_from(written) == model
    assert "tiers" not in written


def test_a_model_without_a_table_is_written_as_ever():
    assert "tier_table" not in model_document(pair())


def test_columns_are_the_criteria_then_the_gates_then_the_axes():
    model = model_from(document(gates=[{"metric": "nps", "effect": "emerging", "at_least": 1}]))
    assert model.metrics == ("o", "a", "nps", "revenue_ltm", "future_spend")


FAULTS = [
    (("tier_table",), 7, "/tier_table", "wrong_type"),
    (("tiers",), [], "/tiers", "unexpected"),
    (("tiers",), [{"name": "gold"}], "/tiers", "unexpected"),
    (("tier_table", "profit"), {}, "/tier_table/profit", "unknown_field"),
    (("tier_table", "revenue"), None, "/tier_table/revenue", "missing"),
    (("tier_table", "potential"), "much", "/tier_table/potential", "wrong_type"),
    (("tier_table", "revenue", "metric"), None, "/tier_table/revenue/metric", "missing"),
    (("tier_table", "revenue", "metric"), " ", "/tier_table/revenue/metric", "empty"),
    (("tier_table", "revenue", "value_function"), None, "/tier_table/revenue/value_function", "missing"),
    (
        ("tier_table", "revenue", "value_function"),
        {"kind": "linear", "low": 1, "high": 1},
        "/tier_table/revenue/value_function/high",
        "equal_ends",
    ),
    (("tier_table", "revenue", "bands"), [0.1, 0.2, 0.3], "/tier_table/revenue/bands", "wrong_type"),
    (("tier_table", "revenue", "bands", "medium"), None, "/tier_table/revenue/bands/medium", "missing"),
    (("tier_table", "revenue", "bands", "medium"), 0, "/tier_table/revenue/bands/medium", "not_rising"),
    (("tier_table", "revenue", "bands", "high"), 0.1, "/tier_table/revenue/bands/high", "not_rising"),
    (("tier_table", "revenue", "bands", "very_high"), 1.01, "/tier_table/revenue/bands/very_high", "out_of_range"),
    (("tier_table", "revenue", "bands", "very_high"), math.nan, "/tier_table/revenue/bands/very_high", "not_finite"),
    (("tier_table", "revenue", "bands", "low"), 0, "/tier_table/revenue/bands/low", "unknown_field"),
    (("tier_table", "revenue", "at_least"), "5", "/tier_table/revenue/at_least", "wrong_type"),
    (("tier_table", "revenue", "at_least"), math.inf, "/tier_table/revenue/at_least", "not_finite"),
    (("tier_table", "rules"), [], "/tier_table/rules", "too_few"),
    (("tier_table", "rules"), {}, "/tier_table/rules", "wrong_type"),
    (("tier_table", "rules", 0, "name"), None, "/tier_table/rules/0/name", "missing"),
    (("tier_table", "rules", 0, "name"), "emerging", "/tier_table/rules/0/name", "reserved"),
    (("tier_table", "rules", 0, "name"), "standard", "/tier_table/rules/0/name", "reserved"),
    (("tier_table", "rules", 1, "name"), "gold", "/tier_table/rules/1/name", "duplicate"),
    (("tier_table", "rules", 0, "minimum_revenue"), "huge", "/tier_table/rules/0/minimum_revenue", "unknown_choice"),
    (("tier_table", "rules", 0, "minimum_composite"), 4, "/tier_table/rules/0/minimum_composite", "unknown_field"),
    (
        ("tier_table", "high_potential", "maximum_revenue"),
        "tiny",
        "/tier_table/high_potential/maximum_revenue",
        "unknown_choice",
    ),
    (
        ("tier_table", "high_potential", "minimum_revenue"),
        "low",
        "/tier_table/high_potential/minimum_revenue",
        "unknown_field",
    ),
]


@pytest.mark.parametrize(("path", "value", "pointer", "code"), FAULTS)
def test_a_fault_of_the_table_is_named_by_its_pointer(path, value, pointer, code):
    whole = deepcopy(document())
    place: Any = whole
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(Invalid) as refused:
        model_from(whole)
    assert faults(refused) == [(pointer, code)]


def with_rules(*rules, track=None):
    minima = [
        {"name": f"t{at}", "minimum_revenue": row, "minimum_potential": column}
        for at, (row, column) in enumerate(rules)
    ]
    return document({**TABLE, "rules": minima, "high_potential": track})


@pytest.mark.parametrize(
    ("rules", "track", "unreachable"),
    [
        ([("high", "high"), ("high", "high")], None, 1),
        ([("medium", "medium"), ("high", "high")], None, 1),
        ([("high", "low"), ("low", "high"), ("high", "high")], None, 2),
        # Together the two above leave nothing of it.
        ([("high", "medium"), ("medium", "high"), ("high", "medium")], None, 2),
        # The track has all that it asks for.
        ([("low", "very_high")], {"minimum_potential": "very_high", "maximum_revenue": "very_high"}, 0),
    ],
)
def test_a_rule_that_decides_no_cell_is_refused(rules, track, unreachable):
    with pytest.raises(Invalid) as refused:
        model_from(with_rules(*rules, track=track))
    assert faults(refused) == [(f"/tier_table/rules/{unreachable}", "unreachable")]


def test_rules_need_not_be_nested():
    model = model_from(with_rules(("very_high", "low"), ("low", "very_high"), ("medium", "medium")))
    assert model.tier_names[:3] == ("t0", "t1", "t2")


@pytest.mark.parametrize(
    "function",
    [
        {"kind": "boolean"},
        {"kind": "categories", "map": {"much": 1}},
        {"kind": "linear", "low": 9, "high": 1},
        {"kind": "piecewise", "points": [[0, 0], [1, 1], [2, 0.5]]},
        {"kind": "logistic", "midpoint": 1, "steepness": -1},
    ],
)
def test_a_floor_needs_a_function_under_which_more_is_never_worth_less(function):
    with pytest.raises(Invalid) as refused:
        model_from(document({**TABLE, "revenue": {**TABLE["revenue"], "value_function": function}}))
    assert faults(refused) == [("/tier_table/revenue/at_least", "not_rising")]


def test_a_gate_cannot_read_a_label_of_an_axis_as_a_number():
    labels = {"metric": "segment", "value_function": {"kind": "categories", "map": {"a": 1, "b": 0}}}
    with pytest.raises(Invalid) as refused:
        model_from(
            document({**TABLE, "potential": labels}, gates=[{"metric": "segment", "effect": "emerging", "at_least": 1}])
        )
    assert faults(refused) == [("/gates/0/metric", "not_a_number")]


def test_a_model_made_in_code_is_checked_alike():
    table = TierTable(Axis("r", Percentile(), (0.5, 0.4, 0.9)), Axis("p", Percentile()), ())
    both = replace(pair(), tier_table=table)
    assert [(one.pointer, one.code) for one in model_problems(both)] == [
        ("/tiers", "unexpected"),
        ("/tier_table/revenue/bands/high", "not_rising"),
        ("/tier_table/rules", "too_few"),
    ]
