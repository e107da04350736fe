"""The days of a backtest: as much time before the day as after it, and all of it past."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.kernel.errors import FieldProblem, Invalid
from app.kernel.periods import Window

SHORTEST_DAYS, LONGEST_DAYS = 30, 1095


class HorizonAhead(Invalid):
    """The horizon of a backtest must have passed."""


@dataclass(frozen=True, slots=True)
class Windows:
    """before: the horizon's days that end with the day itself; after: as many days that follow it."""

    before: Window
    after: Window


def windows(as_of: date, horizon_days: int) -> Windows:
    """The two windows about a day."""
    length = timedelta(days=horizon_days)
    return Windows(Window(as_of - length, as_of), Window(as_of, as_of + length))


def refuse_horizon_ahead(as_of: date, horizon_days: int, today: date) -> None:
    """Raise HorizonAhead, with the pointer, where the horizon ends after today: what comes of it is not known yet."""
    if windows(as_of, horizon_days).after.until > today:
        latest = today - timedelta(days=horizon_days)
        problem = FieldProblem("/as_of", "horizon_ahead", f"must not lie after {latest}, {horizon_days} days ago")
        raise HorizonAhead(f"{horizon_days} days after {as_of} are not over yet", errors=[problem])
