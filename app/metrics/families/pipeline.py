"""What the open deals are worth, and how much of that is estimated."""

from dataclasses import dataclass

import numpy as np

from app.metrics.core.deal_sums import BY_RULE, OPEN, UNSTATED, DealSums, open_deals, total_of
from app.metrics.core.formulas import counted_sum, counts, latest_of, recorded
from app.metrics.core.measured import Results, Vector
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked

METRICS = (
    Metric(
        "future_spend", "Future spend", "money", "quantitative", "future", "potential",
        ("opportunities", "offerings", "observations"),
        definition=(
            "Σ amount · probability of the open deals; the larger of that and the customer's latest"
            " expected_spend. A deal without amount counts with its offering's list price; one without"
            " probability with its stage's, else with the organization's win rate over all deals decided by"
            " as_of."
        ),
        window="Deals open at as_of, converted at the rate of that day.",
        when_missing=(
            "Null while the organization records neither opportunities nor an expected spend, or where no"
            " open deal can be valued."
        ),
    ),
    Metric(
        "open_pipeline", "Open pipeline", "money", "quantitative", "future", "pipeline",
        ("opportunities", "offerings"),
        definition="Σ amount of the open deals; a deal without amount counts with its offering's list price.",
        window="Deals open at as_of, converted at the rate of that day.",
        when_missing=(
            "Null while the organization records no opportunities by as_of, or where no open deal can be"
            " valued."
        ),
    ),
)  # fmt: skip
NEEDS = {"future_spend": ("expected_spend",)}


@dataclass(frozen=True, slots=True)
class Expected:
    """Open deals' worth times probability: the sum, and how much of it rests on a rule."""

    total: Vector
    by_list_price: Vector
    by_stage: Vector
    by_win_rate: Vector
    without_probability: Vector


def win_rate_needed(asked: Asked, sums: DealSums) -> bool:
    """Whether any open deal has a price but no probability of its own or its stage's."""
    return "future_spend" in asked and bool(total_of(sums.counted, open_deals(probability=UNSTATED)).any())


def expected(sums: DealSums, win_rate: float | None) -> Expected:
    """The open deals' worth times probability, with `win_rate` where nothing better is known."""
    unstated = open_deals(probability=UNSTATED)
    weighted, counted = sums.weighted.copy(), sums.counted.copy()
    weighted[:, unstated] = 0.0 if win_rate is None else sums.worth[:, unstated] * win_rate
    without = total_of(counted, unstated) if win_rate is None else np.zeros(len(counted))
    if win_rate is None:
        counted[:, unstated] = 0.0
    return Expected(
        total=counted_sum(total_of(weighted, OPEN), total_of(counted, OPEN), sums.count(OPEN)),
        by_list_price=total_of(weighted, open_deals(price=BY_RULE)),
        by_stage=total_of(weighted, open_deals(probability=BY_RULE)),
        by_win_rate=total_of(weighted, unstated),
        without_probability=without,
    )


def fill(asked: Asked, sums: DealSums, win_rate: float | None, results: Results, *, known: bool) -> None:
    """The asked metrics of open deals; `known` says whether the organization records opportunities at all."""
    if "open_pipeline" in asked:
        _open_pipeline(sums, results, known=known)
    if "future_spend" in asked:
        _future_spend(sums, expected(sums, win_rate), results, known=known)


def _open_pipeline(sums: DealSums, results: Results, *, known: bool) -> None:
    value = recorded(sums.amount(OPEN), known=known)
    results.put("open_pipeline", value, counts(sums.count(OPEN)), sums.last_day(OPEN))
    results.notes["open_pipeline"] = {
        "estimated_by_list_price": total_of(sums.worth, open_deals(price=BY_RULE)),
        "without_price": sums.count(open_deals(price=UNSTATED)),
    }


def _future_spend(sums: DealSums, deals: Expected, results: Results, *, known: bool) -> None:
    estimate = results.columns["expected_spend"]
    total = recorded(deals.total, known=known)
    value = np.fmax(total, estimate.value)
    results.put(
        "future_spend",
        value,
        counts(sums.count(OPEN)) + estimate.facts,
        latest_of(sums.last_day(OPEN), estimate.latest),
    )
    larger = ~np.isnan(estimate.value) & ~(total >= estimate.value)
    results.notes["future_spend"] = {
        "estimated_by_list_price": deals.by_list_price,
        "estimated_by_stage_probability": deals.by_stage,
        "estimated_by_win_rate": deals.by_win_rate,
        "without_price": sums.count(open_deals(price=UNSTATED)),
        "without_probability": deals.without_probability,
        "expected_spend": np.where(larger, estimate.value, 0.0),
    }
