"""Value functions of one value at a time: what `value_functions` and `reach` say of columns, without arrays.

An array of one element costs a hundred times what its arithmetic does, and one account at a time is how callers ask.
Both ways are held to the same figures by the tests; meanings and sources stand with the columns.
"""

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from app.scoring.core.reach import NOISE
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

Utility = Callable[[float], float]
# From the utility that is needed (0 < needed <= 1) and the present value: the utility attained and a value that has it.
Reach = Callable[[float, float], tuple[float, float]]

NAN = math.nan
NOWHERE = (NAN, NAN)


@dataclass(frozen=True, slots=True)
class Single:
    """A value function, made ready for single known values."""

    utility: Utility
    reach: Reach


def single(function: ValueFunction, best_percentile: float) -> Single:  # noqa: C901, PLR0911  # one line for each of the eight
    """`function` for one account; a percentile is 0.5, as among itself, and `best_percentile` is what it can reach."""
    match function:
        case Linear(low, high):
            return Single(_ramp(low, high), _back(lambda u: low * (1.0 - u) + high * u))
        case Rating(maximum):
            return Single(_ramp(1.0, maximum), _back(lambda u: 1.0 - u + maximum * u))
        case Log():
            return _log(function)
        case Logistic():
            return Single(_logistic(function), _back(_logit(function)))
        case Piecewise(points):
            return Single(_piecewise(points), _on_segments(points))
        case Boolean():
            return Single(_clipped, lambda needed, _: (1.0, 1.0) if needed <= 1.0 else NOWHERE)
        case Categories(_, utilities):
            return Single(lambda code: utilities[int(code)], _by_label(utilities))
        case Percentile():
            return Single(
                lambda _: 0.5, lambda needed, _: (needed, NAN) if needed <= best_percentile + NOISE else NOWHERE
            )


def _clipped(value: float) -> float:
    return 0.0 if value < 0.0 else min(value, 1.0)


def _ramp(low: float, high: float) -> Utility:
    least, most, span, scale = min(low, high), max(low, high), high - low, 1.0
    if not math.isfinite(span):
        low, span, scale = 0.5 * low, 0.5 * high - 0.5 * low, 0.5

    def utility(value: float) -> float:
        within = least if value < least else min(value, most)
        return (within * scale - low) / span

    return utility


def _back(value_of: Utility) -> Reach:
    """Where one value has the utility: that one."""

    def reach(needed: float, _current: float) -> tuple[float, float]:
        value = value_of(needed)
        return (needed, value) if value == value else NOWHERE  # noqa: PLR0124  # NaN alone differs from itself

    return reach


def _log(function: Log) -> Single:
    low, high = math.log(function.low), math.log(function.high)
    least, most = min(function.low, function.high), max(function.low, function.high)

    def utility(value: float) -> float:
        within = least if value < least else min(value, most)
        return _clipped((math.log(within) - low) / (high - low))

    def value_of(needed: float) -> float:
        return max(least, min(most, math.exp(low * (1.0 - needed) + high * needed)))

    return Single(utility, _back(value_of))


def _logistic(function: Logistic) -> Utility:
    midpoint, steepness = function.midpoint, function.steepness

    def utility(value: float) -> float:
        exponent = (value - midpoint) * -steepness
        return 0.0 if exponent > 709.0 else 1.0 / (1.0 + math.exp(exponent))

    return utility if steepness else lambda _: 0.5


def _logit(function: Logistic) -> Utility:
    midpoint, steepness = function.midpoint, function.steepness

    def value_of(needed: float) -> float:
        if not steepness or not 0.0 < needed < 1.0:
            return NAN
        value = midpoint + math.log(needed / (1.0 - needed)) / steepness
        return value if math.isfinite(value) else NAN

    return value_of


def _piecewise(points: tuple[tuple[float, float], ...]) -> Utility:
    places = [x for x, _ in points]
    ramps = [_ramp(x, next_x) for x, next_x in pairwise(places)]
    ends = [(u, next_u - u) for (_, u), (_, next_u) in pairwise(points)]
    first, last = points[0][1], points[-1][1]

    def utility(value: float) -> float:
        if value <= places[0]:
            return first
        if value >= places[-1]:
            return last
        segment = bisect_left(places, value) - 1
        start, rise = ends[segment]
        return _clipped(start + rise * ramps[segment](value))

    return utility


def _on_segments(points: tuple[tuple[float, float], ...]) -> Reach:
    segments = [
        (x, u, next_x, next_u - u, min(u, next_u) - NOISE, max(u, next_u) + NOISE)
        for (x, u), (next_x, next_u) in pairwise(points)
        if next_u != u
    ]

    def reach(needed: float, current: float) -> tuple[float, float]:
        nearest = NAN
        for x, u, next_x, rise, least, most in segments:
            if least <= needed <= most:
                share = _clipped((needed - u) / rise)
                crossing = x * (1.0 - share) + next_x * share
                if not abs(nearest - current) <= abs(crossing - current):
                    nearest = crossing
        return NOWHERE if math.isnan(nearest) else (needed, nearest)

    return reach


def _by_label(utilities: tuple[float, ...]) -> Reach:
    def reach(needed: float, _current: float) -> tuple[float, float]:
        enough = [(utility, at) for at, utility in enumerate(utilities) if utility >= needed - NOISE]
        best, label = min(enough, default=NOWHERE)
        return best, float(label)

    return reach
