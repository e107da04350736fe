"""The rules of early warning, as data."""

from collections.abc import Mapping
from typing import Final

from app.health.core.warnings.conditions import Comparison
from app.health.core.warnings.limits import EXECUTIVE
from app.health.core.warnings.rule import Rule, Way

# [004] is the article on hygiene and health; [000] and [001] the studies on key account programs.
_DEALS = Comparison("deal_count_ltm", "at_least", "concentration_deals_from")
_UNCOVERED = Comparison("whitespace_covered", "below", "whitespace_covered_below")


def _one_way(*opens: Comparison, code: str, says: str, stays: tuple[Comparison, ...] | None = None) -> tuple[Way, ...]:
    return (Way(code, says, opens, stays),)


def _concentrated(what: str, says: str) -> Way:
    key = f"concentration_{what}"
    return Way(f"by_{what}", says, (_DEALS, Comparison(key, "at_least", "concentration_from")))


RULES: Final = (
    Rule(
        "comfort_zone",
        "Coasting in the comfort zone",
        "Are the numbers good while no new executive and no new buying center was reached for two quarters?",
        "medium",
        _one_way(
            Comparison("revenue_attainment", "at_least", "goals_met_from"),
            Comparison("executives_met_new", "at_most", 0),
            Comparison("executives_met_new", "at_most", 0, "before"),
            Comparison("buying_centers_new", "at_most", 0),
            Comparison("buying_centers_new", "at_most", 0, "before"),
            code="no_new_doors",
            says="Goals are met, and no door was opened in two quarters",
        ),
        ("open_new_doors", "learn_executive_agenda", "offer_something_new"),
        "[004]: the account executive in his comfort zone; two quarters are ours",
    ),
    Rule(
        "concentrated",
        "Concentrated in few hands",
        "Does the revenue of several deals hang on one division, one decision maker or one offering?",
        "medium",
        (
            _concentrated("offering", "Revenue hangs on few offerings"),
            _concentrated("buying_center", "Revenue hangs on few buying centers"),
            _concentrated("decision_maker", "Revenue hangs on few decision makers"),
        ),
        ("open_new_doors", "offer_something_new", "grow_advocates"),
        "[004]: one division, one decision maker, one type of offering",
    ),
    Rule(
        "flattening",
        "Growth is flattening",
        "Has revenue stopped growing that grew a quarter ago, and not begun again since?",
        "high",
        _one_way(
            Comparison("revenue_trend", "at_most", 0),
            Comparison("revenue_trend", "above", 0, "before"),
            code="trend_turned",
            says="The trend of revenue is no longer up",
            # It would be no relief that the fall is no longer new.
            stays=(Comparison("revenue_trend", "at_most", 0),),
        ),
        ("rethink_growth", "plan_whitespace", "offer_something_new"),
        "[004]: what happens when revenue growth flattens",
    ),
    Rule(
        "thin_relationships",
        "Thin relationships",
        "Are there too few who speak for us, or does most revenue come through one contact?",
        "medium",
        (
            Way("few_advocates", "Too few speak for us", (Comparison("advocates", "below", "advocates_below"),)),
            Way(
                "one_contact",
                "Most revenue comes through one contact",
                (Comparison("largest_contact_share", "above", "contact_share_above"),),
            ),
        ),
        ("grow_advocates", "open_new_doors"),
        "[004]: coaches and listening posts across the account",
    ),
    Rule(
        "supporter_left",
        "A supporter was lost",
        "Has somebody who supported us a quarter ago left, or changed their mind?",
        "high",
        _one_way(
            Comparison("supporters_left", "at_least", 1),
            code="lost",
            says="Who supported us a quarter ago does not now",
        ),
        ("find_successor", "grow_advocates"),
        "[004]: key supporters leave the firm, or politics become unfavorable",
    ),
    Rule(
        "competitor_foothold",
        "A competitor has a foothold",
        "Is a competitor named on an open deal, or did one win a deal from us within a year?",
        "high",
        _one_way(
            Comparison("competitor_footholds", "at_least", 1),
            code="foothold",
            says="A competitor is in a buying center",
        ),
        ("answer_competitor", "grow_advocates"),
        "[004]: competitors establish a beachhead or flank the position",
    ),
    Rule(
        "untapped_whitespace",
        "Whitespace that nobody works on",
        "Is there several times more to win than is visible in the pipeline, and a strategy for little of it?",
        "medium",
        (
            Way(
                "pipeline_small",
                "The pipeline is a small part of what could be won",
                (Comparison("whitespace_ratio", "at_least", "whitespace_ratio_from"), _UNCOVERED),
            ),
            Way(
                "pipeline_empty",
                "There is much to win, and no pipeline at all",
                (Comparison("whitespace", "above", 0), Comparison("open_pipeline", "at_most", 0), _UNCOVERED),
            ),
        ),
        ("plan_whitespace", "offer_something_new"),
        "[004]: opportunities of three times the visible ones with few actionable plans",
    ),
    Rule(
        "plan_stale",
        "The plan is stale",
        "Has nobody worked on the account plan for a quarter?",
        "medium",
        _one_way(
            Comparison("days_since_plan_update", "above", "plan_days_above"),
            code="not_updated",
            says="The plan has not been worked on for too long",
        ),
        ("renew_plan",),
        "[000]: plans that are updated often build confidence in decisions",
    ),
    Rule(
        "engagement_lapsed",
        "Engagement has lapsed",
        "Is a review with the customer overdue, by the cadence of the account's tier or else of the organization?",
        "medium",
        (
            Way(
                "business_review",
                "The business review is overdue",
                (Comparison("days_since_qbr", "above", "qbr_days_above"),),
            ),
            Way(
                "executives",
                "Executives have not met for longer than the tier's cadence allows",
                (Comparison("days_since_executive_meeting", "above", EXECUTIVE),),
            ),
        ),
        ("hold_review", "learn_executive_agenda"),
        "[003]: touchpoints with a cadence; the days are ours",
    ),
    Rule(
        "resources_unused",
        "Resources are not used",
        "Does the account use little of what it is entitled to?",
        "low",
        _one_way(
            Comparison("resource_utilization", "below", "resources_used_below"),
            code="underused",
            says="Little of the resources is used",
        ),
        ("use_or_return_resources",),
        "[001]: resources that are granted and not used",
    ),
    Rule(
        "commitments_missed",
        "Commitments are missed",
        "Do we keep fewer of our commitments than we may?",
        "high",
        _one_way(
            Comparison("commitments_kept", "below", "commitments_kept_below"),
            code="missed",
            says="Too few commitments were kept",
        ),
        ("recover_promise",),
        "[000]: functions that promise and do not deliver",
    ),
    Rule(
        "expectations_unmet",
        "Expectations are not met",
        "Are expectations unmet that were agreed with the customer?",
        "high",
        _one_way(
            Comparison("expectations_met", "below", "expectations_met_below"),
            code="unmet",
            says="Too few agreed expectations are met",
        ),
        ("recover_promise", "hold_review"),
        "[001]: the first missed expectation starts the appraisal",
    ),
    Rule(
        "usage_falling",
        "Usage is falling",
        "Is clearly less of what was sold in use than a quarter ago?",
        "high",
        _one_way(
            Comparison("adoption", "at_least", "usage_fall_from", "fall"),
            code="adoption_fell",
            says="Adoption fell within a quarter",
        ),
        ("revive_usage", "recover_promise"),
        "[003]: adoption and usage as a measure shared with the customer",
    ),
    Rule(
        "detractor",
        "A detractor has weight",
        "Would the customer not recommend us, or is somebody against us who takes part in decisions?",
        "high",
        (
            Way("score_low", "The customer would not recommend us", (Comparison("nps", "below", "nps_below"),)),
            Way(
                "deciding",
                "Somebody against us takes part in decisions",
                (Comparison("detractors_deciding", "at_least", 1),),
            ),
        ),
        ("win_over_detractor", "recover_promise"),
        "[004]: internal politics become unfavorable",
    ),
    Rule(
        "all_competitive",
        "Everything is competitive",
        "Has next to nothing come to us without a competition for two quarters?",
        "low",
        _one_way(
            Comparison("sole_source_share", "below", 0.2),
            Comparison("sole_source_share", "below", 0.2, "before"),
            code="contested",
            says="Hardly any deal is sole-sourced",
        ),
        ("shape_demand_early", "learn_executive_agenda"),
        "[004]: is every opportunity competitive; a fifth and two quarters are ours",
    ),
    Rule(
        "market_worsening",
        "The customer's market is getting worse",
        "Do our people see the customer's growth or place in its market a class lower than a quarter ago?",
        "medium",
        (
            Way(
                "growth_outlook",
                "The outlook for the customer's growth fell",
                (Comparison("customer_growth_outlook", "at_least", 1, "drop"),),
            ),
            Way(
                "leadership",
                "The customer's place in its market fell",
                (Comparison("market_leadership", "at_least", 1, "drop"),),
            ),
        ),
        ("rethink_growth", "learn_executive_agenda"),
        "[004]: market forces make the customer's business less attractive; one class of the scale is ours",
    ),
    Rule(
        "user_base_matured",
        "The user base has matured",
        "Do nearly all users who could use what was sold do so, for two quarters, so that no growth is left there?",
        "low",
        _one_way(
            Comparison("adoption", "at_least", 0.9),
            Comparison("adoption", "at_least", 0.9, "before"),
            code="saturated",
            says="Nearly everybody uses it already",
        ),
        ("offer_something_new", "open_new_doors"),
        "[004]: what happens when the user base matures; nine tenths and two quarters are ours",
    ),
)
BY_CODE: Final[Mapping[str, Rule]] = {rule.code: rule for rule in RULES}

# The metrics of the day, and those of 90 days before.
METRICS: Final = tuple(dict.fromkeys(key for rule in RULES for key in rule.metrics))
METRICS_BEFORE: Final = tuple(
    dict.fromkeys(comparison.metric for rule in RULES for comparison in rule.comparisons if comparison.looks_back)
)
