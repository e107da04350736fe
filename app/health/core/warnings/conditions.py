"""Comparisons of figures with limits, in a logic that knows a third answer: that it is not known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.metrics.core.formulas import ratio
from app.metrics.core.measured import Vector

Truth = NDArray[np.int8]
# In this order the smallest is what holds of all, and the largest what holds of any.
CLEAN: Final = np.int8(0)
UNKNOWN: Final = np.int8(1)
HOLDS: Final = np.int8(2)

Measure = Literal["now", "before", "fall", "drop"]
Compares = Literal["at_least", "above", "at_most", "below"]
BEFORE_DAYS: Final = 90  # how long before the day the figures of "before" are
# 1 - 0.9 is a fall by a tenth, also where numbers have two as their base.
_DIGITS: Final = 9

Limits = Mapping[str, float | Vector]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure against a limit.

    measure: `now` the metric, `before` what it was 90 days earlier, `fall` the share of that which is gone, `drop` the
    difference. limit: the name of a threshold, or a number that is the rule's own.
    """

    metric: str
    compares: Compares
    limit: str | float
    measure: Measure = "now"

    @property
    def looks_back(self) -> bool:
        """Whether it needs the figure of 90 days before."""
        return self.measure != "now"


@dataclass(frozen=True, slots=True)
class Figures:
    """Metrics of a day and of 90 days before, by key: (accounts,) each, NaN where unknown.

    A metric that is in neither is known of nobody.
    """

    now: Mapping[str, Vector]
    before: Mapping[str, Vector]
    accounts: int

    def of(self, comparison: Comparison) -> Vector:
        """The figure that is compared, (accounts,); a fall from what is not above 0 is unknown."""
        nobody: Vector = np.full(self.accounts, np.nan)
        now = self.now.get(comparison.metric, nobody)
        if comparison.measure == "now":
            return now.round(_DIGITS)
        before = self.before.get(comparison.metric, nobody)
        if comparison.measure == "before":
            return before.round(_DIGITS)
        gone = before - now
        return (gone if comparison.measure == "drop" else ratio(gone, before)).round(_DIGITS)


def limit_of(comparison: Comparison, limits: Limits, accounts: int) -> Vector:
    """What the figure is compared with, (accounts,); NaN where nothing is asked of the account."""
    limit = limits[comparison.limit] if isinstance(comparison.limit, str) else comparison.limit
    return np.broadcast_to(np.asarray(limit, dtype=np.float64), (accounts,))


def truth(comparison: Comparison, figures: Figures, limits: Limits) -> Truth:
    """Whether the comparison holds, (accounts,); unknown where the figure is, clean where nothing is asked."""
    value, limit = figures.of(comparison), limit_of(comparison, limits, figures.accounts)
    with np.errstate(invalid="ignore"):
        holds = _COMPARED[comparison.compares](value, limit)
    found = np.where(holds, HOLDS, CLEAN)
    result: Truth = np.where(np.isnan(limit), CLEAN, np.where(np.isnan(value), UNKNOWN, found))
    return result


def all_of(comparisons: Sequence[Comparison], figures: Figures, limits: Limits) -> Truth:
    """Whether all of them hold, (accounts,): clean as soon as one is, else unknown as soon as one is."""
    found: Truth = np.minimum.reduce([truth(comparison, figures, limits) for comparison in comparisons])
    return found


_COMPARED: Final = {
    "at_least": np.greater_equal,
    "above": np.greater,
    "at_most": np.less_equal,
    "below": np.less,
}
