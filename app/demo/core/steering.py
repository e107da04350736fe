"""What the supplier says of its program as a whole: who stands behind it, how its managers work and are paid."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from app.demo.core.accounts import Customer
from app.demo.core.chance import around, one_of, within
from app.demo.core.supplier import Supplier
from app.demo.core.support import SINCE, Supported, colleague
from app.demo.core.timeline import LAST_DAY, Timeline
from app.demo.core.world import Body, identity

REBUILT: Final = (
    (2_200, "wrong_accounts", "They were chosen by what they spent, and did not grow"),
    (900, "new_leadership", "The new board wanted fewer accounts"),
)
MANDATE: Final = "Decides on resources of every function for key accounts, and answers for it to the board"
# Shares of variable pay: short-term revenue, retention, growth, profitability, satisfaction and health, new business.
USUAL_PAY: Final = (0.45, 0.15, 0.15, 0.1, 0.1, 0.05)
PAY_OF_ONE: Final = (0.75, 0.0, 0.1, 0.05, 0.0, 0.1)  # who was promised the old way
_PAID_FOR: Final = (
    "short_term_revenue", "retention", "growth", "profitability", "satisfaction_and_health", "new_business",
)  # fmt: skip
WEEKS: Final = 26
HOURS_A_WEEK: Final = 40.0
# Where a week goes: most managers spend more of it on their own people, and on what went wrong, than on what may grow.
CROWDED: Final = (
    ("senior_relationships", 0.14), ("negotiation", 0.15), ("escalations", 0.16), ("joint_roadmap", 0.09),
    ("data_analysis", 0.08), ("internal_coordination", 0.28),
)  # fmt: skip
AHEAD: Final = (
    ("senior_relationships", 0.24), ("negotiation", 0.16), ("escalations", 0.07), ("joint_roadmap", 0.22),
    ("data_analysis", 0.1), ("internal_coordination", 0.12),
)  # fmt: skip
AHEAD_EVERY: Final = 3
TACKED_ON: Final = 4  # every fourth manager has other customers, too
ACTIONS: Final = (
    ("Write down what every sponsor does", "executive_sponsorship", "short", 45, "open", None),
    ("Calibrate the ten largest with their boards", "calibration", "long", 200, "open", None),
    ("Test the criteria against what grew", "selection_and_tiering", "short", -30, "done", 35),
    ("Agree on the hours of service with its leader", "resourcing", "short", -10, "open", None),
    ("Buy a tool for plans", "planning", "long", -90, "dropped", 100),
)
MATURITY: Final = {
    "what_is_key": 3, "align_enterprise": 2, "partner_with_customers": 2, "maintain_performance": 1,
}  # fmt: skip
SKILLS: Final = {
    "experience_and_judgement": 4, "collaboration": 3, "customer_service": 4, "strategic_planning": 2, "innovation": 2,
    "project_management": 3,
}  # fmt: skip
PLANNING: Final = (1, 2, 2, 2, 3, 3, 3, 4)  # of 4


def stated(
    random: np.random.Generator,
    timeline: Timeline,
    team: Supplier,
    program: Sequence[Supported],
    known: Sequence[Customer],
) -> dict[str, list[Body]]:
    """What is said of the program, by the tables that hold it; known: all customers."""
    lead = colleague(team, "executive")
    functions = ["finance", "operations", "product", "sales", "service"]
    return {
        "program_mandates": [
            {"user_id": lead, "mandate": MANDATE, "functions": functions, "from_on": timeline.on(SINCE)}
        ],
        "program_rebuilds": [
            {"rebuilt_on": timeline.on(LAST_DAY - ago), "cause": cause, "note": note} for ago, cause, note in REBUILT
        ],
        "incentive_plans": [*_incentives(timeline, team)],
        "kam_hours": [*_hours(random, timeline, _managers(team, program, known))],
        "program_ratings": [*_ratings(random, timeline, team)],
        "program_actions": [_action(timeline, team, *one) for one in ACTIONS],
    }


def _incentives(timeline: Timeline, team: Supplier) -> Iterator[Body]:
    """Two thirds for this year's revenue until a year ago; less since, but for one."""
    before = (0.65, 0.05, 0.1, 0.1, 0.0, 0.1)
    one = identity(team.kams[0].external_id)
    for user, day, shares in ((None, SINCE, before), (None, LAST_DAY - 240, USUAL_PAY), (one, SINCE, PAY_OF_ONE)):
        paid = dict(zip(_PAID_FOR, shares, strict=True))
        yield {"user_id": user, "from_on": timeline.on(day), **paid}


