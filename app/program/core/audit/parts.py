"""Says what the checks add up to: design requirements, guiding questions, core elements, and what a program is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

RequirementCode = Literal[
    "selection_and_tiering", "resourcing", "executive_sponsorship", "planning", "calibration", "retiering"
]


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is in place when its checks hold; checks: their codes."""

    code: str
    says: str
    checks: Sequence[str]


# Sources: the audit of design requirements of "Account Management: CSO Strategies to Drive High Performance", where the
# first three are named; the others are the further steps of "(Re)building Key Account Programs for Growth".
REQUIREMENTS: Final = (
    Part(
        "selection_and_tiering",
        "Which accounts are key is decided by criteria that stand up",
        (
            "scored_by_criteria", "decided_on_record", "criteria_are_mixed", "criteria_go_with_growth",
            "functions_behind_criteria",
        ),
    ),
    Part(
        "resourcing",
        "Resources are committed, arrive and are used",
        ("resources_fully_used", "commitments_kept", "functions_have_leaders", "kam_assigned"),
    ),
    Part(
        "executive_sponsorship",
        "Executives have a defined part, and play it",
        ("sponsored", "sponsor_role_defined", "executives_meet", "mandate_across_functions"),
    ),
    Part("planning", "Plans are joint and alive", ("planned", "plans_fresh", "plans_joint", "reviewed_regularly")),
    Part(
        "calibration",
        "The partnership is agreed with the customer",
        ("calibrated", "requirements_on_file", "tailored"),
    ),
    Part(
        "retiering",
        "Accounts earn their tier again and again",
        ("reviewed_in_time", "shortfalls_appraised", "shortfalls_acted_on"),
    ),
)  # fmt: skip

# Source: "(Re)building Key Account Programs for Growth", its four guiding questions.
QUESTIONS: Final = (
    Part(
        "what_is_key",
        "What makes an account key here?",
        ("scored_by_criteria", "decided_on_record", "criteria_are_mixed", "criteria_go_with_growth"),
    ),
    Part(
        "align_enterprise",
        "How does the whole enterprise stand behind key accounts?",
        (
            "functions_behind_criteria", "several_functions", "functions_have_leaders", "commitments_kept",
            "mandate_across_functions",
        ),
    ),
    Part(
        "partner_with_customers",
        "How do we become partners with key customers?",
        ("calibrated", "requirements_on_file", "plans_joint", "resources_fully_used"),
    ),
    Part(
        "maintain_performance",
        "How does the program keep performing?",
        ("reviewed_in_time", "shortfalls_appraised", "shortfalls_acted_on", "health_measured"),
    ),
)  # fmt: skip

# Source: "Key Account Management: The Ultimate Guide for 2024", its core elements.
ELEMENTS: Final = (
    Part("executive_sponsorship", "Executive sponsorship", ("mandate_across_functions", "sponsored")),
    Part("dedicated_team", "A dedicated team", ("kam_assigned", "functions_have_leaders")),
    Part("clear_plans", "Clear account plans", ("planned", "plans_fresh", "plans_joint")),
    Part("consistent_engagement", "Consistent engagement", ("reviewed_regularly", "executives_meet")),
    Part("tailored_offerings", "Tailored offerings", ("tailored",)),
    Part("shared_metrics", "Shared metrics", ("requirements_on_file", "health_measured")),
)

# What the same source calls enough to begin with.
MINIMUM: Final = (
    Part("dedicated_managers", "Each key account has its manager", ("kam_assigned",)),
    Part("joint_plans", "Each key account has a plan that the customer signed", ("plans_joint",)),
    Part("regular_reviews", "Each key account is reviewed regularly", ("reviewed_regularly",)),
)

# What each key account needs for all of them to be a program; in the order in which one rests on the other.
CHAIN: Final = ("scored_by_criteria", "decided_on_record", "several_functions", "calibrated", "requirements_on_file")
BREAKS: Final = {
    "scored_by_criteria": "No later step can say why this account gets what another does not",
    "decided_on_record": "With the people who chose the account the reason is gone, and the list is drawn up anew",
    "several_functions": "Support hangs on whom the manager knows, and ends when the manager leaves",
    "calibrated": "Resources are given before anybody asked the customer for what, and are not used",
    "requirements_on_file": "When growth fails to come, nothing was agreed that could be held against it",
}
