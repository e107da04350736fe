"""Sums up a portfolio: hygiene and health by account and by revenue, and what stands in which quadrant."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.health.core.model import SIDES
from app.health.core.score import QUADRANTS
from app.scoring.core.arrays import Codes, Flags, Vector
from app.selection.core.rounding import rounded_or_none

CENTS = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the accounts of a portfolio stand; arrays in the order of the accounts.

    figures: (2, 4, accounts), as `Scores.figures`. quadrant: codes of QUADRANTS, UNPLACED where there is none.
    revenue: (accounts,), revenue_ltm, NaN = unknown. trends: (2, 2, accounts), by side the change over 30 and 90 days,
    NaN = null.
    """

    figures: npt.NDArray[np.float64]
    quadrant: Codes
    provisional: Flags
    revenue: Vector
    trends: npt.NDArray[np.float64]


def summary(standing: Standing) -> dict[str, object]:
    """How many accounts there are and were judged, both sides, and each quadrant with its accounts and revenue.

    Means are over the accounts that have a score of that side, so that a mean lies between its bounds; coverage is over
    all accounts. Weighted by revenue, accounts whose revenue is unknown or not above 0 are left out; null where no
    account is left. The quadrants follow each other from thriving to at_risk, then what has none.
    """
    revenue = np.where(standing.revenue > 0, standing.revenue, 0.0)
    return {
        "accounts": len(standing.quadrant),
        "provisional": int(np.count_nonzero(standing.provisional)),
        "revenue": rounded_money(float(revenue.sum())),
        **{side: _side(standing, at, revenue) for at, side in enumerate(SIDES)},
        "quadrants": [
            {"quadrant": name, **_share(standing, code, revenue)}
            for code, name in (*reversed([*enumerate(QUADRANTS)]), (-1, None))
        ],
    }


def rounded_money(amount: float) -> float:
    return round(amount, CENTS) + 0.0


def _side(standing: Standing, side: int, revenue: Vector) -> dict[str, object]:
    score, low, high, coverage = standing.figures[side]
    scored = ~np.isnan(score)
    trends = standing.trends[side]
    evenly = scored.astype(np.float64)
    return {
        "scored": int(np.count_nonzero(scored)),
        "coverage": rounded_or_none(_mean(coverage, np.ones(len(coverage)))),
        "by_account": _means((score, low, high), trends, evenly),
        "by_revenue": _means((score, low, high), trends, np.where(scored, revenue, 0.0)),
    }


def _means(figures: tuple[Vector, ...], trends: npt.NDArray[np.float64], weights: Vector) -> Mapping[str, float | None]:
    named = zip(("score", "low", "high"), figures, strict=True)
    changes = zip(("trend_30", "trend_90"), trends, strict=True)
    return {name: rounded_or_none(_mean(values, weights)) for name, values in (*named, *changes)}


def _mean(values: Vector, weights: Vector) -> float:
    """The weighted mean of the known values, NaN where none of them has weight."""
    weights = np.where(np.isnan(values), 0.0, weights)
    largest = float(weights.max(initial=0.0))
    if not largest:
        return float("nan")
    shares = weights / largest  # the tiniest of weights would be rounded away in products
    return float(np.nan_to_num(values) @ shares / shares.sum())


def _share(standing: Standing, code: int, revenue: Vector) -> dict[str, object]:
    there = standing.quadrant == code
    whole, own = float(revenue.sum()), float(revenue[there].sum())
    return {
        "accounts": int(np.count_nonzero(there)),
        "provisional": int(np.count_nonzero(there & standing.provisional)),
        "revenue": rounded_money(own),
        "revenue_share": rounded_or_none(own / whole) if whole else None,
    }
