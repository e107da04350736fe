"""What was observed of an account from outside the deals: the latest value that has not gone stale."""

from collections.abc import Iterable
from dataclasses import replace

from app.metrics.core.formulas import counts, days, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import SHELF_LIFE_DAYS, Metric
from app.metrics.core.registry import observed
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, Table, day_number

METRICS = (
    observed("nps", "Net promoter score", "score"),
    observed("csat", "Customer satisfaction", "score"),
    observed("adoption", "Adoption", "ratio"),
    replace(observed("margin", "Margin, as a share of revenue", "ratio"), measures="spend"),
    replace(observed("share_of_wallet", "Share of wallet", "ratio"), measures="spend"),
    observed("decision_confidence", "Decision confidence", "score"),
    observed("partner_confidence", "Customer's confidence in the partnership", "score"),
    observed("delivery_quality", "Delivery quality", "score"),
    observed("on_time_delivery", "On-time delivery", "ratio"),
    replace(
        observed("expected_spend", "Spend that the customer expects", "money", horizon="future"), measures="potential"
    ),
)


def shelves(metrics: Iterable[Metric]) -> dict[str, list[int] | list[str]]:
    """The keys and shelf lives of metrics as a statement takes them."""
    listed = list(metrics)
    return {
        "keys": [metric.key for metric in listed],
        "shelf_life_days": [metric.shelf_life_days or SHELF_LIFE_DAYS for metric in listed],
    }


# One row per key asked for: its shelf life, and its number for the way back.
SHELVES = (
    """unnest(CAST(:keys AS text[]), CAST(:shelf_life_days AS int[])) WITH ORDINALITY AS k(metric, days, number)"""
)


def fill(asked: Asked, table: Table, accounts: int, results: Results) -> None:
    """One column per key, out of rows that carry the key's number."""
    for number, key in enumerate(asked, start=1):
        among = table["number"] == number
        rows = table.rows[among]
        results.put(
            key,
            scattered(rows, table["value"][among], accounts),
            counts(scattered(rows, table["facts"][among], accounts, fill=0)),
            days(scattered(rows, table["latest"][among], accounts)),
        )


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(
        f"""SELECT o.account_id, k.number, count(*) AS facts, {day_number("max(o.observed_on)")} AS latest,
               (array_agg(o.value ORDER BY o.observed_on DESC, o.id DESC))[1] AS value
        FROM observations o JOIN {SHELVES} ON k.metric = o.metric
        WHERE o.tenant_id = :tenant_id AND {reading.scope("o.account_id")}
          AND o.observed_on <= :as_of AND o.observed_on > :as_of - k.days
        GROUP BY o.account_id, k.number""",
        ("number", "facts", "latest", "value"),
        **shelves(asked.values()),
    )
    fill(asked, table, reading.accounts, results)


FAMILY = Family(METRICS, measure)
