"""Whom the supplier's program supports: tiers, what they bring, what is used of it, and what customers say of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from app.demo.core.chance import around, day_between, happens, some_of, within
from app.demo.core.fates import FateName
from app.demo.core.people import Cast, Person
from app.demo.core.supplier import REPORTING_CURRENCY, Supplier
from app.demo.core.timeline import LAST_DAY, Timeline, month
from app.demo.core.world import Body, identity

SINCE = LAST_DAY - 420  # the program began then
SUPPORTED: Final = 0.15  # of all accounts
FEWEST: Final = 20
TIER_ENDS: Final = (("tier_1", 0.2), ("tier_2", 0.55), ("tier_3", 1.0))
USED_SINCE = LAST_DAY - 360
RATED: Final = 0.6


class Resource(NamedTuple):
    """Something to give: who owns it, what a unit costs, and what tiers and levels bring of it per quarter."""

    code: str
    name: str
    kind: str
    function: str
    unit: str
    cost: int
    tiers: tuple[float, float, float]
    levels: tuple[float, float, float]  # preferred, strategic, integrated

    @property
    def ref(self) -> Body:
        return identity(f"resource-{self.code.lower()}")


RESOURCES: Final = (
    Resource("ENGINEER", "Application engineer", "subject_expert", "product", "day", 780, (12, 6, 3), (6, 12, 20)),
    Resource("FIELD", "Field engineer", "technical_expert", "service", "day", 690, (10, 5, 2), (5, 10, 16)),
    Resource("SUCCESS", "Customer success manager", "customer_success", "service", "hour", 85, (40, 24, 12),
             (24, 40, 60)),
    Resource("PROJECT", "Project manager", "project_manager", "operations", "day", 640, (8, 4, 0), (4, 8, 12)),
    Resource("ENERGY", "Energy consulting", "consulting", "operations", "day", 950, (6, 3, 0), (0, 6, 10)),
    Resource("TWIN", "Plant twin licence", "proprietary_technology", "product", "seat", 240, (20, 10, 0), (0, 20, 40)),
    Resource("BOARD", "Executive access", "executive_access", "executive", "meeting", 2_500, (2, 1, 0), (0, 1, 2)),
)  # fmt: skip
LEVELS: Final = ("preferred", "strategic", "integrated")
# How much of what is due a customer uses, by what becomes of it.
USES: Final = {
    "grower": 0.96, "rebuilder": 0.85, "steady": 0.62, "coaster": 0.3, "decliner": 0.38, "single_product": 0.12,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Supported:
    """A customer in the program, from a day on.

    tier: the last that it had. held: its tiers, each from a day on, None while it had none. fate: what became of it,
    where something did.
    """

    cast: Cast
    tier: str
    place: int
    since: int
    held: tuple[tuple[int, str | None], ...]
    fate: FateName | None = None

    @property
    def ref(self) -> Body:
        return self.cast.customer.ref

    @property
    def kam(self) -> Body:
        """Who looks after it now."""
        kam = self.cast.customer.kam(LAST_DAY)
        assert kam is not None, "whoever is supported is managed"
        return identity(kam.external_id)

    def due(self, resource: Resource) -> float:
        """What its tier brings per quarter."""
        return due_with(resource, self.tier)

    def there(self) -> list[Person]:
        """The customer's people who are there on the last day, the most senior first."""
        seniority = ("c_level", "vp", "director", "manager", "functional")
        present = [person for person in self.cast.people if person.there(LAST_DAY)]
        return sorted(present, key=lambda person: seniority.index(person.seniority))


def supported(casts: Sequence[Cast]) -> list[Supported]:
    """The managed customers that spend most, but those who have bought nothing; the first fifth in the first tier."""
    able = [one for one in casts if one.customer.managed and one.customer.trajectory.story != "prospect"]
    ranked = sorted(able, key=lambda one: -one.customer.trajectory.run_rate(LAST_DAY))
    number = min(len(ranked), max(FEWEST, round(SUPPORTED * len(casts))))
    # Of each story somebody, however few: what customers do with what they are given depends on it.
    first = {one.customer.trajectory.story: one for one in reversed(ranked)}
    chosen = {id(one) for one in first.values()}
    chosen |= {id(one) for one in [other for other in ranked if id(other) not in chosen][: number - len(chosen)]}
    kept = [one for one in ranked if id(one) in chosen]
    return [_placed(one, place, len(kept)) for place, one in enumerate(kept)]


