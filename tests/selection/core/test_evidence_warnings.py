"""Warnings that published evidence gives of a model's weights, each with its figure."""

import pytest
from hypothesis import given

from app.kernel.benchmarks import POTENTIAL_FIRST
from app.metrics.service import SHIPPED
from app.selection.core.default_model import default_model
from app.selection.core.evidence_warnings import evidence_warnings, potential_first
from app.selection.core.weight_shares import weight_shares
from tests.selection.core.examples import few
from tests.selection.core.weighing import any_criteria, opportunity_shares, weighed

A, O = "alignment", "opportunity"  # noqa: E741  # beside A it is no zero
SOUND = [("willingness_to_partner", A, 1), ("future_spend", O, 1)]


def warned(*criteria, **model):
    return {warning.code: warning for warning in evidence_warnings(weighed(*criteria, **model))}


def test_the_pair_that_goes_with_growth_is_not_warned_of():
    assert warned(*SOUND) == {}
    assert potential_first(weighed(*SOUND))


@pytest.mark.parametrize(("spend", "fires"), [(25, False), (25.0001, True), (24.9999, False)])
def test_current_spend_is_warned_of_above_a_quarter_and_not_at_it(spend, fires):
    split = [("revenue_ltm", O, spend / 2), ("margin", A, spend / 2)]
    rest = [("willingness_to_partner", A, 50 - spend / 2), ("future_spend", O, 50 - spend / 2)]
    found = warned(*split, *rest)
    assert set(found) == ({"CURRENT_SPEND_HEAVY"} if fires else set())
    if fires:
        warning = found["CURRENT_SPEND_HEAVY"]
        assert (warning.criteria, warning.limit) == (("revenue_ltm", "margin"), 0.25)
        assert warning.share == pytest.approx(spend / 100)
        assert (warning.benchmark.value, warning.benchmark.kind) == (-51, "association")


def test_any_weight_on_size_is_warned_of():
    found = warned(*SOUND, ("employees", O, 1e-12), ("annual_revenue", A, 0))
    assert set(found) == {"SIZE_WEIGHTED"}
    warning = found["SIZE_WEIGHTED"]
    assert (warning.criteria, warning.limit, warning.benchmark) == (("employees",), 0.0, POTENTIAL_FIRST)


def test_any_weight_on_tenure_is_warned_of():
    found = warned(*SOUND, ("tenure_years", A, 1e-12))
    assert set(found) == {"TENURE_WEIGHTED"}
    assert found["TENURE_WEIGHTED"].benchmark.value == -50
    assert warned(*SOUND, ("tenure_years", A, 0)) == {}


@pytest.mark.parametrize("missing", [0, 1])
def test_willingness_or_future_spend_without_weight_is_warned_of(missing):
    criteria = [(metric, dimension, at != missing) for at, (metric, dimension, _) in enumerate(SOUND)]
    found = warned(*criteria, ("whitespace_ratio", O, 1), ("goal_fit", A, 1))
    assert set(found) == {"WILLINGNESS_OR_FUTURE_SPEND_MISSING"}
    warning = found["WILLINGNESS_OR_FUTURE_SPEND_MISSING"]
    assert ("willingness" in warning.message, "future spend" in warning.message) == (missing == 0, missing == 1)
    assert warning.criteria == (SOUND[1 - missing][0],)
    assert warning.benchmark.value == 8


@pytest.mark.parametrize(
    ("criteria", "missing"),
    [
        ([("future_spend", O, 1), ("nps", A, 1)], "people's judgement"),
        ([("willingness_to_partner", A, 1), ("revenue_trend", O, 1)], "a figure that looks ahead"),
        ([("tenure_years", A, 1)], "people's judgement or a figure that looks ahead"),
    ],
)
def test_a_model_needs_judgement_and_a_figure_that_looks_ahead(criteria, missing):
    warning = warned(*criteria)["SINGLE_KIND"]
    assert missing in warning.message


def test_a_metric_that_is_gone_is_named():
    warning = warned(*SOUND, ("gut_feeling", O, 1))["UNKNOWN_METRIC"]
    assert (warning.criteria, warning.share, warning.benchmark) == (("gut_feeling",), 0.25, None)


def test_a_dimension_that_does_not_count_hides_what_is_in_it():
    assert "TENURE_WEIGHTED" not in warned(("tenure_years", A, 5), ("future_spend", O, 1), opportunity_share=1.0)


def test_the_shipped_model_is_potential_first_and_gives_no_warning():
    shipped = weight_shares(default_model(None), SHIPPED)
    assert evidence_warnings(shipped) == []
    assert potential_first(shipped)


@pytest.mark.parametrize("more", ["revenue_ltm", "share_of_wallet", "employees"])
def test_a_model_that_weighs_current_spend_or_size_is_not_potential_first(more):
    assert not potential_first(weighed(*SOUND, (more, O, 0.01)))


@few
@given(any_criteria(), opportunity_shares)
def test_a_warning_is_about_criteria_that_weigh(criteria, opportunity_share):
    shares = {one.key: one.share for one in weighed(*criteria, opportunity_share=opportunity_share)}
    for warning in warned(*criteria, opportunity_share=opportunity_share).values():
        assert warning.share == pytest.approx(sum(shares[key] for key in set(warning.criteria)))
        assert all(shares[key] > 0 for key in warning.criteria)
        assert warning.limit is None or warning.share > warning.limit
