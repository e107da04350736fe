"""Decides what the log of rebuilds says: how often the program was rebuilt lately, and for what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Cause = Literal[
    "growth_below_plan", "profit_below_plan", "customers_left", "functions_did_not_support", "wrong_accounts",
    "managers_left", "reorganization", "new_leadership", "other",
]  # fmt: skip
YEARS: Final = 7  # over which the published figure looks


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """How often the program was rebuilt in the last seven years, by cause; last_on: None where it never was."""

    rebuilds: int
    causes: Mapping[str, int]
    last_on: date | None


def rebuilding(logged: Sequence[tuple[date, str]], as_of: date) -> Rebuilding:
    """What the log (days with their causes) says as of a day; what came later is not known then."""
    since = _years_before(as_of, YEARS)
    lately = [(day, cause) for day, cause in logged if since < day <= as_of]
    return Rebuilding(
        len(lately),
        dict(sorted(Counter(cause for _, cause in lately).items())),
        max((day for day, _ in logged if day <= as_of), default=None),
    )


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - years, day=28)
