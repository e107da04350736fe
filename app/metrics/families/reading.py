"""How families read the database: which facts were known by a date, and rows that arrive as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.kernel.periods import end_of_day
from app.metrics.core.formulas import Rows
from app.metrics.core.measured import Mask, Vector

# List prices, open deals and targets are converted as of the day itself, a decided deal at its close; no window
# reaches further back than the 365 days before the LTM.
RATES_REACH_DAYS = 730
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a statement: which account each belongs to, and its numbers by column (NaN for NULL)."""

    rows: Rows
    columns: Mapping[str, NDArray[Any]]

    def __getitem__(self, column: str) -> Vector:
        return self.columns[column]

    def number(self, column: str) -> Vector:
        """A column of numbers; unknown throughout where it was not asked for."""
        return self.columns[column] if column in self.columns else np.full(len(self.rows), np.nan)

    def whole(self, column: str, *, fill: int | None = None) -> NDArray[np.int64]:
        """A column of whole numbers; `fill` throughout where it was not asked for."""
        if fill is not None and column not in self.columns:
            return np.full(len(self.rows), fill, dtype=np.int64)
        return self.columns[column]


def joined(tables: Sequence[Table]) -> Table:
    """Tables of the same columns as one."""
    names = tables[0].columns
    columns = {name: np.concatenate([table.columns[name] for table in tables]) for name in names}
    return Table(np.concatenate([table.rows for table in tables]), columns)


@dataclass(frozen=True, slots=True)
class Places:
    """Where an account stands among those asked for, by its id as two whole numbers."""

    ids: NDArray[np.uint64]  # (accounts, 2)
    order: Rows  # the accounts in the order of their marks
    marks: NDArray[np.uint64]
    spread: np.uint64

    def rows(self, found: NDArray[np.uint64]) -> tuple[Rows, Mask]:
        """The rows of ids (n, 2), and which of them are among the accounts asked for."""
        if not len(self.ids):
            return np.zeros(0, dtype=np.intp), np.zeros(len(found), dtype=np.bool_)
        at = np.searchsorted(self.marks, _marks(found, self.spread))
        at[at == len(self.ids)] = 0
        rows = self.order[at]
        mine: Mask = (self.ids[rows] == found).all(axis=1)
        return rows[mine], mine


def places(account_ids: Sequence[UUID]) -> Places:
    """Make ids findable."""
    return packed_places(b"".join(account_id.bytes for account_id in account_ids))


def packed_places(packed: bytes) -> Places:
    """Make ids findable that come one after the other: by one mark each, of a kind that tells all of them apart."""
    ids = _halves(packed)
    for spread in _SPREADS:
        marks = _marks(ids, spread)
        order = np.argsort(marks)
        if len(np.unique(marks)) == len(ids):
            return Places(ids, order, marks[order], spread)
    raise ValueError("an account is asked for twice")


_SPREADS = tuple(np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))


def _halves(packed: bytes) -> NDArray[np.uint64]:
    return np.frombuffer(packed, dtype=">u8").astype(np.uint64).reshape(-1, 2)


def _marks(ids: NDArray[np.uint64], spread: np.uint64) -> NDArray[np.uint64]:
    marks: NDArray[np.uint64] = ids[:, 0] * spread ^ ids[:, 1]
    return marks


