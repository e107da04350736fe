"""What would change a score: the points that the composite gains if one criterion's utility rises to 1."""

import numpy as np

from app.scoring.core.arrays import Matrix, Vector
from app.scoring.core.weighted_score import LENT_UTILITY
from app.selection.core.score import Scores, weighings


def headroom(scores: Scores) -> Matrix:
    """The gain of each criterion for each account, (criteria, accounts), points of the composite, never below 0.

    A known criterion, or one to which the policy lends a utility: contribution at utility 1 less contribution.
    An unknown one under `renormalize` has no contribution; its headroom is what the composite gains if it becomes known
    at 1, which also makes room for its weight. NaN where the criterion's dimension has no score.
    """
    room = np.empty(scores.utilities.shape)
    for dimension, part in enumerate(weighings(scores.model)):
        for member, weight in zip(part.members, part.weights, strict=True):
            room[member] = part.share * _gain(scores, dimension, member, weight)
    return np.maximum(room, 0.0, out=room)


def _gain(scores: Scores, dimension: int, member: int, weight: float) -> Vector:
    utility = scores.utilities[member]
    missing = np.isnan(utility)
    points = scores.points[dimension]
    lent = LENT_UTILITY[scores.model.missing_policy]
    gain: Vector = weight * points * (1.0 - np.where(missing, np.nan if lent is None else lent, utility))
    if lent is None and missing.any():
        # score + gain = 100 * (reached + weight) / (known + weight), with known = 100 / points
        joining = weight * (100.0 - scores.figures[dimension, 0]) / (100.0 / points + weight)
        gain[missing] = joining[missing]
    return gain
