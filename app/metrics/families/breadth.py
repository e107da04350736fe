"""How much of the catalogue an account has bought."""

import numpy as np

from app.metrics.core.formulas import UNKNOWN, counts, days, recorded, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import EXISTS_BY_THEN, WON, Reading, day_number, known, typed

NAMING = "offerings of opportunities"
MISSING = "Null while no opportunity of the organization names an offering by as_of{}."
ALL_DEALS = "All deals known at as_of; the catalogue of that day."

METRICS = (
    Metric(
        "offerings_bought", "Offerings bought", "count", "quantitative", "past", "breadth",
        ("opportunities", "offerings"), "Distinct offerings ever won.", "All deals known at as_of.", MISSING.format(""),
    ),
    Metric(
        "offering_breadth", "Offering breadth", "ratio", "quantitative", "current", "breadth",
        ("opportunities", "offerings"), "Offerings of the active catalogue ever won / offerings of the active catalogue.",
        ALL_DEALS, MISSING.format(", or while no offering is active"),
    ),
    Metric(
        "cross_sell_potential", "Cross-sell potential", "ratio", "quantitative", "future", "potential",
        ("opportunities", "offerings"), "1 - offering_breadth: the share of the active catalogue never won.",
        ALL_DEALS, MISSING.format(", or while no offering is active"),
    ),
)  # fmt: skip

ACTIVE = "(p.active_from IS NULL OR p.active_from <= :as_of) AND (p.active_to IS NULL OR p.active_to >= :as_of)"


def statement(reading: Reading) -> str:
    return f"""
        SELECT b.account_id, count(*) AS bought, count(*) FILTER (WHERE {ACTIVE}) AS active,
               sum(b.deals) AS deals, {day_number("max(b.latest_on)")} AS latest
        FROM (SELECT o.account_id, o.offering_id, count(*) AS deals, max(o.closed_on) AS latest_on
              FROM opportunities_states o
              WHERE {known("o")} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN} AND {WON}
                AND o.offering_id IS NOT NULL
              GROUP BY o.account_id, o.offering_id) b
        JOIN offerings p ON p.tenant_id = :tenant_id AND p.id = b.offering_id
        GROUP BY b.account_id"""


async def catalogue_size(reading: Reading) -> int:
    """Offerings active on the day asked for."""
    found = await reading.connection.execute(
        typed(f"SELECT count(*) FROM offerings p WHERE p.tenant_id = :tenant_id AND {ACTIVE}"), reading.parameters()
    )
    size: int = found.scalar_one()
    return size


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(statement(reading), ("bought", "active", "deals", "latest"))
    known = NAMING in reading.recorded
    deals = counts(scattered(table.rows, table["deals"], reading.accounts, fill=0))
    latest = days(scattered(table.rows, table["latest"], reading.accounts))
    if "offerings_bought" in asked:
        bought = scattered(table.rows, table["bought"], reading.accounts, fill=0)
        results.put("offerings_bought", recorded(bought, known=known), deals, latest)
    if "offering_breadth" in asked or "cross_sell_potential" in asked:
        size = await catalogue_size(reading)
        active = scattered(table.rows, table["active"], reading.accounts, fill=0)
        breadth = active / size if known and size else np.full(reading.accounts, UNKNOWN)
        results.put("offering_breadth", breadth, deals, latest)
        results.put("cross_sell_potential", 1 - breadth, deals, latest)


FAMILY = Family(METRICS, measure, records={metric.key: (NAMING,) for metric in METRICS})
