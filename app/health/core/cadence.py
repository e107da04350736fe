"""Decides when each touchpoint with an account is due, and how well its cadence was kept (domain.md section 9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.tenancy.core.organization import Touchpoint as TouchpointKind

State = Literal["on_track", "overdue", "unknown"]

# A year of periods is looked back on: long enough for four quarterly reviews, short enough to be about today.
YEAR_DAYS = 365
# What is planned ahead; calls and mail come up by themselves, proposals and referrals follow from them.
PLANNED_KINDS = frozenset({"meeting", "qbr", "executive_review", "steering_committee", "workshop", "training"})


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One touchpoint of an account's cadence on a day.

    every_days: after how many days it is due again. next_due_on: None where nothing of the kind is recorded at all.
    overdue_days: 0 while it is not. held: how many were held in the window of whole periods, at most a year, that ends
    on the day. due, kept: how many of these periods the account has been there for, and in how many at least one was
    held. adherence: kept / due, 0 to 1; None before the first whole period.
    """

    kind: str
    every_days: int
    last_held_on: date | None
    next_due_on: date | None
    overdue_days: int
    state: State
    window_days: int
    held: int
    due: int
    kept: int

    @property
    def adherence(self) -> float | None:
        return self.kept / self.due if self.due else None


def touchpoint(
    kind: str, every_days: int, held_on: Sequence[date], *, begins_on: date | None, as_of: date
) -> Touchpoint:
    """Where a touchpoint stands at the end of a day.

    every_days: at least 1. held_on: the days on which it was held, none after `as_of`, in any order.
    begins_on: from when it could be held: the account was there, and the organization recorded such touchpoints. What
    was never held is due for the first time one interval after that; None: it is not recorded, so nothing is known.
    Several in one period keep that period alone: four reviews in a month do not make a year.
    """
    last = max(held_on, default=None)
    since = last or begins_on
    next_due = None if since is None else since + timedelta(days=every_days)
    overdue = 0 if next_due is None else max(0, (as_of - next_due).days)
    periods = max(1, YEAR_DAYS // every_days)
    ages = [(as_of - day).days for day in held_on if (as_of - day).days < periods * every_days]
    first = min((day for day in (*held_on, begins_on) if day is not None), default=None)
    due = 0 if first is None else min(periods, ((as_of - first).days + 1) // every_days)
    return Touchpoint(
        kind=kind,
        every_days=every_days,
        last_held_on=last,
        next_due_on=next_due,
        overdue_days=overdue,
        state="unknown" if next_due is None else "overdue" if overdue else "on_track",
        window_days=periods * every_days,
        held=len(ages),
        due=due,
        kept=len({age // every_days for age in ages if age < due * every_days}),
    )


@dataclass(frozen=True, slots=True)
class Cadence:
    """All touchpoints of an account on a day, in the order of the cadence; none where its tier has no cadence."""

    touchpoints: Sequence[Touchpoint]

    @property
    def next_due_on(self) -> date | None:
        """When the first of them is due."""
        return min((one.next_due_on for one in self.touchpoints if one.next_due_on is not None), default=None)

    @property
    def overdue_days(self) -> int:
        """By how many days the most belated one is."""
        return max((one.overdue_days for one in self.touchpoints), default=0)

    @property
    def adherence(self) -> float | None:
        """Periods kept / periods due over all touchpoints, 0 to 1; None where none was due yet."""
        due = sum(one.due for one in self.touchpoints)
        return sum(one.kept for one in self.touchpoints) / due if due else None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of an account's touchpoints up to a day.

    held_on: the days by kind. there_since: the day since which the account is known, or a customer. first_held_on: by
    kind, the first day on which the organization held such a touchpoint with anybody.
    """

    held_on: Mapping[str, Sequence[date]]
    there_since: date | None
    first_held_on: Mapping[str, date]

    def begins_on(self, kind: str) -> date | None:
        """From when a touchpoint could be held and seen; None where its kind, or the account, is not recorded."""
        first = self.first_held_on.get(kind)
        return None if first is None or self.there_since is None else max(first, self.there_since)


def cadence(intervals: Mapping[TouchpointKind, int], recorded: Recorded, as_of: date) -> Cadence:
    """Where an account stands with the touchpoints of its tier; intervals: days by kind."""
    return Cadence(
        [
            touchpoint(kind, every, recorded.held_on.get(kind, ()), begins_on=recorded.begins_on(kind), as_of=as_of)
            for kind, every in intervals.items()
        ]
    )


@dataclass(frozen=True, slots=True)
class Contacts:
    """How an account was in touch in a year, and who began it (catalogue ENG-03).

    planned: the supplier's own contacts of the kinds that are planned ahead. known: contacts of which is known who
    began them; total: all.
    """

    planned: int
    known: int
    total: int

    @property
    def proactivity(self) -> float | None:
        """The share of contacts that the supplier planned, 0 to 1; None where nobody knows who began any."""
        return self.planned / self.known if self.known else None
