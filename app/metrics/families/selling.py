"""The family of deals won, lost and open: one statement, and a second where the first finds deals it cannot value."""

import numpy as np

from app.metrics.core.deal_sums import OPEN, Situations
from app.metrics.core.formulas import recorded
from app.metrics.core.measured import Results
from app.metrics.families import pipeline, revenue
from app.metrics.families.deals import histories, organization_win_rate, summed, without_rates
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading

OPEN_METRICS = ("future_spend", "open_pipeline")
WINDOWS: dict[str, Situations] = {
    **{key: revenue.WINDOWS[key] for key in revenue.MONEY},
    **dict.fromkeys(OPEN_METRICS, OPEN),
}


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    known = "opportunities" in reading.recorded
    past = not asked.keys().isdisjoint(revenue.NEED_SUMS)
    future = not asked.keys().isdisjoint(OPEN_METRICS)
    sums = await summed(reading, past=past, future=future)

    revenue.fill(asked, sums, results)
    if not asked.keys().isdisjoint(revenue.NEED_HISTORY):
        revenue.fill_history(asked, sums, await histories(reading), reading.today, results)
    for key in asked.keys() & set(revenue.ZERO_IF_RECORDED):
        column = results.columns[key]
        results.put(key, recorded(column.value, known=known), column.facts, column.latest)
    if future:
        win_rate = await organization_win_rate(reading) if pipeline.win_rate_needed(asked, sums) else None
        pipeline.fill(asked, sums, win_rate, results, known=known)

    windows = {key: WINDOWS[key] for key in asked if key in WINDOWS}
    if any(sums.without_rate(situations).any() for situations in windows.values()):
        _say_missing_rates(await without_rates(reading, past=past, future=future), windows, reading, results)


def _say_missing_rates(
    missing: list[tuple[bytes, int, str, int]], windows: dict[str, Situations], reading: Reading, results: Results
) -> None:
    for account_id, situation, currency, deals in missing:
        row = reading.row_of(account_id)
        for key in (key for key, situations in windows.items() if situation in situations):
            by_currency = results.missing_rates.setdefault(key, {})
            by_currency.setdefault(currency, np.zeros(reading.accounts, dtype=np.int64))[row] += deals


FAMILY = Family(
    metrics=(*revenue.METRICS, *pipeline.METRICS),
    measure=measure,
    needs=pipeline.NEEDS,
    records=dict.fromkeys((*revenue.ZERO_IF_RECORDED, *OPEN_METRICS), ("opportunities",)),
)