class _Manager(NamedTuple):
    """Who looks after key accounts, after which, and after which others."""

    ref: Body
    own: Sequence[Body]
    others: Sequence[Body]


def _managers(team: Supplier, program: Sequence[Supported], known: Sequence[Customer]) -> list[_Manager]:
    inside = [account.ref for account in program]
    found = []
    for kam in team.kams:
        kept = [one.ref for one in known if one.kam(LAST_DAY) is kam]
        own = [ref for ref in kept if ref in inside]
        if own:
            others = [ref for ref in kept if ref not in inside]
            found.append(_Manager(identity(kam.external_id), own, others))
    return found


def _hours(random: np.random.Generator, timeline: Timeline, managers: Sequence[_Manager]) -> Iterator[Body]:
    """A line a week for each activity of each manager; who has other customers too spends a part of it on them."""
    for place, manager in enumerate(managers):
        share = 0.6 if manager.others and place % TACKED_ON == 0 else 1.0
        activities = AHEAD if place % AHEAD_EVERY == 1 else CROWDED
        for week in range(WEEKS):
            day, spent = LAST_DAY - 7 * week - 2, 0.0
            for activity, part in activities:
                hours = round(around(random, HOURS_A_WEEK * part * share, 0.15) * 2) / 2
                spent += hours
                yield _line(timeline, manager, one_of(random, manager.own), day, (activity, hours))
            rest = within(HOURS_A_WEEK - spent, 0.5, HOURS_A_WEEK)
            account = one_of(random, manager.others) if share < 1 else None
            yield _line(timeline, manager, account, day, ("other", rest))


def _line(  # of whom, for which account, when, what and how long
    timeline: Timeline, manager: _Manager, account: Body | None, day: int, spent: tuple[str, float]
) -> Body:
    activity, hours = spent
    return {
        "user_id": manager.ref, "account_id": account, "spent_on": timeline.on(day), "activity": activity,
        "hours": hours,
    }  # fmt: skip


def _ratings(random: np.random.Generator, timeline: Timeline, team: Supplier) -> Iterator[Body]:
    """How far the program has come, what its managers can, and whether planning works, as people see it."""
    raters = [colleague(team, function) for function in sorted(team.others)]
    functions = sorted(team.others)
    for user, function in zip(raters, functions, strict=True):
        for name, value in MATURITY.items():
            yield _rated(random, timeline, "maturity", name, value, user_id=user, function=function)
    for kam in team.kams[:4]:
        for name, value in SKILLS.items():
            about = identity(kam.external_id)
            yield _rated(
                random, timeline, "skill", name, value,
                user_id=raters[0], function=functions[0], about_user_id=about,
            )  # fmt: skip
    for kam, value in zip(team.kams, PLANNING, strict=False):
        by = identity(kam.external_id)
        yield _rated(random, timeline, "planning", "effectiveness", value, user_id=by, function="sales")


def _rated(random: np.random.Generator, timeline: Timeline, subject: str, name: str, value: int, **by: Any) -> Body:
    seen = value if subject == "planning" else int(within(round(value + random.normal(0, 0.6)), 1, 5))
    rated_on = timeline.on(LAST_DAY - 40)
    return {"subject": subject, "name": name, "value": seen, "rated_on": rated_on, "about_user_id": None, **by}


def _action(  # what, for which requirement, by when, how it stands
    timeline: Timeline, team: Supplier, title: str, requirement: str, term: str, *rest: Any
) -> Body:
    due, state, closed_ago = rest
    return {
        "title": title, "requirement": requirement, "term": term, "owner_user_id": colleague(team, "executive"),
        "due_on": timeline.on(LAST_DAY + due), "state": state,
        "closed_on": None if closed_ago is None else timeline.on(LAST_DAY - closed_ago),
    }  # fmt: skip
