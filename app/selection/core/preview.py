"""What a model would change if it took the place of another: each account's standing under both, and the whole.

Both score the same accounts on the same day's facts. Tiers are the computed ones: what somebody set by hand holds under
either model, so it is left out.
"""

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from app.scoring.core.arrays import Flags, Indices, Matrix, Vector
from app.scoring.core.inputs import inputs_from_columns, or_none
from app.selection.core.changes import Kept, changes
from app.selection.core.model import SelectionModel
from app.selection.core.rounding import rounded, rounded_or_none
from app.selection.core.score import Scores, score_portfolio
from app.selection.core.standing import Standing, standing
from app.selection.core.tiering import QUADRANTS

EXPLAINED = 20  # of the accounts that move most, for which the parts of the change are told
NAMED = 100  # accounts that enter or leave the top, of each, that are named


@dataclass(frozen=True, slots=True)
class Side:
    """A portfolio under one model; inputs: the coded matrix that was scored."""

    scores: Scores
    inputs: Matrix
    standing: Standing

    @property
    def model(self) -> SelectionModel:
        return self.scores.model

    def top(self, size: int) -> Flags:
        """Who has a rank of at most `size`."""
        rank = self.standing.rank
        within: Flags = (rank > 0) & (rank <= size)
        return within

    def names(self, what: str) -> list[str | None]:
        """The tier or the quadrant of each account by its name, None = no quadrant."""
        if what == "tier":
            return [self.model.tier_names[code] for code in self.scores.tier.tolist()]
        named = (*QUADRANTS, None)
        return [named[code] for code in self.scores.quadrant.tolist()]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same accounts under the model that stands and under the one that would take its place."""

    before: Side
    after: Side

    @property
    def rank_changes(self) -> Vector:
        """By how many places each account rises, below 0 where it falls; NaN without a rank on both sides."""
        before, after = self.before.standing.rank, self.after.standing.rank
        return np.where((before > 0) & (after > 0), before - after, np.nan)


def comparison(before: SelectionModel, after: SelectionModel, metrics: Mapping[str, Vector], count: int) -> Comparison:
    """Both models' scores of `count` accounts; metrics: (accounts,) by key, NaN = unknown."""
    return Comparison(_side(before, metrics, count), _side(after, metrics, count))


def _side(model: SelectionModel, metrics: Mapping[str, Vector], count: int) -> Side:
    inputs = inputs_from_columns(metrics, model.columns, count).matrix
    scores = score_portfolio(model, inputs)
    return Side(scores, inputs, standing(scores.composite))


