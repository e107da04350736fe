"""The deals of all accounts as they stood on a day, in one pass and a row each: summing them is our arithmetic."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.metrics.core.catalogue import Catalogue, catalogue
from app.metrics.core.deal_sums import (
    AGE_EDGES_DAYS,
    BY_RULE,
    CHANCE,
    LOST,
    NO_AMOUNT,
    OPEN_NOW,
    UNSTATED,
    WON,
    Deals,
    SentDeals,
    deals,
)
from app.metrics.families.reading import (
    DECIDED,
    EPOCH,
    EXISTS_BY_THEN,
    OPEN_THEN,
    Reading,
    Table,
    converted,
    joined,
    known,
    letters,
    typed,
)

STAGE_PROBABILITY = "CAST(CAST(:stage_probabilities AS jsonb) ->> o.stage AS float8)"
STATE_ON = "CAST(o.valid_from AT TIME ZONE 'UTC' AS date)"
FACT_ON = f"CASE WHEN {DECIDED} THEN o.closed_on ELSE {STATE_ON} END"

# How a deal stood, whether it has an amount, and of open ones how the probability is known: own, its stage's, not.
KIND = f"""
    CASE WHEN {DECIDED} THEN CASE WHEN o.status = 'won' THEN {WON} ELSE {LOST} END
         WHEN o.probability IS NOT NULL THEN {OPEN_NOW}
         WHEN {STAGE_PROBABILITY} IS NOT NULL THEN {OPEN_NOW + BY_RULE * CHANCE}
         ELSE {OPEN_NOW + UNSTATED * CHANCE} END + CASE WHEN o.amount IS NULL THEN {NO_AMOUNT} ELSE 0 END"""

# What is a whole number of a deal travels as one: its kind, both days since the first that a date can say (none is
# after the day asked for), and the offering's number, which overflows aloud beyond a quarter of a million offerings.
DAY_ONE = "DATE '0001-01-01'"
BEFORE_EPOCH = EPOCH.toordinal() - date.min.toordinal()
KIND_BITS, DAY_BITS = 5, 20
FACT_AT, BEGAN_AT, OFFERING_AT = KIND_BITS, KIND_BITS + DAY_BITS, KIND_BITS + 2 * DAY_BITS

# The states that held at the end of the day, by table: read apart, each is a plain scan, which their union is not.
HELD = {
    "opportunities": "o.tenant_id = :tenant_id AND o.valid_from < :known_before",
    "opportunities_past": known("o"),
}


@dataclass(frozen=True, slots=True)
class Needed:
    """Which deals the asked metrics read, and what of them.

    recent: decided in the last 730 days; past: decided ever; open: open ones with their chances.
    beginnings: of all, when they were created; offerings: what they are about.
    """

    recent: bool
    past: bool
    open: bool
    beginnings: bool
    offerings: bool

    def condition(self) -> str:
        if self.beginnings or (self.past and self.open):
            return "TRUE"  # a deal is decided or open
        decided = DECIDED if self.past else f"o.closed_on > :as_of - {AGE_EDGES_DAYS[-1]}"
        wanted = [f"({DECIDED} AND {decided})"] if self.recent or self.past else []
        return f"({' OR '.join([*wanted, *([OPEN_THEN] if self.open else [])])})"


def statement(reading: Reading, needed: Needed, table: str, *, currencies: bool) -> tuple[str, list[str]]:
    """One row per deal, and its columns: an expression costs a million evaluations, so only those that are needed."""
    worth, join = converted(
        reading, "o.amount", "o.currency", f"(CASE WHEN {DECIDED} THEN o.closed_on ELSE :as_of END)", "r"
    )
    whole = [KIND, f"({FACT_ON} - {DAY_ONE}) * {2**FACT_AT}"]
    columns = {"worth": worth}
    if needed.beginnings:
        whole.append(f"(coalesce(o.created_on, {FACT_ON}) - {DAY_ONE}) * CAST({2**BEGAN_AT} AS int8)")
    if needed.open:
        columns["probability"] = f"CASE WHEN {OPEN_THEN} THEN coalesce(o.probability, {STAGE_PROBABILITY}) END"
    if needed.open or needed.offerings:
        whole.append(f"coalesce(p.number, 0) * {2**OFFERING_AT}")
        join += (
            " LEFT JOIN unnest(CAST(:offering_ids AS uuid[])) WITH ORDINALITY AS p(id, number) ON p.id = o.offering_id"
        )
    columns["whole:int8"] = " + ".join(f"({part})" for part in whole)
    if currencies:
        columns["currency:int4"] = f"coalesce({letters('o.currency')}, 0)"
    selected = ", ".join(f"{expression} AS {name.partition(':')[0]}" for name, expression in columns.items())
    return (
        f"""
        SELECT o.account_id, {selected} FROM {table} o {join}
        WHERE {HELD[table]} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN} AND {needed.condition()}""",
        list(columns),
    )


async def deals_of(reading: Reading, needed: Needed, offered: Catalogue) -> Deals:
    """The deals of the accounts asked for; only where an amount could not be converted are currencies read, too."""
    sent = _sent(await _read(reading, needed, offered, currencies=False))
    if sent.unconverted().any():
        sent = _sent(await _read(reading, needed, offered, currencies=True))
    return deals(sent, offered, reading.today)


async def _read(reading: Reading, needed: Needed, offered: Catalogue, *, currencies: bool) -> Table:
    parameters: dict[str, Any] = {
        "stage_probabilities": json.dumps(dict(reading.stage_probabilities)),
        "offering_ids": list(offered.ids),
    }
    statements = [statement(reading, needed, table, currencies=currencies) for table in HELD]
    return joined([await reading.table(sql, columns, **parameters) for sql, columns in statements])


def _sent(table: Table) -> SentDeals:
    whole = table.whole("whole")
    return SentDeals(
        rows=table.rows,
        kind=whole & (2**KIND_BITS - 1),
        fact_on=(whole >> FACT_AT & (2**DAY_BITS - 1)) - BEFORE_EPOCH,
        began_on=(whole >> BEGAN_AT & (2**DAY_BITS - 1)) - BEFORE_EPOCH,
        worth=table["worth"],
        probability=table.number("probability"),
        offering=(whole >> OFFERING_AT) - 1,
        currency=table.whole("currency", fill=0),
    )


async def catalogue_of(reading: Reading) -> Catalogue:
    """The organization's offerings, with their list prices at the rate of the day."""
    price, join = converted(reading, "p.list_price", "p.list_price_currency", ":as_of", "r")
    found = await reading.connection.execute(
        typed(
            f"""SELECT p.id, coalesce(p.active_from <= :as_of, true) AND coalesce(p.active_to >= :as_of, true),
                   CAST({price} AS float8), p.list_price_currency
            FROM offerings p {join} WHERE p.tenant_id = :tenant_id ORDER BY p.id"""
        ),
        reading.parameters(),
    )
    return catalogue([(row[0], row[1], row[2], row[3]) for row in found])


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
