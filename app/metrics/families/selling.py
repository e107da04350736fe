"""The family of deals won, lost and open: one pass over the deals yields all of it."""

import numpy as np

from app.metrics.core.catalogue import unpacked
from app.metrics.core.deal_sums import OPEN, Deals, Situations, deal_sums, deals
from app.metrics.core.measured import Counts, Results
from app.metrics.families import breadth, pipeline, revenue
from app.metrics.families.deals import Needed, catalogue_of, deals_of, organization_win_rate
from app.metrics.families.family import Asked, Family
from app.metrics.families.reading import Reading

OPEN_METRICS = ("future_spend", "open_pipeline")
WINDOWS: dict[str, Situations] = {
    **{key: revenue.WINDOWS[key] for key in revenue.MONEY},
    **dict.fromkeys(OPEN_METRICS, OPEN),
}


async def measure(reading: Reading, asked: Asked, results: Results) -> None:
    known = "opportunities" in reading.recorded
    needed = Needed(
        recent=_any(asked, tuple(revenue.WINDOWS)),
        past=_any(asked, ("tenure_years", *breadth.KEYS)),
        firsts="tenure_years" in asked,
        open=_any(asked, OPEN_METRICS),
        beginnings="revenue_trend" in asked,
        offerings=_any(asked, breadth.KEYS),
    )
    offered = await catalogue_of(reading)
    sent = await deals_of(reading, needed, offered)
    priced = deals(sent, offered, reading.today)
    sums = deal_sums(priced, reading.accounts, reading.today)

    revenue.fill(asked, sums, results, known=known)
    if _any(asked, breadth.KEYS):
        breadth.fill(asked, sent.purchases(), sums, offered.active, results, known=breadth.NAMING in reading.recorded)
    if _any(asked, OPEN_METRICS):
        win_rate = await organization_win_rate(reading) if pipeline.win_rate_needed(asked, sums) else None
        pipeline.fill(asked, sums, win_rate, results, known=known)
    for key in asked.keys() & WINDOWS.keys():
        results.missing_rates[key] = without_rates(priced, WINDOWS[key], reading.accounts)


def without_rates(priced: Deals, situations: Situations, accounts: int) -> dict[str, Counts]:
    """By currency, how many amounts per account could not be converted."""
    among = priced.unconverted > 0
    among[among] = np.isin(priced.situations()[among], list(situations)) if among.any() else False
    theirs = {code: among & (priced.unconverted == code) for code in np.unique(priced.unconverted[among]).tolist()}
    return {
        unpacked(code): np.bincount(priced.rows[those], priced.deals[those], accounts).astype(np.int64)
        for code, those in theirs.items()
    }


def _any(asked: Asked, keys: tuple[str, ...]) -> bool:
    return not asked.keys().isdisjoint(keys)


FAMILY = Family(
    metrics=(*revenue.METRICS, *pipeline.METRICS, *breadth.METRICS),
    measure=measure,
    needs=pipeline.NEEDS,
    records={
        **dict.fromkeys((*revenue.ZERO_IF_RECORDED, *OPEN_METRICS), ("opportunities",)),
        **dict.fromkeys(breadth.KEYS, (breadth.NAMING,)),
    },
)
