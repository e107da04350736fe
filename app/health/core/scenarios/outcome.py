"""What hygiene and health would be after each event, which indicators move, and how much revenue is at risk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.health.core.model import HealthModel, Indicator
from app.health.core.scenarios.case import Case, unchanged
from app.health.core.scenarios.events import Consequence, Event, consequence
from app.health.core.scenarios.facts import Deal, Facts, Flags, Floats
from app.health.core.scenarios.figures import SCALED, figures
from app.health.core.score import Scores, score, score_utilities
from app.scoring.core.inputs import inputs_from_columns

OUTLOOK: Final = "customer_growth_outlook"
LOWEST_RATING: Final = 1.0
NAMED_DEALS: Final = 10  # of those at risk, the largest
SAME: Final = 1e-9  # figures that differ less do so by the order in which floats were added up


@dataclass(frozen=True, slots=True)
class Moved:
    """An indicator that an event moves: its figure (None: taken away), utility 0..1, and points of its side."""

    indicator: Indicator
    before: float
    after: float | None
    utility_before: float
    utility_after: float
    points: float


@dataclass(frozen=True, slots=True)
class DealAtRisk:
    """A deal, and how much of it is at risk."""

    deal: Deal
    amount: float


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Money in danger, in the reporting currency.

    revenue: of the last 365 days. pipeline: of what the open deals are expected to bring. revenue_share: of the revenue
    of the last 365 days; None where that is not above 0. deals: how many. without_amount: how many of them do not count
    because their amount (of an open one, amount or probability) is unknown. largest: of those that count.
    """

    revenue: float
    pipeline: float
    revenue_share: float | None
    deals: int
    without_amount: int
    largest: tuple[DealAtRisk, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an event would lead to; `at` is its column in the scores, column 0 being today's."""

    event: Event
    consequence: Consequence
    at: int
    moved: tuple[Moved, ...]
    at_risk: AtRisk


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Scores of today (column 0) and after each event, under one model."""

    scores: Scores
    outcomes: tuple[Outcome, ...]


def scenarios(model: HealthModel, facts: Facts, known: Mapping[str, float], events: Sequence[Event]) -> Scenarios:
    """Hygiene and health as they are and as each event alone would leave them.

    known: today's metrics by key, NaN = unknown; those that no formula here works out stay as they are, and so does
    what is unknown today. An indicator whose figure an event takes away (the last advocate leaves, the only buying
    center is lost) counts as its worst: losing what was measured is no reason to judge by the rest alone.
    Source: [004]; catalogue row HLT-10.
    """
    found = [consequence(facts, event) for event in events]
    today = figures(facts, unchanged(facts))
    cases = [_after(known, today, figures(facts, one.case), one.case) for one in found]
    columns = {key: np.array([known[key], *(case[key] for case in cases)]) for key in known}
    inputs = inputs_from_columns(columns, model.columns, len(events) + 1).matrix
    utilities = score(model, inputs).utilities
    taken = np.isnan(utilities) & ~np.isnan(utilities[:, :1])
    scores = score_utilities(model, np.where(taken, 0.0, utilities))
    outcomes = [
        Outcome(event, one, at, _moved(scores, inputs, at), _at_risk(facts, one.case))
        for at, (event, one) in enumerate(zip(events, found, strict=True), start=1)
    ]
    return Scenarios(scores, tuple(outcomes))


def _after(
    known: Mapping[str, float], today: Mapping[str, float], then: Mapping[str, float], case: Case
) -> dict[str, float]:
    """Today's metrics as they would be."""
    after = dict(known)
    for key, value in known.items():
        if key == OUTLOOK:
            after[key] = max(LOWEST_RATING, value - case.outlook_falls)
        elif key == "supporters_left":
            after[key] = value + then[key]
        elif key in SCALED:
            after[key] = _scaled(value, today[SCALED[key]], then[SCALED[key]])
        elif key in then and not _same(today[key], then[key]):
            after[key] = then[key]
    return {key: value if not np.isnan(known[key]) else np.nan for key, value in after.items()}


def _scaled(value: float, before: float, after: float) -> float:
    """What is proportional to a sum that changes; as it is where there is nothing to lose."""
    return value * after / before if before > 0 else value


def _same(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=SAME, atol=SAME, equal_nan=True))


def _moved(scores: Scores, inputs: Floats, at: int) -> tuple[Moved, ...]:
    moved = []
    for place, indicator in enumerate(scores.model.indicators):
        before, after = float(inputs[0, place]), float(inputs[at, place])
        if not _same(before, after):
            utilities = scores.utilities[place]
            points = float(scores.contributions[place, at] - scores.contributions[place, 0])
            moved.append(
                Moved(
                    indicator,
                    before,
                    None if np.isnan(after) else after,
                    float(utilities[0]),
                    float(utilities[at]),
                    points,
                )
            )
    return tuple(sorted(moved, key=lambda one: one.points))


def _at_risk(facts: Facts, case: Case) -> AtRisk:
    won, coming = (case.at_risk > 0) & facts.won_ltm, (case.at_risk > 0) & facts.open
    amounts = np.where(facts.open, facts.expected, facts.worth) * case.at_risk
    revenue, year = float(np.nansum(amounts[won])), float(np.nansum(facts.worth[facts.won_ltm]))
    among = won | coming
    return AtRisk(
        revenue=revenue,
        pipeline=float(np.nansum(amounts[coming])),
        revenue_share=revenue / year if year > 0 else None,
        deals=int(among.sum()),
        without_amount=int(np.isnan(amounts[among]).sum()),
        largest=_largest(facts, amounts, among),
    )


def _largest(facts: Facts, amounts: Floats, among: Flags) -> tuple[DealAtRisk, ...]:
    counted = np.flatnonzero(among & ~np.isnan(amounts)).tolist()
    found = [DealAtRisk(facts.deals[at], float(amounts[at])) for at in counted]
    return tuple(sorted(found, key=lambda one: (-one.amount, one.deal.opportunity_id.bytes))[:NAMED_DEALS])
