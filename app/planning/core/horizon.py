"""How far a plan looks ahead: 12 to 36 months."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from app.kernel.errors import FieldProblem, Invalid

SHORTEST_MONTHS: Final = 12
LONGEST_MONTHS: Final = 36


class PlanHorizon(Invalid):
    """A plan looks 12 to 36 months ahead."""


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def check_horizon(starts_on: date, ends_on: date) -> None:
    """Refuse a plan that ends sooner than 12 or later than 36 months after it starts; both ends are valid.

    From 1 January the 31 December and the 1 January after it both make whole years: some name the last day, some the
    day on which it is over. Raises PlanHorizon. Source: the field guide to key account management among the sources.
    """
    first = months_after(starts_on, SHORTEST_MONTHS) - timedelta(days=1)
    last = months_after(starts_on, LONGEST_MONTHS)
    if not first <= ends_on <= last:
        message = f"must lie between {first} and {last}"
        raise PlanHorizon(
            f"from {starts_on} to {ends_on} is not 12 to 36 months",
            errors=[FieldProblem("/ends_on", "outside_horizon", message)],
        )
