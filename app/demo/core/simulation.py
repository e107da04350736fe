"""Puts the simulated world together: trajectories first, then every kind of fact out of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.demo.core import (
    accounts,
    assessments,
    deals,
    engagement,
    observations,
    obstacles,
    partings,
    partnerships,
    people,
    plans,
    promises,
    ratings,
    retierings,
    standings,
    steering,
    stories,
    supplier,
    support,
    targets,
    whitespace,
)
from app.demo.core.accounts import Customer
from app.demo.core.care import Care, care
from app.demo.core.deals import Deal
from app.demo.core.people import Cast
from app.demo.core.supplier import Supplier
from app.demo.core.support import Supported
from app.demo.core.timeline import Timeline
from app.demo.core.world import Body, Program, Truth, World
from app.kernel.errors import Invalid

FEWEST, MOST = 20, 2000

# Each concern draws from a stream of its own, so that what a later one draws changes nothing of the others.
# A new concern takes the next number.
STREAMS = 24
(
    STORIES, SUPPLIER, RATES, CUSTOMERS, ACCOUNTS, PEOPLE, CONTACTS, DEALS, OPPORTUNITIES, TOUCHES, ENGAGEMENTS,
    OBSERVATIONS, RATINGS, TARGETS, PARTINGS, CARE, PLANS, WHITESPACE, ASSESSMENTS, SUPPORT, PROMISES, SPONSORS,
    STEERING,
) = range(23)  # fmt: skip


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
    left = partings.partings(streams[PARTINGS], casts)
    casts = [partings.without(one, left) for one in casts]
    met = [partings.attended(one, found) for one, found in zip(casts, met, strict=True)]
    cared = [care(streams[CARE], customer) for customer in known]
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
    accounts_ = [_Account(one, own, way) for one, own, way in zip(casts, made, cared, strict=True)]
    program = _program(streams, timeline, accounts_, team)
    return World(timeline.starts_on, ends_on, facts, program, _truth(timeline, accounts_, left))


@dataclass(frozen=True, slots=True)
class _Account:
    """What is known of a customer once its facts are told."""

    cast: Cast
    deals: Sequence[Deal]
    care: Care

    @property
    def customer(self) -> Customer:
        return self.cast.customer


def _program(
    streams: Sequence[np.random.Generator], timeline: Timeline, known: Sequence[_Account], team: Supplier
) -> Program:
    """What the supplier's people did about their accounts."""
    cells = [whitespace.vacant(one.cast, one.deals) for one in known]
    planned = [
        plans.plan(streams[PLANS], timeline, one.cast, one.care, team, own)
        for one, own in zip(known, cells, strict=True)
    ]
    said = [
        body
        for one, own in zip(known, cells, strict=True)
        for body in whitespace.statements(streams[WHITESPACE], timeline, one.cast, one.care, own, one.deals)
    ]
    assessed = [
        body
        for one in known
        for body in assessments.assessments(streams[ASSESSMENTS], timeline, one.customer, one.care, team)
    ]
    kept = [plan for plan in planned if plan is not None]
    casts = [one.cast for one in known]
    agreed = partnerships.courses(found := support.supported(casts))
    program = partnerships.placed(found, agreed)
    return Program(
        kept,
        said,
        assessed,
        _support(streams, timeline, program, team, kept),
        partnerships.partnerships(timeline, program, team, agreed),
        standings.standings(timeline, casts, program, team),
        retierings.retierings(timeline, program, team),
        retierings.holds(timeline, program),
        steering.stated(streams[STEERING], timeline, team, program, [one.customer for one in known]),
    )


def _support(
    streams: Sequence[np.random.Generator],
    timeline: Timeline,
    program: Sequence[Supported],
    team: Supplier,
    planned: Sequence[Body],
) -> dict[str, list[Body]]:
    """What customers were given and promised, what stood in their way, and who sponsors them, by table."""
    actions = {plan["account"]["external_id"]: [one["id"] for one in plan["actions"]] for plan in planned}
    return {
        **support.catalogue(timeline, team, program),
        "account_entitlements": support.entitlements(timeline, program),
        "usage_entries": support.usage(streams[SUPPORT], timeline, program),
        "resource_ratings": support.ratings(streams[SUPPORT], timeline, program),
        "commitments": promises.commitments(streams[PROMISES], timeline, program, team, actions),
        "roadblocks": obstacles.roadblocks(timeline, program, team),
        "sponsorships": obstacles.sponsorships(streams[SPONSORS], timeline, program, team),
        **obstacles.guarded(timeline, program, team),
    }


def _truth(timeline: Timeline, known: Sequence[_Account], left: Mapping[str, tuple[str, int]]) -> dict[str, Truth]:
    return {
        one.customer.external_id: Truth(
            course.story,
            course.cause,
            None if course.turns is None else timeline.date(course.turns),
            None if course.felt is None else timeline.date(course.felt),
            course,
            parted_on=timeline.date(left[one.customer.external_id][1]) if one.customer.external_id in left else None,
            plan=one.care.habit if one.care.renewed else "none",
        )
        for one in known
        for course in (one.customer.trajectory,)
    }
