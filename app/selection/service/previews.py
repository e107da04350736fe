"""Previews: what a version of a model would change, if it took the place of the one in use."""

from dataclasses import asdict
from datetime import date
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs.core.job import Job
from app.jobs.service import JobContext
from app.kernel.ids import KeyId, ModelId, TenantId
from app.metrics import service as metrics
from app.metrics.core.measured import Measured
from app.selection.core import preview
from app.selection.core.model_changes import criterion_changes, rule_changes
from app.selection.service import analyses, models
from app.selection.service.analyses import Analysis, Kind, Outcome
from app.selection.service.models import model_of

KIND: Kind = "preview"


async def start(  # noqa: PLR0913  # what is asked, of what against what, by whom
    connection: AsyncConnection,
    tenant_id: TenantId,
    model_id: ModelId,
    *,
    number: int | None,
    against: ModelId | None,
    as_of: date | None,
    top_n: int | None,
    key_id: KeyId | None,
) -> Job:
    """Ask for a preview of a version against the published one of a model, or what the organization scores with."""
    other = await models.to_use(connection, tenant_id, against)
    parameters = {
        "top_n": top_n,
        "against": {"model_id": str(other.model_id), "model_version": other.number, "document": other.document},
    }
    return await analyses.start(
        connection, tenant_id, KIND, model_id, number=number, as_of=as_of, parameters=parameters, key_id=key_id
    )


async def carry_out(context: JobContext) -> dict[str, Any]:
    """Score all accounts under both versions, on the facts of one day read once, and keep what differs."""
    analysis = await analyses.of_job(context, KIND)
    if analysis.result is not None:
        return {"analysis_id": str(analysis.id), "accounts": analysis.result["accounts"]}
    before, after = model_of(orjson.dumps(analysis.parameters["against"]["document"])), analysis.model
    keys = dict.fromkeys((*after.metrics, *before.metrics))
    async with context.transaction() as connection:
        measured = await metrics.measured(connection, context.tenant_id, as_of=analysis.as_of, keys=keys)
    await context.progress(0, len(measured.account_ids))

    outcome = await context.in_thread(_outcome, analysis, measured)
    await context.progress(len(measured.account_ids), len(measured.account_ids))

    return await analyses.keep(context, outcome)


def _outcome(analysis: Analysis, measured: Measured) -> Outcome:
    other = analysis.parameters["against"]["document"]
    ids = measured.account_ids
    compared = preview.comparison(model_of(orjson.dumps(other)), analysis.model, measured.values, len(ids))
    top = analysis.parameters["top_n"] or preview.default_top(compared)
    changed = {
        "criteria": [asdict(one) for one in criterion_changes(other, analysis.document)],
        "rules": rule_changes(other, analysis.document),
    }
    told = [(ids[at], figures) for at, figures in preview.entries(compared)]
    return Outcome({**preview.whole(compared, top, ids), "model_changes": changed}, told)
