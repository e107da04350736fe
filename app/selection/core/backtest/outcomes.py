"""What became of accounts over a horizon: how much more they spent than before, or why that cannot be said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.scoring.core.arrays import Flags, Vector

Exclusion = Literal["removed", "revenue_unknown", "below_zero"]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """growth: (accounts,), NaN where an account is excluded. excluded: how many were, by the first reason that holds.

    silent: how many of those with growth had no revenue before or after, which counts as no growth.
    """

    growth: Vector
    excluded: Mapping[Exclusion, int]
    silent: int


def growth(before: Vector, after: Vector) -> Vector:
    """ln((1 + after) / (1 + before)) per account; both (accounts,), in one currency, NaN = unknown.

    Unknown where either is, and where either is not above -1 (credit notes beyond what was bought).
    Source: the product's definition of the outcome of a backtest (section 4.7 of its domain).
    """
    usable = (before > -1) & (after > -1)
    safe_before, safe_after = (np.where(usable, one, 0.0) for one in (before, after))
    return np.where(usable, np.log1p(safe_after) - np.log1p(safe_before), np.nan)


def outcomes(before: Vector, after: Vector, there: Flags) -> Outcomes:
    """The growth of accounts, each counted once; `there`: (accounts,), whether it or its successor still exists."""
    unknown = there & (np.isnan(before) | np.isnan(after))
    grown = np.where(there, growth(before, after), np.nan)
    below = there & ~unknown & np.isnan(grown)
    return Outcomes(
        growth=grown,
        excluded={"removed": _count(~there), "revenue_unknown": _count(unknown), "below_zero": _count(below)},
        silent=_count(there & (before == 0) & (after == 0)),
    )


def _count(flags: Flags) -> int:
    return int(np.count_nonzero(flags))
