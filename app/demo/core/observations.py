"""What is measured at the customers: satisfaction, delivery, usage, margin, confidence in decisions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from app.demo.core.accounts import Customer
from app.demo.core.chance import happens, within
from app.demo.core.timeline import LAST_DAY, Timeline, month
from app.demo.core.trajectories import Trajectory
from app.demo.core.world import Body, identity

TRACKED = 0.8  # of the customers, and of the measures at each
SPENDS_TOLD = 0.3


@dataclass(frozen=True, slots=True)
class Measure:
    """How a measure follows from the hidden state of a month, with what noise, in what bounds, how often."""

    truth: Callable[[Trajectory, int], float]
    noise: float
    low: float
    high: float
    every_days: int
    digits: int = 2


def _in_use(course: Trajectory, now: int) -> float:
    """Who is served well uses what they bought; where one product is all that is wanted, everybody has it by now."""
    return 0.94 if course.story == "single_product" else 0.2 + 0.7 * float(course.satisfaction[now])


# nps 0 to 10, csat, delivery_quality and decision_confidence 1 to 5, the others shares.
MEASURES: Mapping[str, Measure] = {
    "nps": Measure(lambda course, now: 3 + 7 * course.satisfaction[now], 0.6, 0, 10, 91, 1),
    "csat": Measure(lambda course, now: 1 + 4 * course.satisfaction[now], 0.25, 1, 5, 182),
    "delivery_quality": Measure(lambda course, now: 1 + 4 * course.delivery[now], 0.2, 1, 5, 182),
    "on_time_delivery": Measure(lambda course, now: 0.6 + 0.4 * course.delivery[now], 0.02, 0, 1, 182, 3),
    "adoption": Measure(_in_use, 0.012, 0, 1, 91, 3),
    "decision_confidence": Measure(lambda course, now: 1 + 4 * course.willingness[now], 0.4, 1, 5, 182),
    "margin": Measure(lambda course, now: 0.2 + 0.2 * course.delivery[now], 0.02, 0, 1, 182, 3),
    "share_of_wallet": Measure(lambda course, now: min(0.2 * course.activity[now], 0.9), 0.04, 0, 1, 365, 3),
}


def observations(random: np.random.Generator, timeline: Timeline, customer: Customer) -> Iterator[Body]:
    """The observations of a customer, the measures that are tracked there; nothing is measured before it buys."""
    course = customer.trajectory
    if course.story == "prospect" or not happens(random, TRACKED):
        return
    for metric, measure in MEASURES.items():
        if happens(random, TRACKED):
            yield from _series(random, timeline, customer, metric, measure)
    if happens(random, SPENDS_TOLD):
        yield from _expected_spend(random, timeline, customer)


def _series(
    random: np.random.Generator, timeline: Timeline, customer: Customer, metric: str, measure: Measure
) -> Iterator[Body]:
    first = max(customer.trajectory.begins, 0) + int(random.integers(1, measure.every_days))
    for day in range(first, LAST_DAY + 1, measure.every_days):
        value = measure.truth(customer.trajectory, month(day)) + random.normal(0, measure.noise)
        clipped = within(value, measure.low, measure.high)
        yield _body(timeline, customer, metric, day, round(clipped, measure.digits))


def _expected_spend(random: np.random.Generator, timeline: Timeline, customer: Customer) -> Iterator[Body]:
    """Once a year, what the customer says that it will spend, in the reporting currency: willing ones say more."""
    course = customer.trajectory
    for day in range(max(course.begins, 0) + int(random.integers(200, 364)), LAST_DAY + 1, 365):
        ambition = 0.5 + 0.9 * float(course.willingness[month(day)])
        told = course.run_rate(day) * ambition * float(np.exp(random.normal(0, 0.2)))
        yield _body(timeline, customer, "expected_spend", day, round(told, -3))


def _body(timeline: Timeline, customer: Customer, metric: str, day: int, value: float) -> Body:
    return {
        **identity(f"{customer.external_id}-{metric.replace('_', '-')}-{day}"),
        "account": customer.ref,
        "metric": metric,
        "value": value,
        "observed_on": timeline.on(day),
    }
