"""Judges accounts by what was measured of them, and keeps what was found, a row per account and day."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.health.core import kept
from app.health.core.model import HealthModel
from app.health.core.score import Scores, quadrant_names, score
from app.health.queries import scores as queries
from app.health.service.models import Version
from app.kernel import copy_text
from app.kernel.ids import AccountId, TenantId
from app.metrics.core.measured import Measured
from app.scoring.core.inputs import inputs_from_columns

STATE_CHANGED: Final = "health_state.changed"
PART: Final = 5_000  # accounts that are written at once


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


def judged(model: HealthModel, measured: Measured) -> Scores:
    """The scores of the accounts measured; a value that its value function cannot judge counts as unknown."""
    return score(model, inputs_from_columns(measured.values, model.columns, len(measured.account_ids)).matrix)


async def keep(connection: AsyncConnection, tenant_id: TenantId, version: Version, measured: Measured) -> None:
    """Judge the accounts that existed on the day, keep the day's rows, and tell of quadrants that they moved into.

    Keeping a day again replaces what was kept of it. An account stands by its latest day: a day before that is history
    alone, and tells nobody anything.
    """
    own = measured.of(measured.exists)
    for start in range(0, len(own.account_ids), PART):
        chosen = np.zeros(len(own.account_ids), dtype=np.bool_)
        chosen[start : start + PART] = True
        await _keep(connection, tenant_id, version, own.of(chosen))


async def _keep(connection: AsyncConnection, tenant_id: TenantId, version: Version, measured: Measured) -> None:
    before = await queries.locked_standing(connection, tenant_id, measured.account_ids)

    scores = judged(version.model, measured)
    lines = _lines(tenant_id, version, measured, scores)
    moved = _moved(before, measured, scores)

    await queries.keep(connection, lines)
    await queries.move_standing(connection, tenant_id, measured.account_ids, measured.as_of)
    await events.record_all(connection, tenant_id, STATE_CHANGED, "account", moved)


def _lines(tenant_id: TenantId, version: Version, measured: Measured, scores: Scores) -> list[str]:
    """The day's rows in the order of their ids, so that two who write them never wait for each other in a ring."""
    shared = [copy_text.field(one) for one in (measured.as_of, version.model_id, version.number)]
    tenant = copy_text.field(tenant_id)
    rows = sorted(zip(map(str, measured.account_ids), kept.kept_columns(scores, measured), strict=True))
    return [copy_text.line((tenant, account_id, *shared, *judged_of)) for account_id, judged_of in rows]


def _moved(
    before: Mapping[AccountId, Any], measured: Measured, scores: Scores
) -> Sequence[tuple[AccountId, dict[str, Any]]]:
    """The accounts that stood somewhere and now stand elsewhere; the first time an account is judged is no move."""
    figures = np.round(scores.figures[:, 0], 4)
    places = zip(measured.account_ids, quadrant_names(scores.quadrant), figures.T.tolist(), strict=True)
    return [
        (
            account_id,
            {
                "account_id": str(account_id),
                "previous": before[account_id]["quadrant"],
                "current": quadrant,
                **dict(zip(("hygiene", "health"), (None if one != one else one for one in pair), strict=True)),  # noqa: PLR0124  # NaN alone differs from itself
                "as_of": measured.as_of.isoformat(),
            },
        )
        for account_id, quadrant, pair in places
        if account_id in before
        and before[account_id]["as_of"] <= measured.as_of
        and before[account_id]["quadrant"] != quadrant
    ]
