"""Decides which accounts' revenue declined after a day, and how soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.health.core.warning_backtest.walk import HORIZON_DAYS
from app.metrics.core.measured import Mask, Vector

TOLERANCE = 1e-9  # of the revenue on the day


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What followed each day for each account, (days, accounts).

    known: revenue on the day is above 0, and known at the end of the horizon. declined: by then it has fallen by the
    share asked for; only where it is known. after_days: days to the first walked day on which it had, 0 elsewhere.
    """

    known: Mask
    declined: Mask
    after_days: NDArray[np.int64]


def outcomes(days: Sequence[date], revenue: Vector, *, judged: int, decline: float) -> Outcomes:
    """Whether the trailing year's revenue has fallen by `decline` (0 to 1) on the last walked day of the 365 to come.

    So the year after a day is held against the year before it: a dip between deals that the next ones make good is no
    decline. days: all walked days in order, evenly spaced; revenue: (days, accounts), NaN where unknown. The first
    `judged` days have outcomes.
    """
    number = np.array([(day - days[0]).days for day in days])
    shape = judged, revenue.shape[1]
    known, declined = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    after = np.zeros(shape, dtype=np.int64)
    for at in range(judged):
        last = int(np.searchsorted(number, number[at] + HORIZON_DAYS, side="right")) - 1
        with np.errstate(invalid="ignore"):
            fell = revenue[at : last + 1] <= revenue[at] * (1 - decline + TOLERANCE)
            known[at] = (revenue[at] > 0) & ~np.isnan(revenue[last])
        declined[at] = known[at] & fell[-1]
        after[at] = np.where(declined[at], number[at + fell.argmax(axis=0)] - number[at], 0)
    return Outcomes(known, declined, after)
