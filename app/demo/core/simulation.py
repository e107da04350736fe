"""Puts the simulated world together: trajectories first, then every kind of fact out of them."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from app.demo.core import (
    accounts,
    deals,
    engagement,
    observations,
    people,
    ratings,
    stories,
    supplier,
    targets,
)
from app.demo.core.accounts import Customer
from app.demo.core.timeline import Timeline
from app.demo.core.world import Truth, World
from app.kernel.errors import Invalid

FEWEST, MOST = 20, 2000

# Each concern draws from a stream of its own, so that what a later one draws changes nothing of the others.
# A new concern takes the next number.
STREAMS = 16
(
    STORIES, SUPPLIER, RATES, CUSTOMERS, ACCOUNTS, PEOPLE, CONTACTS, DEALS, OPPORTUNITIES, TOUCHES, ENGAGEMENTS,
    OBSERVATIONS, RATINGS, TARGETS,
) = range(14)  # fmt: skip


class UnlikelySimulation(Invalid):
    """So many accounts are not simulated."""


def simulate(random: np.random.Generator, ends_on: date, number: int) -> World:
    """Three years of a supplier with `number` accounts, 20 to 2,000, that end on a day.

    The same generator state, day and number give the same world. Nothing is dated after `ends_on` but when deals are
    expected to close and the periods of targets. Raises UnlikelySimulation for a number out of range.
    """
    if not FEWEST <= number <= MOST:
        raise UnlikelySimulation(f"from {FEWEST} to {MOST} accounts can be simulated")
    streams = random.spawn(STREAMS)
    timeline = Timeline(ends_on)
    team = supplier.supplier(streams[SUPPLIER], number)
    known = accounts.customers(streams[CUSTOMERS], stories.trajectories(streams[STORIES], number), team.kams)
    casts = [people.cast(streams[PEOPLE], customer) for customer in known]
    made = [deals.deals(streams[DEALS], timeline, one) for one in casts]
    met = [engagement.touches(streams[TOUCHES], one, own) for one, own in zip(casts, made, strict=True)]
    facts = {
        "users": supplier.users(team),
        "offerings": supplier.offerings(timeline),
        "exchange_rates": supplier.exchange_rates(streams[RATES], timeline),
        "accounts": accounts.bodies(streams[ACCOUNTS], timeline, known),
        "buying_centers": people.buying_centers(casts),
        "contacts": people.contacts(streams[CONTACTS], timeline, casts),
        "opportunities": [b for own in made for b in deals.opportunities(streams[OPPORTUNITIES], timeline, own)],
        "engagements": [
            body
            for one, found in zip(casts, met, strict=True)
            for body in engagement.engagements(streams[ENGAGEMENTS], timeline, one, found)
        ],
        "observations": [b for one in known for b in observations.observations(streams[OBSERVATIONS], timeline, one)],
        "ratings": [b for one in known for b in ratings.ratings(streams[RATINGS], timeline, one, team)],
        "targets": [b for one in known for b in targets.targets(streams[TARGETS], timeline, one)],
    }
    return World(timeline.starts_on, ends_on, facts, _truth(timeline, known))


def _truth(timeline: Timeline, known: Sequence[Customer]) -> dict[str, Truth]:
    return {
        customer.external_id: Truth(
            course.story,
            course.cause,
            None if course.turns is None else timeline.date(course.turns),
            None if course.felt is None else timeline.date(course.felt),
            course,
        )
        for customer in known
        for course in (customer.trajectory,)
    }
