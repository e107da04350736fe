"""One dimension's figures for one account: `weighted_score` and `headroom` in plain numbers."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from app.scoring.core.single_values import NAN
from app.scoring.core.weighted_score import LENT_UTILITY, MissingPolicy
from app.selection.core.score import Weighing


class Figures(NamedTuple):
    """Score, low and high (0..100, NaN = null), coverage (0..1), and what utility 1 adds per unit of scaled weight."""

    score: float
    low: float
    high: float
    coverage: float
    points: float


class SingleDimension:
    """One dimension of a model, made ready for one account at a time."""

    def __init__(self, part: Weighing, missing_policy: MissingPolicy) -> None:
        self.share = part.share
        weights: list[float] = part.weights.tolist()
        self.members: list[tuple[int, float]] = list(zip(part.members.tolist(), weights, strict=True))
        self._total = sum(weights, 0.0)
        self._lent = LENT_UTILITY[missing_policy]

    def figures(self, utilities: Sequence[float], contributions: list[float], headroom: list[float]) -> Figures:
        """The figures; the criteria's places in `contributions` and `headroom` are written."""
        total, lent = self._total, self._lent or 0.0
        reached = known = borrowed = 0.0
        for at, weight in self.members:
            utility = utilities[at]
            if math.isnan(utility):
                borrowed += weight * lent
                contributions[at] = weight * lent
            else:
                reached += utility * weight
                known += weight
                contributions[at] = utility * weight
        if not total:
            return Figures(NAN, NAN, NAN, 0.0, NAN)
        low, high = 100.0 * (reached / total), min(100.0 * ((total - known + reached) / total), 100.0)
        divisor = known if self._lent is None else total
        if not divisor:
            for at, _ in self.members:
                contributions[at] = NAN
            return Figures(NAN, low, high, known / total, NAN)
        score, points = 100.0 * ((reached + borrowed) / divisor), 100.0 / divisor
        self._spread(utilities, contributions, headroom, score, points)
        return Figures(score, low, high, known / total, points)

    def _spread(  # lists to write, and what they follow from
        self, utilities: Sequence[float], contributions: list[float], headroom: list[float], score: float, points: float
    ) -> None:
        share, lent = self.share, self._lent
        for at, weight in self.members:
            contributions[at] *= points * share
            utility = utilities[at]
            if not math.isnan(utility):
                gain = weight * points * (1.0 - utility)
            elif lent is not None:
                gain = weight * points * (1.0 - lent)
            else:
                gain = weight * (100.0 - score) / (100.0 / points + weight)
            headroom[at] = max(share * gain, 0.0)
