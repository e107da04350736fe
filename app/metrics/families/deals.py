"""The deals of all accounts as they stood on a day, in one pass: like ones of an account are counted and added up."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.metrics.core.catalogue import Catalogue, catalogue
from app.metrics.core.deal_sums import (
    AGE,
    AGE_EDGES_DAYS,
    BY_RULE,
    CHANCE,
    LOST,
    LOST_EDGES_DAYS,
    NO_AMOUNT,
    OPEN_NOW,
    UNCONVERTED,
    UNSTATED,
    WON,
    WORD,
    WORD_OFFERINGS,
    SentDeals,
)
from app.metrics.families.reading import (
    DECIDED,
    EXISTS_BY_THEN,
    OPEN_THEN,
    Reading,
    Table,
    converted,
    day_number,
    joined,
    known,
    letters,
    places,
    typed,
)

STAGE_PROBABILITY = "CAST(CAST(:stage_probabilities AS jsonb) ->> o.stage AS float8)"
STATE_ON = "CAST(o.valid_from AT TIME ZONE 'UTC' AS date)"
FACT_ON = f"CASE WHEN {DECIDED} THEN o.closed_on ELSE {STATE_ON} END"
WON_THEN = f"{DECIDED} AND o.status = 'won'"


def _aged(outcome: int, edges: NDArray[np.int64], since: str) -> str:
    """An outcome with the place of the deal's age between edges, `since` the first day of each age but the highest."""
    return f"{outcome + AGE * len(edges)} - {AGE} * width_bucket(o.closed_on, CAST({since} AS date[]))"


# In what deals are alike that are read together. Of open ones the probability is known by the deal, its stage, or not.
ALIKE = f"""
    CASE WHEN {DECIDED} THEN CASE WHEN o.status = 'won' THEN {_aged(WON, AGE_EDGES_DAYS, ":won_since")}
                                  ELSE {_aged(LOST, LOST_EDGES_DAYS, ":lost_since")} END
         WHEN o.probability IS NOT NULL THEN {OPEN_NOW}
         WHEN {STAGE_PROBABILITY} IS NOT NULL THEN {OPEN_NOW + BY_RULE * CHANCE}
         ELSE {OPEN_NOW + UNSTATED * CHANCE} END"""
# Whole numbers are added up exactly, in whatever order they come, and are sooner made of floats than decimal ones.
CHANCES = 10**18
PROBABILITY = f"CAST(coalesce(o.probability, {STAGE_PROBABILITY}) * {CHANCES} AS int8)"

# The states that held at the end of the day, by table: read apart, each is a plain scan, which their union is not.
HELD = {
    "opportunities": "o.tenant_id = :tenant_id AND o.valid_from < :known_before",
    "opportunities_past": known("o"),
}


@dataclass(frozen=True, slots=True)
class Needed:
    """Which deals the asked metrics read, and what of them.

    recent: decided in the last 730 days; past: decided ever; open: open ones with their chances.
    firsts: when the first of each kind was decided; beginnings: of all, when they were created; offerings: what the won
    ones are about.
    """

    recent: bool
    past: bool
    open: bool
    firsts: bool
    beginnings: bool
    offerings: bool

    def condition(self) -> str:
        if self.beginnings or (self.past and self.open):
            return "TRUE"  # a deal is decided or open
        decided = DECIDED if self.past else f"o.closed_on > :as_of - {AGE_EDGES_DAYS[-1]}"
        wanted = [f"({DECIDED} AND {decided})"] if self.recent or self.past else []
        return f"({' OR '.join([*wanted, *([OPEN_THEN] if self.open else [])])})"


# The catalogue, to see what of it was won.
OFFERED = f"""
    LEFT JOIN unnest(CAST(:offering_ids AS uuid[]), CAST(:offering_words AS int4[]), CAST(:offering_bits AS int8[]))
        AS p(id, word, bit) ON p.id = CASE WHEN {WON_THEN} THEN o.offering_id END"""


def statement(reading: Reading, needed: Needed, table: str, *, words: bool, currencies: bool) -> tuple[str, list[str]]:
    """A row for the deals of an account that are alike, and its columns.

    words: whether the catalogue has more offerings than bits fit into a number. currencies: whether those without rate
    are told apart. An expression costs a million evaluations, so there are only those that are needed.
    """
    worth, join = converted(
        reading, "o.amount", "o.currency", f"(CASE WHEN {DECIDED} THEN o.closed_on ELSE :as_of END)", "r"
    )
    groups = _groups(needed, worth, words=words, currencies=currencies)
    columns = groups | _sums(needed, worth)
    selected = ", ".join(f"{expression} AS {name.partition(':')[0]}" for name, expression in columns.items())
    return (
        f"""
        SELECT o.account_id, {selected} FROM {table} o {join} {OFFERED if needed.offerings else ""}
        WHERE {HELD[table]} AND {reading.scope("o.account_id")} AND {EXISTS_BY_THEN} AND {needed.condition()}
        GROUP BY {", ".join(map(str, range(1, len(groups) + 2)))}""",
        list(columns),
    )


