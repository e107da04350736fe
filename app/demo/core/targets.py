"""What the supplier plans with each customer for a calendar year, from what could be expected at planning."""

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np

from app.demo.core.accounts import Customer
from app.demo.core.chance import happens
from app.demo.core.supplier import REPORTING_CURRENCY
from app.demo.core.timeline import LAST_DAY, Timeline
from app.demo.core.trajectories import Story
from app.demo.core.world import Body, identity

PLANNED_IF_MANAGED, PLANNED_IF_NOT = 0.95, 0.35
PLANNED_DAYS_BEFORE = 20
MARGIN = 0.34

# What is asked for of the run rate: little of those who are comfortable, the level of old of those who were let down.
AMBITION: Mapping[Story, float] = {"coaster": 0.78, "grower": 0.85, "decliner": 1.0, "single_product": 0.95}


def targets(random: np.random.Generator, timeline: Timeline, customer: Customer) -> Iterator[Body]:
    """Revenue and margin targets of a customer: for some customers nobody plans, and none before it buys."""
    planned = happens(random, PLANNED_IF_MANAGED if customer.managed else PLANNED_IF_NOT)
    if not planned or customer.trajectory.story == "prospect":
        return
    for year in range(timeline.starts_on.year, timeline.ends_on.year + 2):
        planned_on = (date(year, 1, 1) - timeline.starts_on).days - PLANNED_DAYS_BEFORE
        if planned_on <= LAST_DAY and planned_on + 365 > customer.known_from:
            yield from _of_year(random, timeline, customer, year, max(planned_on, customer.known_from))


def _of_year(
    random: np.random.Generator, timeline: Timeline, customer: Customer, year: int, planned_on: int
) -> Iterator[Body]:
    revenue = _asked(customer, planned_on) * float(np.exp(random.normal(0, 0.03)))
    for metric, amount in (("revenue", revenue), ("margin", revenue * MARGIN)):
        yield {
            **identity(f"{customer.external_id}-target-{metric}-{year}"),
            "account": customer.ref,
            "metric": metric,
            "period": {"from": f"{year}-01-01", "to": f"{year}-12-31"},
            "amount": {"amount": f"{round(amount, -2):.2f}", "currency": REPORTING_CURRENCY},
            "effective_on": timeline.on(planned_on),
        }


def _asked(customer: Customer, planned_on: int) -> float:
    course = customer.trajectory
    if course.story == "rebuilder":
        return course.scale.volume
    return course.run_rate(planned_on) * AMBITION.get(course.story, 1.0)
