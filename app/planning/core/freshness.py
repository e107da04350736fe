"""Whether a plan lives: how long ago it last changed in substance."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

FRESH_DAYS: Final = 30
YEAR_DAYS: Final = 365
FreshnessClass = Literal["fresh", "current", "static", "empty"]


@dataclass(frozen=True, slots=True)
class Freshness:
    """How a plan is kept up; `days` since its last substantive version, None while it has none."""

    kind: FreshnessClass
    updated_on: date | None
    days: int | None
    limit_days: int


def freshness(updated_on: date | None, today: date, limit_days: int) -> Freshness:
    """The class of a plan by the day of its last substantive version.

    `fresh` up to 30 days, `current` up to the organization's limit, `static` beyond it, `empty` while nothing was said.
    Source: PLN-05; plans that are updated often go with three times the confidence in decisions.
    """
    if updated_on is None:
        return Freshness("empty", None, None, limit_days)
    days = (today - updated_on).days
    return Freshness(_kind(days, limit_days), updated_on, days, limit_days)


def _kind(days: int, limit_days: int) -> FreshnessClass:
    if days > limit_days:
        return "static"
    return "fresh" if days <= FRESH_DAYS else "current"
