"""What people find of an account in ten elements: what stands on a day, how far it agrees, and how it has changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Final, Literal, get_args
from uuid import UUID

from app.health.core.agreement import AGREED_FROM, within_group_agreement
from app.selection.core.reviews.ratings import FunctionRating, Spread, Voice, metric_figures

# The ten elements of [004], in its order.
Element = Literal[
    "client_understanding", "account_strategy", "value_of_work", "relationships", "delivery_quality",
    "firm_as_partner", "governance", "leading_people", "brand_and_communications", "pipeline_health",
]  # fmt: skip
ELEMENTS: Final[tuple[Element, ...]] = get_args(Element)
TITLES: Final[Mapping[Element, str]] = {
    "client_understanding": "Understanding of the client",
    "account_strategy": "Account strategy",
    "value_of_work": "Value of current and future work",
    "relationships": "Robustness of relationships",
    "delivery_quality": "Quality of delivery",
    "firm_as_partner": "Our firm as a partner",
    "governance": "Governance of the account",
    "leading_people": "Leading our people",
    "brand_and_communications": "Brand, marketing and communications",
    "pipeline_health": "Health of the pipeline",
}
STEPS: Final = 5
SHELF_LIFE_DAYS: Final = 365  # as that of ratings
# Ours: a round takes a month at most, so what stood a month before the newest assessment is the round before.
ROUND_DAYS: Final = 30
# How far back any figure of a day reads: the round before has a shelf life, too.
REACH_DAYS: Final = 2 * SHELF_LIFE_DAYS + ROUND_DAYS


@dataclass(frozen=True, slots=True)
class Found:
    """What a person found of one element: 1..5, and what shows it."""

    value: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a person, who spoke for a function, found of an account on a day; elements they left out are absent."""

    user_id: UUID
    function: str
    assessed_on: date
    elements: Mapping[Element, Found]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person's word on an element is on a day."""

    user_id: UUID
    function: str
    assessed_on: date
    found: Found


@dataclass(frozen=True, slots=True)
class ElementFigures:
    """One element on a day.

    mean: over functions, each of which has one voice (the mean of its people); None while nobody speaks of it.
    between_functions, between_people: how far they lie apart; None with fewer than two.
    agreement: r_wg over people, 0..1; None with fewer than two. low_agreement: whether it is known and below 0.7.
    previous: the mean as it stood before the newest round; change: mean - previous; None without either.
    change_of_same: the same over those people alone who spoke in both; None without any.
    """

    element: Element
    mean: float | None
    by_function: tuple[FunctionRating, ...]
    people: int
    between_functions: Spread | None
    between_people: Spread | None
    agreement: float | None
    low_agreement: bool
    previous: float | None
    change: float | None
    change_of_same: float | None
    voices: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Assessor:
    """Somebody whose word stands: for which function, when they spoke last, and of what they have not spoken."""

    user_id: UUID
    function: str
    assessed_on: date
    missing: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """An account's assessment on a day.

    mean: over the elements that somebody speaks of; None without one. newest_on: the day of the newest assessment that
    stands. previous_on: the day on which the round before is looked at; None without a standing assessment.
    lapsed: people whose last word is past its shelf life.
    """

    elements: tuple[ElementFigures, ...]
    mean: float | None
    newest_on: date | None
    previous_on: date | None
    assessors: tuple[Assessor, ...]
    lapsed: tuple[UUID, ...]


def summary(assessments: Sequence[Assessment], as_of: date) -> Summary:
    """What stands at the end of `as_of`.

    assessments: of one account, the newest first; those dated later are left out, those older than REACH_DAYS tell
    only who has lapsed. A person's newest word on an element counts, for SHELF_LIFE_DAYS.
    """
    known = [one for one in assessments if one.assessed_on <= as_of]
    now = standing(known, as_of)
    days = [voice.assessed_on for voices in now.values() for voice in voices]
    newest_on = max(days, default=None)
    previous_on = None if newest_on is None else newest_on - timedelta(days=ROUND_DAYS)
    before = {} if previous_on is None else standing(known, previous_on)
    elements = tuple(_figures(element, now.get(element, ()), before.get(element, ())) for element in ELEMENTS)
    means = [one.mean for one in elements if one.mean is not None]
    assessors = _assessors(now)
    speaking = {one.user_id for one in assessors}
    return Summary(
        elements=elements,
        mean=fmean(means) if means else None,
        newest_on=newest_on,
        previous_on=previous_on,
        assessors=assessors,
        lapsed=tuple(dict.fromkeys(one.user_id for one in known if one.user_id not in speaking)),
    )


def standing(assessments: Iterable[Assessment], day: date) -> dict[Element, tuple[Standing, ...]]:
    """Each person's newest word on each element at the end of a day, no older than the shelf life.

    assessments: the newest first. People stand in the order in which they spoke last.
    """
    words: dict[Element, dict[UUID, Standing]] = {}
    for one in assessments:
        if not day - timedelta(days=SHELF_LIFE_DAYS) < one.assessed_on <= day:
            continue
        for element, found in one.elements.items():
            said = Standing(one.user_id, one.function, one.assessed_on, found)
            words.setdefault(element, {}).setdefault(one.user_id, said)
    return {element: tuple(by_person.values()) for element, by_person in words.items()}


def _figures(element: Element, now: Sequence[Standing], before: Sequence[Standing]) -> ElementFigures:
    figures = metric_figures(_voices(element, now), element, None)
    previous = metric_figures(_voices(element, before), element, None).blind_mean
    agreement = within_group_agreement([one.found.value for one in now], steps=STEPS)
    return ElementFigures(
        element=element,
        mean=figures.blind_mean,
        by_function=figures.by_function,
        people=figures.raters,
        between_functions=figures.between_functions,
        between_people=figures.between_raters,
        agreement=agreement,
        low_agreement=agreement is not None and agreement < AGREED_FROM,
        previous=previous,
        change=None if figures.blind_mean is None or previous is None else figures.blind_mean - previous,
        change_of_same=_change_of_same(now, before),
        voices=tuple(now),
    )


def _voices(element: Element, said: Iterable[Standing]) -> list[Voice]:
    return [Voice(one.user_id, one.function, {element: one.found.value}) for one in said]


def _change_of_same(now: Iterable[Standing], before: Iterable[Standing]) -> float | None:
    then = {one.user_id: one.found.value for one in before}
    changes = [one.found.value - then[one.user_id] for one in now if one.user_id in then]
    return fmean(changes) if changes else None


def _assessors(now: Mapping[Element, Sequence[Standing]]) -> tuple[Assessor, ...]:
    """Those whose word stands, who spoke last first."""
    newest: dict[UUID, Standing] = {}
    spoken: dict[UUID, set[Element]] = {}
    for element, voices in now.items():
        for one in voices:
            spoken.setdefault(one.user_id, set()).add(element)
            if one.user_id not in newest or one.assessed_on > newest[one.user_id].assessed_on:
                newest[one.user_id] = one
    listed = sorted(newest.values(), key=lambda one: (-one.assessed_on.toordinal(), one.user_id.bytes))
    return tuple(
        Assessor(
            one.user_id,
            one.function,
            one.assessed_on,
            tuple(element for element in ELEMENTS if element not in spoken[one.user_id]),
        )
        for one in listed
    )