@dataclass(frozen=True, slots=True)
class Reading:
    """One question to the database: which accounts, as of when, for whom."""

    connection: AsyncConnection
    tenant_id: TenantId
    as_of: date
    currency: str
    accounts: int
    places: Places
    account_ids: Sequence[Any] | None  # None: the whole portfolio
    converts: bool  # whether there is any exchange rate into the reporting currency
    recorded: frozenset[str]  # the kinds of fact that the organization records at all
    stage_probabilities: Mapping[str, float]
    proposal_stages: Sequence[str]
    rates_reach_days: int = RATES_REACH_DAYS

    @property
    def today(self) -> int:
        """The day asked for, as days since 1970-01-01."""
        return (self.as_of - EPOCH).days

    def parameters(self) -> dict[str, Any]:
        shared = {
            "tenant_id": self.tenant_id,
            "as_of": self.as_of,
            "known_before": end_of_day(self.as_of),
            "currency": self.currency,
        }
        return shared if self.account_ids is None else shared | {"account_ids": list(self.account_ids)}

    def scope(self, column: str) -> str:
        """The condition that narrows a statement to the accounts asked for."""
        if self.account_ids is None:
            return f"{column} IS NOT NULL"
        return f"{column} = ANY(CAST(:account_ids AS uuid[]))"

    def scope_then(self, alias: str) -> str:
        """The same of rows that a merge may have made another account's: by that of now, or by the one of before."""
        if self.account_ids is None:
            return f"{alias}.account_id IS NOT NULL"
        named = "ANY(CAST(:account_ids AS uuid[]))"
        before = (
            "SELECT m.row_id FROM merged_rows m WHERE m.tenant_id = :tenant_id"
            f" AND m.account_id = {named} AND m.until_at >= :known_before"
        )
        return f"({alias}.account_id = {named} OR {alias}.id = ANY(ARRAY({before})))"

    async def table(self, sql: str, columns: Sequence[str], **parameters: Any) -> Table:
        """Run a statement that yields `account_id` and numeric `columns`.

        The database packs each column into one string of bytes: a million rows arrive as a few arrays and no object is
        made for any of them. A column may say that it holds whole numbers or ids: "name:int4", "name:uuid".
        """
        kinds = {name: _KINDS[kind or "float8"] for name, _, kind in (column.partition(":") for column in columns)}
        packed = "".join(
            f", string_agg({kind.sent.format(name)}, {_NOTHING}) AS {name}" for name, kind in kinds.items()
        )
        statement = typed(
            f"SELECT string_agg(uuid_send(f.account_id), {_NOTHING}) AS account_id{packed} FROM ({sql}) f"
        )
        row = (await self.connection.execute(statement, self.parameters() | parameters)).one()
        rows, mine = self.places.rows(_halves(row.account_id or b""))
        own = slice(None) if mine.all() else mine  # of a whole portfolio nothing has to be left out
        return Table(rows, {name: kind.read(getattr(row, name) or b"")[own] for name, kind in kinds.items()})


@dataclass(frozen=True, slots=True)
class _Packing:
    """How a column is sent by the server and read here."""

    sent: str
    wire: str
    here: str
    halves: bool = False

    def read(self, packed: bytes) -> NDArray[Any]:
        found = np.frombuffer(packed, dtype=self.wire).astype(self.here)
        return found.reshape(-1, 2) if self.halves else found


_NOTHING = "CAST('' AS bytea)"
_KINDS = {
    "float8": _Packing("float8send(coalesce(CAST(f.{0} AS float8), 'NaN'))", ">f8", "f8"),
    "int8": _Packing("int8send(CAST(f.{0} AS int8))", ">i8", "i8"),
    "int4": _Packing("int4send(CAST(f.{0} AS int4))", ">i4", "i8"),
    "int2": _Packing("int2send(CAST(f.{0} AS int2))", ">i2", "i8"),
    "uuid": _Packing(f"uuid_send(coalesce(f.{{0}}, CAST('{UUID(int=0)}' AS uuid)))", ">u8", "u8", halves=True),
}


@lru_cache(maxsize=512)
def typed(sql: str) -> TextClause:
    """A statement whose days and instants are said to be such: `:as_of - 365` alone does not tell the server."""
    return text(
        sql.replace(":as_of", "CAST(:as_of AS date)").replace(":known_before", "CAST(:known_before AS timestamptz)")
    )


def known(alias: str) -> str:
    """The states that held at the end of the day asked for."""
    return (
        f"{alias}.tenant_id = :tenant_id AND {alias}.valid_from < :known_before AND {alias}.valid_to >= :known_before"
    )


