import pytest

from app.health.core.warnings.plays import PLAYS
from app.health.core.warnings.rules import BY_CODE, METRICS, METRICS_BEFORE, RULES
from app.metrics.families import SHIPPED
from app.tenancy.core.organization import WarningThresholds
from tests.health.core.warnings.days import found, holds

NAN = float("nan")
COMFORT = {"revenue_attainment": 1.0, "executives_met_new": 0, "buying_centers_new": 0}
QUIET = {"executives_met_new": 0, "buying_centers_new": 0}

# Code, figures, figures of 90 days before, and whether it is a warning. The limits are those of domain.md 6.5.
CASES = [
    ("comfort_zone", COMFORT, QUIET, True),
    ("comfort_zone", COMFORT | {"revenue_attainment": 0.99}, QUIET, False),
    ("comfort_zone", COMFORT | {"executives_met_new": 1}, QUIET, False),
    ("comfort_zone", COMFORT, QUIET | {"buying_centers_new": 1}, False),
    ("comfort_zone", COMFORT, QUIET | {"executives_met_new": NAN}, False),
    ("concentrated", {"deal_count_ltm": 2, "concentration_offering": 0.6}, None, True),
    ("concentrated", {"deal_count_ltm": 1, "concentration_offering": 1.0}, None, False),
    ("concentrated", {"deal_count_ltm": 9, "concentration_offering": 0.59}, None, False),
    ("concentrated", {"deal_count_ltm": 9, "concentration_decision_maker": 0.7}, None, True),
    ("flattening", {"revenue_trend": 0.0}, {"revenue_trend": 0.2}, True),
    ("flattening", {"revenue_trend": -0.1}, {"revenue_trend": 0.0}, False),
    ("flattening", {"revenue_trend": 0.01}, {"revenue_trend": 0.2}, False),
    ("flattening", {"revenue_trend": -0.1}, {}, False),
    ("thin_relationships", {"advocates": 1}, None, True),
    ("thin_relationships", {"advocates": 2, "largest_contact_share": 0.6}, None, False),
    ("thin_relationships", {"advocates": 2, "largest_contact_share": 0.61}, None, True),
    ("supporter_left", {"supporters_left": 1}, None, True),
    ("supporter_left", {"supporters_left": 0}, None, False),
    ("competitor_foothold", {"competitor_footholds": 1}, None, True),
    ("competitor_foothold", {"competitor_footholds": 0}, None, False),
    ("untapped_whitespace", {"whitespace_ratio": 3.0, "whitespace_covered": 0.4}, None, True),
    ("untapped_whitespace", {"whitespace_ratio": 3.0, "whitespace_covered": 0.5}, None, False),
    ("untapped_whitespace", {"whitespace_ratio": 2.9, "whitespace_covered": 0.0}, None, False),
    ("untapped_whitespace", {"whitespace": 100, "open_pipeline": 0, "whitespace_covered": 0.0}, None, True),
    ("untapped_whitespace", {"whitespace": 0, "open_pipeline": 0, "whitespace_covered": 0.0}, None, False),
    ("untapped_whitespace", {"whitespace_ratio": 9.0}, None, False),
    ("plan_stale", {"days_since_plan_update": 91}, None, True),
    ("plan_stale", {"days_since_plan_update": 90}, None, False),
    ("engagement_lapsed", {"days_since_qbr": 121}, None, True),
    ("engagement_lapsed", {"days_since_qbr": 120, "days_since_executive_meeting": 999}, None, False),
    ("resources_unused", {"resource_utilization": 0.49}, None, True),
    ("resources_unused", {"resource_utilization": 0.5}, None, False),
    ("commitments_missed", {"commitments_kept": 0.79}, None, True),
    ("commitments_missed", {"commitments_kept": 0.8}, None, False),
    ("expectations_unmet", {"expectations_met": 0.79}, None, True),
    ("expectations_unmet", {"expectations_met": 0.8}, None, False),
    ("usage_falling", {"adoption": 0.9}, {"adoption": 1.0}, True),
    ("usage_falling", {"adoption": 0.91}, {"adoption": 1.0}, False),
    ("usage_falling", {"adoption": 0.1}, {"adoption": 0.0}, False),
    ("usage_falling", {"adoption": 0.1}, {}, False),
    ("detractor", {"nps": 6.9}, None, True),
    ("detractor", {"nps": 7.0, "detractors_deciding": 0}, None, False),
    ("detractor", {"detractors_deciding": 1}, None, True),
    ("all_competitive", {"sole_source_share": 0.1}, {"sole_source_share": 0.19}, True),
    ("all_competitive", {"sole_source_share": 0.1}, {"sole_source_share": 0.2}, False),
    ("market_worsening", {"market_leadership": 3.0}, {"market_leadership": 4.0}, True),
    ("market_worsening", {"customer_growth_outlook": 3.1}, {"customer_growth_outlook": 4.0}, False),
    ("user_base_matured", {"adoption": 0.9}, {"adoption": 0.95}, True),
    ("user_base_matured", {"adoption": 0.95}, {"adoption": 0.89}, False),
]


