"""The customers as the supplier's CRM knows them: companies, their groups, and who looks after them since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.demo.core import names
from app.demo.core.chance import around, between, day_between, happens, one_of, weighted
from app.demo.core.supplier import WORTH, Colleague
from app.demo.core.timeline import LAST_DAY, Timeline
from app.demo.core.trajectories import Trajectory
from app.demo.core.world import Body, identity, told

COUNTRIES: Mapping[str, tuple[str, float]] = {
    "DE": ("EUR", 6), "FR": ("EUR", 3), "NL": ("EUR", 2), "IT": ("EUR", 2), "ES": ("EUR", 1.5), "AT": ("EUR", 1),
    "GB": ("GBP", 4), "US": ("USD", 5),
}  # fmt: skip
UNITS = ("Iberia", "Nordics", "Americas", "Services", "Logistics")
ACCOUNTS_PER_GROUP = 40
YEARS_BEFORE = (1, 18)
# Those who spend most are in the hands of a few key account managers, who have no others.
LARGE = 0.2  # of all customers
LARGE_PER_KAM = 9


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, its hidden trajectory, and who looks after it: (from day, KAM) in order, none for a small one.

    parent: the group's external id, and the day from which the customer belongs to it.
    """

    external_id: str
    name: str
    industry: str
    country: str
    currency: str
    known_from: int
    kams: tuple[tuple[int, Colleague], ...]
    trajectory: Trajectory
    parent: tuple[str, int] | None = None

    @property
    def managed(self) -> bool:
        return bool(self.kams)

    @property
    def ref(self) -> Body:
        return identity(self.external_id)

    def kam(self, day: int) -> Colleague | None:
        held = [colleague for since, colleague in self.kams if since <= day]
        return held[-1] if held else None


def customers(random: np.random.Generator, courses: Sequence[Trajectory], kams: Sequence[Colleague]) -> list[Customer]:
    """One customer for each trajectory; a few of them form groups."""
    stems = names.company_stems(random, len(courses))
    large = _large(courses)
    few = min(max(1, round(len(large) / LARGE_PER_KAM)), len(kams) - 2)
    alone = [
        _customer(random, place, stem, course, kams[:few] if place in large else kams[few:], len(kams))
        for place, (stem, course) in enumerate(zip(stems, courses, strict=True))
    ]
    return _grouped(random, alone)


def _large(courses: Sequence[Trajectory]) -> set[int]:
    """The places of those who spend most by now, prospects left out."""
    buying = [place for place, course in enumerate(courses) if course.story != "prospect"]
    return set(sorted(buying, key=lambda place: -courses[place].run_rate(LAST_DAY))[: round(LARGE * len(courses))])


def _customer(
    random: np.random.Generator, place: int, stem: str, course: Trajectory, kams: Sequence[Colleague], team: int
) -> Customer:
    industry = one_of(random, tuple(names.TRADES))
    country = weighted(random, tuple(COUNTRIES), [share for _, share in COUNTRIES.values()])
    from_before = course.begins < 0
    known = -day_between(random, YEARS_BEFORE[0] * 365, YEARS_BEFORE[1] * 365) if from_before else course.begins
    return Customer(
        external_id=f"account-{place + 1}",
        name=f"{stem} {one_of(random, names.TRADES[industry])}",
        industry=industry,
        country=country,
        currency=COUNTRIES[country][0],
        known_from=known,
        kams=_kams(random, course, known, kams, team),
        trajectory=course,
    )


def _kams(
    random: np.random.Generator, course: Trajectory, known: int, kams: Sequence[Colleague], team: int
) -> tuple[tuple[int, Colleague], ...]:
    """Most customers have a key account manager, one of `kams`; when one leaves the supplier another takes over.

    team: how many key account managers there are.
    """
    if not happens(random, 0.4 if course.story == "prospect" else 0.85):
        return ()
    first, second = (
        own[int(random.integers(number)) % len(own)] for number, own in ((team, kams), (team - 1, kams[:-1] or kams))
    )
    if first.leaves is None:
        return ((known, first),)
    return ((known, second),) if known > first.leaves else ((known, first), (first.leaves, second))


def _grouped(random: np.random.Generator, alone: list[Customer]) -> list[Customer]:
    """Every fortieth customer heads a group of the two or three that follow; the last of each was taken over."""
    together = list(alone)
    for head in range(0, len(alone) - 4, ACCOUNTS_PER_GROUP):
        size = day_between(random, 2, 3)
        parent = alone[head]
        stem = parent.name.rpartition(" ")[0]
        for number in range(1, size + 1):
            member = alone[head + number]
            taken_over = number == size
            name = member.name if taken_over else f"{stem} {UNITS[number - 1]}"
            since = max(parent.known_from, member.known_from, day_between(random, 300, 700) if taken_over else 0)
            together[head + number] = replace(member, name=name, parent=(parent.external_id, since))
    return together


def bodies(random: np.random.Generator, timeline: Timeline, known: Sequence[Customer]) -> list[Body]:
    """All accounts as they were first known, then what changed of them."""
    first = [_body(random, timeline, customer) for customer in known]
    parents = [
        {**customer.ref, "parent": identity(customer.parent[0]), "effective_on": timeline.on(customer.parent[1])}
        for customer in known
        if customer.parent is not None
    ]
    handed_over = [
        {**customer.ref, "kam_user_id": identity(colleague.external_id), "effective_on": timeline.on(since)}
        for customer in known
        for since, colleague in customer.kams[1:]
    ]
    return [*first, *parents, *handed_over]


def _body(random: np.random.Generator, timeline: Timeline, customer: Customer) -> Body:
    employees = int(around(random, 900, 1.1)) + 20
    revenue = employees * between(random, 140_000, 320_000) / WORTH[customer.currency]
    buys = customer.trajectory.story != "prospect"
    stem = customer.name.lower().replace(" ", "-")
    return told(
        **customer.ref,
        name=customer.name,
        industry=customer.industry,
        country=customer.country,
        employees=employees,
        annual_revenue={"amount": f"{round(revenue, -4):.2f}", "currency": customer.currency},
        website=f"https://www.{stem}.example",
        kam_user_id=identity(customer.kams[0][1].external_id) if customer.kams else None,
        customer_since=timeline.on(customer.known_from) if buys else None,
        attributes={"simulated": True},
        effective_on=timeline.on(customer.known_from),
    )
