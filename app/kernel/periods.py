"""Windows of days: half-open on the left and closed on the right, as every window that ends at a date is here."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.kernel.errors import FieldProblem, Invalid

QUARTER_DAYS = 90
EARLIEST = date(1970, 1, 1)
LATEST = date(2200, 12, 31)


@dataclass(frozen=True, slots=True)
class Window:
    """The days after `after`, up to and including `until`."""

    after: date
    until: date

    def __contains__(self, day: date) -> bool:
        return self.after < day <= self.until


class InTheFuture(Invalid):
    """What is known on a day can be asked up to today."""


def day_asked(as_of: date | None, today: date, *, pointer: str) -> date:
    """The day that is asked for, today when none is; raises InTheFuture, with the pointer, for a later one."""
    if as_of is not None and as_of > today:
        problem = FieldProblem(pointer, "in_the_future", "must not lie after today")
        raise InTheFuture(f"{as_of} lies after {today}", errors=[problem])
    return as_of or today


def trailing(as_of: date, days: int, *, ending_days_ago: int = 0) -> Window:
    """The `days` days that end `ending_days_ago` days before `as_of`, `as_of` itself included when that is 0."""
    until = as_of - timedelta(days=ending_days_ago)
    return Window(until - timedelta(days=days), until)


def end_of_day(day: date) -> datetime:
    """The first instant that no longer belongs to `day` (UTC); what is known on a day happened before it."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)
