"""The litmus test: four verdicts, the figures behind them, and what each would take to pass."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from app.metrics.service import SHIPPED
from app.scoring.core.value_functions import Linear, Rating
from app.selection.core.default_model import default_model
from app.selection.core.litmus import Round, litmus, scores_alike, stands
from app.selection.core.litmus_documents import litmus_document
from app.selection.core.weight_shares import weight_shares
from tests.selection.core.examples import few
from tests.selection.core.weighing import any_criteria, opportunity_shares, weighed, weighing, weights

A, O = "alignment", "opportunity"  # noqa: E741  # beside A it is no zero
AGREED = Round(("sales", "finance", "operations", "product"), 0.6, 0)
TODAY = date(2025, 6, 30)


def tried(*criteria, feedback=None, rho=None, notes=0, **model):
    return litmus(weighed(*criteria, **model), feedback, rho, notes)


def figures(verdict):
    return {figure.name: figure.value for figure in verdict.figures}


def lacking(verdict):
    return {figure.name for figure in verdict.figures if not figure.holds}


def looking(*, future=0.0, spend=0.0):
    """Metrics of one dimension: so much of the weight looks ahead, so much at current spend, the rest at neither."""
    rest = 100 - future - spend
    return tried(("whitespace", O, future), ("share_of_wallet", O, spend), ("nps", O, rest)).forward_looking


# -- forward-looking ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("future", "spend", "missed"),
    [
        (40, 30, set()),
        (39.9999, 30, {"future_share"}),
        (40, 30.0001, {"spend_or_size_share"}),
        (0, 100, {"future_share", "spend_or_size_share"}),
        (100, 0, set()),
    ],
)
def test_the_weight_lies_on_what_is_to_come(future, spend, missed):
    verdict = looking(future=future, spend=spend)
    assert (verdict.passed, lacking(verdict)) == (not missed, missed)
    assert figures(verdict) == pytest.approx({"future_share": future / 100, "spend_or_size_share": spend / 100})
    assert len(verdict.reasons) == len(missed)


def test_a_threshold_is_met_however_the_floats_were_added_up():
    # A tenth four times over: 0.1 + 0.1 + 0.1 + 0.1 of 1, and three tenths of spend.
    ahead = ["future_spend", "whitespace", "open_pipeline", "whitespace_ratio"]
    spend = ["revenue_ltm", "margin", "deal_count_ltm"]
    criteria = [(metric, O, 0.1) for metric in (*ahead, *spend, "nps", "csat", "adoption")]
    assert tried(*criteria).forward_looking.passed


def test_growth_and_tenure_are_no_spend():
    verdict = tried(("revenue_trend", O, 1), ("tenure_years", O, 1), ("future_spend", O, 2)).forward_looking
    assert figures(verdict) == {"future_share": 0.5, "spend_or_size_share": 0.0}


def test_size_counts_as_spend_does():
    verdict = tried(("employees", O, 1), ("annual_revenue", O, 1), ("margin", O, 1), ("nps", O, 1)).forward_looking
    assert figures(verdict)["spend_or_size_share"] == 0.75


def test_a_metric_that_is_gone_looks_neither_ahead_nor_back():
    verdict = tried(("gut_feeling", O, 3), ("future_spend", O, 2)).forward_looking
    assert figures(verdict) == pytest.approx({"future_share": 0.4, "spend_or_size_share": 0.0})


# -- multidimensional ---------------------------------------------------------------------------------------------

# Three figures and two judgements: 15, 15, 20 and 20, 30 per cent.
MANY = [("future_spend", O, 3), ("nps", O, 3), ("csat", O, 4), ("goal_fit", A, 2), ("influence", A, 3)]


def test_many_criteria_of_both_kinds_and_dimensions_pass():
    verdict = tried(*MANY).multidimensional
    expected = {
        "dimensions": 2,
        "criteria": 5,
        "quantitative_share": 0.5,
        "qualitative_share": 0.5,
        "largest_share": 0.3,
    }
    assert (verdict.passed, figures(verdict)) == (True, pytest.approx(expected))


@pytest.mark.parametrize(
    ("criteria", "missed"),
    [
        (MANY[:4], {"criteria", "largest_share"}),
        ([*MANY[:4], ("influence", A, 0)], {"criteria", "largest_share"}),
        ([(metric, O, 1) for metric, *_ in MANY], {"dimensions"}),
        ([(f"unknown_{at}", (A, O)[at % 2], 1) for at in range(6)], {"quantitative_share", "qualitative_share"}),
        ([("goal_fit", A, 1)], {"dimensions", "criteria", "quantitative_share", "largest_share"}),
    ],
)
def test_what_is_one_sided_does_not(criteria, missed):
    verdict = tried(*criteria).multidimensional
    assert (verdict.passed, lacking(verdict)) == (False, missed)
    assert len(verdict.reasons) == len(missed)


@pytest.mark.parametrize(("judged", "passed"), [(2.0, True), (1.9999, False)])
def test_a_fifth_of_each_kind_is_enough(judged, passed):
    rest = (10 - judged) / 4
    criteria = [(metric, (O, A)[at % 2], rest) for at, metric in enumerate(("nps", "csat", "whitespace", "adoption"))]
    # In two dimensions of equal weight each, shares are as the weights are.
    criteria = [*criteria, ("goal_fit", O, judged / 2), ("influence", A, judged / 2)]
    verdict = tried(*criteria).multidimensional
    assert verdict.passed is passed
    assert figures(verdict)["qualitative_share"] == pytest.approx(judged / 10)


@pytest.mark.parametrize(("heaviest", "passed"), [(35, True), (35.0001, False)])
def test_no_criterion_outweighs_the_others(heaviest, passed):
    others = [("nps", O, 50 - heaviest), ("whitespace", A, 20), ("goal_fit", A, 20), ("influence", A, 10)]
    assert tried(("future_spend", O, heaviest), *others).multidimensional.passed is passed


@pytest.mark.parametrize("opportunity_share", [0.0, 1.0])
def test_a_dimension_that_has_no_share_of_the_composite_is_none(opportunity_share):
    assert "dimensions" in lacking(tried(*MANY, opportunity_share=opportunity_share).multidimensional)


# -- enterprise-aligned -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({}, set()),
        ({"functions": ("finance", "product", "legal")}, set()),
        ({"functions": ("sales", "finance", "product")}, {"functions_other_than_sales"}),
        ({"functions": ("finance", "finance", "product", "sales")}, {"functions_other_than_sales"}),
        ({"kendalls_w": 0.5999}, {"kendalls_w"}),
        ({"kendalls_w": None}, {"kendalls_w"}),
        ({"open_blocking": 1}, {"open_blocking_objections"}),
    ],
)
def test_other_functions_agree_and_nobody_blocks(changed, missed):
    verdict = tried(*MANY, feedback=replace(AGREED, **changed)).enterprise_aligned
    assert (verdict.passed, lacking(verdict), len(verdict.reasons)) == (not missed, missed, len(missed))


def test_without_a_round_the_reason_is_that_there_is_none():
    verdict = tried(*MANY).enterprise_aligned
    assert set(figures(verdict).values()) == {None}
    assert [reason.startswith("Close a feedback round") for reason in verdict.reasons] == [True]


# -- market-aligned -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rho", "notes", "passed"),
    [(0.2, 0, True), (None, 1, True), (-0.4, 2, True), (None, 0, False), (0.0, 0, False), (-0.4, 0, False)],
)
def test_a_backtest_or_a_note_stands_behind_the_market_group(rho, notes, passed):
    verdict = tried(("nps", O, 9), ("csat", O, 1, "market"), rho=rho, notes=notes).market_aligned
    assert verdict.passed is passed
    assert len(verdict.reasons) == (not passed)


@pytest.mark.parametrize(("market", "passed"), [(10, True), (9.9999, False)])
def test_a_tenth_of_the_weight_looks_at_the_market(market, passed):
    verdict = tried(("nps", O, 100 - market), ("csat", O, market, "market"), rho=0.2).market_aligned
    assert verdict.passed is passed


@pytest.mark.parametrize(
    ("days", "criteria", "counts"),
    [
        (0, [], True),
        (365, [], True),
        (366, [], False),
        (-1, [], False),
        (10, ["goal_fit", "dropped"], True),
        (10, ["dropped"], False),
        (10, ["nps"], False),
    ],
)
def test_evidence_stands_for_a_year_and_for_criteria_that_weigh(days, criteria, counts):
    model = weighed(("goal_fit", A, 1), ("nps", O, 0))
    assert stands(TODAY - timedelta(days=days), criteria, model, TODAY) is counts


def test_a_backtest_holds_of_models_that_score_alike():
    model = weighing(("goal_fit", A, 1, "market"), ("nps", O, 2))
    first, second = model.criteria
    renamed = replace(model, name="Other", criteria=(second, replace(first, group=None, rationale="why")), gates=())
    assert scores_alike(model, renamed)
    assert not scores_alike(model, replace(model, opportunity_share=0.6))
    assert not scores_alike(model, replace(model, missing_policy="neutral"))
    assert not scores_alike(model, replace(model, criteria=(first, replace(second, weight=2.5))))
    assert not scores_alike(model, replace(model, criteria=(first, replace(second, value_function=Rating()))))
    assert scores_alike(model, replace(model, criteria=(first, replace(second, value_function=Linear(0, 1)))))


# -- the whole ----------------------------------------------------------------------------------------------------


def test_the_shipped_model_looks_ahead_has_many_dimensions_and_its_market_group():
    shipped = weight_shares(default_model(None), SHIPPED)
    found = litmus(shipped, None, None, 0)
    # Half of each dimension's hundred. Ahead: future_spend 30, cross_sell_potential 20, customer_growth_outlook 20 of
    # opportunity, willingness_to_partner 25 of alignment. Figures: future_spend 30, cross_sell_potential 20,
    # revenue_trend 10; relationship_depth 15, collaboration_breadth 10, win_rate 10. The market group: outlook 20 and
    # market_leadership 10.
    assert figures(found.forward_looking) == pytest.approx({"future_share": 0.475, "spend_or_size_share": 0.0})
    assert figures(found.multidimensional) == pytest.approx(
        {
            "dimensions": 2,
            "criteria": 13,
            "quantitative_share": 0.475,
            "qualitative_share": 0.525,
            "largest_share": 0.15,
        }
    )
    assert figures(found.market_aligned) == {
        "market_share": pytest.approx(0.15),
        "backtest_rho": None,
        "evidence_notes": 0,
    }
    assert [verdict.passed for verdict in found.verdicts] == [True, True, False, False]
    assert litmus(shipped, AGREED, 0.1, 0).passed


def test_the_document_rounds_what_it_shows_and_says_what_is_lacking():
    document = litmus_document(tried(("goal_fit", A, 1), ("future_spend", A, 2)))
    assert document["passed"] is False
    assert document["forward_looking"] == {
        "passed": True,
        "figures": [
            {
                "name": "future_share",
                "value": 0.6667,
                "at_least": 0.4,
                "at_most": None,
                "above": None,
                "alternative": False,
                "holds": True,
            },
            {
                "name": "spend_or_size_share",
                "value": 0.0,
                "at_least": None,
                "at_most": 0.3,
                "above": None,
                "alternative": False,
                "holds": True,
            },
        ],
        "reasons": [],
    }
    assert document["market_aligned"]["reasons"] == [
        "Criteria of the group `market` have 0 % of the weight; they need at least 10 %",
        (
            "Show by a backtest of the model as it is that its composite goes with growth, or record evidence from the"
            " market that is at most 365 days old"
        ),
    ]


@few
@given(any_criteria(), opportunity_shares, weights)
def test_more_weight_on_current_spend_never_makes_a_model_look_forward(criteria, opportunity_share, more):
    before = tried(*criteria, opportunity_share=opportunity_share).forward_looking
    for dimension in (O, A):
        after = tried(*criteria, ("margin", dimension, more), opportunity_share=opportunity_share).forward_looking
        assert before.passed or not after.passed


@few
@given(any_criteria(), opportunity_shares)
def test_a_part_passes_just_when_nothing_is_lacking(criteria, opportunity_share):
    for verdict in tried(*criteria, opportunity_share=opportunity_share).verdicts:
        needed = [figure.holds for figure in verdict.figures if not figure.alternative]
        either = [figure.holds for figure in verdict.figures if figure.alternative] or [True]
        assert verdict.passed is (all(needed) and any(either))
