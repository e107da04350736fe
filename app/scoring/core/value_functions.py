"""What a value is worth: the eight value functions, each a map from a metric's value to a utility in [0, 1].

Columns are float64 vectors in which NaN means unknown, and an unknown value has an unknown utility. A truth is
coded 1.0 or 0.0, a label as its position in `Categories.labels`; `inputs` does the coding. Parameters are taken to be
valid (`value_problems` says whether they are); any float in a column gives a utility in [0, 1].
Source of the formulas: domain.md section 4.1.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from app.scoring.core.arrays import Vector


@dataclass(frozen=True, slots=True)
class Linear:
    """Rises evenly from 0 at `low` to 1 at `high`; low > high makes it fall; constant outside."""

    low: float
    high: float
    kind: ClassVar[str] = "linear"

    def utility(self, column: Vector) -> Vector:
        return _ramp(column, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Log:
    """Rises evenly in the logarithm from 0 at `low` to 1 at `high`, both above 0; values outside are clamped, 0 too."""

    low: float
    high: float
    kind: ClassVar[str] = "log"

    def utility(self, column: Vector) -> Vector:
        low, high = np.log(self.low), np.log(self.high)
        within = column.clip(min(self.low, self.high), max(self.low, self.high))
        np.log(within, out=within)
        within -= low
        within /= high - low
        # A vectorised logarithm may differ by one ulp from the one taken of the ends.
        return np.clip(within, 0.0, 1.0, out=within)


@dataclass(frozen=True, slots=True)
class Logistic:
    """1 / (1 + exp(-steepness * (x - midpoint))): 0.5 at the midpoint; a negative steepness makes it fall."""

    midpoint: float
    steepness: float
    kind: ClassVar[str] = "logistic"

    def utility(self, column: Vector) -> Vector:
        if self.steepness == 0.0:
            return np.where(np.isnan(column), np.nan, 0.5)
        with np.errstate(over="ignore", under="ignore"):
            result = column - self.midpoint
            result *= -self.steepness
            np.exp(result, out=result)
            result += 1.0
        return np.reciprocal(result, out=result)


@dataclass(frozen=True, slots=True)
class Piecewise:
    """Straight between `points` (x strictly rising, u in [0, 1]), constant before the first and after the last."""

    points: tuple[tuple[float, float], ...]
    kind: ClassVar[str] = "piecewise"

    def utility(self, column: Vector) -> Vector:
        result = np.full(column.shape, self.points[0][1], dtype=np.float64)
        for (x, u), (next_x, next_u) in pairwise(self.points):
            # A sum of ramps: one pass per segment, which for few points beats a search per value.
            ramp = _ramp(column, x, next_x)
            ramp *= next_u - u
            result += ramp
        return np.clip(result, 0.0, 1.0, out=result)


@dataclass(frozen=True, slots=True)
class Rating:
    """A judgement from 1 (worth 0) to `maximum` (worth 1)."""

    maximum: float = 5.0
    kind: ClassVar[str] = "rating"

    def utility(self, column: Vector) -> Vector:
        return _ramp(column, 1.0, self.maximum)


@dataclass(frozen=True, slots=True)
class Boolean:
    """1 if true, else 0."""

    kind: ClassVar[str] = "boolean"

    def utility(self, column: Vector) -> Vector:
        return np.clip(column, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Categories:
    """`utilities[i]` for the label `labels[i]`; any other label counts as unknown."""

    labels: tuple[str, ...]
    utilities: tuple[float, ...]
    kind: ClassVar[str] = "categories"

    def utility(self, column: Vector) -> Vector:
        table = np.array([*self.utilities, np.nan])
        return table[np.fmax(column, -1.0).astype(np.intp)]  # NaN becomes -1, which is the last place


@dataclass(frozen=True, slots=True)
class Percentile:
    """The mid-rank share (less + 0.5 * equal) / n among the accounts of the column with a value; alone, 0.5."""

    kind: ClassVar[str] = "percentile"

    def utility(self, column: Vector) -> Vector:
        return mid_rank_shares(column)


ValueFunction = Linear | Log | Logistic | Piecewise | Rating | Boolean | Categories | Percentile


def mid_rank_shares(column: Vector) -> Vector:
    """(less + 0.5 * equal) / n for each value of the column among its n known ones (equal includes itself).

    column: (accounts,), NaN = unknown. Returns (accounts,) in (0, 1), NaN where unknown; equal values share one figure,
    a lone value has 0.5.
    """
    unknown = np.isnan(column)
    if unknown.any():
        # Taken out first: numpy sorts several times slower where there is a NaN.
        known = np.flatnonzero(~unknown)
        shares = np.full(column.shape, np.nan)
        shares[known] = mid_rank_shares(np.take(column, known))
        return shares
    order = np.argsort(column)
    ranked = np.take(column, order)
    places = np.arange(0.5, column.size)
    changed = ranked[1:] != ranked[:-1]
    if not changed.all():  # ties: the middle of the places that each group of equals takes up
        starts = np.flatnonzero(np.concatenate(([True], changed)))
        counts = np.diff(starts, append=column.size)
        places = np.repeat(starts + 0.5 * counts, counts)
    places /= max(column.size, 1)
    shares = np.empty(column.shape)
    shares[order] = places
    return shares


def _ramp(column: Vector, low: float, high: float) -> Vector:
    """0 at `low`, 1 at `high`, even between and constant outside; clipping first keeps every step within [0, 1]."""
    result = column.clip(min(low, high), max(low, high))
    span = high - low
    if not np.isfinite(span):  # ends so far apart that their distance is no float: halve everything
        result *= 0.5
        low, span = 0.5 * low, 0.5 * high - 0.5 * low
    result -= low
    result /= span
    return result