def _groups(needed: Needed, worth: str, *, words: bool, currencies: bool) -> dict[str, str]:
    """What deals have to be alike in.

    It is told by their own columns, except of large catalogues: by those of another table the server takes each deal
    for unlike all others, and does not share the work among its processes.
    """
    alike = f"{ALIKE} + CASE WHEN o.amount IS NULL THEN {NO_AMOUNT} WHEN {worth} IS NULL THEN {UNCONVERTED} ELSE 0 END"
    groups = {"alike:int8": alike}
    if needed.offerings and words:
        groups["alike:int8"] += f" + {WORD} * coalesce(p.word, 0)"
    if needed.open:
        groups["offering:uuid"] = f"CASE WHEN o.amount IS NULL AND {OPEN_THEN} THEN o.offering_id END"
    if currencies:
        groups["currency:int4"] = f"CASE WHEN {worth} IS NULL THEN coalesce({letters('o.currency')}, 0) ELSE 0 END"
    return groups


def _sums(needed: Needed, worth: str) -> dict[str, str]:
    """What is counted and added up of deals that are alike."""
    sums = {"deals:int8": "count(*)", "worth": f"sum({worth})", "latest_on:int4": day_number(_fact_on("max"))}
    if needed.firsts:
        sums["first_on:int4"] = day_number(_fact_on("min"))
    if needed.beginnings:
        unsaid = f"min({FACT_ON}) FILTER (WHERE o.created_on IS NULL)"
        sums["began_on:int4"] = day_number(f"least(min(o.created_on), {unsaid})")
    if needed.open:
        each = f"CASE WHEN o.amount IS NULL THEN 1 ELSE {worth} END"
        sums["weighted"] = f"sum({each} * {PROBABILITY}) FILTER (WHERE {OPEN_THEN}) / {CHANCES}"
    if needed.offerings:
        sums["bought:int8"] = "coalesce(bit_or(p.bit), 0)"
    return sums


def _fact_on(pick: str) -> str:
    """The first or last FACT_ON of deals that are alike: of those that were decided, none is open."""
    states = f"CAST({pick}(o.valid_from) AT TIME ZONE 'UTC' AS date)"
    return f"CASE WHEN max(o.closed_on) <= :as_of THEN {pick}(o.closed_on) ELSE {states} END"


async def deals_of(reading: Reading, needed: Needed, offered: Catalogue) -> SentDeals:
    """The deals of the accounts asked for; only where an amount could not be converted are currencies read, too."""
    sent = _sent(await _read(reading, needed, offered, currencies=False), offered)
    if sent.unconverted().any():
        sent = _sent(await _read(reading, needed, offered, currencies=True), offered)
    return sent


async def _read(reading: Reading, needed: Needed, offered: Catalogue, *, currencies: bool) -> Table:
    numbers = range(len(offered.ids))
    parameters: dict[str, Any] = {
        "stage_probabilities": json.dumps(dict(reading.stage_probabilities)),
        "won_since": _since(reading.as_of, AGE_EDGES_DAYS),
        "lost_since": _since(reading.as_of, LOST_EDGES_DAYS),
        "offering_ids": list(offered.ids),
        "offering_words": [number // WORD_OFFERINGS for number in numbers],
        "offering_bits": [1 << number % WORD_OFFERINGS for number in numbers],
    }
    words = len(numbers) > WORD_OFFERINGS
    statements = [statement(reading, needed, table, words=words, currencies=currencies) for table in HELD]
    return joined([await reading.table(sql, columns, **parameters) for sql, columns in statements])


def _since(as_of: date, edges: NDArray[np.int64]) -> list[date]:
    """The first day of each age between the edges but the highest, from the past on."""
    return [as_of - timedelta(days=days - 1) for days in sorted(edges.tolist(), reverse=True)]


def _sent(table: Table, offered: Catalogue) -> SentDeals:
    return SentDeals(
        rows=table.rows,
        alike=table.whole("alike"),
        deals=table.whole("deals"),
        worth=table["worth"],
        weighted=table.number("weighted"),
        latest_on=table["latest_on"].astype(np.float64),
        first_on=table.number("first_on").astype(np.float64),
        began_on=table.number("began_on").astype(np.float64),
        offering=_numbers(table, offered),
        bought=table.whole("bought", fill=0),
        currency=table.whole("currency", fill=0),
    )


def _numbers(table: Table, offered: Catalogue) -> NDArray[np.int64]:
    """The offerings' numbers in the catalogue; -1 for none."""
    numbers = np.full(len(table.rows), -1, dtype=np.int64)
    if "offering" in table.columns:
        found, there = places(offered.ids).rows(table.columns["offering"])
        numbers[there] = found
    return numbers


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
