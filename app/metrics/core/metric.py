"""What a metric says of itself."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["quantitative", "qualitative"]
Horizon = Literal["past", "current", "future"]

# What stands behind the number; a selection on past or current "spend" or "size", or on "tenure", is known to mislead.
Measures = Literal[
    "spend", "size", "tenure", "growth", "potential", "pipeline", "success", "breadth", "relationship",
    "concentration", "competition", "attainment", "retention", "satisfaction", "collaboration", "judgement",
]  # fmt: skip

SHELF_LIFE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Metric:
    """A pure function of the facts known of an account on a date.

    unit: money (in the organization's reporting currency), ratio (1 is the whole), ratio/quarter, count, days, years,
        hhi (0 to 1), level (0 to 5), rating (1 to 5), or an observed unit as it was declared.
    facts: the kinds of fact that are read, the leading one first.
    definition: the formula in words; window: which days count; when_missing: when it is null instead of a number.
    shelf_life_days: how old an observation or rating may be and still count; None for computed metrics.
    """

    key: str
    title: str
    unit: str
    kind: Kind
    horizon: Horizon
    measures: Measures
    facts: tuple[str, ...]
    definition: str
    window: str
    when_missing: str
    shelf_life_days: int | None = None
