"""Decides what people's ratings of the program say: of maturity, of skills, and of planning."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Final, Literal
from uuid import UUID

from app.kernel.errors import FieldProblem, Invalid
from app.program.core.audit.parts import QUESTIONS

Subject = Literal["maturity", "skill", "planning"]
SHELF_LIFE_DAYS: Final = 365
ENOUGH: Final = 4.0  # a skill rated below it is a gap (ours)
# The top skills of the Richardson 2015 Key Account Management Study; how many count each among them is a benchmark.
SKILLS: Final = (
    "experience_and_judgement", "collaboration", "customer_service", "strategic_planning", "innovation",
    "project_management",
)  # fmt: skip
# What account planning may be, from 1 on; the words of the survey that MET-12's figures come from.
PLANNING: Final = ("not_effective", "slightly_effective", "moderately_effective", "very_effective")
EFFECTIVENESS: Final = "effectiveness"
_NAMES: Final[Mapping[Subject, frozenset[str]]] = {
    "maturity": frozenset(part.code for part in QUESTIONS),
    "skill": frozenset(SKILLS),
    "planning": frozenset({EFFECTIVENESS}),
}


class UnusableRating(Invalid):
    """The program cannot be rated so."""


@dataclass(frozen=True, slots=True)
class Rating:
    """One person's word; about: whose skill it is, else None. value: 1..5, of planning 1..4 as in PLANNING."""

    subject: Subject
    name: str
    value: int
    rater: UUID
    function: str
    rated_on: date
    about: UUID | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """What the newest words come to: the mean over functions of each function's mean, and how far they lie apart."""

    name: str
    mean: float
    spread: int
    ratings: int
    functions: tuple[str, ...]


def check_rating(subject: Subject, name: str, value: int, *, about: UUID | None, pointer: str) -> None:
    """Raise UnusableRating where that cannot be rated, not with this value, or not of a person."""
    problems = []
    if name not in _NAMES[subject]:
        allowed = ", ".join(sorted(_NAMES[subject]))
        problems.append(FieldProblem(f"{pointer}/name", "unknown_name", f"has to be one of: {allowed}"))
    if subject == "planning" and value > len(PLANNING):
        problems.append(FieldProblem(f"{pointer}/value", "out_of_range", "goes from 1 (not effective) to 4 (very)"))
    if (subject == "skill") != (about is not None):
        problems.append(FieldProblem(f"{pointer}/about_user_id", "whose_skill", "goes with skills, and only with them"))
    if problems:
        raise UnusableRating("see the fields", errors=problems)


def standing(ratings: Iterable[Rating], as_of: date) -> list[Rating]:
    """Each rater's newest word on each thing, of each person, that is no older than 365 days on a day."""
    newest: dict[tuple[object, ...], Rating] = {}
    for one in sorted(ratings, key=lambda one: one.rated_on):
        if as_of - timedelta(days=SHELF_LIFE_DAYS) < one.rated_on <= as_of:
            newest[one.subject, one.name, one.rater, one.about] = one
    return list(newest.values())


def rated(ratings: Sequence[Rating], subject: Subject) -> dict[str, Rated]:
    """What standing ratings of a subject come to, by name; the mean gives each function the same weight."""
    found: dict[str, list[Rating]] = defaultdict(list)
    for one in ratings:
        if one.subject == subject:
            found[one.name].append(one)
    return {name: _rated(name, own) for name, own in sorted(found.items())}


def _rated(name: str, own: Sequence[Rating]) -> Rated:
    by_function: dict[str, list[int]] = defaultdict(list)
    for one in own:
        by_function[one.function].append(one.value)
    values = [one.value for one in own]
    mean = fmean(fmean(each) for each in by_function.values())
    return Rated(name, mean, max(values) - min(values), len(own), tuple(sorted(by_function)))


def planning_shares(ratings: Sequence[Rating]) -> dict[str, float]:
    """The share of standing ratings of planning that says each word of PLANNING; empty without any."""
    said = Counter(one.value for one in ratings if one.subject == "planning")
    total = sum(said.values())
    return {word: said[at] / total for at, word in enumerate(PLANNING, 1)} if total else {}
