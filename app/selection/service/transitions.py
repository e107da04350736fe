"""Tells of accounts whose scores, tiers or quadrants moved, in the transaction in which their new scores are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import numpy as np
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.kernel.ids import AccountId, ModelId, TenantId
from app.scoring.core.arrays import Flags, Matrix
from app.selection.core import transitions
from app.selection.core.model import SelectionModel
from app.selection.core.score import Scores
from app.selection.core.transitions import FIGURES, Before, Moves
from app.selection.queries import transitions as queries
from app.selection.service import models
from app.selection.service.models import Version

# Scores as of days longer ago are history that is brought in, which is news to nobody.
NEWS_DAYS: Final = 31
Told = list[tuple[UUID, dict[str, Any]]]
Factors = Mapping[int, list[dict[str, Any]]]
# What a move is held against: a figure the score by which it was last told, a name the score before.
Since = Literal["told", "base"]


@dataclass(frozen=True, slots=True)
class Judged:
    """New scores and what they are called, with the scores before them; all in the order of the accounts."""

    version: Version
    as_of: date
    account_ids: Sequence[AccountId]
    score_ids: Sequence[UUID]
    scores: Scores
    before: Mapping[AccountId, RowMapping]
    moved: Moves | None  # None: it is news to nobody


def judged(  # scores as they are told of, which are told only if they are news
    version: Version,
    as_of: date,
    account_ids: Sequence[AccountId],
    score_ids: Sequence[UUID],
    scores: Scores,
    before: Mapping[AccountId, RowMapping],
) -> Judged:
    """New scores, and which of them moved."""
    news = bool(before) and are_told(version, as_of)
    moved = transitions.moves(_before(version, account_ids, before), scores) if news else None
    return Judged(version, as_of, account_ids, score_ids, scores, before, moved)


def told_ids(judged: Judged) -> list[UUID | None]:
    """Of each account the score against which its next one is held, None: the one that is kept now.

    It stays the same until a move is told, so that many small moves in one direction are told as the one that they are.
    """
    if judged.moved is None:
        return [None] * len(judged.account_ids)
    model_id, found = judged.version.model_id, []
    for account_id, far in zip(judged.account_ids, judged.moved.score.tolist(), strict=True):
        row = None if far else judged.before.get(account_id)
        held = row is not None and not row["superseded"] and row["base_model_id"] == model_id
        found.append(row["told_id"] if row is not None and held else None)
    return found


def are_told(version: Version, as_of: date) -> bool:
    """Whether moves of scores under this version, as of the day, are news: it is in use, and the day is near."""
    return version.in_use and as_of > datetime.now(UTC).date() - timedelta(days=NEWS_DAYS)


async def before(
    connection: AsyncConnection, tenant_id: TenantId, version: Version, account_ids: Sequence[AccountId], as_of: date
) -> dict[AccountId, RowMapping]:
    """The scores before new ones as of the day; where moves are told, nobody else scores the accounts meanwhile.

    So of two who find the same move only the first tells it: the second sees the score of the first.
    """
    if are_told(version, as_of):
        await queries.hold(connection, tenant_id, account_ids[0] if len(account_ids) == 1 else None)
    past = as_of < datetime.now(UTC).date()
    return await queries.latest_before(connection, tenant_id, account_ids, version.model_id, as_of, past=past)


async def tell(connection: AsyncConnection, tenant_id: TenantId, judged: Judged) -> None:
    """Tell of every account that moved; how many statements it takes does not depend on how many they are."""
    moved = judged.moved
    if moved is None or not moved.any.any():
        return
    drifted = _Found(judged, "told", await _factors(connection, tenant_id, judged, "told", moved.score))
    await events.record_all(connection, tenant_id, "score.changed", "account", drifted.of_scores(moved.score))
    other = moved.tier | moved.quadrant
    found = _Found(judged, "base", await _factors(connection, tenant_id, judged, "base", other))
    tiers = transitions.tier_names(judged.scores)
    await events.record_all(connection, tenant_id, "tier.changed", "account", found.of("tier", tiers, moved.tier))
    quadrants = transitions.quadrant_names(judged.scores)
    told = found.of("quadrant", quadrants, moved.quadrant)
    await events.record_all(connection, tenant_id, "quadrant.changed", "account", told)


def _before(version: Version, account_ids: Sequence[AccountId], before: Mapping[AccountId, RowMapping]) -> Before:
    rows = [before.get(account_id) for account_id in account_ids]
    known = [row if row is not None and not row["superseded"] else None for row in rows]
    model_id = version.model_id
    return Before(
        scored=np.array([row is not None for row in known], dtype=np.bool_),
        comparable=np.array([row is not None and row["base_model_id"] == model_id for row in known], dtype=np.bool_),
        figures=np.array(
            [[None if row is None else row[f"told_{name}"] for row in known] for name in FIGURES], dtype=np.float64
        ),
        quadrant=[None if row is None else row["base_quadrant"] for row in known],
        tier=[None if row is None else row["base_tier"] for row in known],
    )


async def _factors(
    connection: AsyncConnection, tenant_id: TenantId, judged: Judged, since: Since, moved: Flags
) -> Factors:
    """What moved each of the accounts most since an earlier score, by their places."""
    places = np.flatnonzero(moved).tolist()
    bases = [judged.before[judged.account_ids[place]] for place in places]
    rows = await queries.utilities(connection, tenant_id, [row[f"{since}_id"] for row in bases]) if bases else []
    models_before = await _models(connection, tenant_id, judged.version, rows)
    added = _contributions(rows, models_before)
    now = judged.scores.contributions
    return {
        place: transitions.top_factors(
            (models_before[row[f"{since}_model_id"], row[f"{since}_model_version"]], judged.scores.model),
            added[row[f"{since}_id"]],
            now[:, place],
        )
        for place, row in zip(places, bases, strict=True)
    }


async def _models(
    connection: AsyncConnection, tenant_id: TenantId, version: Version, rows: Sequence[RowMapping]
) -> dict[tuple[ModelId, int], SelectionModel]:
    """The models of scores, which are of few versions however many they are."""
    found = {(version.model_id, version.number): version.model}
    for key in sorted({(ModelId(row["model_id"]), row["model_version"]) for row in rows} - found.keys()):
        found[key] = (await models.version(connection, tenant_id, *key)).model
    return found


def _contributions(rows: Sequence[RowMapping], of: Mapping[tuple[ModelId, int], SelectionModel]) -> dict[UUID, Matrix]:
    found: dict[UUID, Matrix] = {}
    for key, model in of.items():
        own = [row for row in rows if (row["model_id"], row["model_version"]) == key]
        kept = [row["utilities"][: len(model.criteria)] for row in own]
        utilities = np.array(kept, dtype=np.float64).reshape(len(own), len(model.criteria))
        points = transitions.contributions(model, utilities)
        found.update({row["id"]: points[:, place] for place, row in enumerate(own)})
    return found


@dataclass(frozen=True, slots=True)
class _Found:
    """What is told of the accounts that moved."""

    judged: Judged
    since: Since
    factors: Factors

    def of_scores(self, moved: Flags) -> Told:
        figures = transitions.figures_of(self.judged.scores)
        return [
            self._told(place, self._earlier(place), dict(zip(FIGURES, _plain(figures[:, place]), strict=True)))
            for place in np.flatnonzero(moved).tolist()
        ]

    def of(self, what: str, now: Sequence[str | None], moved: Flags) -> Told:
        return [
            self._told(place, self._base(place)[f"base_{what}"], now[place]) for place in np.flatnonzero(moved).tolist()
        ]

    def _base(self, place: int) -> RowMapping:
        return self.judged.before[self.judged.account_ids[place]]

    def _earlier(self, place: int) -> dict[str, float | None]:
        base = self._base(place)
        return {name: None if base[f"told_{name}"] is None else round(base[f"told_{name}"], 4) for name in FIGURES}

    def _told(self, place: int, previous: Any, current: Any) -> tuple[UUID, dict[str, Any]]:
        judged, base = self.judged, self._base(place)
        return judged.account_ids[place], {
            "account_id": str(judged.account_ids[place]),
            "score_id": str(judged.score_ids[place]),
            "model_id": str(judged.version.model_id),
            "model_version": judged.version.number,
            "as_of": judged.as_of.isoformat(),
            "previous_as_of": base[f"{self.since}_as_of"].isoformat(),
            "previous": previous,
            "current": current,
            "top_factors": self.factors[place],
        }


def _plain(figures: Matrix) -> list[float | None]:
    return [None if one != one else one for one in figures.tolist()]  # noqa: PLR0124  # NaN alone differs from itself
