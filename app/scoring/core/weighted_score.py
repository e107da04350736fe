"""The additive score of one dimension: how far it is reached, on how much knowledge, and what each criterion adds.

Source of the formulas: domain.md section 4.2. Accounts are columns of short vectors here; whoever calls hands over
blocks of accounts small enough for the processor's cache.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from app.scoring.core.arrays import Matrix, Vector

MissingPolicy = Literal["renormalize", "pessimistic", "neutral"]
MISSING_POLICIES: tuple[MissingPolicy, ...] = get_args(MissingPolicy)

# The utility that a policy lends to an unknown value; `renormalize` lends none and leaves the criterion out.
LENT_UTILITY: dict[MissingPolicy, float | None] = {"renormalize": None, "pessimistic": 0.0, "neutral": 0.5}


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
    contributions: Matrix
    points: Vector


def scaled(weights: Sequence[float]) -> Vector:
    """Weights divided by the largest, so that no sum of them overflows; all 0 stay 0."""
    largest = max(weights, default=0.0)
    return np.array([weight / largest if largest > 0.0 else 0.0 for weight in weights], dtype=np.float64)


def weighted_score(utilities: Matrix, weights: Vector, missing_policy: MissingPolicy, share: float) -> WeightedScore:
    """The weighted mean of utilities, times 100, for each account.

    utilities: (criteria, accounts), in [0, 1], NaN = unknown. weights: (criteria,), `scaled`. share: of the whole that
    the dimension is, for the contributions.
    No criterion, or none with weight: score, low, high and points NaN, coverage 0. Nothing known: low 0, high 100,
    and under `renormalize` no score.
    """
    accounts = utilities.shape[1]
    missing = np.isnan(utilities)
    complete = not missing.any()
    contributions = (utilities if complete else np.fmax(utilities, 0.0)) * weights[:, np.newaxis]
    total = sum(weights.tolist(), 0.0) or np.nan
    reached = _sum(contributions)
    # Rows are added in the order of `total`, so that full coverage is exactly 1.
    known = np.full(accounts, total) if complete else _sum(weights[:, np.newaxis] * ~missing)
    lent = LENT_UTILITY[missing_policy]
    if lent:
        contributions += (lent * weights)[:, np.newaxis] * missing
    divisor = known if lent is None else np.full(accounts, total)

    figures = _figures(_sum(contributions) if lent else reached, divisor, reached, known, total)
    points = np.divide(100.0, divisor, out=np.full(accounts, np.nan), where=divisor > 0.0)
    contributions *= points * share
    return WeightedScore(figures, contributions, points)


def _figures(achieved: Vector, divisor: Vector, reached: Vector, known: Vector, total: float) -> Matrix:
    """Score, low, high and coverage from weights: achieved of divisor; reached for certain and known, of total."""
    figures = np.empty((4, len(reached)))
    score, low, high, coverage = figures
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0 is the NaN that says "no score"
        np.divide(achieved, divisor, out=score)
        np.divide(reached, total, out=low)
        np.divide(total - known + reached, total, out=high)
        np.divide(known, total, out=coverage)
    figures[:3] *= 100.0
    np.minimum(high, 100.0, out=high)  # a sum of floats may miss the whole by an ulp
    if np.isnan(total):
        coverage[:] = 0.0
    return figures


def _sum(rows: Matrix) -> Vector:
    """The sum of the rows, added one after another: numpy's own sum would round differently for a single account."""
    result = np.zeros(rows.shape[1])
    for row in rows:
        result += row
    return result
