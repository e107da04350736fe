"""How the supplier plans with each customer: who has an account plan, and on which days it was thought over anew."""

from dataclasses import dataclass

import numpy as np

from app.demo.core.accounts import Customer
from app.demo.core.chance import day_between, happens
from app.demo.core.timeline import LAST_DAY
from app.demo.core.trajectories import Habit

KEPT_SINCE = LAST_DAY - 450  # before that plans were kept elsewhere
THOUGHT_OVER_EVERY = (38, 72)
REWORDED_DAYS_AGO = (8, 40)
NEGLECTED_SINCE_DAYS = 130
PLANNED = 0.9  # of the customers with a manager whose story has a plan
STEADY_HABITS: tuple[tuple[Habit, float], ...] = (("living", 0.35), ("drawer", 0.75), ("none", 1.0))


@dataclass(frozen=True, slots=True)
class Care:
    """How a customer's plan is kept.

    renewed: the days on which what it says changed, rising, the first version's first; none without a plan.
    reworded: the day after those on which its wording alone did.
    """

    habit: Habit
    renewed: tuple[int, ...] = ()
    reworded: int | None = None

    @property
    def shared(self) -> bool:
        """Whether it is made together with the customer."""
        return self.habit == "living"


NO_CARE = Care("none")


def care(random: np.random.Generator, customer: Customer) -> Care:
    """How a customer's plan is kept; nobody plans for whom nobody manages, and chance leaves some out."""
    habit = _habit(random, customer)
    if habit == "none" or not customer.managed or not happens(random, PLANNED):
        return NO_CARE
    first = max(KEPT_SINCE + day_between(random, 0, 60), customer.known_from + 30)
    if habit == "drawer":
        return _in_a_drawer(random, first)
    turns = customer.trajectory.turns
    if habit == "dropped":
        until = min(LAST_DAY - NEGLECTED_SINCE_DAYS, max(turns or 0, first))
        return Care("dropped", (*_every_few_weeks(random, first, until),) or (first,))
    return Care("living", _every_few_weeks(random, max(first, (turns or 0) + 15), LAST_DAY))


def _habit(random: np.random.Generator, customer: Customer) -> Habit:
    """Where doors are open the plan lives; where all is comfortable it lies in a drawer."""
    drawn = float(random.random())
    match customer.trajectory.story:
        case "grower" | "rebuilder":
            return "living"
        case "coaster":
            return "drawer"
        case "decliner":
            return "dropped"
        case "steady":
            return next(habit for habit, up_to in STEADY_HABITS if drawn < up_to)
        case "single_product":
            return "drawer" if drawn < 0.5 else "none"
        case _:
            return "none"


def _in_a_drawer(random: np.random.Generator, first: int) -> Care:
    reworded = LAST_DAY - day_between(random, *REWORDED_DAYS_AGO) if happens(random, 0.5) else None
    return Care("drawer", (min(first, LAST_DAY - NEGLECTED_SINCE_DAYS),), reworded)


def _every_few_weeks(random: np.random.Generator, first: int, last: int) -> tuple[int, ...]:
    days = [first] if first <= last else []
    while days and (following := days[-1] + day_between(random, *THOUGHT_OVER_EVERY)) <= last:
        days.append(following)
    return tuple(days)
