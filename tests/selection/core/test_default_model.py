"""The shipped model: the table of its design, and the shares that the litmus test will ask of it."""

import pytest

from app.selection.core.default_model import default_model
from app.selection.core.model import Gate
from app.selection.core.model_problems import check_model
from tests.selection.core.examples import scores

# What each metric looks at and how it is known, written down here from the metrics' definitions.
FUTURE = {
    "future_spend",
    "cross_sell_potential",
    "customer_growth_outlook",
    "market_leadership",
    "willingness_to_partner",
}
PAST_OR_CURRENT_SPEND_OR_SIZE = {"revenue_trend", "revenue_ltm", "revenue_growth", "employees"}
QUANTITATIVE = {
    "relationship_depth",
    "collaboration_breadth",
    "win_rate",
    "future_spend",
    "cross_sell_potential",
    "revenue_trend",
}


def shares():
    """The share of all weight that each criterion has, dimensions scaled to their shares."""
    model = default_model(None)
    totals = {
        dimension: sum(one.weight for one in model.criteria if one.dimension == dimension)
        for dimension in ("opportunity", "alignment")
    }
    return {
        one.key: model.dimension_share(one.dimension) * one.weight / totals[one.dimension] for one in model.criteria
    }


def share_of(keys):
    return sum(share for key, share in shares().items() if key in keys)


def test_it_is_valid_and_weighs_each_dimension_100():
    model = default_model(50_000)
    check_model(model)
    assert sum(one.weight for one in model.criteria if one.dimension == "opportunity") == 100
    assert sum(one.weight for one in model.criteria if one.dimension == "alignment") == 100
    assert sum(shares().values()) == pytest.approx(1)


def test_it_looks_forward():
    # 15 + 10 + 10 + 5 + 12.5 per cent
    assert share_of(FUTURE) == pytest.approx(0.525)
    assert share_of(FUTURE) >= 0.4
    assert share_of(PAST_OR_CURRENT_SPEND_OR_SIZE) == pytest.approx(0.05)


def test_it_has_many_dimensions():
    model = default_model(None)
    assert {one.dimension for one in model.criteria} == {"opportunity", "alignment"}
    assert len(model.criteria) == 13
    # 7.5 + 5 + 5 + 15 + 10 + 5 per cent
    assert share_of(QUANTITATIVE) == pytest.approx(0.475)
    assert 0.2 <= share_of(QUANTITATIVE) <= 0.8
    assert max(shares().values()) <= 0.35


def test_a_tenth_or_more_looks_at_the_market():
    market = {one.key for one in default_model(None).criteria if one.group == "market"}
    assert market == {"customer_growth_outlook", "market_leadership"}
    assert share_of(market) == pytest.approx(0.15)


def test_current_revenue_size_and_tenure_have_no_weight():
    assert not {"revenue_ltm", "tenure_years", "employees"} & {one.metric for one in default_model(1.0).criteria}


def test_each_criterion_says_why():
    reasons = [one.rationale for one in default_model(None).criteria]
    assert all(reasons)
    assert len(set(reasons)) == len(reasons)


def test_the_gate_takes_the_organizations_threshold_or_is_not_there():
    assert default_model(50_000.0).gates == (Gate("revenue_ltm", "emerging", at_least=50_000.0),)
    assert default_model(None).gates == ()


def test_a_bare_crm_export_is_ranked_though_provisionally():
    bare = {
        "relationship_depth": 4,
        "win_rate": 0.6,
        "future_spend": 9000,
        "cross_sell_potential": 0.5,
        "revenue_trend": 0.02,
    }
    result = scores(default_model(None), bare, {**bare, "future_spend": 100})
    # Known of alignment: 15 + 10; of opportunity: 30 + 20 + 10.
    assert result.figures[:, 3, 0] == pytest.approx([0.6, 0.25, 0.425])
    # Of alignment 15 times 0.8 and 10 times 0.6 in 25; of opportunity 30 * 0.75, 20 * 0.5 and 10 * 0.6 in 60.
    assert result.figures[:2, 0, 0] == pytest.approx([100 * 38.5 / 60, 72])
    assert result.provisional.all()
    assert result.composite[0] > result.composite[1]
