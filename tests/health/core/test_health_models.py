"""The JSON of health models, what cannot be right in one, and the one that ships."""

import copy

import numpy as np
import pytest

from app.health.core.default_model import DEFAULT_MODEL
from app.health.core.model import HealthModel, Indicator, Thresholds
from app.health.core.model_documents import model_document, model_from
from app.health.core.model_problems import check_model
from app.health.core.score import quadrant_names, score
from app.kernel.errors import Invalid
from app.metrics.service import SHIPPED
from app.scoring.core.value_functions import Linear, Rating
from tests.health.scores.ground import MODEL

# The lists of domain.md section 6.1, delivery by both of its figures.
HYGIENE = {
    "revenue_attainment", "margin_attainment", "delivery_quality", "on_time_delivery", "gross_retention", "csat",
}  # fmt: skip
HEALTH = {
    "offerings_proposed_new", "executives_met_new", "proposals_new", "referrals_new_buying_center", "advocacy",
    "sole_source_share", "concentration_offering", "concentration_buying_center", "concentration_decision_maker",
    "pipeline_coverage", "revenue_trend", "days_since_plan_update", "days_since_qbr", "decision_confidence", "nps",
    "adoption",
}  # fmt: skip
SIX_QUESTIONS = {
    "offerings_proposed_new", "executives_met_new", "proposals_new", "referrals_new_buying_center", "advocacy",
    "sole_source_share",
}  # fmt: skip
# Where each is known to be just good or just not good any more, written down here from the rules of section 6.5.
MEETS_ITS_NUMBERS = dict.fromkeys(("revenue_attainment", "margin_attainment", "gross_retention"), 1.0) | {
    "delivery_quality": 4, "on_time_delivery": 0.95, "csat": 4,
}  # fmt: skip
STANDS_STILL = {
    "offerings_proposed_new": 0, "executives_met_new": 0, "proposals_new": 1, "referrals_new_buying_center": 0,
    "advocacy": 0.3, "sole_source_share": 0.3, "concentration_offering": 0.6, "concentration_buying_center": 0.6,
    "concentration_decision_maker": 0.6, "pipeline_coverage": 0.5, "revenue_trend": 0.0, "days_since_qbr": 90,
    "days_since_plan_update": 120, "decision_confidence": 4, "nps": 8, "adoption": 0.7,
}  # fmt: skip
MOVES = STANDS_STILL | {
    "offerings_proposed_new": 1, "executives_met_new": 2, "proposals_new": 3, "referrals_new_buying_center": 1,
    "advocacy": 0.5, "concentration_buying_center": 0.4, "days_since_plan_update": 20,
}  # fmt: skip


def document(**changes):
    return {**copy.deepcopy(MODEL), **changes}


def faults(sent):
    with pytest.raises(Invalid) as refusal:
        model_from(sent)
    return {(problem.pointer, problem.code) for problem in refusal.value.errors}


def indicators():
    return copy.deepcopy(MODEL["indicators"])


def test_a_document_is_read_with_its_defaults():
    model = model_from(document())
    assert model.indicators[0] == Indicator("content", "csat", "hygiene", 1.0, Rating(5.0), "Asked each half-year")
    assert model.indicators[1] == Indicator("used", "adoption", "health", 3.0, Linear(0.0, 1.0))
    assert (model.missing_policy, model.thresholds) == ("renormalize", Thresholds(60.0, 60.0))
    assert model.metrics == ("csat", "adoption", "nps")
    assert model.members("health") == [1, 2]


@pytest.mark.parametrize("model", [DEFAULT_MODEL, model_from(document(thresholds={"health": 70}))])
def test_what_is_written_is_read_back_unchanged(model):
    assert model_from(model_document(model)) == model


def test_every_fault_of_shape_is_named():
    listed = indicators()
    del listed[0]["value_function"]
    listed[1]["dimension"] = "opportunity"
    listed[2]["weight"] = "3"
    assert faults(document(indicators=listed, tiers=[])) == {
        ("/indicators/0/value_function", "missing"),
        ("/indicators/1/dimension", "unknown_choice"),
        ("/indicators/2/weight", "wrong_type"),
        ("/tiers", "unknown_field"),
    }
    assert faults([]) == {("", "wrong_type")}


