"""Scores stored accounts, any number at once, and keeps the scores."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel import columns
from app.kernel.columns import Column
from app.kernel.ids import AccountId, KeyId, RunId, TenantId, new_id
from app.metrics import service as metrics
from app.metrics.core.measured import Vector
from app.metrics.service import Compared
from app.scoring.core.inputs import inputs_from_columns
from app.scoring.core.value_functions import Percentile
from app.selection import queries
from app.selection.core import kept
from app.selection.core.model import SelectionModel
from app.selection.core.score import Scores, score_portfolio
from app.selection.core.standing import Standing, standing, unranked
from app.selection.queries import rescoring
from app.selection.service import transitions
from app.selection.service.models import Version
from app.selection.service.transitions import Judged

# Scores as of days longer ago look back at history.
CURRENT_DAYS: Final = 365


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
    found = await _compared(connection, tenant_id, version.model, account_ids, day)
    return await _kept(connection, tenant_id, version, found, key_id)


async def score_existing(
    connection: AsyncConnection, tenant_id: TenantId, version: Version, account_ids: Sequence[AccountId], day: date
) -> None:
    """The same of those accounts that exist on the day."""
    found = await _compared(connection, tenant_id, version.model, account_ids, day)
    if found.own.exists.any():
        await _kept(connection, tenant_id, version, replace(found, own=found.own.of(found.own.exists)), None)


async def _compared(
    connection: AsyncConnection, tenant_id: TenantId, model: SelectionModel, account_ids: Sequence[AccountId], day: date
) -> Compared:
    """The accounts' metrics, and the others' values of those that the model judges by percentile."""
    among_peers = {column.metric for column in model.columns if isinstance(column.function, Percentile)}
    return await metrics.compared(
        connection, tenant_id, as_of=day, keys=model.metrics, account_ids=account_ids, peer_keys=among_peers
    )


async def _kept(
    connection: AsyncConnection, tenant_id: TenantId, version: Version, found: Compared, key_id: KeyId | None
) -> list[UUID]:
    model, measured = version.model, found.own
    run = version.model_id, version.number, measured.as_of
    others = await rescoring.others(connection, tenant_id, run, measured.account_ids)
    before = await transitions.before(connection, tenant_id, version, measured.account_ids, measured.as_of)

    inputs = inputs_from_columns(measured.values, model.columns, len(measured.account_ids))
    scored = _among(model, inputs.matrix, found.peers)
    score_ids = [new_id() for _ in measured.account_ids]
    judged = transitions.judged(version, measured.as_of, measured.account_ids, score_ids, scored, before)
    figures = kept.kept_columns(scored, inputs, _ranked(scored, others), measured)
    await queries.add_scores(connection, {**identity(tenant_id, judged, None, key_id), **figures, **previous(judged)})
    await transitions.tell(connection, tenant_id, judged)
    return score_ids


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


def _ranked(scored: Scores, others: Vector | None) -> Standing:
    """Where the accounts stand among the others of the newest run; None while there is none to stand among."""
    if others is None:
        return unranked(scored.count)
    composites = np.concatenate([scored.composite, others])
    return standing(composites).of(np.arange(scored.count))


def identity(tenant_id: TenantId, judged: Judged, run_id: RunId | None, key_id: KeyId | None) -> dict[str, Column]:
    """Which scores these are, whose, and by what: the columns before those that are kept."""
    count, version = len(judged.account_ids), judged.version
    return {
        "tenant_id": columns.repeated(columns.ids([tenant_id]), count),
        "id": columns.ids(judged.score_ids),
        "account_id": columns.ids(judged.account_ids),
        "run_id": columns.repeated(columns.ids([run_id]), count),
        "model_id": columns.repeated(columns.ids([version.model_id]), count),
        "model_version": columns.whole_numbers(np.full(count, version.number)),
        "as_of": columns.days(np.full(count, judged.as_of, dtype="datetime64[D]")),
        "key_id": columns.repeated(columns.ids([key_id]), count),
    }


def previous(judged: Judged) -> dict[str, Column]:
    """The scores before, and those that moves are told against: the columns behind those that are kept."""
    return {
        "previous_composite": columns.numbers(judged.earlier.composite),
        "previous_tier": columns.texts(judged.earlier.tier),
        "previous_as_of": columns.days(judged.earlier.as_of),
        "told_id": columns.ids(transitions.told_ids(judged)),
    }
