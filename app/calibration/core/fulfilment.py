"""How far each side keeps what the other expects, quarter by quarter, and whether one takes more and gives less."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

from app.calibration.core.parties import PARTIES, Party

# The pattern has to hold from one quarter to the next so many times in a row.
RUN: Final = 2


@dataclass(frozen=True, slots=True)
class Owed:
    """An expectation as far as it counts here: who has to meet it, by when."""

    expectation_id: UUID
    owed_by: Party
    due_on: date
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment; of several of one expectation on a day the later in the sequence holds."""

    expectation_id: UUID
    assessed_on: date
    met: bool


@dataclass(frozen=True, slots=True)
class SideOfQuarter:
    """What one side was expected to meet, and met.

    expected: expectations that fell due by the quarter's end or were assessed by then.
    assessed, met: of all of its expectations, by their last assessment up to the quarter's end.
    fulfilment: met / assessed; None while none was assessed.
    """

    party: Party
    expected: int
    assessed: int
    met: int

    @property
    def fulfilment(self) -> float | None:
        return self.met / self.assessed if self.assessed else None


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter, or as much of it as the calibration was in force. `last` belongs to it."""

    starts_on: date
    first: date
    last: date
    sides: tuple[SideOfQuarter, ...]
    use: float | None  # used of what the account was entitled to, 1 is all; None where that is not known

    def of(self, party: Party) -> SideOfQuarter:
        """One side of it."""
        return next(side for side in self.sides if side.party == party)


def quarter_of(day: date) -> date:
    """The first day of the day's calendar quarter."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def quarters(first: date, last: date) -> list[tuple[date, date, date]]:
    """The calendar quarters from one day to another: each its first day, and the days of it that lie between them.

    Empty where `last` lies before `first`.
    """
    found, start = [], quarter_of(first)
    while start <= last:
        following = quarter_of(start + timedelta(days=95))
        found.append((start, max(start, first), min(following - timedelta(days=1), last)))
        start = following
    return found


def over_time(
    owed: Sequence[Owed],
    assessed: Sequence[Assessed],
    use: Mapping[date, float],
    *,
    first: date,
    last: date,
) -> list[Quarter]:
    """Both sides' fulfilment at the end of each quarter from `first` to `last`; use: by a quarter's first day."""
    return [
        Quarter(start, begins, ends, tuple(_side(party, owed, assessed, ends) for party in PARTIES), use.get(start))
        for start, begins, ends in quarters(first, last)
    ]


def _side(party: Party, owed: Sequence[Owed], assessed: Sequence[Assessed], day: date) -> SideOfQuarter:
    mine = {
        one.expectation_id: one
        for one in owed
        if one.owed_by == party and (one.withdrawn_on is None or one.withdrawn_on > day)
    }
    known = sorted((one for one in assessed if one.assessed_on <= day), key=lambda one: one.assessed_on)
    last = {one.expectation_id: one.met for one in known if one.expectation_id in mine}
    due = {one.expectation_id for one in mine.values() if one.due_on <= day}
    return SideOfQuarter(party, len(due | last.keys()), len(last), sum(last.values()))


def takes_more_gives_less(found: Sequence[Quarter]) -> bool:
    """Whether the customer used more while it kept less, from quarter to quarter, twice in a row up to the last.

    False with fewer than three quarters, or where a figure of them is unknown.
    """
    recent = found[-RUN - 1 :]
    use = [quarter.use for quarter in recent]
    kept = [quarter.of("customer").fulfilment for quarter in recent]
    return len(recent) == RUN + 1 and _strictly(use, 1) and _strictly(kept, -1)


def _strictly(figures: Sequence[float | None], direction: int) -> bool:
    known = [figure for figure in figures if figure is not None]
    if len(known) < len(figures):
        return False
    return all((after - before) * direction > 0 for before, after in pairwise(known))
