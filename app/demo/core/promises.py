"""What account managers asked of the functions, and what became of it: every way in which a promise can go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from app.demo.core.chance import day_between, happens, one_of, weighted
from app.demo.core.supplier import Supplier
from app.demo.core.support import RESOURCES, Resource, Supported, colleague
from app.demo.core.timeline import LAST_DAY, Timeline
from app.demo.core.world import Body

PER_ACCOUNT: Final = (3, 6)
CHANNELS: Final = ("personal_relationship", "defined_process", "own_authority")
OUTCOMES: Final = (
    "The second line runs on our platform", "Their operators work without help", "The pilot is decided",
    "Downtime falls by a tenth", "Their board knows what it brings",
)  # fmt: skip


class Course(NamedTuple):
    """How a request goes: its acts, how long before or after the day it is due the last one is (late), how usual it is.

    ago: how many days before the last day the request is made, at least and at most.
    """

    name: str
    acts: tuple[str, ...]
    usual: float
    ago: tuple[int, int] = (110, 340)
    late: int = -3


COURSES: Final = (
    Course("in time", ("accept", "schedule", "deliver", "confirm"), 8.0),
    Course("asked", (), 0.5, (2, 20)),
    Course("countered", ("counter",), 0.5, (8, 25)),
    Course("promised", ("accept",), 1.0, (10, 30)),
    Course("planned", ("accept", "schedule"), 0.7, (20, 30)),
    Course("overdue", ("accept", "schedule"), 0.7, (80, 100)),
    Course("late", ("accept", "deliver", "confirm"), 2.0, late=14),
    Course("countered, in time", ("counter", "accept_counter", "deliver", "confirm"), 2.0),
    Course("missed", ("accept", "miss"), 1.0, late=20),
    Course("declined", ("decline",), 1.2, (30, 300)),
    Course("withdrawn", ("accept", "withdraw"), 0.6),
    Course("taken back", ("counter", "withdraw"), 0.3),
)
PLANNED: Final = 0.8  # of what is asked for customers with a plan
LED_ASTRAY: Final = 0.45  # of what is promised to customers that turn away is late or missed
TO: Final[Mapping[str, str]] = {
    "accept": "accepted", "decline": "declined", "counter": "countered", "accept_counter": "accepted",
    "withdraw": "withdrawn", "schedule": "accepted", "deliver": "delivered", "confirm": "delivered", "miss": "missed",
}  # fmt: skip
_SAID: Final[Mapping[str, str]] = {
    "counter": "Two are booked until then", "decline": "Nobody is free this quarter", "miss": "The expert has left",
    "withdraw": "The customer has put it off",
}  # fmt: skip
ANSWERS: Final = frozenset({"accept", "decline", "counter"})
OF_OWNER: Final = ANSWERS | {"schedule", "deliver", "miss"}


@dataclass(frozen=True, slots=True)
class _Request:
    """What was asked, of whom, when, and for when."""

    timeline: Timeline
    account: Supported
    resource: Resource
    owner: Body
    asked: int
    answered: int
    due: int
    quantity: float

    def on(self, day: int) -> str:
        return self.timeline.on(min(day, LAST_DAY))


def commitments(
    random: np.random.Generator,
    timeline: Timeline,
    program: Sequence[Supported],
    team: Supplier,
    actions: Mapping[str, Sequence[Body]],
) -> list[Body]:
    """Some for each customer; the first ones of all go every way once.

    actions: what account plans have to be done, by customer; what is asked for is mostly for one of them.
    """
    found: list[Body] = []
    for account in program:
        for _ in range(day_between(random, *PER_ACCOUNT)):
            course = COURSES[len(found)] if len(found) < len(COURSES) else _course(random, account)
            resource = one_of(random, [each for each in RESOURCES if account.due(each)])
            request = _request(random, timeline, account, resource, team, course)
            lines = actions.get(account.ref["external_id"], ())
            line = one_of(random, lines) if lines and happens(random, PLANNED) else None
            found.append({**_body(random, request, course), "plan_action_id": line})
    return found


def _course(random: np.random.Generator, account: Supported) -> Course:
    story = account.cast.customer.trajectory.story
    if story == "decliner" and happens(random, LED_ASTRAY):
        name = "late" if happens(random, 0.5) else "missed"
        return next(one for one in COURSES if one.name == name)
    return weighted(random, COURSES, [one.usual for one in COURSES])


def _request(
    random: np.random.Generator,
    timeline: Timeline,
    account: Supported,
    resource: Resource,
    team: Supplier,
    course: Course,
) -> _Request:
    asked = max(LAST_DAY - day_between(random, *course.ago), account.since)
    answered = asked + day_between(random, 1, 14)
    due = answered + day_between(random, 30, 55)
    quantity = max(1.0, round(account.due(resource) / 2))
    owner = colleague(team, resource.function, account.place)
    return _Request(timeline, account, resource, owner, asked, min(answered, LAST_DAY), due, quantity)


def _body(random: np.random.Generator, made: _Request, course: Course) -> Body:
    days = _days(made, course)
    countered = "counter" in course.acts
    taken = {"quantity": max(1.0, made.quantity - 1), "due_on": made.timeline.on(made.due)}
    asked = {"quantity": made.quantity, "due_on": made.timeline.on(made.due)}
    holds = taken if "accept_counter" in course.acts else asked
    state = TO[course.acts[-1]] if course.acts else "requested"
    dated = {act: made.on(day) for act, day in zip(course.acts, days, strict=True)}
    promised = "accept" in dated or "accept_counter" in dated
    body: dict[str, Any] = {
        "account_id": made.account.ref, "resource_id": made.resource.ref, **holds,
        "expected_outcome": one_of(random, OUTCOMES), "channel": weighted(random, CHANNELS, (6, 3, 1)), "state": state,
        "requested_on": made.on(made.asked), "requested_by_user_id": made.account.kam,
        "answered_on": made.on(made.answered) if course.acts else None,
        "answered_by_user_id": made.owner if course.acts else None,
        "countered_quantity": taken["quantity"] if countered else None,
        "countered_due_on": None,
        "accepted_on": dated.get("accept") or dated.get("accept_counter"),
        "owner_user_id": made.owner if promised else None,
        "scheduled_on": made.timeline.on(made.due - 2) if "schedule" in dated else None,
        "delivered_on": dated.get("deliver"), "confirmed_on": dated.get("confirm"),
        "closed_on": dated[course.acts[-1]] if state in {"declined", "withdrawn", "missed"} else None,
    }  # fmt: skip
    return {**body, "moves": _moves(made, course, days, taken if countered else asked)}


def _days(made: _Request, course: Course) -> list[int]:
    """When each act is done: the answer first, then the next few days, what closes it about the day it is due."""
    days: list[int] = []
    for place, act in enumerate(course.acts):
        if place == 0:
            day = made.answered
        elif act in {"deliver", "miss"}:
            day = made.due + course.late
        else:
            day = days[-1] + 3
        days.append(min(day, LAST_DAY))
    return days


def _moves(made: _Request, course: Course, days: Sequence[int], offered: Mapping[str, Any]) -> list[Body]:
    asked = {"quantity": made.quantity, "starts_on": None, "due_on": made.timeline.on(made.due), "scheduled_on": None}
    moves = [
        {
            "from_state": None, "to_state": "requested", "moved_on": made.on(made.asked), "user_id": made.account.kam,
            "function": "sales", "note": None, "terms": asked,
        }
    ]  # fmt: skip
    state, terms = "requested", asked
    for act, day in zip(course.acts, days, strict=True):
        if act in {"counter", "accept_counter"}:
            terms = {**asked, **offered}
        if act == "schedule":
            terms = {**terms, "scheduled_on": made.timeline.on(made.due - 2)}
        ours = act in OF_OWNER
        moves.append(
            {
                "from_state": state, "to_state": TO[act], "moved_on": made.on(day),
                "user_id": made.owner if ours else made.account.kam,
                "function": made.resource.function if ours else "sales", "note": _SAID.get(act), "terms": terms,
            }
        )  # fmt: skip
        state = TO[act]
    return moves
