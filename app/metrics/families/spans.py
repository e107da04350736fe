"""Revenue between any two days, by the same deals and rates as the metrics of revenue."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from app.kernel.periods import Window
from app.metrics.core.window_revenue import WindowRevenue, WonDeals, window_revenue
from app.metrics.families.reading import WON, Reading, Table, deals, letters, typed

COLUMNS = ("deals", "counted", "worth", "unconverted:int4")


def statement(reading: Reading) -> str:
    within = f"{WON} AND o.closed_on > CAST(:after AS date) AND o.closed_on <= CAST(:until AS date)"
    return f"""
        SELECT d.account_id, d.unconverted, count(*) AS deals, count(d.worth) AS counted, sum(d.worth) AS worth
        FROM (SELECT w.account_id, w.worth,
                     CASE WHEN w.worth IS NULL THEN coalesce({letters("w.currency")}, 0) ELSE 0 END AS unconverted
              FROM ({deals(reading, within)}) w) d
        GROUP BY d.account_id, d.unconverted"""


def statement_of_windows(reading: Reading) -> str:
    """The same sums, window by window; a deal counts in each window that it falls into."""
    return f"""
        SELECT d.account_id, s.number, d.unconverted,
               count(*) AS deals, count(d.worth) AS counted, sum(d.worth) AS worth
        FROM (SELECT w.account_id, w.closed_on, w.worth,
                     CASE WHEN w.worth IS NULL THEN coalesce({letters("w.currency")}, 0) ELSE 0 END AS unconverted
              FROM ({deals(reading, WON)}) w) d
        JOIN unnest(CAST(:after AS date[]), CAST(:until AS date[])) WITH ORDINALITY AS s(after_on, until_on, number)
            ON d.closed_on > s.after_on AND d.closed_on <= s.until_on
        GROUP BY d.account_id, s.number, d.unconverted"""


def statement_of_each(reading: Reading) -> str:
    """The same sums, each window of an account of its own."""
    return f"""
        SELECT d.account_id, s.number, d.unconverted,
               count(*) AS deals, count(d.worth) AS counted, sum(d.worth) AS worth
        FROM (SELECT w.account_id, w.closed_on, w.worth,
                     CASE WHEN w.worth IS NULL THEN coalesce({letters("w.currency")}, 0) ELSE 0 END AS unconverted
              FROM ({deals(reading, WON)}) w) d
        JOIN unnest(CAST(:whose AS uuid[]), CAST(:after AS date[]), CAST(:until AS date[])) WITH ORDINALITY
            AS s(account_id, after_on, until_on, number)
            ON d.account_id = s.account_id AND d.closed_on > s.after_on AND d.closed_on <= s.until_on
        GROUP BY d.account_id, s.number, d.unconverted"""


async def won_of_each(reading: Reading, spans: Sequence[tuple[UUID, Window]]) -> WindowRevenue:
    """What accounts of the reading won, each in windows of its own, as it is known on the reading's day; by span."""
    table = await reading.table(
        statement_of_each(reading),
        ("number:int4", *COLUMNS),
        whose=[account_id for account_id, _ in spans],
        after=[window.after for _, window in spans],
        until=[window.until for _, window in spans],
    )
    return _by_number(table, len(spans), known="opportunities" in reading.recorded)


def _by_number(table: Table, windows: int, *, known: bool) -> WindowRevenue:
    won = WonDeals(
        table.whole("number") - 1, table["deals"], table["counted"], table["worth"], table.whole("unconverted")
    )
    return window_revenue(won, windows, known=known)


async def won_within(reading: Reading, windows: Sequence[Window]) -> WindowRevenue:
    """What the reading's one account won in each window, as it is known on the reading's day; arrays by window."""
    table = await reading.table(
        statement_of_windows(reading),
        ("number:int4", *COLUMNS),
        after=[window.after for window in windows],
        until=[window.until for window in windows],
    )
    return _by_number(table, len(windows), known="opportunities" in reading.recorded)


async def won_between(reading: Reading, after: date, until: date) -> WindowRevenue:
    """What was won after one day and up to another, as it is known on the reading's day."""
    table = await reading.table(statement(reading), COLUMNS, after=after, until=until)
    return window_revenue(
        WonDeals(table.rows, table["deals"], table["counted"], table["worth"], table.whole("unconverted")),
        reading.accounts,
        known="opportunities" in reading.recorded,
    )


async def first_won_on(reading: Reading) -> date | None:
    """The day on which the first deal of any account was won, as far as it is known."""
    statement = typed(f"SELECT min(d.closed_on) AS won_on FROM ({deals(reading, WON, scoped=False)}) d")
    found: date | None = await reading.connection.scalar(statement, _of_all(reading))
    return found


def _of_all(reading: Reading) -> dict[str, object]:
    return {name: value for name, value in reading.parameters().items() if name != "account_ids"}


def reach_days(known_on: date, after: date) -> int:
    """How many days before the reading's day exchange rates are needed."""
    return (known_on - after + timedelta(days=1)).days
