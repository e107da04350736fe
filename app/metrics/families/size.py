"""How large a customer is by itself, whatever it buys here: as its own record said on the day."""

import numpy as np

from app.metrics.core.catalogue import unpacked
from app.metrics.core.formulas import UNKNOWN, days, scattered
from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading, Table, converted, day_number, known, letters

METRICS = (
    Metric(
        "employees", "Employees", "count", "quantitative", "current", "size", ("accounts",),
        definition="The account's number of employees.",
        window="What the account's record said at the end of as_of.",
        when_missing="Null where the record said nothing of it by then.",
    ),
    Metric(
        "annual_revenue", "The customer's own revenue", "money", "quantitative", "current", "size", ("accounts",),
        definition="The account's own yearly revenue, converted at the rate of as_of; not what it spends here.",
        window="What the account's record said at the end of as_of.",
        when_missing="Null where the record said nothing of it by then, or where no exchange rate was in force.",
    ),
)  # fmt: skip
COLUMNS = ("employees", "annual_revenue", "unconverted:int4", "told_on:int4")


def statement(reading: Reading) -> str:
    worth, join = converted(reading, "a.annual_revenue", "a.annual_revenue_currency", ":as_of", "r")
    return f"""
        SELECT a.id AS account_id, a.employees, {worth} AS annual_revenue,
               CASE WHEN {worth} IS NULL THEN {letters("a.annual_revenue_currency")} ELSE 0 END AS unconverted,
               {day_number("CAST(a.valid_from AT TIME ZONE 'UTC' AS date)")} AS told_on
        FROM accounts_states a {join}
        WHERE {known("a")} AND {reading.scope("a.id")}
          AND (a.employees IS NOT NULL OR a.annual_revenue IS NOT NULL)"""


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    table = await reading.table(statement(reading), COLUMNS)
    for key in asked:
        value = scattered(table.rows, table[key], reading.accounts)
        told = scattered(table.rows, np.where(np.isnan(table[key]), UNKNOWN, table["told_on"]), reading.accounts)
        results.put(key, value, (~np.isnan(value)).astype(np.int64), days(told))
    if "annual_revenue" in asked:
        results.missing_rates["annual_revenue"] = _without_rates(table, reading.accounts)


def _without_rates(table: Table, accounts: int) -> dict[str, np.ndarray]:
    codes = table.whole("unconverted")
    return {
        unpacked(code): np.bincount(table.rows[codes == code], minlength=accounts)
        for code in np.unique(codes[codes > 0]).tolist()
    }


FAMILY = Family(METRICS, measure)