def _placed(one: Cast, place: int, number: int) -> Supported:
    tier = next(name for name, end in TIER_ENDS if (place + 1) / number <= end)
    since = max(SINCE, one.customer.known_from + 30)
    return Supported(one, tier, place, since, ((since, tier),))


def due_with(resource: Resource, tier: str | None) -> float:
    """What a tier brings per quarter; nothing outside the three."""
    tiers = [name for name, _ in TIER_ENDS]
    return resource.tiers[tiers.index(tier)] if tier in tiers else 0.0


def colleague(team: Supplier, function: str, place: int = 0) -> Body:
    """Somebody of a function; the first of each leads it."""
    people = team.others[function]
    return identity(people[place % len(people)].external_id)


def catalogue(timeline: Timeline, team: Supplier, program: Sequence[Supported]) -> dict[str, list[Body]]:
    """Resources with what they bring, and who leads which function; in a quarter there is a little less than is due."""
    money = {"currency": REPORTING_CURRENCY}
    resources = [
        {
            "id": one.ref, **one.ref, "code": one.code, "name": one.name, "kind": one.kind, "function": one.function,
            "unit": one.unit, "unit_cost": one.cost, **money, "active": True,
            "capacity": float(max(5, round(0.95 * sum(account.due(one) for account in program)))),
        }
        for one in RESOURCES
    ]  # fmt: skip
    tiers = [name for name, _ in TIER_ENDS]
    brought = [
        *(("tier", name, one, quantity) for one in RESOURCES for name, quantity in zip(tiers, one.tiers, strict=True)),
        *(
            ("level", name, one, quantity)
            for one in RESOURCES
            for name, quantity in zip(LEVELS, one.levels, strict=True)
        ),
    ]
    rules = [
        {"resource_id": one.ref, "basis": basis, "name": name, "quantity": float(quantity)}
        for basis, name, one, quantity in brought
        if quantity
    ]
    leaders = [
        {"function": function, "from_on": timeline.on(SINCE), "user_id": colleague(team, function)}
        for function in sorted(team.others)
    ]
    return {"resources": resources, "entitlement_rules": rules, "function_leaders": leaders}


def entitlements(timeline: Timeline, program: Sequence[Supported]) -> list[Body]:
    """What each customer's tiers brought, from day to day, since it came into the program."""
    return [
        {
            "account_id": account.ref, "resource_id": one.ref, "quantity": float(due_with(one, tier)),
            "from_on": timeline.on(day), "until_on": None if until is None else timeline.on(until), "basis": "tier",
            "basis_name": tier,
        }
        for account in program
        for (day, tier), until in zip(account.held, (*(day for day, _ in account.held[1:]), None), strict=True)
        for one in RESOURCES
        if due_with(one, tier)
    ]  # fmt: skip


def usage(random: np.random.Generator, timeline: Timeline, program: Sequence[Supported]) -> list[Body]:
    """What each customer used, a few times a quarter, of each resource."""
    return [body for account in program for one in RESOURCES for body in _used(random, timeline, account, one)]


def _used(random: np.random.Generator, timeline: Timeline, account: Supported, one: Resource) -> Iterator[Body]:
    course, due = account.cast.customer.trajectory, account.due(one)
    for day in range(max(USED_SINCE, account.since), LAST_DAY - 5, 30):
        share = within(around(random, USES[course.story], 0.25), 0.0, 1.15)
        if course.story == "decliner" and course.turned(day):
            share *= 0.5
        quantity = round(due / 3 * share * 2) / 2
        if quantity > 0:
            yield {
                "account_id": account.ref, "resource_id": one.ref, "quantity": quantity,
                "used_on": timeline.on(day + day_between(random, 0, 5)),
                **identity(f"usage-{account.place + 1}-{one.code.lower()}-{day}"),
            }  # fmt: skip


def ratings(random: np.random.Generator, timeline: Timeline, program: Sequence[Supported]) -> list[Body]:
    """What customers say a resource is worth to them: the willing more, and nobody all of them alike."""
    found = []
    for account in program:
        people = account.there()
        if not people or not happens(random, RATED):
            continue
        willing = float(account.cast.customer.trajectory.willingness[month(LAST_DAY)])
        for one in some_of(random, [each for each in RESOURCES if account.due(each)], 4):
            value = int(within(round(1.2 + 3.6 * willing + random.normal(0, 0.9)), 1, 5))
            found.append(
                {
                    "account_id": account.ref, "resource_id": one.ref, "contact_id": identity(people[0].external_id),
                    "value": value, "rated_on": timeline.on(LAST_DAY - day_between(random, 5, 150)),
                }
            )  # fmt: skip
    return found
