"""Scores, ranks, tiers and quadrants under many sets of weights at once, by the rules of the engine.

What does not depend on weights (utilities, gates, who has a score at all) is found once, and the accounts without a
composite are left out. Arithmetic goes criterion by criterion in the engine's order, so that the scores are its own.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from app.scoring.core.arrays import Codes, Flags, Indices, Matrix, Vector
from app.scoring.core.weighted_score import LENT_UTILITY
from app.selection.core.model import SelectionModel
from app.selection.core.score import Scores, Weighing, weighings
from app.selection.core.stability.draws import DrawnWeights
from app.selection.core.standing import TIE_DECIMALS
from app.selection.core.tiering import bearing, quadrant_codes, tier_codes

Array3 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Known:
    """One dimension of the ranked accounts: utilities, (criteria, accounts), and which of them count.

    utilities: what the missing policy lends is filled in, 0 where it leaves a criterion out. counts: (criteria,
    accounts), 1 where the criterion's weight divides; None where every weight does.
    """

    part: Weighing
    utilities: Matrix
    counts: Matrix | None


@dataclass(frozen=True, slots=True)
class Field:
    """The accounts that have a composite, and all of them that no weight changes.

    accounts: their positions in the portfolio. rank, tier, quadrant: what they are now, as the engine says it.
    ineligible, emerging: which bear these effects of gates.
    """

    model: SelectionModel
    accounts: Indices
    opportunity: Known
    alignment: Known
    composite: Vector
    rank: Indices
    tier: Codes
    quadrant: Codes
    ineligible: Flags
    emerging: Flags

    @property
    def size(self) -> int:
        return len(self.accounts)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What each draw makes of the accounts of a field, each (draws, accounts)."""

    rank: Indices
    tier: Codes
    quadrant: Codes


def field_of(scores: Scores, rank: Indices) -> Field:
    """The field of a scored portfolio; rank: (accounts,), its standing, 0 = unranked."""
    accounts = np.flatnonzero(rank > 0)
    scored, model = scores.of(accounts), scores.model
    opportunity, alignment = (_known(scored, part) for part in weighings(model))
    bears = partial(bearing, model.gates, list(scored.gates), accounts=len(accounts))
    return Field(
        model,
        accounts,
        opportunity,
        alignment,
        scored.composite,
        rank[accounts],
        scored.tier,
        scored.quadrant,
        bears("ineligible"),
        bears("emerging"),
    )


def _known(scored: Scores, part: Weighing) -> Known:
    utilities = scored.utilities[part.rows]
    missing = np.isnan(utilities)
    lent = LENT_UTILITY[scored.model.missing_policy]
    filled = np.where(missing, lent or 0.0, utilities)
    leaves_out = lent is None and missing.any()
    return Known(part, filled, (~missing).astype(np.float64) if leaves_out else None)


def drawn_figures(field: Field, weights: DrawnWeights) -> Array3:
    """Opportunity, alignment and composite under each draw, (3, draws, accounts), 0..100."""
    figures = np.empty((3, len(weights), field.size))
    opportunity, alignment, composite = figures
    _score(field.opportunity, weights.opportunity, opportunity)
    _score(field.alignment, weights.alignment, alignment)
    np.multiply(opportunity, field.opportunity.part.share, out=composite)
    composite += field.alignment.part.share * alignment
    return figures


def _score(known: Known, weights: Matrix, out: Matrix) -> None:
    out[:] = 0.0
    for row, column in zip(known.utilities, weights.T, strict=True):
        out += row * column[:, np.newaxis]
    out /= _divisor(known, weights, out.shape)
    out *= 100.0


def _divisor(known: Known, weights: Matrix, shape: tuple[int, ...]) -> Matrix:
    if known.counts is None:
        total: Matrix = sum(weights.T, np.zeros(len(weights)))[:, np.newaxis]
        return total
    divisor = np.zeros(shape)
    for row, column in zip(known.counts, weights.T, strict=True):
        divisor += row * column[:, np.newaxis]
    return divisor


def verdicts(field: Field, weights: DrawnWeights) -> Verdicts:
    """Ranks, tiers and quadrants under each draw; ranks tie as in a standing, tiers as gates and rules have it."""
    figures = drawn_figures(field, weights)
    model = field.model
    if model.tier_table is None:
        tiers = tier_codes(model.tiers, figures, field.ineligible, field.emerging)
    else:  # a table goes by metrics, which weights do not change
        tiers = np.broadcast_to(field.tier, figures.shape[1:])
    quadrants = quadrant_codes(model.quadrant_thresholds, figures[0], figures[1])
    return Verdicts(ranks(figures[2]), tiers, quadrants)


def ranks(composites: Matrix) -> Indices:
    """For each row of composites, none of them NaN, the ranks that `standing` gives: ties share the lower number."""
    keys = -np.round(composites, TIE_DECIMALS)
    order = np.argsort(keys, axis=1)
    falling = np.take_along_axis(keys, order, axis=1)
    places = np.zeros(keys.shape, dtype=np.int64)
    np.multiply(falling[:, 1:] != falling[:, :-1], np.arange(1, keys.shape[1]), out=places[:, 1:])
    np.maximum.accumulate(places, axis=1, out=places)
    result = np.empty_like(places)
    np.put_along_axis(result, order, places + 1, axis=1)
    return result
