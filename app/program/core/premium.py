"""The growth of key accounts beside that of all others, and whether the difference can be told from chance."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import scipy  # its parts are loaded where they are first used: they take seconds
from numpy.typing import NDArray

from app.program.core.problem import Vector

Flags = NDArray[np.bool_]
Verdict = Literal["higher", "lower", "inconclusive", "insufficient_data"]
CONFIDENCE: Final = 0.95
FEWEST_OF_A_GROUP: Final = 5
FEWEST_TOGETHER: Final = 20


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts taken together: what they spent, what they spent the year before, and how that grew.

    accounts: how many with a known figure in both years and something spent in either. growth: of their revenue as a
    whole; median_growth: of the account in the middle, of those that spent anything before. None where nothing was
    spent before.
    """

    accounts: int
    revenue: float
    prior: float
    growth: float | None
    median_growth: float | None


@dataclass(frozen=True, slots=True)
class Premium:
    """How much faster the key accounts grew, as a difference of shares (0.05: five points), with its 95 % interval.

    value is None where a group spent nothing before; low and high also where a group has less than two accounts.
    """

    key: Group
    other: Group
    value: float | None
    low: float | None
    high: float | None
    verdict: Verdict


def premium(revenue: Vector, prior: Vector, key: Flags) -> Premium:
    """The growth of the accounts marked as `key` less that of the others.

    revenue, prior: (accounts,) of two years, one after the other, NaN where unknown; below 0 (credits) counts as 0.
    Each group's growth is a ratio of sums, so a large account weighs as much as it spends. Its variance is that of a
    ratio estimator, and the interval of the difference is Welch's. Nothing is claimed below FEWEST_OF_A_GROUP accounts
    in a group, or FEWEST_TOGETHER in both.
    Source: Cochran (1977), Sampling Techniques, 6.4; Welch (1947), Biometrika 34.
    """
    later, before = np.maximum(revenue, 0.0), np.maximum(prior, 0.0)
    counted = ~np.isnan(later + before) & (later + before > 0.0)
    parts = [(later[chosen], before[chosen]) for chosen in (counted & key, counted & ~key)]
    own, other = (_group(*part) for part in parts)
    if own.growth is None or other.growth is None:
        return Premium(own, other, None, None, None, "insufficient_data")
    value = own.growth - other.growth
    half = _half_width([_variance(*part) for part in parts], [own.accounts, other.accounts])
    low, high = (None, None) if half is None else (value - half, value + half)
    return Premium(own, other, value, low, high, _verdict(own, other, low, high))


def _group(revenue: Vector, prior: Vector) -> Group:
    now, then = float(revenue.sum()), float(prior.sum())
    spent = prior > 0.0
    median = float(np.median(revenue[spent] / prior[spent] - 1)) if spent.any() else None
    return Group(len(revenue), now, then, now / then - 1 if then > 0.0 else None, median)


def _variance(revenue: Vector, prior: Vector) -> float:
    """The variance of the ratio of sums; of less than two accounts it is not known."""
    number = len(revenue)
    if number < 2:
        return float("nan")
    residual = revenue - revenue.sum() / prior.sum() * prior
    return float(number / (number - 1) * (residual**2).sum() / prior.sum() ** 2)


def _half_width(variances: list[float], numbers: list[int]) -> float | None:
    total = sum(variances)
    if np.isnan(total):
        return None
    if total == 0.0:
        return 0.0
    # The degrees of freedom of Welch and Satterthwaite.
    freedom = total**2 / sum(one**2 / (number - 1) for one, number in zip(variances, numbers, strict=True))
    quantile = float(scipy.stats.t.ppf((1 + CONFIDENCE) / 2, freedom))
    return quantile * float(total**0.5)


def _verdict(own: Group, other: Group, low: float | None, high: float | None) -> Verdict:
    few = min(own.accounts, other.accounts) < FEWEST_OF_A_GROUP or own.accounts + other.accounts < FEWEST_TOGETHER
    if few or low is None or high is None:
        return "insufficient_data"
    if low > 0.0:
        return "higher"
    return "lower" if high < 0.0 else "inconclusive"