def default_top(compared: Comparison) -> int:
    """A tenth of the accounts with a rank today, rounded up, one at least."""
    return max(1, -(-compared.before.standing.ranked // 10))


def most_moved(compared: Comparison) -> Indices:
    """The accounts' positions, the most telling first.

    First those whose tier changes; in each part first those with a rank on one side only, then by how many places they
    move, then by how much their composite changes, then by the rank that they would have; the unranked come last.
    """
    before, after = compared.before.standing.rank, compared.after.standing.rank
    stays = np.array([one == other for one, other in _tiers(compared)], dtype=np.bool_)
    moved = np.abs(compared.rank_changes)
    moved[(before > 0) != (after > 0)] = np.inf
    by_rank = np.where(after > 0, after, len(after) + 1)
    points = np.abs(_composite_changes(compared))
    order: Indices = np.lexsort((by_rank, -np.nan_to_num(points, nan=-1.0), -np.nan_to_num(moved, nan=-1.0), stays))
    return order


def _tiers(compared: Comparison) -> list[tuple[str | None, str | None]]:
    return list(zip(compared.before.names("tier"), compared.after.names("tier"), strict=True))


def _composite_changes(compared: Comparison) -> Vector:
    difference: Vector = compared.after.scores.composite - compared.before.scores.composite
    return difference


def whole(compared: Comparison, top: int, account_ids: Sequence[object]) -> dict[str, Any]:
    """The figures of the whole; account_ids: by position. Rank correlations are null where an order is all ties."""
    before, after = compared.before, compared.after
    was, becomes = before.top(top), after.top(top)
    moves = compared.rank_changes
    return {
        "accounts": before.scores.count,
        "ranked": {"before": before.standing.ranked, "after": after.standing.ranked},
        "coverage": {"before": _mean_coverage(before), "after": _mean_coverage(after)},
        "ranks": {
            "moved": int(np.count_nonzero(np.nan_to_num(moves))),
            "risen": int((moves > 0).sum()),
            "fallen": int((moves < 0).sum()),
            "gained": int(((before.standing.rank == 0) & (after.standing.rank > 0)).sum()),
            "lost": int(((before.standing.rank > 0) & (after.standing.rank == 0)).sum()),
            **_agreement(compared),
        },
        "tiers": _transitions(before.names("tier"), after.names("tier")),
        "quadrants": _transitions(before.names("quadrant"), after.names("quadrant")),
        "top_n": top,
        "entering": _named(after.standing.rank, becomes & ~was, account_ids),
        "leaving": _named(before.standing.rank, was & ~becomes, account_ids),
    }


def _mean_coverage(side: Side) -> float | None:
    coverage = side.scores.figures[2, 3]
    return rounded_or_none(float(coverage.mean())) if coverage.size else None


def _agreement(compared: Comparison) -> dict[str, float | None]:
    """Spearman's rho and Kendall's tau-b of both composites, among the accounts that both rank."""
    both = ~np.isnan(compared.rank_changes)
    one, other = compared.before.standing.rank[both], compared.after.standing.rank[both]
    if not one.size or np.ptp(one) == 0 or np.ptp(other) == 0:
        return {"spearman_rho": None, "kendall_tau_b": None}
    with warnings.catch_warnings():
        # The p-values, which nobody reads, are infinite where both orders agree wholly.
        warnings.simplefilter("ignore", RuntimeWarning)
        rho, tau = scipy.stats.spearmanr(one, other).statistic, scipy.stats.kendalltau(one, other).statistic
    return {"spearman_rho": rounded_or_none(float(rho)), "kendall_tau_b": rounded_or_none(float(tau))}


def _transitions(before: Sequence[str | None], after: Sequence[str | None]) -> list[dict[str, Any]]:
    """How many accounts go from where to where, the most first; those that stay are there too."""
    counted = Counter(zip(before, after, strict=True))
    ordered = sorted(counted.items(), key=lambda item: (-item[1], str(item[0])))
    return [{"from": source, "to": target, "accounts": number} for (source, target), number in ordered]


def _named(rank: Indices, chosen: Flags, account_ids: Sequence[object]) -> dict[str, Any]:
    """How many accounts these are, and the ids of the first by rank."""
    places = np.flatnonzero(chosen)
    first = places[np.argsort(rank[places], kind="stable")][:NAMED]
    return {"accounts": len(places), "account_ids": [str(account_ids[at]) for at in first.tolist()]}


def entries(compared: Comparison) -> list[tuple[int, dict[str, Any]]]:
    """Each account's position and figures, the most telling first; the first EXPLAINED that move say why."""
    before, after = _standings(compared.before), _standings(compared.after)
    moves = [None if move is None else int(move) for move in or_none(compared.rank_changes)]
    points = or_none(rounded(_composite_changes(compared)))
    told = []
    for place, account in enumerate(most_moved(compared).tolist()):
        old, new = before[account], after[account]
        told.append(
            (
                account,
                {
                    "before": old,
                    "after": new,
                    "rank_change": moves[account],
                    "composite_change": points[account],
                    "tier_changed": old["tier"] != new["tier"],
                    "quadrant_changed": old["quadrant"] != new["quadrant"],
                    "parts": _parts(compared, account) if place < EXPLAINED and old != new else None,
                },
            )
        )
    return told


def _standings(side: Side) -> list[dict[str, Any]]:
    columns = {
        "composite": or_none(rounded(side.scores.composite)),
        "opportunity": or_none(rounded(side.scores.opportunity)),
        "alignment": or_none(rounded(side.scores.alignment)),
        "coverage": or_none(rounded(side.scores.figures[2, 3])),
        "rank": [rank or None for rank in side.standing.rank.tolist()],
        "tier": side.names("tier"),
        "quadrant": side.names("quadrant"),
        "provisional": side.scores.provisional.tolist(),
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _parts(compared: Comparison, account: int) -> list[dict[str, Any]]:
    """What the change of the account's composite is made of; empty where one of the two is null."""
    ends = []
    for side in (compared.before, compared.after):
        inputs = side.inputs[account, : len(side.model.criteria)]
        ends.append(Kept(side.model, or_none(inputs), or_none(side.scores.utilities[:, account])))  # type: ignore[arg-type]  # numbers
    found = changes(*ends)
    return [{"kind": one.kind, "criterion": one.criterion, "delta": rounded_or_none(one.delta)} for one in found.parts]
