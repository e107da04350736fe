"""What the portfolio's pages show: where every account stands, by which model, and why the best stand there."""

import asyncio
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.console.core.standing import Standing, best_first
from app.console.queries import standings as queries
from app.kernel.ids import AccountId, ModelId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.selection.core.model import SelectionModel
from app.selection.core.standing import standing
from app.selection.service import models, scoring

DRAWN: Final = 500  # accounts on the map: more would hide one another, and weigh on a phone
# What a Standing takes from a row as it is.
_AS_KEPT: Final = tuple(one.name for one in fields(Standing) if one.name not in {"account_id", "rank"})


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Where every account stands on a day, best first, and the model by which most were scored.

    model: that of the newest scores, else the one that the organization would score with. others: how many accounts
    were scored by another one, or by another version of it.
    """

    as_of: date
    standings: Sequence[Standing]
    model: SelectionModel
    model_version: int
    scored_at: datetime | None
    others: int


async def portfolio(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> Portfolio:
    """The portfolio of the day, today's when none is given; raises InTheFuture."""
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    rows = await queries.standings(connection, tenant_id, day)
    version, others = await _model(connection, tenant_id, rows)
    standings = await asyncio.to_thread(_standings, rows)
    return Portfolio(
        as_of=day,
        standings=standings,
        model=version.model,
        model_version=version.number,
        scored_at=max((row["scored_at"] for row in rows if row["scored_at"] is not None), default=None),
        others=others,
    )


async def _model(
    connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[RowMapping]
) -> tuple[models.Version, int]:
    counts = Counter((row["model_id"], row["model_version"]) for row in rows if row["model_id"] is not None)
    if not counts:
        return await models.to_use(connection, tenant_id, None), 0
    (model_id, number), most = counts.most_common(1)[0]
    return await models.version(connection, tenant_id, ModelId(model_id), number), counts.total() - most


def _standings(rows: Sequence[RowMapping]) -> list[Standing]:
    composites = np.array([row["composite"] for row in rows], dtype=np.float64)  # None becomes NaN
    ranks = standing(composites).rank.tolist()  # 0 is none
    return best_first(
        [
            Standing(
                account_id=AccountId(row["account_id"]), rank=rank or None, **{name: row[name] for name in _AS_KEPT}
            )
            for row, rank in zip(rows, ranks, strict=True)
        ]
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is told of the accounts on the map: what they spent in a year, and their scores, explained; by account."""

    currency: str
    revenue: Mapping[AccountId, float | None]
    explained: Mapping[AccountId, Mapping[str, Any]]


async def drawn(connection: AsyncConnection, tenant_id: TenantId, as_of: date, standings: Sequence[Standing]) -> Drawn:
    """What is told of these accounts, each of which has a score."""
    ids = [one.account_id for one in standings]
    measured = await metrics.measured(connection, tenant_id, as_of=as_of, keys=("revenue_ltm",), account_ids=ids)
    revenue = measured.values["revenue_ltm"].tolist()
    rows = await queries.scores(connection, tenant_id, [one.score_id for one in standings if one.score_id])
    answers = await scoring.explained(connection, tenant_id, rows)
    return Drawn(
        currency=measured.currency,
        revenue={one: None if math.isnan(amount) else amount for one, amount in zip(ids, revenue, strict=True)},
        explained={AccountId(row["account_id"]): answer for row, answer in zip(rows, answers, strict=True)},
    )
