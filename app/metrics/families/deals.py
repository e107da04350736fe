"""One pass over the deals of all accounts, summed by account and situation."""

import json

from app.metrics.core.deal_sums import AGE_EDGES_DAYS, DealSums, deal_sums
from app.metrics.families.reading import DECIDED, EXISTS_BY_THEN, Reading, converted, day_number, known, typed

COLUMNS = ("situation", "deals", "stated", "counted", "worth", "weighted", "earliest", "latest", "began")

# By age: width_bucket would search an array for each of a million deals, a few comparisons are quicker.
AGE = "CASE " + " ".join(
    f"WHEN o.closed_on > :as_of - {edge} THEN {situation}" for situation, edge in enumerate(AGE_EDGES_DAYS)
) + f" ELSE {len(AGE_EDGES_DAYS)} END"  # fmt: skip

# The offering's list price in the reporting currency on the day, for open deals without an amount.
CATALOGUE = """
    SELECT p.id, p.list_price_currency AS currency,
           CASE WHEN p.list_price_currency = :currency THEN p.list_price
                ELSE p.list_price * (SELECT e.rate FROM exchange_rates e
                                     WHERE e.tenant_id = :tenant_id AND e.currency = p.list_price_currency
                                       AND e.into_currency = :currency AND e.from_on <= :as_of
                                     ORDER BY e.from_on DESC LIMIT 1) END AS price
    FROM offerings p WHERE p.tenant_id = :tenant_id AND p.list_price IS NOT NULL
"""


def situated(reading: Reading) -> str:
    """Each deal with its situation, its price in the reporting currency, that price's currency, its probability and days."""
    worth, join = converted(
        reading, "o.amount", "o.currency", f"(CASE WHEN {DECIDED} THEN o.closed_on ELSE :as_of END)", "r"
    )
    return f"""
        SELECT o.account_id, o.created_on,
            CASE WHEN {DECIDED} THEN
                CASE WHEN o.status = 'won' THEN {AGE} WHEN o.closed_on > :as_of - 365 THEN 11 ELSE 12 END
            ELSE 13 + CASE WHEN o.amount IS NOT NULL THEN 0 WHEN p.currency IS NOT NULL THEN 3 ELSE 6 END
                    + CASE WHEN o.probability IS NOT NULL THEN 0
                           WHEN CAST(:stage_probabilities AS jsonb) ? o.stage THEN 1 ELSE 2 END
            END AS situation,
            CASE WHEN o.amount IS NOT NULL OR {DECIDED} THEN {worth} ELSE p.price END AS worth,
            CASE WHEN o.amount IS NOT NULL OR {DECIDED} THEN o.currency ELSE p.currency END AS currency,
            CASE WHEN {DECIDED} THEN NULL
                 ELSE coalesce(CAST(o.probability AS numeric),
                               CAST(CAST(:stage_probabilities AS jsonb) ->> o.stage AS numeric)) END AS probability,
            CASE WHEN {DECIDED} THEN o.closed_on ELSE CAST(o.valid_from AT TIME ZONE 'UTC' AS date) END AS fact_on
        FROM opportunities_states o LEFT JOIN ({CATALOGUE}) p ON p.id = o.offering_id {join}
        WHERE {known("o")} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN}"""


async def summed(reading: Reading) -> DealSums:
    """All deals of the accounts asked for."""
    table = await reading.table(
        f"""
        SELECT d.account_id, d.situation, count(*) AS deals, count(d.currency) AS stated, count(d.worth) AS counted,
               sum(d.worth) AS worth, sum(d.worth * d.probability) AS weighted,
               {day_number("min(d.fact_on)")} AS earliest, {day_number("max(d.fact_on)")} AS latest,
               {day_number("min(coalesce(d.created_on, d.fact_on))")} AS began
        FROM ({situated(reading)}) d GROUP BY d.account_id, d.situation""",
        COLUMNS,
        **_stages(reading),
    )
    return deal_sums(table.rows, table.columns, reading.accounts)


async def without_rates(reading: Reading) -> list[tuple[bytes, int, str, int]]:
    """Amounts that could not be converted: account (its id's bytes), situation, currency, how many."""
    found = await reading.connection.execute(
        typed(
            f"""SELECT uuid_send(d.account_id), d.situation, d.currency, count(*) FROM ({situated(reading)}) d
            WHERE d.worth IS NULL AND d.currency IS NOT NULL GROUP BY d.account_id, d.situation, d.currency"""
        ),
        reading.parameters() | _stages(reading),
    )
    return [(bytes(account), situation, currency, deals) for account, situation, currency, deals in found]


async def organization_win_rate(reading: Reading) -> float | None:
    """Won of all deals decided by the day asked for, over every account; None before the first decision."""
    row = (
        await reading.connection.execute(
            typed(
                f"""SELECT count(*) FILTER (WHERE o.status = 'won') AS won, count(*) AS decided
                FROM opportunities_states o WHERE {known("o")} AND o.account_id IS NOT NULL AND {DECIDED}"""
            ),
            reading.parameters(),
        )
    ).one()
    return row.won / row.decided if row.decided else None


def _stages(reading: Reading) -> dict[str, str]:
    return {"stage_probabilities": json.dumps(dict(reading.stage_probabilities))}
