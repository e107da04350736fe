"""Tells of accounts whose scores, tiers or quadrants moved, in the transaction in which their new scores are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.kernel.ids import AccountId, ModelId, TenantId
from app.scoring.core.arrays import Flags, Matrix, Vector
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
Factors = Mapping[int, tuple[date, list[dict[str, Any]]]]
# What a move is held against: a figure the score by which it was last told, a name the score before.
Since = Literal["told", "base"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The scores before those of accounts, in their order; None, NaN or NaT where there is none.

    composite, tier, as_of: of the newest. base_ids, told_ids: the scores that a name and that a figure are held
    against. any: whether there is one at all.
    """

    composite: Vector
    tier: Sequence[str | None]
    as_of: npt.NDArray[np.datetime64]
    base_ids: Sequence[UUID | None]
    told_ids: Sequence[UUID | None]
    before: Before
    any: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """New scores and what they are called, with the scores before them; all in the order of the accounts."""

    version: Version
    as_of: date
    account_ids: Sequence[AccountId]
    score_ids: Sequence[UUID]
    scores: Scores
    earlier: Earlier
    moved: Moves | None  # None: it is news to nobody


def judged(  # scores as they are told of, which are told only if they are news
    version: Version,
    as_of: date,
    account_ids: Sequence[AccountId],
    score_ids: Sequence[UUID],
    scores: Scores,
    earlier: Earlier,
) -> Judged:
    """New scores, and which of them moved."""
    news = earlier.any and are_told(version, as_of)
    moved = transitions.moves(earlier.before, scores) if news else None
    return Judged(version, as_of, account_ids, score_ids, scores, earlier, moved)


def told_ids(judged: Judged) -> list[UUID | None]:
    """Of each account the score against which its next one is held, None: the one that is kept now.

    It stays the same until a move is told, so that many small moves in one direction are told as the one that they are.
    """
    if judged.moved is None:
        return [None] * len(judged.account_ids)
    held = judged.earlier.before.comparable & ~judged.moved.score
    return [told_id if stays else None for told_id, stays in zip(judged.earlier.told_ids, held.tolist(), strict=True)]


def are_told(version: Version, as_of: date) -> bool:
    """Whether moves of scores under this version, as of the day, are news: it is in use, and the day is near."""
    return version.in_use and as_of > datetime.now(UTC).date() - timedelta(days=NEWS_DAYS)


async def before(
    connection: AsyncConnection, tenant_id: TenantId, version: Version, account_ids: Sequence[AccountId], as_of: date
) -> Earlier:
    """The scores before new ones as of the day; where moves are told, nobody else scores the accounts meanwhile.

    So of two who find the same move only the first tells it: the second sees the score of the first.
    """
    if are_told(version, as_of):
        await queries.hold(connection, tenant_id, account_ids[0] if len(account_ids) == 1 else None)
    past = as_of < datetime.now(UTC).date()
    found = await queries.latest_before(connection, tenant_id, account_ids, version.model_id, as_of, past=past)
    return _earlier(found, len(account_ids))


async def tell(connection: AsyncConnection, tenant_id: TenantId, judged: Judged) -> None:
    """Tell of every account that moved; how many statements it takes does not depend on how many they are."""
    moved = judged.moved
    if moved is None or not moved.any.any():
        return
    drifted = _Found(judged, await _factors(connection, tenant_id, judged, "told", moved.score))
    await events.record_all(connection, tenant_id, "score.changed", "account", drifted.of_scores(moved.score))
    other = moved.tier | moved.quadrant
    found = _Found(judged, await _factors(connection, tenant_id, judged, "base", other))
    tiers, before = transitions.tier_names(judged.scores), judged.earlier.before
    await events.record_all(connection, tenant_id, "tier.changed", "account", found.of(before.tier, tiers, moved.tier))
    quadrants = transitions.quadrant_names(judged.scores)
    told = found.of(before.quadrant, quadrants, moved.quadrant)
    await events.record_all(connection, tenant_id, "quadrant.changed", "account", told)


def _earlier(found: Mapping[str, list[Any]], count: int) -> Earlier:
    places = np.array(found["place"], dtype=np.intp) - 1
    standing = ~np.array(found["superseded"], dtype=np.bool_)

    def numbers(name: str) -> Vector:
        return _spread(np.array(found[name], dtype=np.float64), places, count, np.nan)

    def each(name: str, among: Flags | None = None) -> list[Any]:
        values = np.empty(len(places), dtype=object)
        values[:] = found[name]
        if among is not None:
            values[~among] = None
        return list(_spread(values, places, count, None))

    return Earlier(
        composite=numbers("composite"),
        tier=each("tier"),
        as_of=_spread(np.array(found["as_on"], dtype="datetime64[D]"), places, count, np.datetime64("NaT")),
        base_ids=each("base_id"),
        told_ids=each("told_id"),
        before=Before(
            scored=_spread(standing, places, count, fill=False),
            comparable=_spread(standing & np.array(found["own"], dtype=np.bool_), places, count, fill=False),
            figures=np.stack([numbers(f"told_{name}") for name in FIGURES]),
            quadrant=each("base_quadrant", standing),
            tier=each("base_tier", standing),
        ),
        any=len(places) > 0,
    )


