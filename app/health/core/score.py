"""Scores the hygiene and the health of any number of accounts, and finds their quadrants.

The two are separate weighted means of the one scoring engine; nothing here adds one to the other.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.health.core.model import SIDES, HealthModel, Side, Thresholds
from app.scoring.core.arrays import Codes, Flags, Indices, Matrix, Vector
from app.scoring.core.weighted_score import LENT_UTILITY, scaled, weighted_score

# The code of a quadrant is its position: 2 * (hygiene high) + (health high).
QUADRANTS = ("at_risk", "building", "coasting", "thriving")
UNPLACED = -1  # the code of no quadrant, where a score is null
# Thresholds are inclusive; a score this little below one differs from it by the order in which floats were added up.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Scores:
    """What a model finds of accounts; accounts in the order of the matrix that was scored.

    figures: (2, 4, accounts), hygiene and health, each with score, low, high (0..100, NaN = null) and coverage (0..1).
    utilities: (indicators, accounts), in [0, 1], NaN = unknown, whatever the missing policy.
    contributions: (indicators, accounts), points of the indicator's own side, which they add up to; NaN without a
    score. headroom: (indicators, accounts), points that the side's score gains if the utility rises to 1, never below
    0; NaN without a score. quadrant: (accounts,), codes of QUADRANTS. provisional: (accounts,), whether the lows and
    the highs of both sides fall into different quadrants.
    """

    model: HealthModel
    figures: npt.NDArray[np.float64]
    utilities: Matrix
    contributions: Matrix
    headroom: Matrix
    quadrant: Codes
    provisional: Flags

    @property
    def count(self) -> int:
        """How many accounts there are."""
        return len(self.quadrant)

    @property
    def hygiene(self) -> Vector:
        score: Vector = self.figures[0, 0]
        return score

    @property
    def health(self) -> Vector:
        score: Vector = self.figures[1, 0]
        return score


def score(model: HealthModel, matrix: Matrix) -> Scores:
    """Hygiene and health of every account under a valid `model`.

    matrix: (accounts, indicators) with `model.columns`, coded as `scoring.core.inputs` does, NaN = unknown. Scores
    depend on no other account's. No account gives empty results. Nothing known of a side: coverage 0, low 0, high 100,
    and under `renormalize` no score and hence no quadrant.
    Source: domain.md sections 4.2 and 6.1.
    """
    utilities = np.empty((len(model.indicators), len(matrix)))
    for row, indicator, column in zip(utilities, model.indicators, matrix.T, strict=True):
        row[:] = indicator.value_function.utility(column)
    return score_utilities(model, utilities)


def score_utilities(model: HealthModel, utilities: Matrix) -> Scores:
    """The same from utilities, (indicators, accounts), NaN = unknown: of kept scores, or of what might be."""
    figures = np.empty((2, 4, utilities.shape[1]))
    contributions, headroom = np.empty(utilities.shape), np.empty(utilities.shape)
    for side, name in enumerate(SIDES):
        members: Indices = np.array(model.members(name), dtype=np.int64)
        weights = scaled([model.indicators[at].weight for at in members])
        result = weighted_score(utilities[members], weights, model.missing_policy, 1.0)
        figures[side], contributions[members] = result.figures, result.contributions
        headroom[members] = _headroom(model, utilities[members], weights, result.points, result.figures[0])
    quadrant, low, high = (quadrant_codes(model.thresholds, *figures[:, case]) for case in range(3))
    return Scores(model, figures, utilities, contributions, headroom, quadrant, low != high)


def quadrant_codes(thresholds: Thresholds, hygiene: Vector, health: Vector) -> Codes:
    """The position in QUADRANTS for each account; UNPLACED where either score is NaN."""
    codes = 2 * (hygiene >= thresholds.hygiene - TOLERANCE).astype(np.int8)
    codes += health >= thresholds.health - TOLERANCE
    codes[np.isnan(hygiene) | np.isnan(health)] = UNPLACED
    return codes


def quadrant_names(codes: Codes) -> list[str | None]:
    """The quadrants' names, None where there is none."""
    names: list[str | None] = np.array([*QUADRANTS, None], dtype=object)[codes].tolist()
    return names


def side_of(side: Side) -> int:
    """The position of a side in `Scores.figures`."""
    return SIDES.index(side)


def _headroom(model: HealthModel, utilities: Matrix, weights: Vector, points: Vector, reached: Vector) -> Matrix:
    """What one side's score gains by each of its indicators at utility 1, (members, accounts).

    An unknown one under `renormalize` adds its weight too: (reached + weight) / (known + weight), known = 100 / points.
    """
    column = weights[:, np.newaxis]
    lent = LENT_UTILITY[model.missing_policy]
    missing = np.isnan(utilities)
    room = column * points * (1.0 - np.where(missing, 0.0 if lent is None else lent, utilities))
    if lent is None and missing.any():
        joining = column * (100.0 - reached) / (100.0 / points + column)
        room = np.where(missing, joining, room)
    return np.maximum(room, 0.0)
