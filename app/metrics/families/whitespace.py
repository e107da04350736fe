"""What an account's buying centers could still buy, by what others like them buy."""

import numpy as np

from app.metrics.core.formulas import counted_sum, counts, days, latest_of, ratio, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import EXISTS_BY_THEN, OPEN_THEN, WON_LTM, Reading, day_number, deals, known

METRICS = (
    Metric(
        "whitespace", "Whitespace", "money", "quantitative", "future", "potential",
        ("opportunities", "buying_centers", "offerings"),
        definition=(
            "Σ potential of the cells (buying center and offering of the active catalogue) that neither have"
            " bought nor have an open deal. A cell's potential is the median revenue_ltm of that offering per"
            " buying center that bought it, over accounts of the same industry, else over all."
        ),
        window="Cells at as_of; potentials from deals won in the 365 days that end there.",
        when_missing=(
            "Null without buying centers or an active catalogue, or where nobody bought any of the open"
            " offerings in the window."
        ),
    ),
    Metric(
        "whitespace_ratio", "Whitespace ratio", "ratio", "quantitative", "future", "potential",
        ("opportunities", "buying_centers", "offerings"),
        definition="(whitespace + open_pipeline) / open_pipeline.",
        window="As whitespace and open_pipeline.",
        when_missing="Null where either is unknown or the open pipeline is 0.",
    ),
)  # fmt: skip
ACTIVE = "(p.active_from IS NULL OR p.active_from <= :as_of) AND (p.active_to IS NULL OR p.active_to >= :as_of)"
NEEDS = {"whitespace_ratio": ("whitespace", "open_pipeline")}


def centers(reading: Reading) -> str:
    """Buying centers made by then, or named by a fact of then: an import makes them later than their facts."""
    return f"""
        SELECT b.account_id, b.id FROM buying_centers b
        WHERE b.tenant_id = :tenant_id AND {reading.scope("b.account_id")} AND (
            b.created_at < :known_before
            OR EXISTS (SELECT FROM opportunities_states o WHERE {known("o")} AND o.buying_center_id = b.id)
            OR EXISTS (SELECT FROM contacts_states c WHERE {known("c")} AND c.buying_center_id = b.id)
            OR EXISTS (SELECT FROM engagements e WHERE e.tenant_id = :tenant_id AND e.buying_center_id = b.id
                       AND e.held_on <= :as_of))"""


def statement(reading: Reading) -> str:
    bought = deals(reading, f"{WON_LTM} AND o.offering_id IS NOT NULL AND o.buying_center_id IS NOT NULL", scoped=False)
    return f"""
        WITH revenue AS (
            SELECT a.industry, d.offering_id, d.buying_center_id, sum(d.worth) AS worth, max(d.closed_on) AS latest_on
            FROM ({bought}) d LEFT JOIN accounts_states a ON {known("a")} AND a.id = d.account_id
            GROUP BY a.industry, d.offering_id, d.buying_center_id
        ), potential AS (
            SELECT r.offering_id, r.industry, GROUPING(r.industry) AS overall, max(r.latest_on) AS latest_on,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(r.worth AS float8)) AS worth
            FROM revenue r WHERE r.worth > 0
            GROUP BY GROUPING SETS ((r.offering_id, r.industry), (r.offering_id))
        ), taken AS (
            SELECT DISTINCT o.buying_center_id, o.offering_id
            FROM opportunities_states o
            WHERE {known("o")} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN}
              AND (o.status = 'won' OR {OPEN_THEN}) AND o.buying_center_id IS NOT NULL AND o.offering_id IS NOT NULL
        ), cells AS (
            SELECT c.account_id, t.offering_id IS NULL AS vacant, coalesce(own.worth, every.worth) AS worth,
                   coalesce(own.latest_on, every.latest_on) AS latest_on
            FROM ({centers(reading)}) c
            JOIN offerings p ON p.tenant_id = :tenant_id AND {ACTIVE}
            LEFT JOIN taken t ON t.buying_center_id = c.id AND t.offering_id = p.id
            LEFT JOIN accounts_states a ON {known("a")} AND a.id = c.account_id
            LEFT JOIN potential own ON own.overall = 0 AND own.offering_id = p.id AND own.industry = a.industry
            LEFT JOIN potential every ON every.overall = 1 AND every.offering_id = p.id
        )
        SELECT account_id, count(*) FILTER (WHERE vacant) AS vacant, count(worth) FILTER (WHERE vacant) AS counted,
               sum(worth) FILTER (WHERE vacant) AS worth, {day_number("max(latest_on) FILTER (WHERE vacant)")} AS latest
        FROM cells GROUP BY account_id"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    if "whitespace" in asked:
        table = await reading.table(statement(reading), ("vacant", "counted", "worth", "latest"))
        counted = np.nan_to_num(table["counted"])
        worth = counted_sum(np.nan_to_num(table["worth"]), counted, table["vacant"])
        results.put(
            "whitespace",
            scattered(table.rows, worth, reading.accounts),
            counts(scattered(table.rows, counted, reading.accounts, fill=0)),
            days(scattered(table.rows, table["latest"], reading.accounts)),
        )
        without = scattered(table.rows, table["vacant"] - counted, reading.accounts, fill=0)
        results.notes["whitespace"] = {"cells_without_potential": without}
    if "whitespace_ratio" in asked:
        empty, pipeline = results.columns["whitespace"], results.columns["open_pipeline"]
        value = ratio(empty.value + pipeline.value, pipeline.value)
        results.put("whitespace_ratio", value, empty.facts + pipeline.facts, latest_of(empty.latest, pipeline.latest))


FAMILY = Family(METRICS, measure, needs=NEEDS)
