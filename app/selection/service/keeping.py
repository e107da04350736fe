"""Scores stored accounts, any number at once, and keeps the scores."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel import copy_text
from app.kernel.ids import AccountId, KeyId, TenantId, new_id
from app.metrics import service as metrics
from app.scoring.core.inputs import inputs_from_columns
from app.scoring.core.value_functions import Percentile
from app.selection import queries
from app.selection.core import kept
from app.selection.core.model import SelectionModel
from app.selection.core.score import Scores, score_portfolio
from app.selection.core.standing import Standing, standing, unranked
from app.selection.queries import rescoring
from app.selection.service.models import Version

IDENTITY = ("tenant_id", "id", "account_id", "run_id", "model_id", "model_version", "as_of", "key_id")
# Scores as of days longer ago look back at history.
CURRENT_DAYS: Final = 365
PREVIOUS = ("previous_composite", "previous_tier", "previous_as_of")


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


async def kept_current(connection: AsyncConnection, tenant_id: TenantId) -> bool:
    """Whether the organization has scores of these days; one that looks back at history only has none to keep up."""
    return await rescoring.scored_since(connection, tenant_id, today() - timedelta(days=CURRENT_DAYS))


async def will_know_all(connection: AsyncConnection, tenant_id: TenantId, day: date) -> bool:
    """Whether scores as of `day`, made now, are the newest: those of today, or any where there are no newer ones."""
    return day == today() or not await kept_current(connection, tenant_id)


async def score(
    connection: AsyncConnection,
    tenant_id: TenantId,
    version: Version,
    account_ids: Sequence[AccountId],
    day: date,
    *,
    key_id: KeyId | None = None,
) -> list[UUID]:
    """Score these accounts and keep the scores; returns the scores' ids, in the accounts' order.

    Percentiles and ranks are among the whole portfolio: its metrics of the day, and the composites of its newest run.
    """
    model = version.model
    measured = await metrics.measured(connection, tenant_id, as_of=day, keys=model.metrics, account_ids=account_ids)
    peers = await _peers(connection, tenant_id, model, measured.account_ids, day)
    others = await _others(connection, tenant_id, version, measured.account_ids, day)
    before = await queries.latest_before(connection, tenant_id, measured.account_ids, day)

    inputs = inputs_from_columns(measured.values, model.columns, len(measured.account_ids))
    scored = _among(model, inputs.matrix, peers)
    columns = kept.kept_columns(scored, inputs, _ranked(scored, others), measured)

    made = [(new_id(), account_id) for account_id in measured.account_ids]
    lines = [
        copy_text.line(
            (
                *map(copy_text.field, (tenant_id, score_id, account_id, None, *_by(version), day, key_id)),
                *judged,
                *previous_of(before.get(account_id)),
            )
        )
        for (score_id, account_id), judged in zip(made, columns, strict=True)
    ]
    await queries.add_scores(connection, (*IDENTITY, *kept.COLUMNS, *PREVIOUS), lines)
    return [score_id for score_id, _ in made]


def _by(version: Version) -> tuple[UUID, int]:
    return version.model_id, version.number


async def _peers(
    connection: AsyncConnection,
    tenant_id: TenantId,
    model: SelectionModel,
    account_ids: Collection[AccountId],
    as_of: date,
) -> Mapping[str, Any]:
    """The values of the others' metrics that the model judges by percentile."""
    keys = {one.metric for one in model.criteria if isinstance(one.value_function, Percentile)}
    if not keys:
        return {}
    measured = await metrics.measured(connection, tenant_id, as_of=as_of, keys=keys)
    mine = set(account_ids)
    others = np.array([other not in mine for other in measured.account_ids], dtype=np.bool_)
    return {key: values[others] for key, values in measured.values.items()}


async def _others(
    connection: AsyncConnection, tenant_id: TenantId, version: Version, account_ids: Sequence[AccountId], as_of: date
) -> Sequence[float | None] | None:
    """The composites of the others in the newest run of the model; None while there is none to stand among."""
    run_id = await rescoring.newest_run(connection, tenant_id, version.model_id, version.number, as_of)
    return None if run_id is None else await rescoring.others(connection, tenant_id, run_id, account_ids)


def _among(model: SelectionModel, matrix: Any, peers: Mapping[str, Any]) -> Scores:
    """The accounts' scores, their percentiles found among the peers; of those nothing else is known, nor needed."""
    own = len(matrix)
    count = max((len(values) for values in peers.values()), default=0)
    whole = np.full((count + own, matrix.shape[1]), np.nan)
    whole[:own] = matrix
    for at, column in enumerate(model.columns):
        if column.metric in peers:
            whole[own:, at] = peers[column.metric]
    return score_portfolio(model, whole).of(np.arange(own))


def _ranked(scored: Scores, others: Sequence[float | None] | None) -> Standing:
    if others is None:
        return unranked(scored.count)
    composites = np.array([*scored.composite, *others], dtype=np.float64)
    return standing(composites).of(np.arange(scored.count))


def previous_of(before: RowMapping | None) -> tuple[str, str, str]:
    """The score before, as it is kept with the next one."""
    if before is None:
        return copy_text.NULL, copy_text.NULL, copy_text.NULL
    return copy_text.field(before["composite"]), copy_text.field(before["tier"]), copy_text.field(before["as_of"])
