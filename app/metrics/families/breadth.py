"""How much of the catalogue an account has bought."""

import numpy as np

from app.metrics.core.deal_sums import WON_EVER, DealSums, Purchases
from app.metrics.core.formulas import UNKNOWN, counts, recorded
from app.metrics.core.measured import Mask, Results, Vector
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked

NAMING = "offerings of opportunities"
MISSING = "Null while no opportunity of the organization names an offering by as_of{}."
ALL_DEALS = "All deals known at as_of; the catalogue of that day."

METRICS = (
    Metric(
        "offerings_bought", "Offerings bought", "count", "quantitative", "past", "breadth",
        ("opportunities", "offerings"),
        definition="Distinct offerings ever won.",
        window="All deals known at as_of.",
        when_missing=MISSING.format(""),
    ),
    Metric(
        "offering_breadth", "Offering breadth", "ratio", "quantitative", "current", "breadth",
        ("opportunities", "offerings"),
        definition="Offerings of the active catalogue ever won / offerings of the active catalogue.",
        window=ALL_DEALS,
        when_missing=MISSING.format(", or while no offering is active"),
    ),
    Metric(
        "cross_sell_potential", "Cross-sell potential", "ratio", "quantitative", "future", "potential",
        ("opportunities", "offerings"),
        definition="1 - offering_breadth: the share of the active catalogue never won.",
        window=ALL_DEALS,
        when_missing=MISSING.format(", or while no offering is active"),
    ),
)  # fmt: skip
KEYS = tuple(metric.key for metric in METRICS)


def bought(purchases: Purchases, among: Mask, accounts: int) -> Vector:
    """Distinct offerings won per account, of those that `among` (by the offering's number) lets count."""
    counted = among[purchases.offering]
    width = len(among)
    pairs = np.zeros(accounts * width, dtype=np.bool_)
    pairs[purchases.rows[counted] * width + purchases.offering[counted]] = True
    number: Vector = pairs.reshape(accounts, width).sum(axis=1).astype(np.float64)
    return number


def fill(  # what was bought and what there is to buy
    asked: Asked, purchases: Purchases, sums: DealSums, active: Mask, results: Results, *, known: bool
) -> None:
    """The asked metrics of breadth; `active` says which offerings are, by number."""
    accounts = len(sums.deals)
    facts, latest = counts(sums.count(WON_EVER)), sums.last_day(WON_EVER)
    if "offerings_bought" in asked:
        value = bought(purchases, np.ones_like(active), accounts)
        results.put("offerings_bought", recorded(value, known=known), facts, latest)
    if active.any():
        breadth = recorded(bought(purchases, active, accounts) / active.sum(), known=known)
    else:
        breadth = np.full(accounts, UNKNOWN)
    results.put("offering_breadth", breadth, facts, latest)
    results.put("cross_sell_potential", 1 - breadth, facts, latest)