def test_every_fault_of_meaning_is_named():
    listed = indicators()
    listed[1]["key"] = "content"
    listed[1]["weight"] = -1
    listed[2]["value_function"] = {"kind": "linear", "low": 1, "high": 1}
    listed[0]["rationale"] = "x" * 2001
    assert faults(document(indicators=listed, name=" ", thresholds={"hygiene": -1})) == {
        ("/name", "empty"),
        ("/indicators/0/rationale", "too_long"),
        ("/indicators/1/key", "duplicate"),
        ("/indicators/1/weight", "out_of_range"),
        ("/indicators/2/value_function/high", "equal_ends"),
        ("/thresholds/hygiene", "out_of_range"),
    }


def test_both_sides_need_something_that_weighs():
    listed = indicators()
    listed[0]["weight"] = 0
    assert faults(document(indicators=listed)) == {("/indicators", "no_weight")}
    assert faults(document(indicators=listed[1:])) == {("/indicators", "no_weight")}


@pytest.mark.parametrize("function", [{"kind": "percentile"}, {"kind": "categories", "map": {"good": 1}}])
def test_what_is_relative_or_no_number_is_refused(function):
    listed = indicators()
    listed[0]["value_function"] = function
    assert faults(document(indicators=listed)) == {("/indicators/0/value_function/kind", "unsupported")}


def test_far_too_many_indicators_are_refused():
    many = [{**indicators()[0], "key": f"k{at}"} for at in range(201)]
    assert ("/indicators", "too_many") in faults(document(indicators=[*many, *indicators()[1:]]))


def test_the_shipped_model_is_valid_and_asks_what_its_design_lists():
    check_model(DEFAULT_MODEL)
    by_side = {
        side: {DEFAULT_MODEL.indicators[at].metric for at in DEFAULT_MODEL.members(side)}
        for side in ("hygiene", "health")
    }
    assert by_side == {"hygiene": HYGIENE, "health": HEALTH}
    assert set(DEFAULT_MODEL.metrics) <= set(SHIPPED.metrics)
    for side in ("hygiene", "health"):
        assert sum(DEFAULT_MODEL.indicators[at].weight for at in DEFAULT_MODEL.members(side)) == 100


def test_more_than_half_of_the_shipped_models_health_are_the_six_questions():
    assert sum(one.weight for one in DEFAULT_MODEL.indicators if one.metric in SIX_QUESTIONS) > 50


def test_each_indicator_of_the_shipped_model_says_why():
    assert all(len(one.rationale or "") > 40 for one in DEFAULT_MODEL.indicators)


def judged(figures):
    return score(DEFAULT_MODEL, np.array([[figures.get(one.metric, np.nan) for one in DEFAULT_MODEL.indicators]]))


def test_an_account_that_meets_its_numbers_and_opens_no_door_is_coasting():
    assert quadrant_names(judged(MEETS_ITS_NUMBERS | STANDS_STILL).quadrant) == ["coasting"]


def test_the_same_account_thrives_once_it_opens_doors():
    assert quadrant_names(judged(MEETS_ITS_NUMBERS | MOVES).quadrant) == ["thriving"]


def test_an_account_that_opens_doors_but_misses_its_numbers_is_building():
    misses = MEETS_ITS_NUMBERS | {"revenue_attainment": 0.7, "margin_attainment": 0.7}
    assert quadrant_names(judged(misses | MOVES).quadrant) == ["building"]


@pytest.mark.parametrize(
    "metric", [f"concentration_{by}" for by in ("offering", "buying_center", "decision_maker")]
    + ["days_since_qbr", "days_since_plan_update"],
)  # fmt: skip
def test_more_of_these_is_never_better(metric):
    (at,) = [at for at, one in enumerate(DEFAULT_MODEL.indicators) if one.metric == metric]
    values = np.linspace(0.0, 1.0 if metric.startswith("c") else 400.0, 50)
    utilities = DEFAULT_MODEL.indicators[at].value_function.utility(values)
    assert (np.diff(utilities) <= 1e-12).all()
    assert utilities[0] == 1.0
    assert utilities[-1] == 0.0


def test_a_model_without_indicators_reads_nothing():
    assert HealthModel(()).columns == ()
