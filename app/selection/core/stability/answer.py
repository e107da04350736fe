"""What a stability analysis says: of the whole and of each account, rounded as it is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.scoring.core.inputs import or_none
from app.selection.core.model import DIMENSIONS, SelectionModel
from app.selection.core.quadrant_flips import QuadrantFlips, quadrant_flips
from app.selection.core.rounding import rounded, rounded_or_none
from app.selection.core.score import Scores
from app.selection.core.stability.critical import GOALS, CriticalWeight, Shift, most_critical
from app.selection.core.stability.crossings import MOST_ORDERED
from app.selection.core.stability.ranking import Field
from app.selection.core.stability.tally import CERTAIN, SAME_TIER, Fates
from app.selection.core.standing import best_first
from app.selection.core.tiering import QUADRANTS

# What an account without a rank has none of.
RANKED_ALONE = (
    "in_top_n", "probability_in_top_n", "expected_rank", "rank_low", "rank_high", "probability_same_tier",
    "probability_same_quadrant", "label",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A finished analysis: the portfolio as it is scored now, and what the draws and the critical weights came to."""

    scores: Scores
    field: Field
    top: int
    draws: int
    fates: Fates
    critical: Sequence[CriticalWeight]


def whole(found: Found, account_ids: Sequence[object]) -> dict[str, Any]:
    """The figures of the whole; account_ids: by position."""
    fates, size = found.fates, found.field.size
    now = found.field.rank <= found.top
    certain = fates.in_top >= CERTAIN
    return {
        "accounts": found.scores.count,
        "ranked": size,
        "top_n": found.top,
        "draws": found.draws,
        "standard_error": rounded_or_none(0.5 / found.draws**0.5),
        "rule": {"certain_from": CERTAIN, "same_tier_from": SAME_TIER},
        "top": {
            "accounts": int(now.sum()),
            "certain": int((now & certain).sum()),
            "certain_share": rounded_or_none((now & certain).sum() / now.sum()) if size else None,
            "contenders": int((~now & (fates.in_top > 1.0 - CERTAIN)).sum()),
        },
        "labels": {"stable": int(fates.stable.sum()), "fragile": int((~fates.stable).sum())},
        "critical_weights": [_critical(found.scores.model, one, account_ids) for one in found.critical],
        "most_critical": {goal: _most_critical(found, goal) for goal in GOALS},
        "any_order_computed": size <= MOST_ORDERED,
    }


def _most_critical(found: Found, goal: Any) -> dict[str, str | None]:
    named = {}
    for name, relative in (("by_change_pct", True), ("by_change_share", False)):
        at = most_critical(found.critical, goal, relative=relative)
        named[name] = None if at is None else found.scores.model.criteria[at].key
    return named


def _critical(model: SelectionModel, one: CriticalWeight, account_ids: Sequence[object]) -> dict[str, Any]:
    criterion = model.criteria[one.criterion]
    return {
        "criterion": criterion.key,
        "dimension": criterion.dimension,
        "weight": criterion.weight,
        "share": rounded_or_none(one.share),
        **{goal: shift and _shift(shift, account_ids) for goal, shift in one.shifts.items()},
    }


def _shift(shift: Shift, account_ids: Sequence[object]) -> dict[str, Any]:
    return {
        "weight": shift.weight,
        "share": rounded_or_none(shift.share),
        "change_share": rounded_or_none(shift.change_share),
        "change_pct": rounded_or_none(shift.change_pct),
        "falls_account_id": str(account_ids[shift.falls]),
        "rises_account_id": str(account_ids[shift.rises]),
    }


def entries(found: Found) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each account's position and figures: the best first, those without a rank last."""
    field = found.field
    told = [_present(found.scores), _ranked(found), _edges(found.scores)]
    unranked = dict.fromkeys(("rank", *RANKED_ALONE))
    place_of = dict(zip(field.accounts.tolist(), range(field.size), strict=True))
    for account in best_first(found.scores.composite).tolist():
        place = place_of.get(account)
        ranked = unranked if place is None else told[1][place]
        yield account, {**told[0][account], **ranked, **told[2][account]}


def _rows(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _present(scores: Scores) -> list[dict[str, Any]]:
    names = (*QUADRANTS, None)  # UNPLACED is the last
    return _rows(
        {
            "composite": or_none(rounded(scores.composite)),
            "tier": [scores.model.tier_names[code] for code in scores.tier.tolist()],
            "quadrant": [names[code] for code in scores.quadrant.tolist()],
        }
    )


def _ranked(found: Found) -> list[dict[str, Any]]:
    fates, rank = found.fates, found.field.rank
    return _rows(
        {
            "rank": rank.tolist(),
            "in_top_n": (rank <= found.top).tolist(),
            "probability_in_top_n": rounded(fates.in_top).tolist(),
            "expected_rank": rounded(fates.expected_rank).tolist(),
            "rank_low": fates.rank_low.tolist(),
            "rank_high": fates.rank_high.tolist(),
            "probability_same_tier": rounded(fates.same_tier).tolist(),
            "probability_same_quadrant": rounded(fates.same_quadrant).tolist(),
            "label": np.where(fates.stable, "stable", "fragile").tolist(),
        }
    )


def _edges(scores: Scores) -> list[dict[str, Any]]:
    flips = quadrant_flips(scores)
    margins = _rows({name: or_none(rounded(row)) for name, row in zip(DIMENSIONS, flips.margins, strict=True)})
    return [
        {"quadrant_margins": margin, "quadrant_flip": _flip(scores, flips, account)}
        for account, margin in enumerate(margins)
    ]


def _flip(scores: Scores, flips: QuadrantFlips, account: int) -> dict[str, Any] | None:
    criterion = int(flips.criterion[account])
    if criterion < 0:
        return None
    return {
        "criterion": scores.model.criteria[criterion].key,
        "to": QUADRANTS[flips.quadrant[account]],
        "utility": rounded_or_none(float(scores.utilities[criterion, account])),
        "utility_needed": rounded_or_none(float(flips.utility[account])),
    }
