"""What accounts did within windows of days: what was won and lost, how long it took, how content they were."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

FIGURES: Final = ("win_rate", "cycle_days", "csat", "revenue")
YEAR_DAYS: Final = 365
_BITS: Final = 32
FEWEST_CLOSED: Final = 3  # below that a win rate says nothing; as the metric win_rate has it


@dataclass(frozen=True, slots=True)
class Decided:
    """Deals that were won or lost, by the day on which they closed, rising.

    row: the account's place. day: since any day. worth: NaN where it has no amount that can be converted.
    cycle: whole days from creation to close; NaN where that is not known.
    """

    row: Places
    day: Places
    won: Flags
    worth: Vector
    cycle: Vector


@dataclass(frozen=True, slots=True)
class Observed:
    """How content accounts said they were, by the day, rising."""

    row: Places
    day: Places
    value: Vector


def decided(row: Places, day: Places, won: Flags, worth: Vector, cycle: Vector) -> Decided:
    """Deals in any order."""
    order = np.argsort(day, kind="stable")
    return Decided(row[order], day[order], won[order], worth[order], cycle[order])


def observed(row: Places, day: Places, value: Vector) -> Observed:
    """What was said, in any order."""
    order = np.argsort(day, kind="stable")
    return Observed(row[order], day[order], value[order])


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of a number of accounts."""

    accounts: int
    decided: Decided
    observed: Observed

    def within(self, after: int, until: int) -> Matrix:
        """The FIGURES of each account over the days after `after` up to `until`: (figures, accounts), NaN if unknown.

        win_rate: won / closed, 0..1, known from FEWEST_CLOSED on. cycle_days: median of the won ones' days.
        csat: mean of what was observed. revenue: won amounts, as if the window were a year.
        """
        found = np.full((len(FIGURES), self.accounts), np.nan)
        deals, said = self.decided, self.observed
        part = _between(deals.day, after, until)
        row, won = deals.row[part], deals.won[part]
        closed = np.bincount(row, minlength=self.accounts)
        successes = np.bincount(row[won], minlength=self.accounts)
        known = closed >= FEWEST_CLOSED
        found[0, known] = successes[known] / closed[known]
        found[1] = _medians(row[won], deals.cycle[part][won], self.accounts)
        own = _between(said.day, after, until)
        found[2] = _means(said.row[own], said.value[own], self.accounts)
        spent = np.bincount(row[won], np.nan_to_num(deals.worth[part][won]), minlength=self.accounts)
        found[3] = spent * YEAR_DAYS / (until - after)
        return found


def _between(days: Places, after: int, until: int) -> slice:
    first, last = np.searchsorted(days, (after, until), side="right")
    return slice(int(first), int(last))


def _means(row: Places, value: Vector, accounts: int) -> Vector:
    number = np.bincount(row, minlength=accounts)
    total = np.bincount(row, value, minlength=accounts)
    found: Vector = np.divide(total, number, out=np.full(accounts, np.nan), where=number > 0)
    return found


def _medians(row: Places, value: Vector, accounts: int) -> Vector:
    """The median of each account's whole numbers, not negative; unknown ones are left out."""
    known = ~np.isnan(value)
    row = row[known]
    # One number for both, so that one quick sort orders the values of each account.
    ordered = np.sort((row << _BITS) | value[known].astype(np.int64)) & ((1 << _BITS) - 1)
    number = np.bincount(row, minlength=accounts)
    first = np.cumsum(number) - number
    there = np.flatnonzero(number)
    lower, upper = first[there] + (number[there] - 1) // 2, first[there] + number[there] // 2
    found = np.full(accounts, np.nan)
    found[there] = (ordered[lower] + ordered[upper]) / 2
    return found
