"""Published figures: as their sources tell them, and no more."""

import pytest

from app.kernel.benchmarks import BENCHMARKS

# Read off the sources by hand: value, upper end, how many were asked, year.
TOLD = {
    "current_spend_selection": (-51, None, None, 2022),
    "long_standing_relationship": (-50, None, None, 2022),
    "potential_first_selection": (8, None, None, 2022),
    "high_collaboration": (215, None, None, 2022),
    "partnership_potential_tested": (3, None, None, 2022),
    "customer_strategy_contribution": (3, 4, None, 2022),
    "resources_fully_used": (16, None, 372, 2022),
    "quota_missed": (58, None, None, 2022),
    "program_rebuilt": (79, None, None, 2022),
    "practices_ineffective": (68, None, None, 2022),
    "resources_reduced": (32, None, None, 2022),
    "healthier_after_reducing": (41, None, None, 2022),
    "personal_relationships": (76, None, None, 2022),
    "higher_growth_expected": (95, None, None, 2022),
    "coordination_limits_strategy": (66, None, None, None),
    "accounts_per_manager": (7, 8, None, 2022),
    "accounts_per_manager_band": (5, 10, None, 2024),
    "key_account_revenue": (60, 70, None, 2024),
    "key_account_customers": (10, 20, None, 2024),
    "planning_very_effective": (8, None, None, None),
    "planning_moderately_effective": (53, None, None, None),
    "planning_slightly_effective": (31, None, None, None),
    "planning_not_effective": (8, None, None, None),
    "skill_experience_and_judgement": (98, None, None, 2024),
    "skill_collaboration": (96, None, None, 2024),
    "skill_customer_service": (94, None, None, 2024),
    "skill_strategic_planning": (91, None, None, 2024),
    "skill_innovation": (90, None, None, 2024),
    "skill_project_management": (88, None, None, 2024),
    "returns_priority": (70, None, None, None),
    "manager_over_program": (82, None, None, 2022),
}


def test_figures_are_those_of_their_sources():
    assert {one.code: (one.value, one.value_to, one.n, one.year) for one in BENCHMARKS.values()} == TOLD


@pytest.mark.parametrize("one", BENCHMARKS.values(), ids=lambda one: one.code)
def test_each_says_whom_it_is_of_where_it_stands_and_what_to_bear_in_mind(one):
    assert all((one.says, one.population, one.source, one.caveat))
    assert one.value_to is None or one.value_to > one.value


def test_what_nobody_can_look_up_is_marked():
    uncited = {one.code for one in BENCHMARKS.values() if one.evidence_grade == "uncited"}
    assert uncited == {"accounts_per_manager_band", "key_account_revenue", "key_account_customers"}


def test_likelihoods_are_told_as_associations():
    moved = {one.kind for one in BENCHMARKS.values() if one.unit in {"percent_change", "times_as_likely"}}
    assert moved == {"association"}
