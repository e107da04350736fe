"""What the supplier and its customers agree on together, in four steps: one customer for each place it can come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from app.demo.core.fates import FATES, FateName
from app.demo.core.supplier import Supplier
from app.demo.core.support import RESOURCES, Supported, colleague
from app.demo.core.timeline import LAST_DAY, Timeline
from app.demo.core.world import Body, identity

# How far a calibration comes, each further than the one before.
Reached = Literal[
    "drafted", "half_sealed", "revealed", "explored", "half_rated", "rated", "at_odds", "aligned", "invested", "active"
]  # fmt: skip
REACHED: Final[tuple[Reached, ...]] = (
    "drafted", "half_sealed", "revealed", "explored", "half_rated", "rated", "at_odds", "aligned", "invested", "active",
)  # fmt: skip
STEP_DAYS: Final = 12  # from one of these to the next


@dataclass(frozen=True, slots=True)
class Course:
    """How one calibration goes.

    ago: how many days before the last it begins. level: what both agree on; odds: what the customer wanted first.
    importance: of the shared goal to either side. rated: how well both find that they fit, 1 to 5. met: what was found
    of what the supplier owes, and of what the customer owes, each time that it was asked.
    ends: it came to an end. again: how far the one that followed came. fate: what became of the account.
    """

    reached: Reached
    ago: int
    level: str = "strategic"
    odds: str | None = None
    importance: tuple[int, int] = (4, 5)
    rated: int = 4
    met: tuple[tuple[bool, bool], ...] = ()
    ends: bool = False
    again: Reached | None = None
    fate: FateName | None = None


COURSES: Final = (
    Course("active", 300, met=((True, True), (True, False), (True, False)), fate="chosen_late"),
    Course("active", 260, "preferred", odds="strategic", rated=3, met=((False, True), (False, True)), fate="failed"),
    Course(
        "active",
        400,
        "transactional",
        importance=(2, 5),
        rated=3,
        met=((True, True),),
        again="active",
        fate="on_schedule",
    ),
    Course("active", 390, "preferred", met=((True, True), (True, True)), again="half_rated", fate="raised"),
    Course("invested", 105, fate="taken_back"),
    Course("at_odds", 90, odds="integrated"),
    Course("half_rated", 60),
    Course("revealed", 45, importance=(5, 3)),
    Course("half_sealed", 18),
    Course("drafted", 6),
    Course("active", 350, "preferred", met=((False, False),), ends=True, fate="let_go"),
)
# Of those who turned away, or never came along; what they owe they do not do.
UNMET: Final = (
    Course("active", 285, "preferred", met=((True, True), (True, False)), fate="awaiting"),
    Course("active", 400, "preferred", met=((True, False),), ends=True, fate="on_the_way_back"),
    Course("active", 415, "preferred", met=((True, False),), fate="lowered"),
    Course("active", 300, "preferred", met=((True, True), (True, False)), fate="under_way"),
    Course("active", 405, "preferred", met=((True, False),), fate="kept_for_fear"),
    Course("active", 400, "preferred", met=((True, False),), fate="kept_in_hope"),
    Course("active", 405, "preferred", met=((True, False),), ends=True, fate="come_back"),
)
TURNED_AWAY: Final = ("decliner", "coaster", "single_product")
AGAIN_AFTER: Final = 200
LONGEST: Final = max(course.ago for course in (*COURSES, *UNMET))

_SUPPLIER: Final[Any] = {
    "goals": [
        {"key": "uptime", "title": "No line stands still", "theme": "uptime", "description": None, "importance": 4,
         "horizon": "medium"},
        {"key": "share", "title": "Every plant on our platform", "theme": "growth", "description": None,
         "importance": 3, "horizon": "long"},
    ],
    "expectations": [
        {"key": "data", "title": "The data of their lines", "description": None, "importance": 4, "goal": "uptime"},
    ],
    "commitments": [
        {"key": "team", "title": "A team on site", "description": None, "level": 4, "goal": "uptime"},
    ],
}  # fmt: skip
_CUSTOMER: Final[Any] = {
    "goals": [
        {"key": "lines", "title": "Lines that run", "theme": "uptime", "description": None, "importance": 5,
         "horizon": "short"},
        {"key": "cost", "title": "Less to pay a piece", "theme": None, "description": None, "importance": 3,
         "horizon": "long"},
    ],
    "expectations": [
        {"key": "parts", "title": "Spare parts within a day", "description": None, "importance": 5, "goal": "lines"},
    ],
    "commitments": [
        {"key": "access", "title": "Access to our planning", "description": None, "level": 3, "goal": None},
    ],
}  # fmt: skip
THEMES: Final = (("Uptime", ["uptime"], ["lines"]), ("Growth at less cost", ["share"], ["cost"]))


@dataclass(frozen=True, slots=True)
class Partnership:
    """A calibration to be played by both sides; people and resources are identities.

    approver: who agrees to what goes beyond. owners: of each resource that is invested, who speaks for its function.
    """

    account: Body
    kam: Body
    contact: Body
    contact_name: str
    course: Course
    begins_on: date
    supplier: Body
    customer: Body
    invested: Sequence[tuple[Body, float, Body, str]]


def courses(program: Sequence[Supported]) -> dict[int, Course]:
    """The course that each customer's calibration takes, by the customer's place in the program.

    Of those who have somebody to talk to the last that turned away go the ways that end badly, the first others go the
    rest; a customer to whom something happened in the program has been in it from the start.
    """
    able = [account for account in program if account.there() and account.since <= LAST_DAY - LONGEST]
    away = [one for one in able if one.cast.customer.trajectory.story in TURNED_AWAY]
    others = [one for one in able if one not in away]
    unmet = [*reversed(others[len(COURSES) :]), *reversed(away)][-len(UNMET) :]
    there = [one for one in able if one not in unmet]
    pairs = [*zip(there, COURSES, strict=False), *zip(reversed(unmet), UNMET, strict=False)]
    return {account.place: course for account, course in pairs}


def placed(program: Sequence[Supported], known: Mapping[int, Course]) -> list[Supported]:
    """The program with the tiers that its customers had from day to day, by what became of them."""
    fated = {place: course.fate for place, course in known.items() if course.fate is not None}
    return [one if one.place not in fated else _fated(one, fated[one.place]) for one in program]


def _fated(account: Supported, name: FateName) -> Supported:
    fate = FATES[name]
    high, low = ("tier_1", "tier_2") if account.tier == "tier_1" else ("tier_2", "tier_3")
    first, last = {"same": (account.tier,) * 2, "lower": (high, low), "higher": (low, high)}[fate.tiers]
    since = account.since if fate.chosen is None else LAST_DAY - fate.chosen
    later = ((fate.tier_ago, last), (fate.left, None), (fate.again, last))
    held = ((since, first), *((LAST_DAY - ago, tier) for ago, tier in later if ago is not None))
    return replace(account, tier=last, since=since, held=held, fate=name)


def partnerships(
    timeline: Timeline, program: Sequence[Supported], team: Supplier, known: Mapping[int, Course]
) -> list[Partnership]:
    """One for each course."""
    return [
        _partnership(timeline, account, team, known[account.place]) for account in program if account.place in known
    ]


def _partnership(timeline: Timeline, account: Supported, team: Supplier, course: Course) -> Partnership:
    person = account.there()[0]
    ours, theirs = course.importance
    return Partnership(
        account=account.ref,
        kam=account.kam,
        contact=identity(person.external_id),
        contact_name=person.name,
        course=course,
        begins_on=timeline.date(LAST_DAY - course.ago),
        supplier=_important(_SUPPLIER, ours),
        customer=_important(_CUSTOMER, theirs),
        invested=[*_invested(account, team, course.level)],
    )


def _important(document: Any, importance: int) -> Body:
    """The document with the first goal as important as it is to this side."""
    first, *others = document["goals"]
    return {**document, "goals": [{**first, "importance": importance}, *others]}


def _invested(account: Supported, team: Supplier, level: str) -> list[tuple[Body, float, Body, str]]:
    """Half of what the level brings of two resources of different functions."""
    levels = ("preferred", "strategic", "integrated")
    if level not in levels:
        return []
    place = levels.index(level)
    chosen = [one for one in RESOURCES if one.levels[place]][::3][:2]
    return [
        (one.ref, one.levels[place] / 2, colleague(team, one.function, account.place), one.function) for one in chosen
    ]
