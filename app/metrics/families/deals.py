"""The deals of all accounts, summed by account and situation in as few passes as the asked metrics need."""

import json

from app.metrics.core.deal_sums import AGE_EDGES_DAYS, FIRST_OPEN, LOST_LTM, DealSums, History, deal_sums, history
from app.metrics.families.reading import DECIDED, EXISTS_BY_THEN, Reading, converted, day_number, known, typed

COLUMNS = ("situation", "deals", "stated", "counted", "worth", "weighted", "latest")
OLDEST_DAYS = AGE_EDGES_DAYS[-1]

# A few comparisons by age: width_bucket would search an array for each of a million deals.
AGE = "CASE {} END".format(
    " ".join(f"WHEN o.closed_on > :as_of - {edge} THEN {situation}" for situation, edge in enumerate(AGE_EDGES_DAYS))
)
STAGE_PROBABILITY = "CAST(CAST(:stage_probabilities AS jsonb) ->> o.stage AS numeric)"
PRICE_KNOWN = "CASE WHEN o.amount IS NOT NULL THEN 0 WHEN p.currency IS NOT NULL THEN 1 ELSE 2 END"
PROBABILITY_KNOWN = f"CASE WHEN o.probability IS NOT NULL THEN 0 WHEN {STAGE_PROBABILITY} IS NOT NULL THEN 1 ELSE 2 END"


def decided(reading: Reading) -> str:
    """Deals won in the last 730 days or lost in the last 365, each with its situation and its worth."""
    worth, join = converted(reading, "o.amount", "o.currency", "o.closed_on", "r")
    return f"""
        SELECT o.account_id, CASE WHEN o.status = 'won' THEN {AGE} ELSE {LOST_LTM[0]} END AS situation,
               {worth} AS worth, o.currency, o.closed_on AS fact_on, CAST(NULL AS numeric) AS probability
        FROM opportunities_states o {join}
        WHERE {known("o")} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN} AND {DECIDED}
          AND o.closed_on > :as_of - CASE WHEN o.status = 'won' THEN {OLDEST_DAYS} ELSE 365 END"""


def open_deals(reading: Reading) -> str:
    """Open deals, each with its situation, its own or its offering's price, and its own or its stage's probability."""
    own, own_join = converted(reading, "o.amount", "o.currency", ":as_of", "r")
    listed, list_join = converted(reading, "c.list_price", "c.list_price_currency", ":as_of", "l")
    catalogue = f"""
        SELECT c.id, c.list_price_currency AS currency, {listed} AS price FROM offerings c {list_join}
        WHERE c.tenant_id = :tenant_id AND c.list_price IS NOT NULL"""
    return f"""
        SELECT o.account_id, {FIRST_OPEN} + 3 * {PRICE_KNOWN} + {PROBABILITY_KNOWN} AS situation,
               CASE WHEN o.amount IS NOT NULL THEN {own} ELSE p.price END AS worth,
               coalesce(o.currency, p.currency) AS currency, CAST(o.valid_from AT TIME ZONE 'UTC' AS date) AS fact_on,
               coalesce(CAST(o.probability AS numeric), {STAGE_PROBABILITY}) AS probability
        FROM opportunities_states o LEFT JOIN ({catalogue}) p ON p.id = o.offering_id {own_join}
        WHERE {known("o")} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN} AND NOT {DECIDED}"""


async def summed(reading: Reading, *, past: bool, future: bool) -> DealSums:
    """The decided deals (`past`), the open ones (`future`), or both."""
    sources = [source for source, wanted in ((decided, past), (open_deals, future)) if wanted]
    tables = [
        await reading.table(
            f"""
            SELECT d.account_id, d.situation, count(*) AS deals, count(d.currency) AS stated, count(d.worth) AS counted,
                   sum(d.worth) AS worth, sum(d.worth * d.probability) AS weighted, {day_number("max(d.fact_on)")} AS latest
            FROM ({source(reading)}) d GROUP BY d.account_id, d.situation""",
            COLUMNS,
            **_stages(reading),
        )
        for source in sources
    ]
    return deal_sums([(table.rows, table.columns) for table in tables], reading.accounts)


async def histories(reading: Reading) -> History:
    """When each account's deals began, and what it ever bought."""
    won = f"FILTER (WHERE o.status = 'won' AND {DECIDED})"
    began = f"coalesce(o.created_on, CASE WHEN {DECIDED} THEN o.closed_on END, CAST(o.valid_from AT TIME ZONE 'UTC' AS date))"
    table = await reading.table(
        f"""
        SELECT o.account_id, {day_number(f"min({began})")} AS began, count(*) {won} AS won,
               {day_number(f"min(o.closed_on) {won}")} AS first_won, {day_number(f"max(o.closed_on) {won}")} AS last_won
        FROM opportunities_states o
        WHERE {known("o")} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN} GROUP BY o.account_id""",
        ("began", "won", "first_won", "last_won"),
    )
    return history(table.rows, table.columns, reading.accounts)


async def without_rates(reading: Reading, *, past: bool, future: bool) -> list[tuple[bytes, int, str, int]]:
    """Amounts that could not be converted: account (its id's bytes), situation, currency, how many."""
    sources = [source(reading) for source, wanted in ((decided, past), (open_deals, future)) if wanted]
    found = await reading.connection.execute(
        typed(
            f"""SELECT uuid_send(d.account_id), d.situation, d.currency, count(*) FROM ({" UNION ALL ".join(sources)}) d
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
