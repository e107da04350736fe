"""What may be said of a figure: that growth supports it, contradicts it, or neither."""

import math
from dataclasses import dataclass
from typing import Literal

from app.selection.core.backtest.association import FEWEST_TO_JUDGE, Association

Verdict = Literal["supports", "contradicts", "inconclusive", "insufficient_data"]
Because = Literal[
    "too_few_accounts", "constant", "constant_growth", "no_interval", "interval_includes_0", "not_significant"
]
LEVEL = 0.05
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, the reason when it is neither for nor against, and the verdict that the interval alone would give.

    The interval alone cries wolf: of twenty criteria that mean nothing, one lies beyond 0 by chance.
    """

    verdict: Verdict
    because: Because | None
    interval_alone: Verdict


def judgement(found: Association, interval: Interval | None, adjusted_p: float) -> Judgement:
    """Judge a figure: for or against it only if its interval lies beyond 0 and its adjusted p is at most 0.05.

    adjusted_p: p of rho, adjusted for all that is asked at once; NaN where there is none.
    """
    if found.n < FEWEST_TO_JUDGE:
        return Judgement("insufficient_data", "too_few_accounts", "insufficient_data")
    if found.gap is not None:
        return Judgement("inconclusive", found.gap, "inconclusive")
    if interval is None:
        return Judgement("inconclusive", "no_interval", "inconclusive")
    alone = side(interval)
    if alone == "inconclusive":
        return Judgement("inconclusive", "interval_includes_0", alone)
    if math.isnan(adjusted_p) or adjusted_p > LEVEL:
        return Judgement("inconclusive", "not_significant", alone)
    return Judgement(alone, None, alone)


def side(interval: Interval) -> Verdict:
    """On which side of 0 an interval lies, `inconclusive` on both."""
    low, high = interval
    if low > 0:
        return "supports"
    return "contradicts" if high < 0 else "inconclusive"
