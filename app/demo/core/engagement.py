"""The touchpoints with the customers: who met whom, how often, and what for."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from app.demo.core.accounts import Customer
from app.demo.core.chance import arrivals, day_between, happens, one_of, some_of
from app.demo.core.deals import Deal
from app.demo.core.people import Cast, Center, Person
from app.demo.core.timeline import LAST_DAY, Timeline, Vector, month, monthly_to_daily
from app.demo.core.world import Body, identity, told

INTRODUCED_WITHIN = (2, 21)
PROPOSALS_RECORDED = 0.25
SUBJECTS = {
    "meeting": ("Open points", "Next order", "Technical questions", "Site visit"),
    "call": ("Delivery dates", "Short update", "Price question"),
    "email": ("Follow-up", "Documents"),
    "qbr": ("Quarterly business review",),
    "executive_review": ("Executive review",),
    "steering_committee": ("Steering committee",),
    "workshop": ("Joint planning", "Process improvement"),
    "training": ("Operator training",),
    "proposal": ("Proposal presented",),
    "referral": ("Introduction to a new buying center",),
}


class Touch(NamedTuple):
    """One touchpoint."""

    day: int
    kind: str
    people: tuple[Person, ...]
    center: Center | None


def touches(random: np.random.Generator, one: Cast, made: Sequence[Deal]) -> list[Touch]:
    """All touchpoints of a customer, by day."""
    found = [
        *_ordinary(random, one),
        *_with_executives(random, one),
        *_introductions(random, one),
        *_proposals(random, made),
    ]
    return sorted(found, key=lambda touch: touch.day)


def _on_days(random: np.random.Generator, one: Cast, per_year: Vector) -> Iterator[int]:
    first = max(one.customer.trajectory.begins, 0)
    daily = monthly_to_daily(per_year, first, LAST_DAY) / 365
    return (first + place for place in arrivals(random, daily))


def _per_year(customer: Customer) -> dict[str, float]:
    """Touchpoints of each kind a year at the usual attention."""
    willing = float(customer.trajectory.willingness[-1])
    looked_after = {"qbr": 3.8, "steering_committee": 1.2 * willing} if customer.managed else {"qbr": 0.5}
    return {"call": 1.5, "email": 1.2, "meeting": 2.4, "workshop": 0.8 * willing, "training": 0.4, **looked_after}


def _ordinary(random: np.random.Generator, one: Cast) -> Iterator[Touch]:
    course = one.customer.trajectory
    for kind, rate in _per_year(one.customer).items():
        for day in _on_days(random, one, course.attention * rate):
            center = one_of(random, one.open_centers(day))
            people = _present(random, one, center, day, most=1 if kind in {"call", "email"} else 3)
            yield Touch(day, kind, people, center)


def _present(random: np.random.Generator, one: Cast, center: Center, day: int, most: int) -> tuple[Person, ...]:
    """Who takes part: people of the center; a coasting account's manager sees only the one who decides."""
    if one.customer.trajectory.story == "coaster" and one.customer.trajectory.turned(day):
        return one.people[:1]
    there = [person for person in one.people if person.center == center and person.there(day)]
    return tuple(some_of(random, there, day_between(random, 1, most)))


def _with_executives(random: np.random.Generator, one: Cast) -> Iterator[Touch]:
    """Meetings with those above the buying centers, as far as the doors are open."""
    course = one.customer.trajectory
    for day in _on_days(random, one, course.executive_access):
        met = [person for person in one.people if person.center is None and person.there(day)]
        if met:
            kind = "executive_review" if happens(random, 0.7) else "meeting"
            yield Touch(day, kind, tuple(some_of(random, met, 2)), None)


def _introductions(random: np.random.Generator, one: Cast) -> Iterator[Touch]:
    """New executives are met soon after they come; a new buying center is opened by somebody who refers us there."""
    course = one.customer.trajectory
    for person in one.people:
        day = person.joined + day_between(random, *INTRODUCED_WITHIN)
        if person.center is None and person.joined > max(course.begins, 0) and day <= LAST_DAY and person.there(day):
            yield Touch(day, "meeting", (person,), None)
    for center in one.centers:
        if center.opens is None or center.opens <= max(course.begins, 0):
            continue
        day = center.opens - 16  # before anybody of the center was met
        referring = [
            p for p in one.people if p.center is not center and p.there(day) and p.stances[0][1] != "detractor"
        ]
        if referring:
            yield Touch(day, "referral", (one_of(random, referring),), center)


def _proposals(random: np.random.Generator, made: Sequence[Deal]) -> Iterator[Touch]:
    """Some of the offers are presented in person to whoever decides."""
    for deal in made:
        day = deal.way.proposed(LAST_DAY)
        if day is not None and day >= 0 and happens(random, PROPOSALS_RECORDED):
            person = deal.contact
            yield Touch(day, "proposal", (person,) if person and person.there(day) else (), deal.center)


def engagements(random: np.random.Generator, timeline: Timeline, one: Cast, found: Sequence[Touch]) -> Iterator[Body]:
    """What the CRM keeps of a customer's touchpoints."""
    for number, touch in enumerate(found):
        willing = float(one.customer.trajectory.willingness[month(touch.day)])
        yield told(
            **identity(f"{one.customer.external_id}-engagement-{number + 1}"),
            account=one.customer.ref,
            kind=touch.kind,
            held_on=timeline.on(touch.day),
            contacts=[identity(person.external_id) for person in touch.people],
            buying_center=None if touch.center is None else touch.center.name,
            subject=one_of(random, SUBJECTS[touch.kind]),
            initiated_by="customer" if touch.kind == "referral" or happens(random, 0.5 * willing) else "supplier",
        )
