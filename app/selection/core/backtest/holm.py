"""What p-values come to when many were asked for at once."""

import numpy as np

from app.scoring.core.arrays import Vector


def holm(p: Vector, weights: Vector | None = None) -> Vector:
    """Adjusted p-values, (tests,): rejecting those at or below a level is false in at most that share of families.

    p: in [0, 1], NaN = not tested, which stays NaN and counts for nothing. weights: > 0, a test's share of the level
    beside the others'; all alike when left out. Adjusted values are never below p, and of tests that weigh the same
    never in another order than p. Source: Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    weights = np.ones(len(p)) if weights is None else weights
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested] / weights[tested], kind="stable")]
    remaining = np.cumsum(weights[order][::-1])[::-1]
    adjusted = np.full(len(p), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * (remaining / weights[order])), 1.0)
    return adjusted
