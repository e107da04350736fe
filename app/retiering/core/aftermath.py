"""What became of a relationship 3, 6 and 12 months after its reset, beside what was feared."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

MONTHS: Final = (3, 6, 12)
DAYS_PER_MONTH: Final = 365 / 12
Status = Literal["too_early", "known", "unknown"]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A day so many months after a reset, and the equal number of days before and after it that are compared."""

    months: int
    on: date
    days: int


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What is known at a checkpoint.

    revenue_change: revenue of the days since the reset against as many days before it, less 1; None without revenue
    before, or where it is not known. retained: whether the customer bought anything since; None where it had not in as
    many days before either. lost_share: the share of the revenue before that is gone, 0 to 1. worse_than_feared:
    whether more is gone than was feared; None where either is not known.
    """

    status: Status
    revenue_before: float | None = None
    revenue_after: float | None = None
    revenue_change: float | None = None
    retained: bool | None = None
    lost_share: float | None = None
    worse_than_feared: bool | None = None


def checkpoints(completed_on: date) -> list[Checkpoint]:
    """The days on which the outcome is looked at."""
    days = [round(months * DAYS_PER_MONTH) for months in MONTHS]
    return [
        Checkpoint(months, completed_on + timedelta(days=length), length)
        for months, length in zip(MONTHS, days, strict=True)
    ]


def aftermath(before: float | None, after: float | None, deals: tuple[int, int], feared: float | None) -> Aftermath:
    """What the revenue of equal windows before and after a reset says.

    before, after: revenue, None where it is not known. deals: how many were won in each. feared: the share of revenue
    that was feared to be lost, 0 to 1.
    """
    retained = deals[1] > 0 if deals[0] or deals[1] else None
    if before is None or after is None:
        return Aftermath("unknown", before, after, retained=retained)
    if before <= 0:
        return Aftermath("known", before, after, retained=retained)
    change = after / before - 1
    lost = min(1.0, max(0.0, -change))
    worse = None if feared is None else lost > feared
    return Aftermath("known", before, after, change, retained, lost, worse)
