"""Stability of a model: how its ranks and tiers stand when the weights are not quite those that were agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs.core.job import Job
from app.jobs.service import JobContext
from app.kernel.ids import AccountId, KeyId, ModelId, TenantId
from app.metrics import service as metrics
from app.metrics.core.measured import Measured
from app.scoring.core.inputs import inputs_from_columns
from app.selection.core.model import SelectionModel
from app.selection.core.score import Scores, score_portfolio
from app.selection.core.stability import answer
from app.selection.core.stability.critical import CriticalWeight, critical_weight, places
from app.selection.core.stability.draws import DrawnWeights, drawn_weights
from app.selection.core.stability.ranking import Field, field_of
from app.selection.core.stability.tally import Tally, default_top, effective_draws
from app.selection.core.standing import standing
from app.selection.service import analyses
from app.selection.service.analyses import Analysis, Kind, Outcome

KIND: Kind = "stability"
PORTION = 1_000_000  # accounts times draws between two looks at whether the job is still wanted


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the draws; top_n None: a tenth of the ranked accounts."""

    top_n: int | None
    draws: int
    concentration: float
    seed: int


@dataclass(frozen=True, slots=True)
class _Ground:
    """Everything that the draws are counted on."""

    account_ids: Sequence[AccountId]
    scores: Scores
    field: Field
    top: int
    draws: int
    weights: DrawnWeights
    tally: Tally


async def start(  # noqa: PLR0913  # what is asked, of what, by whom
    connection: AsyncConnection,
    tenant_id: TenantId,
    model_id: ModelId,
    *,
    number: int | None,
    as_of: date | None,
    asked: Asked,
    key_id: KeyId | None,
) -> Job:
    """Ask how stable a version's verdicts are, the newest one's when none is named."""
    parameters = {name: getattr(asked, name) for name in Asked.__slots__}
    return await analyses.start(
        connection, tenant_id, KIND, model_id, number=number, as_of=as_of, parameters=parameters, key_id=key_id
    )


async def carry_out(context: JobContext) -> dict[str, Any]:
    """Score all accounts, draw weights round the model's, and keep how each account fares."""
    analysis = await analyses.of_job(context, KIND)
    if analysis.result is not None:
        return {"analysis_id": str(analysis.id), "accounts": analysis.result["accounts"]}
    async with context.transaction() as connection:
        measured = await metrics.measured(
            connection, context.tenant_id, as_of=analysis.as_of, keys=analysis.model.metrics
        )

    ground = await context.in_thread(_ground, analysis, measured)
    critical = await _counted(context, ground)
    outcome = await context.in_thread(_outcome, ground, critical)

    return await analyses.keep(context, outcome)


def _ground(analysis: Analysis, measured: Measured) -> _Ground:
    model: SelectionModel = analysis.model
    asked = Asked(**analysis.parameters)
    inputs = inputs_from_columns(measured.values, model.columns, len(measured.account_ids))
    scores = score_portfolio(model, inputs.matrix)
    field = field_of(scores, standing(scores.composite).rank)
    top = asked.top_n or default_top(field.size)
    draws = effective_draws(asked.draws, field.size)
    weights = drawn_weights(model, draws, asked.concentration, asked.seed)
    return _Ground(measured.account_ids, scores, field, top, draws, weights, Tally(field, top, draws))


async def _counted(context: JobContext, ground: _Ground) -> list[CriticalWeight]:
    """All draws counted, and the critical weights; progress is told, and a job that is not wanted any more ends."""
    criteria = places(ground.field)
    portion = max(1, PORTION // max(ground.field.size, 1))
    total = ground.draws + len(criteria)
    for first in range(0, ground.draws, portion):
        await context.progress(first, total)
        await context.in_thread(ground.tally.add, ground.weights.part(first, first + portion))
    critical = []
    for done, (known, place) in enumerate(criteria):
        await context.progress(ground.draws + done, total)
        work = partial(critical_weight, ground.field, known, place, ground.top)
        critical.append(await context.in_thread(work))
    await context.progress(total, total)
    return critical


def _outcome(ground: _Ground, critical: Sequence[CriticalWeight]) -> Outcome:
    found = answer.Found(ground.scores, ground.field, ground.top, ground.draws, ground.tally.fates(), critical)
    told = [(ground.account_ids[at], figures) for at, figures in answer.entries(found)]
    return Outcome(answer.whole(found, ground.account_ids), told)
