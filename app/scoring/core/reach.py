"""What it would take: the utility that a value function can really attain, and the nearest value that attains it."""

from itertools import pairwise

import numpy as np

from app.scoring.core.arrays import Vector
from app.scoring.core.value_functions import (
    Boolean,
    Categories,
    Linear,
    Log,
    Logistic,
    Percentile,
    Piecewise,
    Rating,
    ValueFunction,
)

# A needed utility this little above 1 is float noise of the thresholds it was computed from.
NOISE = 1e-12


def reach(function: ValueFunction, needed: Vector, current: Vector, together: int) -> tuple[Vector, Vector]:
    """The least attainable utility that is at least `needed`, and the coded value nearest to `current` that has it.

    needed: (accounts,), NaN or above 1 = out of reach; above the utility that `current` has. current: (accounts,), the
    known coded values. together: how many accounts of the column have a value (for `percentile`; 0 = not known).
    Returns (utility, value), each (accounts,). Utility NaN: out of reach, as 1 is for `logistic`, and for `percentile`
    what is above the best of `together` (1 - 0.5 / together). `boolean` and `categories` attain only what they map to.
    Value NaN: out of reach, or no value says it alone, as with `percentile`, where it depends on the other accounts.
    """
    wanted = np.where(needed <= 1.0 + NOISE, np.minimum(needed, 1.0), np.nan)
    match function:
        case Boolean():
            truth = np.where(np.isnan(wanted), np.nan, 1.0)
            return truth, truth
        case Categories():
            return _label_reaching(function, wanted)
        case Percentile():
            best = 1.0 - 0.5 / together if together else 1.0
            return np.where(wanted <= best + NOISE, wanted, np.nan), np.full(wanted.shape, np.nan)
        case Piecewise(points):
            return _on_segments(points, wanted, current)
        case _:
            value = _inverse(function, wanted)
            return np.where(np.isnan(value), np.nan, wanted), value


def _inverse(function: Linear | Log | Logistic | Rating, utility: Vector) -> Vector:
    """The value of `utility` under a function that has exactly one."""
    match function:
        case Linear(low, high):
            return _between(low, high, utility)
        case Rating(maximum):
            return _between(1.0, maximum, utility)
        case Log(low, high):
            value = np.exp(_between(float(np.log(low)), float(np.log(high)), utility))
            # The exponential of a logarithm may miss the end by an ulp.
            return np.clip(value, min(low, high), max(low, high))
        case Logistic(midpoint, steepness):
            if steepness == 0.0:
                return np.full(utility.shape, np.nan)
            with np.errstate(divide="ignore", over="ignore"):
                value = midpoint + np.log(utility / (1.0 - utility)) / steepness
            return np.where(np.isfinite(value), value, np.nan)


def _between(low: float, high: float, share: Vector) -> Vector:
    """`share` of the way from `low` to `high`; exact at both ends, and safe where their distance is no float."""
    return low * (1.0 - share) + high * share


def _label_reaching(function: Categories, wanted: Vector) -> tuple[Vector, Vector]:
    """The least utility on the map that is high enough, with the first label that has it."""
    best, label = np.full((2, *wanted.shape), np.nan)
    for index, utility in enumerate(function.utilities):
        better = (utility >= wanted - NOISE) & ~(best <= utility)
        best[better] = utility
        label[better] = index
    return best, label


def _on_segments(points: tuple[tuple[float, float], ...], wanted: Vector, current: Vector) -> tuple[Vector, Vector]:
    """Where the line first reaches `wanted`, seen from `current` in either direction."""
    value = np.full(wanted.shape, np.nan)
    for (x, u), (next_x, next_u) in pairwise(points):
        rise = next_u - u
        within = (wanted >= min(u, next_u) - NOISE) & (wanted <= max(u, next_u) + NOISE)
        if rise == 0.0:
            continue
        crossing = _between(x, next_x, np.clip((wanted - u) / rise, 0.0, 1.0))
        nearer = within & ~(np.abs(value - current) <= np.abs(crossing - current))
        value[nearer] = crossing[nearer]
    return np.where(np.isnan(value), np.nan, wanted), value
