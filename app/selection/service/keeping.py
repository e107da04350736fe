"""Scores stored accounts, any number at once, and keeps the scores."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel import copy_text
from app.kernel.ids import AccountId, KeyId, TenantId, new_id
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

IDENTITY = ("tenant_id", "id", "account_id", "run_id", "model_id", "model_version", "as_of", "key_id")
# Scores as of days longer ago look back at history.
CURRENT_DAYS: Final = 365
PREVIOUS = ("previous_composite", "previous_tier", "previous_as_of", "told_id")


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
    columns = kept.kept_columns(scored, inputs, _ranked(scored, others), measured)

    made = [(new_id(), account_id) for account_id in measured.account_ids]
    score_ids = [score_id for score_id, _ in made]
    judged = transitions.judged(version, measured.as_of, measured.account_ids, score_ids, scored, before)
    by = version.model_id, version.number, measured.as_of, key_id
    lines = [
        copy_text.line(
            (
                *map(copy_text.field, (tenant_id, score_id, account_id, None, *by)),
                *figures,
                *previous_of(before.get(account_id), told_id),
            )
        )
        for (score_id, account_id), figures, told_id in zip(made, columns, transitions.told_ids(judged), strict=True)
    ]
    await queries.add_scores(connection, (*IDENTITY, *kept.COLUMNS, *PREVIOUS), lines)
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


def previous_of(before: RowMapping | None, told_id: UUID | None) -> tuple[str, str, str, str]:
    """The score before, and the one that moves are told against, as they are kept with the next one."""
    if before is None:
        return copy_text.NULL, copy_text.NULL, copy_text.NULL, copy_text.NULL
    shown = copy_text.field(before["composite"]), copy_text.field(before["tier"]), copy_text.field(before["as_of"])
    return *shown, copy_text.field(told_id)
