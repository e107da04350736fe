"""Which accounts' scores, tiers and quadrants moved since their previous score, and what moved them.

An account that had no score before has not moved. A score is held against the one by which a move was last told, so
that many small moves in one direction are told as the one that they are; a tier or a quadrant against the one before.
How far a score moved is told of scores of one model alone; a tier or a quadrant is another one whichever model said so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from app.scoring.core.arrays import Flags, Matrix
from app.scoring.core.weighted_score import weighted_score
from app.selection.core.model import SelectionModel
from app.selection.core.score import Scores, weighings
from app.selection.core.tiering import QUADRANTS

# Points that the composite, opportunity or alignment has to move by to be told of.
LEAST: Final = 1.0
MOST_FACTORS: Final = 3
FIGURES: Final = ("composite", "opportunity", "alignment")
_ORDER: Final = [2, 0, 1]  # where they stand in `Scores.figures`
_DIGITS: Final = 4  # as answers show them: less is no change
_SLACK: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Before:
    """The previous scores of accounts, in their order.

    scored: which accounts have one. comparable: which have one under the model that judges now. figures: (3, accounts),
    in the order of FIGURES, NaN = unknown: those of the score by which a move was last told, or of the first one.
    quadrant, tier: None where there is none.
    """

    scored: Flags
    comparable: Flags
    figures: npt.NDArray[np.float64]
    quadrant: Sequence[str | None]
    tier: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Moves:
    """Which accounts moved, by what: a flag of each account."""

    score: Flags
    tier: Flags
    quadrant: Flags

    @property
    def any(self) -> Flags:
        """Those that moved at all."""
        return self.score | self.tier | self.quadrant


def figures_of(scores: Scores) -> npt.NDArray[np.float64]:
    """(3, accounts) in the order of FIGURES, as answers show them; NaN = unknown."""
    found: npt.NDArray[np.float64] = np.round(scores.figures[_ORDER, 0], _DIGITS)
    return found


def quadrant_names(scores: Scores) -> list[str | None]:
    """Of every account its quadrant, None where it has none."""
    names = (*QUADRANTS, None)
    return [names[code] for code in scores.quadrant.tolist()]


def tier_names(scores: Scores) -> list[str]:
    """Of every account its tier."""
    names = scores.model.tier_names
    return [names[code] for code in scores.tier.tolist()]


def moves(before: Before, scores: Scores) -> Moves:
    """Which accounts moved: their score by LEAST or into or out of the unknown, their tier, their quadrant."""
    then, now = np.round(before.figures, _DIGITS), figures_of(scores)
    far = np.abs(now - then) >= LEAST - _SLACK  # of what is not known on both sides nothing is far
    moved = (far | (np.isnan(now) != np.isnan(then))).any(axis=0)
    return Moves(
        moved & before.comparable,
        _differs(before.tier, tier_names(scores)) & before.scored,
        _differs(before.quadrant, quadrant_names(scores)) & before.scored,
    )


def _differs(before: Sequence[str | None], now: Sequence[str | None]) -> Flags:
    return np.array([then != one for then, one in zip(before, now, strict=True)], dtype=np.bool_)


def contributions(model: SelectionModel, utilities: Matrix) -> Matrix:
    """What each criterion added to composites, (criteria, accounts): points, NaN where its dimension had no score.

    utilities: (accounts, criteria), in [0, 1], NaN = unknown, as they were kept with the scores.
    """
    found = np.empty((len(model.criteria), len(utilities)))
    for part in weighings(model):
        rows = np.ascontiguousarray(utilities.T[part.rows])
        found[part.rows] = weighted_score(rows, part.weights, model.missing_policy, part.share).contributions
    return found


def top_factors(models: tuple[SelectionModel, SelectionModel], before: Matrix, now: Matrix) -> list[dict[str, Any]]:
    """The criteria of one account whose contributions moved most, at most MOST_FACTORS, the farthest first.

    models: the one of before and the one of now; before, now: (criteria,), points of the composite. None: the criterion
    was or is no part of the model, or added to no score.
    """
    then, since = (_named(model, points) for model, points in zip(models, (before, now), strict=True))
    moved = {name: abs((since.get(name) or 0.0) - (then.get(name) or 0.0)) for name in (*since, *then)}
    top = sorted((name for name in moved if moved[name] > 10.0**-_DIGITS / 2), key=lambda name: -moved[name])
    return [
        {"criterion": name[0], "dimension": name[1], "from": then.get(name), "to": since.get(name)}
        for name in top[:MOST_FACTORS]
    ]


def _named(model: SelectionModel, points: Matrix) -> Mapping[tuple[str, str], float | None]:
    return {
        (criterion.key, criterion.dimension): None if np.isnan(one) else round(one, _DIGITS)
        for criterion, one in zip(model.criteria, points.tolist(), strict=True)
    }
