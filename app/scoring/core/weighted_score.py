"""The additive score of one dimension: how far it is reached, on how much knowledge, and what each criterion adds.

Source of the formulas: domain.md section 4.2. Accounts are columns of short vectors here; whoever calls hands over
blocks of accounts small enough for the processor's cache.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np

from app.scoring.core.arrays import Matrix, Vector

MissingPolicy = Literal["renormalize", "pessimistic", "neutral"]
MISSING_POLICIES: tuple[MissingPolicy, ...] = get_args(MissingPolicy)

# The utility that a policy lends to an unknown value; `renormalize` lends none and leaves the criterion out.
LENT_UTILITY: dict[MissingPolicy, float | None] = {"renormalize": None, "pessimistic": 0.0, "neutral": 0.5}

# One row of accounts for each criterion; they need not stand together.
Rows = Matrix | Sequence[Vector]


@dataclass(frozen=True, slots=True)
class WeightedScore:
    """One dimension's figures for some accounts.

    figures: (4, accounts): score, low, high (0..100, NaN = null) and coverage (0..1, the share of weight that is known;
    0 if nothing has weight). Low and high are what the score would be if all that is unknown turned out worst or best.
    contributions: (criteria, accounts), `share` of what each adds to the score, so that they add up to `share` of it: 0
    for one left out, NaN where there is no score. points: (accounts,), what utility 1 adds to the score per unit of
    (scaled) weight, NaN where there is no score.
    """

    figures: Matrix
    contributions: Rows
    points: Vector


def scaled(weights: Sequence[float]) -> Vector:
    """Weights divided by the largest, so that no sum of them overflows; all 0 stay 0."""
    largest = max(weights, default=0.0)
    return np.array([weight / largest if largest > 0.0 else 0.0 for weight in weights], dtype=np.float64)


def weighted_score(
    utilities: Rows, weights: Vector, missing_policy: MissingPolicy, share: float, into: WeightedScore | None = None
) -> WeightedScore:
    """The weighted mean of utilities, times 100, for each account.

    utilities: (criteria, accounts), in [0, 1], NaN = unknown. weights: (criteria,), `scaled`. share: of the whole that
    the dimension is, for the contributions. into: arrays to be written and returned, so that nothing is copied.
    No criterion, or none with weight: score, low, high and points NaN, coverage 0. Nothing known: low 0, high 100,
    and under `renormalize` no score.
    """
    result = into or _blank(utilities)
    weighed = list(zip(weights.tolist(), result.contributions, strict=True))
    reached = np.zeros(result.points.shape)
    for row, (weight, contributions) in zip(utilities, weighed, strict=True):
        reached += np.multiply(row, weight, out=contributions)
    # Rows are added in the order of `_known`, so that full coverage is exactly 1.
    total = sum(weights.tolist(), 0.0) or np.nan
    whole, lent = np.full(reached.shape, total), LENT_UTILITY[missing_policy]
    # An unknown utility has made the sum unknown: to look there is cheaper than to look at each.
    sums = _known(weighed, lent or 0.0) if np.isnan(reached).any() else _Sums(reached, reached, whole)
    divisor = sums.known if lent is None else whole

    _write_figures(result.figures, sums, divisor, total)
    with np.errstate(divide="ignore"):
        np.divide(100.0, divisor, out=result.points)
    result.points[divisor == 0.0] = np.nan
    per_weight = result.points * share
    for _, contributions in weighed:
        np.multiply(contributions, per_weight, out=contributions)
    return result


def _blank(utilities: Rows) -> WeightedScore:
    shape = np.shape(utilities)
    return WeightedScore(np.empty((4, shape[1])), np.empty(shape), np.empty(shape[1]))


class _Sums(NamedTuple):
    """Of weights, (accounts,): reached for certain, achieved with what is lent, and known at all."""

    reached: Vector
    achieved: Vector
    known: Vector


def _known(weighed: Sequence[tuple[float, Vector]], lent: float) -> _Sums:
    """The sums where some utilities are unknown; their contributions, NaN so far, become what is lent."""
    reached, achieved, known, nothing = np.zeros((4, len(weighed[0][1])))
    for weight, contributions in weighed:
        there = contributions * 0.0  # NaN where the utility is unknown, and so what is added to it
        there += weight
        np.fmax(there, nothing, out=there)  # with a single 0.0 numpy takes four times as long
        known += there
        np.fmax(contributions, nothing, out=contributions)
        reached += contributions
        if lent:
            np.add(contributions, lent * (weight - there), out=contributions)
            achieved += contributions
    return _Sums(reached, achieved if lent else reached, known)


def _write_figures(figures: Matrix, sums: _Sums, divisor: Vector, total: float) -> None:
    """Score, low, high and coverage: what is achieved of the divisor, and what is reached for certain of all."""
    score, low, high, coverage = figures
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0 is the NaN that says "no score"
        np.divide(sums.achieved, divisor, out=score)
        np.divide(sums.reached, total, out=low)
        np.divide(total - sums.known + sums.reached, total, out=high)
        np.divide(sums.known, total, out=coverage)
    figures[:3] *= 100.0
    np.clip(high, 0.0, 100.0, out=high)  # a sum of floats may miss the whole by an ulp
    if np.isnan(total):
        coverage[:] = 0.0
