"""The days over which the simulation runs: day 0 to the last day, three years of 365 days later, and their seasons."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

DAYS = 3 * 365
MONTHS = 36
LAST_DAY = DAYS - 1
EARLIEST = -150  # deals that are under way when the simulated years begin

# Deals begun in each calendar month against the average: budgets open early and close late, summers are quiet.
SEASON = np.array([0.95, 1.0, 1.15, 1.0, 1.0, 1.1, 0.85, 0.7, 1.1, 1.1, 1.1, 0.95])


@dataclass(frozen=True)
class Timeline:
    """Days as numbers and as dates; a day below 0 lies before the simulated years."""

    ends_on: date

    @cached_property
    def starts_on(self) -> date:
        return self.ends_on - timedelta(days=LAST_DAY)

    @cached_property
    def _season(self) -> Vector:
        """The season of each day from EARLIEST on."""
        months = [self.date(day).month - 1 for day in range(EARLIEST, DAYS)]
        return np.asarray(SEASON[months], dtype=np.float64)

    @cached_property
    def _texts(self) -> list[str]:
        """The simulated days as the wire has them."""
        return [self.date(day).isoformat() for day in range(DAYS)]

    def date(self, day: int) -> date:
        return self.starts_on + timedelta(days=day)

    def on(self, day: int) -> str:
        """The day as the wire has it."""
        return self._texts[day] if 0 <= day < DAYS else self.date(day).isoformat()

    def at(self, day: int) -> str:
        """The day's first instant as the wire has it."""
        return f"{self.on(day)}T00:00:00Z"

    def seasons(self, first: int, last: int) -> Vector:
        """How busy each day from `first`, at the earliest EARLIEST, to `last` is, against the average of 1."""
        return self._season[first - EARLIEST : last + 1 - EARLIEST]


def month(day: int) -> int:
    """The month of the simulation in which the day lies, 0 to 35; days outside belong to the nearest."""
    return min(max(int(day) * MONTHS // DAYS, 0), MONTHS - 1)


def monthly_to_daily(values: Vector, first: int, last: int) -> Vector:
    """Monthly values (36,) spread over the days from `first` to `last`."""
    months = np.clip(np.arange(first, last + 1) * MONTHS // DAYS, 0, MONTHS - 1)
    return values[months]


def eased(before: float, after: float, turn: float, over_days: float) -> Vector:
    """Monthly values (36,): `before` until day `turn`, then on a straight line to `after` within `over_days`."""
    middle = (np.arange(MONTHS) + 0.5) * DAYS / MONTHS
    return before + (after - before) * np.clip((middle - turn) / over_days, 0.0, 1.0)