def _spread(values: npt.NDArray[Any], places: npt.NDArray[np.intp], count: int, fill: Any) -> npt.NDArray[Any]:
    """Values at their accounts' places, and `fill` at the others'."""
    found = np.full(count, fill, dtype=values.dtype)
    found[places] = values
    return found


async def _factors(
    connection: AsyncConnection, tenant_id: TenantId, judged: Judged, since: Since, moved: Flags
) -> Factors:
    """The day of an earlier score of each of the accounts, and what moved it most since then; by their places."""
    places = np.flatnonzero(moved).tolist()
    account_ids = [judged.account_ids[place] for place in places]
    earlier_ids = [one for one in (_since(judged, since)[place] for place in places) if one is not None]
    rows = await queries.utilities(connection, tenant_id, account_ids, earlier_ids) if places else []
    models_before = await _models(connection, tenant_id, judged.version, rows)
    added = _contributions(rows, models_before)
    by_id = {row["id"]: row for row in rows}
    now = judged.scores.contributions
    return {
        place: (
            by_id[earlier_id]["as_of"],
            transitions.top_factors(
                (models_before[_model_of(by_id[earlier_id])], judged.scores.model), added[earlier_id], now[:, place]
            ),
        )
        for place, earlier_id in zip(places, earlier_ids, strict=True)
    }


def _since(judged: Judged, since: Since) -> Sequence[UUID | None]:
    return judged.earlier.told_ids if since == "told" else judged.earlier.base_ids


def _model_of(row: RowMapping) -> tuple[ModelId, int]:
    return ModelId(row["model_id"]), row["model_version"]


async def _models(
    connection: AsyncConnection, tenant_id: TenantId, version: Version, rows: Sequence[RowMapping]
) -> dict[tuple[ModelId, int], SelectionModel]:
    """The models of scores, which are of few versions however many they are."""
    found = {(version.model_id, version.number): version.model}
    for key in sorted({_model_of(row) for row in rows} - found.keys()):
        found[key] = (await models.version(connection, tenant_id, *key)).model
    return found


def _contributions(rows: Sequence[RowMapping], of: Mapping[tuple[ModelId, int], SelectionModel]) -> dict[UUID, Matrix]:
    found: dict[UUID, Matrix] = {}
    for key, model in of.items():
        own = [row for row in rows if _model_of(row) == key]
        kept = [row["utilities"][: len(model.criteria)] for row in own]
        utilities = np.array(kept, dtype=np.float64).reshape(len(own), len(model.criteria))
        points = transitions.contributions(model, utilities)
        found.update({row["id"]: points[:, place] for place, row in enumerate(own)})
    return found


@dataclass(frozen=True, slots=True)
class _Found:
    """What is told of the accounts that moved."""

    judged: Judged
    factors: Factors

    def of_scores(self, moved: Flags) -> Told:
        figures = transitions.figures_of(self.judged.scores)
        return [
            self._told(place, self._earlier(place), dict(zip(FIGURES, _plain(figures[:, place]), strict=True)))
            for place in np.flatnonzero(moved).tolist()
        ]

    def of(self, before: Sequence[str | None], now: Sequence[str | None], moved: Flags) -> Told:
        return [self._told(place, before[place], now[place]) for place in np.flatnonzero(moved).tolist()]

    def _earlier(self, place: int) -> dict[str, float | None]:
        told = _plain(self.judged.earlier.before.figures[:, place])
        return {name: None if one is None else round(one, 4) for name, one in zip(FIGURES, told, strict=True)}

    def _told(self, place: int, previous: Any, current: Any) -> tuple[UUID, dict[str, Any]]:
        judged, (previous_as_of, top_factors) = self.judged, self.factors[place]
        return judged.account_ids[place], {
            "account_id": str(judged.account_ids[place]),
            "score_id": str(judged.score_ids[place]),
            "model_id": str(judged.version.model_id),
            "model_version": judged.version.number,
            "as_of": judged.as_of.isoformat(),
            "previous_as_of": previous_as_of.isoformat(),
            "previous": previous,
            "current": current,
            "top_factors": top_factors,
        }


def _plain(figures: Matrix) -> list[float | None]:
    return [None if one != one else one for one in figures.tolist()]  # noqa: PLR0124  # NaN alone differs from itself
