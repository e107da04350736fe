"""Revenue between any two days, by the same deals and rates as the metrics of revenue."""

from datetime import date, timedelta

from app.metrics.core.window_revenue import WindowRevenue, WonDeals, window_revenue
from app.metrics.families.reading import WON, Reading, deals, letters, typed

COLUMNS = ("deals", "counted", "worth", "unconverted:int4")


def statement(reading: Reading) -> str:
    within = f"{WON} AND o.closed_on > CAST(:after AS date) AND o.closed_on <= CAST(:until AS date)"
    return f"""
        SELECT d.account_id, d.unconverted, count(*) AS deals, count(d.worth) AS counted, sum(d.worth) AS worth
        FROM (SELECT w.account_id, w.worth,
                     CASE WHEN w.worth IS NULL THEN coalesce({letters("w.currency")}, 0) ELSE 0 END AS unconverted
              FROM ({deals(reading, within)}) w) d
        GROUP BY d.account_id, d.unconverted"""


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
