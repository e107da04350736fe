"""What the deals that were won and lost say of an account."""

from collections.abc import Callable, Mapping

import numpy as np

from app.metrics.core.deal_sums import LOST_LTM, LTM, PRIOR, QUARTERS, WON_EVER, DealSums, Situations
from app.metrics.core.formulas import UNKNOWN, counts, ratio, recorded, trend
from app.metrics.core.measured import Results, Vector
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked

LTM_WINDOW = "The 365 days that end at as_of."
TWO_YEARS = "The 730 days that end at as_of, in two halves."
DAYS_A_YEAR = 365.25
NO_DEALS = (
    "Null while the organization records no opportunities by as_of, or where there are deals in the window but the"
    " amount of none is known."
)

METRICS = (
    Metric(
        "revenue_ltm", "Revenue of the last twelve months", "money", "quantitative", "past", "spend",
        ("opportunities",),
        definition="Σ amount of the deals won in the window, each converted at the rate in force on its close date.",
        window=LTM_WINDOW,
        when_missing=NO_DEALS,
    ),
    Metric(
        "revenue_prior_ltm", "Revenue of the twelve months before", "money", "quantitative", "past", "spend",
        ("opportunities",),
        definition="As revenue_ltm, one year earlier.",
        window="The 365 days that end 365 days before as_of.",
        when_missing=NO_DEALS,
    ),
    Metric(
        "revenue_growth", "Revenue growth", "ratio", "quantitative", "past", "growth", ("opportunities",),
        definition="revenue_ltm / revenue_prior_ltm - 1.",
        window=TWO_YEARS,
        when_missing="Null where the year before is unknown or not above 0.",
    ),
    Metric(
        "revenue_trend", "Revenue trend", "ratio/quarter", "quantitative", "past", "growth", ("opportunities",),
        definition=(
            "Least-squares slope of ln(1 + quarterly revenue) over the full quarters since the account's"
            " first deal, at most 8."
        ),
        window="Trailing quarters of 90 days that end at as_of.",
        when_missing=(
            "Null under 4 full quarters since the account's first deal was created, or where a quarter's"
            " amounts are all unknown."
        ),
    ),
    Metric(
        "win_rate", "Win rate", "ratio", "quantitative", "past", "success", ("opportunities",),
        definition="Deals won / (won + lost).",
        window=LTM_WINDOW,
        when_missing="Null under 3 deals decided in the window.",
    ),
    Metric(
        "deal_count_ltm", "Deals won", "count", "quantitative", "past", "spend", ("opportunities",),
        definition="Number of deals won in the window.",
        window=LTM_WINDOW,
        when_missing="Null while the organization records no opportunities by as_of.",
    ),
    Metric(
        "lost_amount_ltm", "Amount lost", "money", "quantitative", "past", "success", ("opportunities",),
        definition="Σ amount of the deals lost in the window, each converted at the rate in force on its close date.",
        window=LTM_WINDOW,
        when_missing=NO_DEALS,
    ),
    Metric(
        "tenure_years", "Years as a customer", "years", "quantitative", "past", "tenure", ("opportunities",),
        definition="Days since the first won deal closed / 365.25.",
        window="All deals known at as_of.",
        when_missing="Null before the first won deal.",
    ),
    Metric(
        "net_retention", "Net retention", "ratio", "quantitative", "past", "retention", ("opportunities",),
        definition="revenue_ltm / revenue_prior_ltm.",
        window=TWO_YEARS,
        when_missing="Null where the year before is unknown or not above 0.",
    ),
)  # fmt: skip

# Over which deals each metric counts its facts.
WINDOWS: Mapping[str, Situations] = {
    "revenue_ltm": LTM,
    "revenue_prior_ltm": PRIOR,
    "revenue_growth": (*LTM, *PRIOR),
    "revenue_trend": [situation for quarter in QUARTERS for situation in quarter],
    "win_rate": (*LTM, *LOST_LTM),
    "deal_count_ltm": LTM,
    "lost_amount_ltm": LOST_LTM,
    "tenure_years": WON_EVER,
    "net_retention": (*LTM, *PRIOR),
}
ZERO_IF_RECORDED = ("revenue_ltm", "revenue_prior_ltm", "deal_count_ltm", "lost_amount_ltm")
MONEY = ("revenue_ltm", "revenue_prior_ltm", "revenue_growth", "revenue_trend", "lost_amount_ltm", "net_retention")


def fill(asked: Asked, sums: DealSums, results: Results, *, known: bool) -> None:
    """The asked metrics of decided deals; `known` says whether the organization records opportunities at all."""
    for key in asked:
        if key in WINDOWS:
            situations = WINDOWS[key]
            value = _FORMULAS[key](sums)
            value = recorded(value, known=known) if key in ZERO_IF_RECORDED else value
            results.put(key, value, counts(sums.count(situations)), sums.last_day(situations))
        if key in MONEY:
            results.notes[key] = {"without_amount": sums.without_amount(WINDOWS[key])}


def _retention(sums: DealSums) -> Vector:
    return ratio(sums.amount(LTM), sums.amount(PRIOR))


def _win_rate(sums: DealSums) -> Vector:
    decided = sums.count((*LTM, *LOST_LTM))
    return np.where(decided < 3, UNKNOWN, ratio(sums.count(LTM), decided))


def _trend(sums: DealSums) -> Vector:
    quarterly = np.stack([sums.amount(quarter) for quarter in QUARTERS], axis=1)
    return trend(quarterly, sums.full_quarters())


_FORMULAS: Mapping[str, Callable[[DealSums], Vector]] = {
    "revenue_ltm": lambda sums: sums.amount(LTM),
    "revenue_prior_ltm": lambda sums: sums.amount(PRIOR),
    "revenue_growth": lambda sums: _retention(sums) - 1,
    "revenue_trend": _trend,
    "win_rate": _win_rate,
    "deal_count_ltm": lambda sums: sums.count(LTM),
    "lost_amount_ltm": lambda sums: sums.amount(LOST_LTM),
    "tenure_years": lambda sums: sums.first_age(WON_EVER) / DAYS_A_YEAR,
    "net_retention": _retention,
}
