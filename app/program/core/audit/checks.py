"""Says what a program is audited for: for each check what has to hold, from where on, and what helps where it does not.

Thresholds are ours unless a check says otherwise; published figures stand beside the checks and decide nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

CheckUnit = Literal["share", "count", "yes_no"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to hold.

    at_least: inclusive; of shares from 0 to 1, of `yes_no` 1. challenge: what is wrong where it does not hold. remedy:
    what usually helps. evidence: the call that shows what stands behind the figure. benchmark: the published figure of
    the same thing, in percent where the unit is a share. accounts: whether it is looked at account by account. unknown:
    what is said where there is nothing to judge by, in place of what has to hold.
    """

    code: str
    says: str
    unit: CheckUnit
    at_least: float
    challenge: str
    remedy: str
    evidence: str
    benchmark: str | None = None
    accounts: bool = True
    unknown: str | None = None


_MOST: Final = 0.8


def _share(code: str, says: str, challenge: str, remedy: str, evidence: str) -> Check:
    return Check(code, says, "share", _MOST, challenge, remedy, evidence)


_SELECTION = (
    _share(
        "scored_by_criteria",
        "Key accounts have a score of the organization's model",
        "Accounts are key without having been held against any criteria",
        "Score every account with one model, and look at those that are key without a reason",
        "/v1/selection/runs",
    ),
    _share(
        "decided_on_record",
        "Somebody decided that the account is key, and why is on record",
        "Accounts became key by habit: nobody can say who chose them and why",
        "Put each key account through a review across functions that ends in a decision with its rationale",
        "/v1/accounts/{account_id}/decisions",
    ),
    Check(
        "criteria_are_mixed",
        "The criteria look ahead and are both qualitative and quantitative",
        "share",
        1.0,
        "The criteria look back at spend and size, or at numbers alone",
        "Mix qualitative with quantitative criteria that look at the potential of the partnership",
        "/v1/selection/models/{model_id}/litmus",
        "potential_first_selection",
        accounts=False,
    ),
    Check(
        "criteria_go_with_growth",
        "In the newest backtest, accounts that score higher grew more: its verdict is `supports`",
        "yes_no",
        1.0,
        "The criteria do not go with the growth of accounts, or nobody has looked",
        "Backtest the model, drop what contradicts growth, and mix qualitative with quantitative criteria",
        "/v1/selection/models/{model_id}/backtests",
        accounts=False,
        unknown="There is no backtest yet of the model in use that had accounts enough",
    ),
    Check(
        "functions_behind_criteria",
        "At least three functions other than sales had their say about the criteria",
        "count",
        3.0,
        "The criteria belong to sales alone: other functions will be slow to support what they did not choose",
        "Invite finance, operations, product and service to weigh the criteria in a feedback round, and iterate",
        "/v1/selection/models/{model_id}/feedback-rounds",
        accounts=False,
    ),
    _share(
        "several_functions",
        "At least two functions work on the account, other than sales or beside it",
        "Key accounts hang on one function: what the others know or object to comes out too late",
        "Let other functions vote on the account, own commitments to it and write its plan",
        "/v1/accounts/{account_id}/collaboration",
    ),
)
_RESOURCING = (
    Check(
        "resources_fully_used",
        "Accounts made full use of their resources in the last 90 days",
        "share",
        0.5,
        "Dear resources are given to key accounts, and few of them make full use of them",
        "Agree with customers which resources they want before they get them; move what lies idle",
        "/v1/resourcing/utilization",
        "resources_fully_used",
        accounts=False,
    ),
    Check(
        "commitments_kept",
        "What was promised to key accounts arrives in time",
        "share",
        _MOST,
        "Promises to key accounts are not kept, or nobody writes them down",
        "Make every request a commitment that somebody answers for, and review what was missed by function",
        "/v1/resourcing/accountability",
        accounts=False,
    ),
    Check(
        "functions_have_leaders",
        "Every function that owns a resource has a leader who answers for it",
        "share",
        1.0,
        "Nobody answers for what functions promise",
        "Name the leader of each function that owns resources",
        "/v1/function-leaders",
        accounts=False,
    ),
    _share(
        "kam_assigned",
        "The account has a key account manager",
        "Key accounts without anybody who looks after them",
        "Assign a manager with room for the account",
        "/v1/program/kam-load",
    ),
)
_SPONSORSHIP = (
    _share(
        "sponsored",
        "An executive sponsors the account",
        "Key accounts without an executive who opens doors",
        "Pair each key account with an executive, five accounts for each at most",
        "/v1/sponsorships",
    ),
    Check(
        "sponsor_role_defined",
        "The sponsor's role is written down whole",
        "share",
        _MOST,
        "Sponsors are named, but what they answer for is not defined",
        "Write a charter for each sponsor: scope, responsibilities, limits, time and the next review",
        "/v1/sponsorships?flag=undefined_role",
        accounts=False,
    ),
    _share(
        "executives_meet",
        "There was a meeting with an executive of the customer in the last 180 days",
        "Sponsorship stands on paper: executives of both sides do not meet",
        "Give each sponsorship a cadence, and measure win rate, time to close, satisfaction and revenue with it",
        "/v1/sponsorships/impact",
    ),
    Check(
        "mandate_across_functions",
        "The program has an executive mandate over at least three functions",
        "count",
        3.0,
        "The program is an initiative of sales: it may not ask anything of other functions",
        "Have an executive state the mandate, and name the functions that it binds",
        "/v1/program/mandate",
        accounts=False,
    ),
)
_PLANNING = (
    _share(
        "planned",
        "The account has a plan",
        "Key accounts without a plan",
        "Begin a plan with the customer's own objectives",
        "/v1/plans",
    ),
    _share(
        "plans_fresh",
        "The plan said something new within the days that the organization sets, 90 as shipped",
        "Plans are written once and left lying",
        "Review each plan every quarter, and use it to decide with the customer",
        "/v1/plans",
    ),
    _share(
        "plans_joint",
        "A customer's contact has signed a version of the plan",
        "Plans say how we sell more; the customer had no part in them",
        "Write the plan with the customer and have it signed by both sides",
        "/v1/plans",
    ),
    _share(
        "reviewed_regularly",
        "There was a business review within the days that the organization sets, 120 as shipped",
        "The next touchpoint is left to chance",
        "Give each tier a cadence of business reviews, and hold it",
        "/v1/cadence",
    ),
)
_CALIBRATION = (
    _share(
        "calibrated",
        "A partnership level that was agreed with the customer is in force",
        "Expectations of supplier and customer were never held against each other",
        "Calibrate the partnership with the customer before investing in it",
        "/v1/calibrations",
    ),
    _share(
        "requirements_on_file",
        "What the customer has to do is on file, measurable or judged",
        "Nobody can say what a key account has to bring, so nobody can say that it does not",
        "Write down what each side expects of the other, with a target and a day",
        "/v1/accounts/{account_id}/expectations",
    ),
    _share(
        "tailored",
        "Resources were agreed with the customer, or an exception made for it",
        "Key accounts get what everybody gets",
        "Agree resources that fit the account's own goals when the partnership level is agreed",
        "/v1/accounts/{account_id}/entitlements",
    ),
)
_RETIERING = (
    _share(
        "shortfalls_appraised",
        "Accounts that miss what they owe were appraised in the last 365 days",
        "Accounts fall short and nothing happens",
        "Appraise at the first sign, and agree what both sides do about it",
        "/v1/appraisals",
    ),
    _share(
        "reviewed_in_time",
        "The account was scored, appraised or decided about in the last 365 days",
        "Once key, always key: nobody looks again",
        "Appraise every key account on schedule, by its tier",
        "/v1/appraisals",
    ),
    Check(
        "shortfalls_acted_on",
        "Where less was recommended, less was decided",
        "share",
        0.5,
        "Accounts that do not earn their tier keep it, for fear of losing them",
        "Decide by the rules, write down why not where you do not, and reset the relationship with care",
        "/v1/retierings/outcomes",
        "resources_reduced",
        accounts=False,
    ),
)
_HEALTH = (
    _share(
        "health_measured",
        "Its health was judged in the last 30 days",
        "Revenue is watched, but not whether it will last",
        "Measure health beside hygiene, and look at the accounts that only seem fine",
        "/v1/health",
    ),
)
CHECKS: Final[Mapping[str, Check]] = {
    each.code: each
    for each in (*_SELECTION, *_RESOURCING, *_SPONSORSHIP, *_PLANNING, *_CALIBRATION, *_RETIERING, *_HEALTH)
}
