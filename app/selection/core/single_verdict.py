"""Gates, quadrant, tier and the next tier of one account: `tiering` and `next_tier` in plain numbers."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from app.scoring.core.reach import NOISE
from app.scoring.core.single_values import Reach, Single
from app.selection.core.model import Gate, SelectionModel
from app.selection.core.single_dimension import Figures, SingleDimension
from app.selection.core.tiering import GATE_TOLERANCE, MET, TOLERANCE, TRIGGERED, UNKNOWN

Scores = tuple[float, float, float]  # opportunity, alignment, composite


class NextTier(NamedTuple):
    """A tier's code, the criterion's position, the utility it needs, and the coded value that has it."""

    tier: int
    criterion: int
    utility: float
    value: float


class Track(NamedTuple):
    """What the gates that were triggered do to an account."""

    ineligible: bool
    emerging: bool


class Verdicts:
    """A model's gates and tiers, made ready for one account at a time."""

    def __init__(
        self, model: SelectionModel, functions: Sequence[Single], dimensions: Sequence[SingleDimension]
    ) -> None:
        self._gates = model.gates
        self._thresholds = model.quadrant_thresholds
        self._minima = [
            (tier.minimum_opportunity, tier.minimum_alignment, tier.minimum_composite) for tier in model.tiers
        ]
        self._reached_from = [tuple(least - TOLERANCE for least in minima) for minima in self._minima]
        self._shares = [one.share for one in dimensions]
        readers = Counter(column.metric for column in model.columns)
        self._movable: list[tuple[int, int, float, Reach]] = sorted(
            (at, place, weight, functions[at].reach)
            for place, dimension in enumerate(dimensions)
            for at, weight in dimension.members
            if weight > 0.0 and readers[model.criteria[at].metric] == 1
        )

    def outcomes(self, values: Sequence[float]) -> list[int]:
        """MET, TRIGGERED or UNKNOWN of each gate."""
        return [_outcome(gate, value) for gate, value in zip(self._gates, values, strict=True)]

    def track(self, outcomes: Sequence[int]) -> Track:
        triggered = {gate.effect for gate, outcome in zip(self._gates, outcomes, strict=True) if outcome == TRIGGERED}
        return Track("ineligible" in triggered, "emerging" in triggered)

    def tier(self, scores: Scores, track: Track) -> int:
        """The code of the first rule that matches, or of `standard`, or of `emerging`."""
        standard = len(self._minima)
        if track.ineligible:
            return standard
        opportunity, alignment, composite = scores  # a NaN among them is above nothing
        for code, (least_opportunity, least_alignment, least_composite) in enumerate(self._reached_from):
            if opportunity >= least_opportunity and alignment >= least_alignment and composite >= least_composite:
                return standard + 1 if track.emerging else code
        return standard

    def quadrant(self, opportunity: float, alignment: float) -> int:
        """The position in QUADRANTS, or where None stands after them."""
        if math.isnan(opportunity) or math.isnan(alignment):
            return -1
        high = opportunity >= self._thresholds.opportunity - TOLERANCE
        return 2 * high + (alignment >= self._thresholds.alignment - TOLERANCE)

    def next_tier(
        self, tier: int, track: Track, figures: Sequence[Figures], composite: float, account: "Account"
    ) -> NextTier | None:
        """The nearest tier above that one criterion's rise reaches, by the least rise."""
        standard = len(self._minima)
        if track.ineligible or math.isnan(composite) or tier > standard:
            return None
        scores = figures[0].score, figures[1].score, composite
        shortfalls = [
            [_shortfall(minima, scores, at, share) for minima in self._minima[:tier]]
            for at, share in enumerate(self._shares)
        ]
        if track.emerging:
            found = [self._least(rule, shortfalls, figures, account) for rule in range(standard)]
            best = min((one for one in found if one), key=lambda one: (one[0], one[1].criterion), default=None)
            return None if best is None else best[1]._replace(tier=standard + 1)
        for rule in reversed(range(tier)):
            least = self._least(rule, shortfalls, figures, account)
            if least is not None:
                return least[1]
        return None

    def _least(
        self, rule: int, shortfalls: Sequence[Sequence[float]], figures: Sequence[Figures], account: "Account"
    ) -> tuple[float, NextTier] | None:
        """The least rise that fulfils the rule and no higher one, ties to the first criterion."""
        best: tuple[float, NextTier] | None = None
        for at, place, weight, reach in self._movable:
            utility = account.utilities[at]
            lacking = shortfalls[place]
            scale = figures[place].points * weight
            asked = lacking[rule] / scale + utility
            if not asked <= 1.0 + NOISE:  # out of reach, or the value is unknown
                continue
            attained, value = reach(min(asked, 1.0), account.codes[at])
            rise = attained - utility
            if not rise < (math.inf if best is None else best[0]):
                continue
            if any(more / scale + utility <= attained + NOISE for more in lacking[:rule]):
                continue  # it leaps over the rule to a higher one
            best = rise, NextTier(rule, at, attained, value)
        return best


class Account(NamedTuple):
    """One account's coded values, by the model's columns, and utilities, by its criteria."""

    codes: Sequence[float]
    utilities: Sequence[float]


def _outcome(gate: Gate, value: float) -> int:
    if math.isnan(value):
        return UNKNOWN
    if gate.at_least is not None:
        return TRIGGERED if value < gate.at_least - GATE_TOLERANCE * abs(gate.at_least) else MET
    most = gate.at_most or 0.0
    return TRIGGERED if value > most + GATE_TOLERANCE * abs(most) else MET


def _shortfall(minima: Scores, scores: Scores, dimension: int, share: float) -> float:
    """The points that the dimension must gain to fulfil a rule; infinite if it cannot alone."""
    own, composite = minima[dimension] - scores[dimension], minima[2] - scores[2]
    if minima[1 - dimension] - scores[1 - dimension] > TOLERANCE or (composite > TOLERANCE and share <= 0.0):
        return math.inf
    return max(own if own > TOLERANCE else 0.0, composite / share if composite > TOLERANCE else 0.0)
