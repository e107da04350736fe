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
    points: (accounts,), what utility 1 adds to the score per unit of (scaled) weight, NaN where there is no score.
    """

    figures: Matrix
    points: Vector


def scaled(weights: Sequence[float]) -> tuple[float, ...]:
    """Weights divided by the largest, so that no sum of them overflows; all 0 stay 0."""
    largest = max(weights, default=0.0)
    return tuple(weight / largest for weight in weights) if largest > 0.0 else tuple(0.0 for _ in weights)


def weighted_score(
    utilities: Sequence[Vector],
    weights: Sequence[float],
    missing_policy: MissingPolicy,
    contributions: Sequence[Vector],
    share: float,
    accounts: int,
) -> WeightedScore:
    """The weighted mean of utilities, times 100, for each of `accounts` accounts.

    utilities: per criterion (accounts,), in [0, 1], NaN = unknown. weights: per criterion, `scaled`. contributions: per
    criterion (accounts,), overwritten: `share` of what it adds to the score, 0 for one left out, NaN where there is no
    score; they add up to `share` of the score.
    No criterion, or none with weight: score, low, high and points NaN, coverage 0. Nothing known: low 0, high 100,
    and under `renormalize` no score.
    """
    reached, known, lent = _sums(utilities, weights, LENT_UTILITY[missing_policy] or 0.0, contributions, accounts)
    total = sum(weights, 0.0) or np.nan
    divisor = known if missing_policy == "renormalize" else np.full(accounts, total)
    figures = np.empty((4, accounts))
    score, low, high, coverage = figures
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0 is the NaN that says "no score"
        np.divide(reached + lent, divisor, out=score)
        np.divide(reached, total, out=low)
        np.divide(total - known + reached, total, out=high)
        np.divide(known, total, out=coverage)
        points = 100.0 / divisor
    figures[:3] *= 100.0
    np.minimum(high, 100.0, out=high)  # a sum of floats may miss the whole by an ulp
    if np.isnan(total):
        coverage[:] = 0.0
    points[np.isnan(score)] = np.nan
    factor = points * share
    for contribution in contributions:
        np.multiply(contribution, factor, out=contribution)
    return WeightedScore(figures, points)


def _sums(
    utilities: Sequence[Vector], weights: Sequence[float], lent: float, contributions: Sequence[Vector], accounts: int
) -> tuple[Vector, Vector, Vector]:
    """The weight that is reached, known, and lent by the policy; `contributions` gets what each criterion reaches."""
    reached, known, borrowed = np.zeros((3, accounts))
    for utility, weight, contribution in zip(utilities, weights, contributions, strict=True):
        missing = np.isnan(utility)
        if not missing.any():
            np.multiply(utility, weight, out=contribution)
            reached += contribution
            known += weight
            continue
        np.fmax(utility, 0.0, out=contribution)
        np.multiply(contribution, weight, out=contribution)
        reached += contribution
        known += weight * ~missing
        if lent:
            part = (weight * lent) * missing
            np.add(contribution, part, out=contribution)
            borrowed += part
    return reached, known, borrowed
