"""The deals of all accounts as they stood on a day, in one pass and a row each: summing them is our arithmetic."""

import json
from dataclasses import dataclass

import numpy as np

from app.metrics.core.deal_sums import AGE_EDGES_DAYS, LOST, OPEN_NOW, WON, Deals
from app.metrics.families.reading import DECIDED, EXISTS_BY_THEN, OPEN_THEN, Reading, Table, converted, known, typed

COLUMNS = (
    "outcome:int2", "known:int2", "fact_on:int4", "began_on:int4", "unconverted:int4", "worth", "probability",
    "offering:int4",
)  # fmt: skip
STAGE_PROBABILITY = "CAST(CAST(:stage_probabilities AS jsonb) ->> o.stage AS float8)"
# How price and probability are known, as one number: 3 · (own 0, list 1, none 2) + (own 0, the stage's 1, none 2).
KNOWN = f"""
    CASE WHEN {DECIDED} THEN CASE WHEN o.amount IS NULL THEN 6 ELSE 0 END
         ELSE CASE WHEN o.amount IS NOT NULL THEN 0 WHEN p.currency IS NOT NULL THEN 3 ELSE 6 END
            + CASE WHEN o.probability IS NOT NULL THEN 0 WHEN {STAGE_PROBABILITY} IS NOT NULL THEN 1 ELSE 2 END END"""
STATE_ON = "CAST(o.valid_from AT TIME ZONE 'UTC' AS date)"
# The letters of a currency as a number.
LETTERS = "ascii({0}) * 65536 + ascii(substr({0}, 2)) * 256 + ascii(substr({0}, 3))"


@dataclass(frozen=True, slots=True)
class Needed:
    """Which deals the asked metrics read: decided in the last 730 days, decided ever, open."""

    recent: bool
    past: bool
    open: bool

    def condition(self) -> str:
        decided = DECIDED if self.past else f"({DECIDED} AND o.closed_on > :as_of - {AGE_EDGES_DAYS[-1]})"
        if not (self.recent or self.past):
            return OPEN_THEN
        return f"({decided} OR {OPEN_THEN})" if self.open else decided


def statement(reading: Reading, needed: Needed) -> str:
    """One row per deal: its own price, or as long as it is open its offering's; offerings are numbered by their id.

    Every expression costs a million evaluations, so each is kept to what the arithmetic needs.
    """
    own, own_join = converted(
        reading, "o.amount", "o.currency", f"(CASE WHEN {DECIDED} THEN o.closed_on ELSE :as_of END)", "r"
    )
    listed, list_join = converted(reading, "c.list_price", "c.list_price_currency", ":as_of", "l")
    without_rate = "o.currency <> :currency" + (" AND r.rate IS NULL" if reading.converts else "")
    catalogue = f"""
        SELECT c.id, row_number() OVER (ORDER BY c.id) - 1 AS number, c.list_price_currency AS currency,
               {listed} AS price
        FROM offerings c {list_join} WHERE c.tenant_id = :tenant_id"""
    return f"""
        SELECT o.account_id,
            CASE WHEN {OPEN_THEN} THEN {OPEN_NOW} WHEN o.status = 'won' THEN {WON} ELSE {LOST} END AS outcome,
            {KNOWN} AS known,
            CASE WHEN {DECIDED} THEN o.closed_on ELSE {STATE_ON} END - DATE '1970-01-01' AS fact_on,
            coalesce(o.created_on, CASE WHEN {DECIDED} THEN o.closed_on ELSE {STATE_ON} END) - DATE '1970-01-01'
                AS began_on,
            CASE WHEN {without_rate} THEN {LETTERS.format("o.currency")}
                 WHEN o.amount IS NULL AND p.price IS NULL AND p.currency IS NOT NULL AND {OPEN_THEN}
                     THEN {LETTERS.format("p.currency")} ELSE 0 END AS unconverted,
            CASE WHEN o.amount IS NULL AND {OPEN_THEN} THEN p.price ELSE {own} END AS worth,
            CASE WHEN {OPEN_THEN} THEN coalesce(o.probability, {STAGE_PROBABILITY}) END AS probability,
            coalesce(p.number, -1) AS offering
        FROM opportunities_states o LEFT JOIN ({catalogue}) p ON p.id = o.offering_id {own_join}
        WHERE {known("o")} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN} AND {needed.condition()}"""


async def deals_of(reading: Reading, needed: Needed) -> Deals:
    """The deals of the accounts asked for."""
    table = await reading.table(
        statement(reading, needed), COLUMNS, stage_probabilities=json.dumps(dict(reading.stage_probabilities))
    )
    return _deals(table, reading.today)


def _deals(table: Table, today: int) -> Deals:
    known_how = table.whole("known")
    return Deals(
        rows=table.rows,
        outcome=table.whole("outcome"),
        price=known_how // 3,
        chance=known_how % 3,
        worth=table["worth"],
        probability=table["probability"],
        unconverted=table.whole("unconverted"),
        age_days=today - table.whole("fact_on"),
        began_days=today - table.whole("began_on"),
        offering=table.whole("offering"),
    )


async def catalogue(reading: Reading) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which offerings are active on the day asked for, in the order in which deals number them."""
    found = await reading.connection.execute(
        typed(
            """SELECT coalesce(p.active_from <= :as_of, true) AND coalesce(p.active_to >= :as_of, true)
            FROM offerings p WHERE p.tenant_id = :tenant_id ORDER BY p.id"""
        ),
        reading.parameters(),
    )
    return np.array(list(found.scalars()), dtype=np.bool_)


async def organization_win_rate(reading: Reading) -> float | None:
    """Won of all deals decided by the day asked for, over every account; None before the first decision."""
    row = (
        await reading.connection.execute(
            typed(
                f"""SELECT count(*) FILTER (WHERE o.status = 'won') AS won, count(*) AS decided
                FROM opportunities_states o
                WHERE {known("o")} AND o.account_id IS NOT NULL AND {EXISTS_BY_THEN} AND {DECIDED}"""
            ),
            reading.parameters(),
        )
    ).one()
    return row.won / row.decided if row.decided else None
