"""What a backtest tells of its outcome: which accounts count and why others do not, and how well revenue is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

from app.kernel.periods import Window
from app.scoring.core.arrays import Vector
from app.selection.core.backtest.outcomes import Outcomes
from app.selection.core.backtest.windows import Windows
from app.selection.core.rounding import rounded_or_none

QUARTILES = (25, 50, 75)
Remark = Literal["no_revenue_recorded", "revenue_begins_late"]
# From so many days into the window before on, the first deal says that the records begin there, not the business.
LATE_DAYS = 31


@dataclass(frozen=True, slots=True)
class Told:
    """What the outcome is measured by: its windows, the reporting currency, the day whose knowledge counts.

    first_won_on: the organization's first won deal. merged: accounts whose outcome is that of the one that stands for
    them by now.
    """

    windows: Windows
    currency: str
    known_on: date
    first_won_on: date | None
    merged: int

    @property
    def remarks(self) -> list[Remark]:
        """What a reader should know before believing any figure."""
        if self.first_won_on is None:
            return ["no_revenue_recorded"]
        late = self.first_won_on > self.windows.before.after + timedelta(days=LATE_DAYS)
        return ["revenue_begins_late"] if late else []


@dataclass(frozen=True, slots=True)
class Spent:
    """Revenue in one window over all accounts that stand today, and what of it could not be counted."""

    window: Window
    revenue: Vector
    deals: int
    without_amount: int
    missing_rates: Mapping[str, int]


def counts(grown: Outcomes, told: Told) -> dict[str, Any]:
    """How many accounts existed on the day, how many have an outcome, and why the others have none."""
    return {
        "existed": len(grown.growth),
        "with_outcome": int(np.count_nonzero(~np.isnan(grown.growth))),
        "without_revenue": grown.silent,
        "merged": told.merged,
        "excluded": dict(grown.excluded),
    }


def outcome(grown: Outcomes, told: Told, spent: Sequence[Spent]) -> dict[str, Any]:
    """The outcome: what it is measured by, and how it is spread; `spent`: before and after."""
    known = grown.growth[~np.isnan(grown.growth)]
    quartiles = np.percentile(known, QUARTILES).tolist() if len(known) else [None] * len(QUARTILES)
    before, after = (_spent(one) for one in spent)
    return {
        "currency": told.currency,
        "known_on": told.known_on.isoformat(),
        "first_won_on": None if told.first_won_on is None else told.first_won_on.isoformat(),
        "before": before,
        "after": after,
        "growth_quartiles": [None if one is None else rounded_or_none(one) for one in quartiles],
        "remarks": told.remarks,
    }


def _spent(one: Spent) -> dict[str, Any]:
    return {
        "after": one.window.after.isoformat(),
        "until": one.window.until.isoformat(),
        "revenue": rounded_or_none(float(np.nansum(one.revenue))),
        "deals": one.deals,
        "without_amount": one.without_amount,
        "missing_rates": dict(one.missing_rates),
    }
