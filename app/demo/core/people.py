"""The people at the customers and the buying centers that they belong to: who joins, who changes sides, who leaves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.demo.core import names
from app.demo.core.accounts import Customer
from app.demo.core.chance import between, day_between, happens, one_of, some_of, weighted, within
from app.demo.core.timeline import LAST_DAY, Timeline, month
from app.demo.core.world import Body, identity, told

CENTERS = (
    "Engineering", "Maintenance", "Plant North", "Plant South", "Quality", "Utilities", "Packaging", "Research",
    "Logistics", "Information technology",
)  # fmt: skip
TITLES = {
    "functional": ("Engineer", "Buyer", "Technician"),
    "manager": ("Manager", "Team lead", "Category manager"),
    "director": ("Director", "Head"),
    "vp": ("Vice president operations", "Vice president procurement"),
    "c_level": ("Chief operating officer", "Chief technology officer", "Chief financial officer"),
}
LADDER = ("detractor", "neutral", "supporter", "coach", "advocate")
EXECUTIVE = ("director", "vp", "c_level")
LONG_AGO = (-1400, -200)


@dataclass(frozen=True, slots=True)
class Center:
    """A buying center; `opens` is the day from which business is done with it, None where nothing was ever bought."""

    external_id: str
    name: str
    opens: int | None
    weight: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a customer, from the day that the supplier knows them; `stances` are (from day, stance), in order."""

    external_id: str
    name: str
    seniority: str
    center: Center | None
    joined: int
    leaves: int | None
    stances: tuple[tuple[int, str], ...]
    decides: bool = False
    supporter: bool = False

    @property
    def executive(self) -> bool:
        return self.seniority in EXECUTIVE

    def there(self, day: int) -> bool:
        return self.joined <= day and (self.leaves is None or day < self.leaves)


@dataclass(frozen=True, slots=True)
class Cast:
    """A customer with its buying centers and its people; the first person decides for the first center."""

    customer: Customer
    centers: tuple[Center, ...]
    people: tuple[Person, ...]

    def open_centers(self, day: int) -> list[Center]:
        return [center for center in self.centers if center.opens is not None and center.opens <= day]

    def decider(self, center: Center, day: int) -> Person | None:
        """Who decides there; in a coasting account one person decides for all."""
        if self.customer.trajectory.story == "coaster":
            return self.people[0]
        return next((p for p in self.people if p.decides and p.center == center and p.there(day)), None)


def cast(random: np.random.Generator, customer: Customer) -> Cast:
    """The centers and people of a customer, as its trajectory will have them."""
    centers = _centers(random, customer)
    roles = _roles(random, customer, centers)
    people = [_person(random, customer, number, role) for number, role in enumerate(roles)]
    return Cast(customer, centers, tuple(people))


# --- buying centers -----------------------------------------------------------------------------------------------


def _openings(random: np.random.Generator, customer: Customer) -> list[int]:
    """When each buying center begins to do business; the first do from the beginning."""
    course = customer.trajectory
    most = {"single_product": 1, "prospect": 1, "decliner": 3, "coaster": 2}.get(course.story, 3)
    least = 2 if course.story in {"decliner", "coaster"} else 1
    openings = [course.begins] * day_between(random, least, most)
    if course.turns is not None and course.story in {"grower", "rebuilder"}:
        at = course.turns + day_between(random, 20, 60)
        while at < LAST_DAY - 20 and len(openings) < 7:
            openings.append(at)
            at += day_between(random, 70, 160)
    return openings


def _centers(random: np.random.Generator, customer: Customer) -> tuple[Center, ...]:
    openings: list[int | None] = [*_openings(random, customer)]
    vacant = [None] * day_between(random, 1, 3)
    # Where a competitor enters it enters where most is bought.
    first = 3.0 if customer.trajectory.cause == "competitor_entered" else 1.6
    called = some_of(random, CENTERS, len(openings) + len(vacant))
    return tuple(
        Center(f"{customer.external_id}-center-{n + 1}", name, opens, first if n == 0 else between(random, 0.5, 1.0))
        for n, (name, opens) in enumerate(zip(called, [*openings, *vacant], strict=True))
    )


# --- people -------------------------------------------------------------------------------------------------------


class Role(NamedTuple):
    """What somebody is to be in an account, before they have a name."""

    seniority: str
    center: Center | None
    joined: int
    decides: bool = False
    supporter: bool = False


def _roles(random: np.random.Generator, customer: Customer, centers: Sequence[Center]) -> Iterator[Role]:
    """Each center has one who decides and one or two more; executives stand above, and willing accounts add some."""
    course = customer.trajectory
    for center in (center for center in centers if center.opens is not None):
        yield _decider(random, course.begins, center)
        for _ in range(day_between(random, 1, 2)):
            yield Role(weighted(random, ("functional", "manager"), (2, 1)), center, _met(random, center))
    for number in range(day_between(random, 1, 2)):
        joined = _long_known(random, course.begins)
        yield Role(one_of(random, ("vp", "c_level")), None, joined, supporter=number == 0)
    if course.story in {"grower", "rebuilder"} and course.turns is not None:
        for joined in range(course.turns + 5, LAST_DAY - 30, day_between(random, 110, 190)):
            yield Role(weighted(random, EXECUTIVE, (2, 2, 1)), None, joined)


