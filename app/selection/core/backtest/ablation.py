"""What a criterion adds to a model: the model's composites without it, the weights of the rest made whole again."""

from dataclasses import replace

import numpy as np

from app.scoring.core.arrays import Vector
from app.selection.core.model import DEFAULT_TIERS
from app.selection.core.score import Scores, score_kept
from app.selection.core.standing import TIE_DECIMALS


def composites(scores: Scores) -> Vector:
    """The composites, (accounts,), NaN = none; equal where they differ by the order of additions alone."""
    return np.round(scores.composite, TIE_DECIMALS)


def without_each(scores: Scores) -> list[Vector]:
    """By criterion, the composites of the same accounts had the model not had it; NaN where a dimension is left bare.

    Utilities stay what they were, percentiles among all accounts included.
    """
    return [_without(scores, at) for at in range(len(scores.model.criteria))]


def _without(scores: Scores, at: int) -> Vector:
    criteria = scores.model.criteria
    rest = (*criteria[:at], *criteria[at + 1 :])
    # Only the composite is asked for: gates and tiers are left out.
    bare = replace(scores.model, criteria=rest, gates=(), tiers=DEFAULT_TIERS, tier_table=None)
    utilities = np.delete(scores.utilities, at, axis=0).T
    return composites(score_kept(bare, utilities, utilities))
