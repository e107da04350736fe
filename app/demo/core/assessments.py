"""What people at the supplier find of an account's ten elements; who is comfortable sees a coasting one as healthy."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from app.demo.core.accounts import Customer
from app.demo.core.care import Care
from app.demo.core.chance import day_between, happens, one_of, some_of, within
from app.demo.core.supplier import Supplier
from app.demo.core.timeline import LAST_DAY, Timeline, month
from app.demo.core.trajectories import Trajectory
from app.demo.core.world import Body, identity

ROUNDS = (710, 1040)  # once a year; a round is over within the month
ANSWERED_WITHIN = (0, 25)
ASSESSED = 0.8  # of the customers with a manager
ASKED_BESIDE_SALES = ("finance", "operations", "service", "executive")
NOISE = 0.09
COMFORT = 0.3  # by how much their own manager sees a coasting account as better than it is

PLANNED_WITH: Mapping[str, float] = {"living": 0.8, "drawer": 0.45, "dropped": 0.35, "none": 0.25}

# What is said of each element when it is low, middling, high.
SAID: Mapping[str, tuple[str, str, str]] = {
    "client_understanding": (
        "We could not name what they want to reach this year.",
        "We know the goals of the plants, not those of the board.",
        "Their own strategy paper is on our wall.",
    ),
    "account_strategy": (
        "There is no plan that anybody works from.",
        "The plan says what we want to sell, hardly what they want to reach.",
        "The plan was thought over with them this quarter.",
    ),
    "value_of_work": (
        "They ask what our work is worth, and we have no figure.",
        "Useful work; nobody has put a figure to it.",
        "Two lines run better for it, by their own figures.",
    ),
    "relationships": (
        "All rests on one person.",
        "Good with the users, thin above them.",
        "From the plant to the board somebody takes our calls.",
    ),
    "delivery_quality": (
        "Three deliveries were late, and one was wrong.",
        "Mostly on time; open points stay open too long.",
        "No complaint in a year.",
    ),
    "firm_as_partner": (
        "They buy from us; nobody would say that we work together.",
        "They ask us early now and then.",
        "They tell us of their plans before they tell others.",
    ),
    "governance": (
        "The reviews were put off twice.",
        "Reviews take place, without decisions.",
        "The steering committee meets and decides.",
    ),
    "leading_people": (
        "Nobody wants to work on this account.",
        "A settled team, a little tired.",
        "People ask to join the team.",
    ),
    "brand_and_communications": (
        "Above the plants nobody knows our name.",
        "Known for sensors, and for nothing else.",
        "They speak of our work at their own conference.",
    ),
    "pipeline_health": (
        "What is open is what they ordered before.",
        "A few new things, none of them far.",
        "New offerings in new places, with dates.",
    ),
}


def assessments(
    random: np.random.Generator, timeline: Timeline, customer: Customer, care: Care, team: Supplier
) -> Iterator[Body]:
    """The assessments of a customer, each by one person for their function; some customers nobody assesses."""
    if not (customer.managed and happens(random, ASSESSED)):
        return
    for round_begins in ROUNDS:
        for function in ("sales", *some_of(random, ASKED_BESIDE_SALES, day_between(random, 1, 3))):
            day = round_begins + day_between(random, *ANSWERED_WITHIN)
            kam = customer.kam(day)
            if day > customer.known_from + 60 and day <= LAST_DAY:
                person = kam if function == "sales" else one_of(random, team.others[function])
                if person is not None:
                    yield {
                        "account": customer.ref,
                        "user_id": identity(person.external_id),
                        "function": function,
                        "assessed_on": timeline.on(day),
                        "elements": _elements(random, customer, care, day, function),
                    }


def _elements(random: np.random.Generator, customer: Customer, care: Care, day: int, function: str) -> Body:
    course = customer.trajectory
    rosier = COMFORT if function == "sales" and course.story == "coaster" else 0.0
    truths, noises = _truths(course, care, month(day)), random.normal(0, NOISE, len(SAID))
    return {
        element: _found(truths[element] + rosier + float(noise), said)
        for (element, said), noise in zip(SAID.items(), noises, strict=True)
    }


def _truths(course: Trajectory, care: Care, now: int) -> dict[str, float]:
    """Each element, 0 to 1, as the hidden state of a month and the plan have it."""
    return {
        "client_understanding": 0.2 + 0.5 * course.attention[now],
        "account_strategy": PLANNED_WITH[care.habit],
        "value_of_work": course.satisfaction[now],
        "relationships": 0.15 + 0.18 * course.executive_access[now],
        "delivery_quality": course.delivery[now],
        "firm_as_partner": course.willingness[now],
        "governance": 0.15 + 0.5 * course.attention[now],
        "leading_people": course.character.fit,
        "brand_and_communications": course.character.influence,
        "pipeline_health": 0.2 + 2.4 * course.curiosity[now],
    }


def _found(seen: float, said: Sequence[str]) -> Body:
    value = int(within(round(1 + 4 * seen), 1, 5))
    return {"value": value, "evidence": said[(value > 2) + (value > 3)]}