def account_then(alias: str) -> str:
    """Whose a row was at the end of the day asked for, where a merge may have made it another account's since."""
    return f"coalesce({alias}_then.account_id, {alias}.account_id)"


def joined_then(alias: str) -> str:
    """The join that `account_then` needs: few rows were ever merged, so that all of them are read at once."""
    return f"""LEFT JOIN (
            SELECT DISTINCT ON (m.row_id) m.row_id, m.account_id FROM merged_rows m
            WHERE m.tenant_id = :tenant_id AND m.until_at >= :known_before ORDER BY m.row_id, m.until_at
        ) {alias}_then ON {alias}_then.row_id = {alias}.id"""


def day_number(expression: str) -> str:
    """A date as days since 1970-01-01."""
    return f"({expression}) - DATE '1970-01-01'"


def letters(currency: str) -> str:
    """A currency's code as a number, as `catalogue.packed` has it; NULL stays."""
    return f"ascii({currency}) * 65536 + ascii(substr({currency}, 2)) * 256 + ascii(substr({currency}, 3))"


def daily_rates(reading: Reading) -> str:
    """The rate of each currency on each day of the windows, so that amounts are converted by an equality join."""
    return f"""
    SELECT e.currency, e.rate, DATE '1970-01-01' + day.number AS held_on
    FROM (SELECT currency, rate, from_on, lead(from_on) OVER (PARTITION BY currency ORDER BY from_on) - 1 AS until_on
          FROM exchange_rates
          WHERE tenant_id = :tenant_id AND into_currency = :currency AND from_on <= :as_of) e
    CROSS JOIN LATERAL generate_series(
        greatest(e.from_on, :as_of - {reading.rates_reach_days}) - DATE '1970-01-01',
        least(e.until_on, :as_of) - DATE '1970-01-01') AS day(number)
"""


def converted(reading: Reading, amount: str, currency: str, day: str, alias: str) -> tuple[str, str]:
    """An amount in the reporting currency at the rate of `day`, NULL without one, and the join that it needs."""
    if not reading.converts:
        return f"CASE WHEN {currency} = :currency THEN {amount} END", ""
    join = f"LEFT JOIN ({daily_rates(reading)}) {alias} ON {alias}.currency = {currency} AND {alias}.held_on = {day}"
    return f"CASE WHEN {currency} = :currency THEN {amount} ELSE {amount} * {alias}.rate END", join


# A deal is won or lost from the day it closed; before that it is open, whatever its state already says. That a state
# has a close exactly when it is not open is a check of the table, and a day compares quicker than a word.
DECIDED = "(o.closed_on <= :as_of)"
OPEN_THEN = "(o.closed_on IS NULL OR o.closed_on > :as_of)"
STATUS = f"CASE WHEN {DECIDED} THEN o.status ELSE 'open' END"
EXISTS_BY_THEN = "(o.created_on IS NULL OR o.created_on <= :as_of)"


def deals(reading: Reading, where: str = "TRUE", *, scoped: bool = True) -> str:
    """Deals as they stood on the day: status, worth (own amount, reporting currency) and what they are about."""
    worth, join = converted(
        reading, "o.amount", "o.currency", f"(CASE WHEN {DECIDED} THEN o.closed_on ELSE :as_of END)", "r"
    )
    scope = reading.scope("o.account_id") if scoped else "o.account_id IS NOT NULL"
    return f"""
        SELECT o.id, o.account_id, o.offering_id, o.buying_center_id, o.primary_contact_id, o.created_on, o.closed_on,
               o.sole_sourced, o.competitor, o.currency, {STATUS} AS status, {worth} AS worth
        FROM opportunities_states o {join}
        WHERE {known("o")} AND {scope} AND {EXISTS_BY_THEN} AND {where}"""


WON = f"o.status = 'won' AND {DECIDED}"
WON_LTM = f"o.status = 'won' AND {DECIDED} AND o.closed_on > :as_of - 365"
