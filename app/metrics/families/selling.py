"""The family of deals won, lost and open: one statement, and a second where the first finds deals it cannot value."""

import numpy as np

from app.metrics.core.deal_sums import OPEN, Situations
from app.metrics.core.formulas import recorded
from app.metrics.core.measured import Results
from app.metrics.families import pipeline, revenue
from app.metrics.families.deals import organization_win_rate, summed, without_rates
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading

WINDOWS = {**{key: revenue.WINDOWS[key] for key in revenue.MONEY}, "future_spend": OPEN, "open_pipeline": OPEN}


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    known = "opportunities" in reading.recorded
    sums = await summed(reading)
    win_rate = None
    if "future_spend" in asked and pipeline.win_rate_needed(sums):
        win_rate = await organization_win_rate(reading)

    revenue.fill(asked, sums, reading.today, results)
    for key in set(asked) & set(revenue.ZERO_IF_RECORDED):
        column = results.columns[key]
        results.put(key, recorded(column.value, known=known), column.facts, column.latest)
    pipeline.fill(asked, sums, win_rate, results, known=known)

    windows = {key: WINDOWS[key] for key in asked if key in WINDOWS}
    if any(sums.without_rate(situations).any() for situations in windows.values()):
        await _say_missing_rates(reading, windows, results)


async def _say_missing_rates(reading: Reading, windows: dict[str, Situations], results: Results) -> None:
    for account_id, situation, currency, deals in await without_rates(reading):
        row = reading.row_of(account_id)
        for key in (key for key, situations in windows.items() if situation in situations):
            by_currency = results.missing_rates.setdefault(key, {})
            by_currency.setdefault(currency, np.zeros(reading.accounts, dtype=np.int64))[row] += deals


FAMILY = Family(
    metrics=(*revenue.METRICS, *pipeline.METRICS),
    measure=measure,
    needs=pipeline.NEEDS,
    records={key: ("opportunities",) for key in (*revenue.ZERO_IF_RECORDED, "future_spend", "open_pipeline")},
)