@pytest.mark.parametrize(("code", "now", "before", "expected"), CASES)
def test_a_rule_holds_from_its_threshold_on(code, now, before, expected):
    assert holds(code, now, before) is expected


def test_every_rule_is_shown_to_hold_and_not_to_hold():
    for outcome in (True, False):
        assert {code for code, *_, expected in CASES if expected is outcome} == set(BY_CODE)


@pytest.mark.parametrize("code", BY_CODE)
def test_of_what_is_unknown_no_rule_opens(code):
    opens, unknown = found(code, dict.fromkeys(METRICS, NAN))
    assert not opens
    # Nothing is asked of the executives of an account without a tier.
    assert unknown == {way.code for way in BY_CODE[code].ways} - {"executives"}


def test_a_fall_of_growth_goes_on_while_revenue_does_not_grow_again():
    """It opens with the turn; that the turn is long ago is no relief."""
    (way,) = BY_CODE["flattening"].ways
    assert {comparison.measure for comparison in way.opens} == {"now", "before"}
    assert [comparison.measure for comparison in way.goes_on] == ["now"]


def test_a_tier_with_a_cadence_has_its_own_limits():
    assert holds("engagement_lapsed", {"days_since_qbr": 91}, tier="tier_1")
    assert not holds("engagement_lapsed", {"days_since_qbr": 91}, tier="no_such_tier")
    assert found("engagement_lapsed", {"days_since_qbr": 1, "days_since_executive_meeting": 181}, tier="tier_1")[0] == {
        "executives"
    }
    assert not holds("engagement_lapsed", {"days_since_qbr": 1, "days_since_executive_meeting": 181}, tier="tier_2")


def test_an_organization_sets_its_own_thresholds():
    thresholds = WarningThresholds(plan_days_above=30, advocates_below=1)
    assert holds("plan_stale", {"days_since_plan_update": 31}, thresholds=thresholds)
    assert not holds("thin_relationships", {"advocates": 1}, thresholds=thresholds)


def test_every_threshold_of_an_organization_belongs_to_a_rule():
    limits = {comparison.limit for rule in RULES for comparison in rule.comparisons}
    assert set(WarningThresholds.__dataclass_fields__) <= limits


def test_codes_and_plays_are_all_there_and_used():
    assert len(BY_CODE) == len(RULES)
    for rule in RULES:
        assert len({way.code for way in rule.ways}) == len(rule.ways)
    assert {play for rule in RULES for play in rule.plays} == set(PLAYS)


def test_rules_and_plays_read_metrics_that_are_measured():
    assert set(METRICS) <= set(SHIPPED.metrics)
    assert set(METRICS_BEFORE) <= set(SHIPPED.metrics)
    assert {key for play in PLAYS.values() for key in play.shows_in} <= set(SHIPPED.metrics)
