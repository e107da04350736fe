"""The registry: what it holds, what it refuses, and how an organization adds to it."""

from dataclasses import replace

import pytest

from app.kernel.errors import Invalid
from app.kernel.ids import TenantId, new_id
from app.metrics.core.registry import UnknownMetric, observed, rated, registry
from app.metrics.service import SHIPPED, registry_of
from app.tenancy.core.organization import CustomMetric, Organization, WarningThresholds

COMPUTED = {
    "revenue_ltm", "revenue_prior_ltm", "revenue_growth", "revenue_trend", "future_spend", "open_pipeline",
    "pipeline_coverage", "whitespace", "whitespace_ratio", "whitespace_covered", "win_rate", "cycle_days",
    "deal_count_ltm", "lost_amount_ltm",
    "offerings_bought", "offering_breadth", "cross_sell_potential", "buying_centers_active", "concentration_offering",
    "concentration_buying_center", "concentration_decision_maker", "tenure_years", "relationship_depth",
    "executives_met_new", "offerings_proposed_new", "proposals_new", "referrals_new_buying_center", "advocacy",
    "sole_source_share", "competitor_footholds", "revenue_attainment", "margin_attainment", "gross_retention",
    "net_retention", "days_since_qbr", "days_since_executive_meeting", "collaboration_breadth",
    "employees", "annual_revenue", "buying_centers_new", "advocates", "largest_contact_share", "supporters_left",
    "detractors_deciding", "days_since_plan_update", "commitments_kept", "expectations_met", "resource_utilization",
}  # fmt: skip
OBSERVED = {
    "nps", "csat", "adoption", "margin", "share_of_wallet", "decision_confidence", "delivery_quality",
    "on_time_delivery", "partner_confidence",
    "expected_spend",
}  # fmt: skip
RATED = {
    "willingness_to_partner", "goal_fit", "customer_growth_outlook", "market_leadership", "switching_cost",
    "perceived_value", "influence", "strategic_importance", "procurement_disposition", "compatibility",
}  # fmt: skip
# The default model's weights, each dimension adding up to 100.
DEFAULT_WEIGHTS = {
    "willingness_to_partner": 25, "goal_fit": 20, "relationship_depth": 15, "procurement_disposition": 10,
    "strategic_importance": 10, "collaboration_breadth": 10, "win_rate": 10, "future_spend": 30,
    "cross_sell_potential": 20, "customer_growth_outlook": 20, "market_leadership": 10, "switching_cost": 10,
    "revenue_trend": 10,
}  # fmt: skip


def an_organization(*custom: CustomMetric) -> Organization:
    return Organization(
        tenant_id=TenantId(new_id()), name="Supplier", reporting_currency="USD", key_account_revenue_threshold=None,
        stage_probabilities={}, proposal_stages=(), custom_metrics=custom, tracks={},
        warning_thresholds=WarningThresholds(), cadences={}, roadblock_days={}, appraisal_days={}, frame_ancestors=(),
        simulated=False,
        selection_model_id=None, health_model_id=None, version=1,
    )  # fmt: skip


def test_the_registry_holds_every_metric_whose_facts_can_be_recorded():
    assert set(SHIPPED.metrics) == COMPUTED | OBSERVED | RATED


def test_every_metric_says_what_it_is_and_when_it_is_unknown():
    for metric in SHIPPED:
        assert metric.facts
        for words in (metric.title, metric.unit, metric.definition, metric.window):
            assert words, metric.key
        assert metric.when_missing.startswith("Null "), metric.key


def test_past_and_current_spend_size_and_tenure_can_be_told():
    told = {metric.key: metric.measures for metric in SHIPPED}

    assert {told[key] for key in ("revenue_ltm", "revenue_prior_ltm", "deal_count_ltm")} == {"spend"}
    assert [key for key, measures in told.items() if measures == "tenure"] == ["tenure_years"]
    assert [key for key, measures in told.items() if measures == "size"] == ["employees", "annual_revenue"]
    assert told["future_spend"] == told["willingness_to_partner"] == "potential"


def test_the_default_model_looks_forward_and_stands_on_both_kinds_of_evidence():
    metrics = {key: SHIPPED.of(key) for key in DEFAULT_WEIGHTS}
    total = sum(DEFAULT_WEIGHTS.values())

    def share(chosen):
        return sum(weight for key, weight in DEFAULT_WEIGHTS.items() if chosen(metrics[key])) / total

    assert share(lambda metric: metric.horizon == "future") >= 0.4
    assert share(lambda metric: metric.measures in {"spend", "size"} and metric.horizon != "future") == 0
    assert share(lambda metric: metric.kind == "qualitative") >= 0.2
    assert share(lambda metric: metric.kind == "quantitative") >= 0.2


def test_an_unknown_key_is_refused_by_name():
    with pytest.raises(UnknownMetric, match="charisma, luck") as refused:
        SHIPPED.refuse_unknown(["luck", "revenue_ltm", "charisma"])

    assert isinstance(refused.value, Invalid)
    with pytest.raises(UnknownMetric, match="luck"):
        SHIPPED.of("luck")


def test_two_metrics_cannot_share_a_key():
    with pytest.raises(ValueError, match="share a key"):
        registry([observed("nps", "One", "score"), observed("nps", "Other", "score")])


def test_an_organizations_own_metrics_come_behind_the_shipped_ones():
    found = registry_of(
        an_organization(
            CustomMetric("fleet_age", "Age of the fleet", "observation", "years", "past", 30),
            CustomMetric("courage", "Courage", "rating", "rating", "future"),
        )
    )

    assert list(found.metrics)[-2:] == ["fleet_age", "courage"]
    assert (found.of("fleet_age").unit, found.of("fleet_age").shelf_life_days) == ("years", 30)
    assert (found.of("courage").kind, found.of("courage").horizon) == ("qualitative", "future")
    assert len(found) == len(SHIPPED) + 2


def test_an_organization_sets_the_shelf_life_of_a_shipped_observation_but_redefines_nothing_computed():
    nps = observed("nps", "NPS, by our survey", "score", shelf_life_days=90)
    found = SHIPPED.extended([nps, observed("revenue_ltm", "Mine", "money"), rated("csat", "Mine")])

    assert found.of("nps") == replace(nps, measures=SHIPPED.of("nps").measures)
    assert found.of("revenue_ltm") is SHIPPED.of("revenue_ltm")
    assert found.of("csat") is SHIPPED.of("csat")
