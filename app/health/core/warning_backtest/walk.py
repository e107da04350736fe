"""Decides on which days a backtest of warnings looks, and which walks are refused."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.kernel.errors import FieldProblem, Invalid

HORIZON_DAYS: Final = 365  # after a warning, in which revenue may decline
SHORTEST_STEP, LONGEST_STEP = 1, 90
MOST_DAYS: Final = 120  # on which all accounts are looked at


class UnusableWalk(Invalid):
    """The days of the backtest cannot be walked."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What is asked: from and to which day warnings are judged, in steps of how many days; which fall is a decline.

    decline: the share of its revenue that an account loses, above 0 and at most 1.
    """

    starts_on: date
    ends_on: date
    step_days: int
    decline: float

    @property
    def days(self) -> list[date]:
        """The days on which warnings are judged."""
        number = (self.ends_on - self.starts_on).days // self.step_days + 1
        return [self.starts_on + timedelta(days=at * self.step_days) for at in range(number)]

    @property
    def days_after(self) -> list[date]:
        """The further days, in the same steps, on which revenue is looked at: to the end of the last day's horizon."""
        last = self.days[-1]
        return [last + timedelta(days=at * self.step_days) for at in range(1, HORIZON_DAYS // self.step_days + 1)]


def refuse_unusable(walk: Walk, today: date) -> None:
    """Raise UnusableWalk, with the pointer, where days are out of order, too many, or what follows is not known yet."""
    latest = today - timedelta(days=HORIZON_DAYS)
    if walk.ends_on < walk.starts_on:
        _refuse("/to", "before_from", "must not lie before `from`")
    if walk.ends_on > latest:
        _refuse("/to", "horizon_ahead", f"must not lie after {latest}: {HORIZON_DAYS} days are to follow")
    if len(walk.days) > MOST_DAYS:
        _refuse("/step_days", "too_many_days", f"makes {len(walk.days)} days to judge, at most {MOST_DAYS} are")


def _refuse(pointer: str, code: str, message: str) -> None:
    raise UnusableWalk(message, errors=[FieldProblem(pointer, code, message)])