def _decider(random: np.random.Generator, begins: int, center: Center) -> Role:
    first = center.opens == begins
    joined = _long_known(random, begins) if first else _met(random, center)
    return Role(one_of(random, ("manager", "director")), center, joined, decides=True)


def _long_known(random: np.random.Generator, begins: int) -> int:
    return day_between(random, *LONG_AGO) if begins < 0 else begins


def _met(random: np.random.Generator, center: Center) -> int:
    opens = center.opens or 0
    return day_between(random, *LONG_AGO) if opens < 0 else opens - day_between(random, 0, 15)


def _person(random: np.random.Generator, customer: Customer, number: int, role: Role) -> Person:
    role = role._replace(joined=max(role.joined, customer.known_from))
    leaves = _leaves(random, customer, role)
    return Person(
        f"{customer.external_id}-contact-{number + 1}",
        names.person(random),
        role.seniority,
        role.center,
        role.joined,
        leaves,
        tuple(_stances(random, customer, role, leaves)),
        role.decides,
        role.supporter,
    )


def _leaves(random: np.random.Generator, customer: Customer, role: Role) -> int | None:
    """The supporter whose leaving is the cause of a decline; else a few of those on whom nothing rests."""
    course = customer.trajectory
    if role.supporter and course.cause == "supporter_left":
        return course.turns
    if role.decides or role.supporter or not happens(random, 0.06):
        return None
    leaving = day_between(random, 100, LAST_DAY)
    return leaving if leaving > role.joined + 60 else None


def _stances(
    random: np.random.Generator, customer: Customer, role: Role, leaves: int | None
) -> Iterator[tuple[int, str]]:
    """Where somebody stands at first, and the one step that they take when the customer's willingness turns."""
    rung = _first_rung(random, customer, role)
    yield role.joined, "unknown" if rung is None else LADDER[rung]
    course = customer.trajectory
    change = float(course.willingness[-1] - course.willingness[month(role.joined)])
    if rung is None or course.turns is None or abs(change) < 0.08 or not happens(random, 0.5):
        return
    day = day_between(random, max(course.turns, role.joined) + 20, LAST_DAY)
    moved = min(max(rung + (1 if change > 0 else -1), 0), len(LADDER) - 1)
    if day <= LAST_DAY and moved != rung and (leaves is None or day < leaves):
        yield day, LADDER[moved]


def _first_rung(random: np.random.Generator, customer: Customer, role: Role) -> int | None:
    """A supporter stands high; of the others a quarter are not known, the rest follow the customer's willingness."""
    if role.supporter:
        return 4 if happens(random, 0.6) else 3
    if happens(random, 0.25):
        return None
    willing = float(customer.trajectory.willingness[month(role.joined)])
    return int(within(round(4 * willing + random.normal(-0.3, 0.9)), 0, 4))


# --- bodies -------------------------------------------------------------------------------------------------------


def buying_centers(casts: Sequence[Cast]) -> list[Body]:
    return [
        {**identity(center.external_id), "account": one.customer.ref, "name": center.name}
        for one in casts
        for center in one.centers
    ]


def contacts(random: np.random.Generator, timeline: Timeline, casts: Sequence[Cast]) -> list[Body]:
    """All contacts as they were first known, then the changes of all, by their days."""
    first = [_contact(random, timeline, one, person) for one in casts for person in one.people]
    people = [person for one in casts for person in one.people]
    changes = [
        (day, {**identity(person.external_id), "stance": stance, "effective_on": timeline.on(day)})
        for person in people
        for day, stance in person.stances[1:]
    ]
    changes += [
        (day, {**identity(person.external_id), "active": False, "effective_on": timeline.on(day)})
        for person in people
        if (day := person.leaves) is not None
    ]
    return [*first, *(body for _, body in sorted(changes, key=lambda change: change[0]))]


def _contact(random: np.random.Generator, timeline: Timeline, one: Cast, person: Person) -> Body:
    title = one_of(random, TITLES[person.seniority])
    number = int(person.external_id.rpartition("-")[2])
    domain = one.customer.name.lower().replace(" ", "-")
    return told(
        **identity(person.external_id),
        account=one.customer.ref,
        name=person.name,
        title=title if person.center is None else f"{title}, {person.center.name.lower()}",
        email=names.address(person.name, domain, number),
        seniority=person.seniority,
        stance=person.stances[0][1],
        active=True,
        buying_center=None if person.center is None else person.center.name,
        effective_on=timeline.on(person.joined),
    )
