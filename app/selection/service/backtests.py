"""Backtests: what a model would have said on a day, against what the accounts came to spend afterwards."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs.core.job import Job
from app.jobs.service import JobContext
from app.kernel.ids import KeyId, ModelId, TenantId
from app.kernel.periods import Window, day_asked
from app.metrics import service as metrics
from app.metrics.core.measured import Measured
from app.metrics.core.window_revenue import WindowRevenue
from app.scoring.core.arrays import Indices, Matrix
from app.scoring.core.inputs import inputs_from_columns
from app.selection.core.backtest.documents import verdicts_document
from app.selection.core.backtest.judging import PAST_REVENUE, Prepared, case, prepared, verdicts
from app.selection.core.backtest.outcome_documents import Spent, Told, counts, outcome
from app.selection.core.backtest.outcomes import Outcomes, outcomes
from app.selection.core.backtest.resampling import resampled
from app.selection.core.backtest.windows import Windows, refuse_horizon_ahead, windows
from app.selection.core.score import score_portfolio
from app.selection.service import analyses
from app.selection.service.analyses import Analysis, Kind, Outcome
from app.selection.service.keeping import today

KIND: Kind = "backtest"
# What a model has to beat, as known on the day.
BASELINES = ("revenue_ltm", "revenue_prior_ltm", "employees", "annual_revenue", "tenure_years")


@dataclass(frozen=True, slots=True)
class Asked:
    """How long what came after is looked at, and how often accounts are drawn anew, from which seed."""

    horizon_days: int
    resamples: int
    seed: int


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was known on the day, and what is known by now of what accounts spent around it.

    rows: (accounts,), where the account that stands for each stands in `before` and `after`; -1 for none.
    """

    measured: Measured
    rows: Indices
    merged: int
    before: WindowRevenue
    after: WindowRevenue
    first_won_on: date | None
    known_on: date


async def start(  # noqa: PLR0913  # what is asked, of what, by whom
    connection: AsyncConnection,
    tenant_id: TenantId,
    model_id: ModelId,
    *,
    number: int | None,
    as_of: date,
    asked: Asked,
    key_id: KeyId | None,
) -> Job:
    """Ask whether a version, the newest when none is named, would have told on a day which accounts grow."""
    refuse_horizon_ahead(day_asked(as_of, today(), pointer="/as_of"), asked.horizon_days, today())
    parameters = {name: getattr(asked, name) for name in Asked.__slots__}
    return await analyses.start(
        connection, tenant_id, KIND, model_id, number=number, as_of=as_of, parameters=parameters, key_id=key_id
    )


async def carry_out(context: JobContext) -> dict[str, Any]:
    """Score all accounts on the facts of the day, see what they spent afterwards, and keep how both go together."""
    analysis = await analyses.of_job(context, KIND)
    if analysis.result is not None:
        return {"analysis_id": str(analysis.id), "accounts": 0}
    asked = Asked(**analysis.parameters)
    around = windows(analysis.as_of, asked.horizon_days)
    async with context.transaction() as connection:
        facts = await _facts(connection, context.tenant_id, analysis, around)
    await context.progress(0, asked.resamples)

    grown, ready = await context.in_thread(_prepared, analysis, facts)
    rhos = await _resampled(context, ready, asked)
    result = await context.in_thread(_result, analysis, facts, grown, (ready, rhos))

    return await analyses.keep(context, Outcome(result))


async def _facts(connection: AsyncConnection, tenant_id: TenantId, analysis: Analysis, around: Windows) -> _Facts:
    keys = dict.fromkeys((*analysis.model.metrics, *BASELINES))
    measured = await metrics.measured(connection, tenant_id, as_of=analysis.as_of, keys=keys)
    known_on = today()
    successors = await metrics.successors(connection, tenant_id, known_on, measured.account_ids)
    standing = sorted({account for account in successors.values() if account is not None})
    before, after = [
        await metrics.revenue_between(
            connection, tenant_id, after=one.after, until=one.until, known_on=known_on, account_ids=standing
        )
        for one in (around.before, around.after)
    ]
    first = await metrics.first_won_on(connection, tenant_id, known_on)
    places = {account: place for place, account in enumerate(standing)}
    now = [successors.get(account) for account in measured.account_ids]
    rows = np.array([-1 if one is None else places[one] for one in now], dtype=np.int64)
    merged = sum(one not in {None, account} for one, account in zip(now, measured.account_ids, strict=True))
    return _Facts(measured, rows, merged, before, after, first, known_on)


def _prepared(analysis: Analysis, facts: _Facts) -> tuple[Outcomes, Prepared]:
    model, measured = analysis.model, facts.measured
    inputs = inputs_from_columns(measured.values, model.columns, len(measured.account_ids))
    before, after = (np.append(one.value, np.nan)[facts.rows] for one in (facts.before, facts.after))
    grown = outcomes(before, after, facts.rows >= 0)
    baselines = {PAST_REVENUE: before} | {key: measured.values[key] for key in BASELINES}
    return grown, prepared(case(score_portfolio(model, inputs.matrix), grown.growth, baselines))


async def _resampled(context: JobContext, ready: Prepared, asked: Asked) -> Matrix:
    """All resamples, part by part: between them progress is told, and a job that was cancelled ends."""
    random = np.random.default_rng(asked.seed)
    planned = ready.planned
    parts = [np.empty((planned.columns, 0))]
    total = asked.resamples if planned.columns else 0
    for first in range(0, total, planned.part):
        parts.append(await context.in_thread(resampled, planned, random, min(planned.part, total - first)))
        await context.progress(min(first + planned.part, total), asked.resamples)
    return np.hstack(parts)


def _result(analysis: Analysis, facts: _Facts, grown: Outcomes, judged: tuple[Prepared, Matrix]) -> dict[str, Any]:
    around = windows(analysis.as_of, Asked(**analysis.parameters).horizon_days)
    told = Told(around, facts.measured.currency, facts.known_on, facts.first_won_on, facts.merged)
    spent = [_spent(around.before, facts.before), _spent(around.after, facts.after)]
    return {
        "accounts": counts(grown, told),
        "outcome": outcome(grown, told, spent),
        **verdicts_document(analysis.model, verdicts(*judged)),
    }


def _spent(window: Window, revenue: WindowRevenue) -> Spent:
    rates = {currency: int(missing.sum()) for currency, missing in revenue.missing_rates.items()}
    return Spent(window, revenue.value, int(revenue.deals.sum()), int(revenue.without_amount.sum()), rates)
