"""Scores a whole portfolio at once: dimensions, composite, gates, quadrant, tier and whether the tier may yet move.

The work is done in blocks of accounts that fit the processor's cache, so each value is fetched from memory once and
each result written once. Only percentile utilities, which need every account, are computed before the blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.scoring.core.arrays import Codes, Flags, Indices, Matrix, Vector
from app.scoring.core.value_functions import Percentile
from app.scoring.core.weighted_score import WeightedScore, scaled, weighted_score
from app.selection.core.model import DIMENSIONS, Criterion, Dimension, Effect, SelectionModel
from app.selection.core.tier_table import Axes, axes, kept_axes, verdicts
from app.selection.core.tiering import bearing, gate_outcome, quadrant_codes, tier_codes

BLOCK = 16384  # accounts; fewer make the calls dear, more drive the columns out of the cache (measured)


@dataclass(frozen=True, slots=True)
class Scores:
    """What a model makes of a portfolio; accounts in the order of the matrix that was scored.

    figures: (3, 4, accounts), opportunity, alignment and composite, each with score, low, high (0..100, NaN = null) and
    coverage (0..1). utilities: (criteria, accounts), in [0, 1], NaN = unknown, whatever the missing policy.
    contributions: (criteria, accounts), points of the composite, which they add up to; NaN where the criterion's
    dimension has no score. points: (2, accounts), what utility 1 adds to the score of opportunity and of alignment per
    unit of scaled weight. quadrant, tier: codes of `tiering.QUADRANTS` and of `SelectionModel.tier_names`.
    gates: (gates, accounts), codes of `tiering`. together: per criterion, how many accounts have a percentile; 0 = no
    percentile, or not known. axes: where the accounts stand in the model's tier table; None if it has none.
    """

    model: SelectionModel
    figures: npt.NDArray[np.float64]
    utilities: Matrix
    contributions: Matrix
    points: Matrix
    quadrant: Codes
    tier: Codes
    provisional: Flags
    gates: Codes
    together: tuple[int, ...]
    axes: Axes | None = None

    @property
    def count(self) -> int:
        """How many accounts there are."""
        return len(self.tier)

    @property
    def opportunity(self) -> Vector:
        return _score_of(self.figures[0])

    @property
    def alignment(self) -> Vector:
        return _score_of(self.figures[1])

    @property
    def composite(self) -> Vector:
        return _score_of(self.figures[2])

    def of(self, accounts: Indices) -> "Scores":
        """The same for some of the accounts, by their positions; what was compared with all stays so."""
        return Scores(
            self.model,
            self.figures[:, :, accounts],
            self.utilities[:, accounts],
            self.contributions[:, accounts],
            self.points[:, accounts],
            self.quadrant[accounts],
            self.tier[accounts],
            self.provisional[accounts],
            self.gates[:, accounts],
            self.together,
            None if self.axes is None else self.axes.of(accounts),
        )

    @property
    def judged(self) -> Matrix:
        """All utilities, (accounts, criteria and then axes), as `score_kept` takes them."""
        own: Matrix = self.utilities.T
        return own if self.axes is None else np.hstack([own, self.axes.utilities.T])

    def bearing(self, effect: Effect) -> Flags:
        """Which accounts bear the effect of any gate."""
        return bearing(self.model.gates, list(self.gates), effect, self.count)


def score_portfolio(model: SelectionModel, matrix: Matrix) -> Scores:
    """Every account's scores under a valid `model` (domain.md sections 4.2 and 4.3).

    matrix: (accounts, columns) with `model.columns`, coded as `inputs` does, NaN = unknown; columns that are contiguous
    are read fastest. No account gives empty results; scores do not depend on the order of accounts, and only through
    percentiles on who else is in the matrix.
    """
    table = model.tier_table
    found = None if table is None else axes(table, matrix[:, -len(model.axes) :])
    scores, parts = _blank(model, matrix, found), weighings(model)
    percentiles = [at for at, one in enumerate(model.criteria) if isinstance(one.value_function, Percentile)]
    for criterion in percentiles:
        scores.utilities[criterion] = model.criteria[criterion].value_function.utility(matrix[:, criterion])
    for start in range(0, len(matrix), BLOCK):
        at = slice(start, min(start + BLOCK, len(matrix)))
        for criterion, one in enumerate(model.criteria):
            if criterion not in percentiles:
                scores.utilities[criterion, at] = one.value_function.utility(matrix[at, criterion])
        _write_block(scores, parts, matrix, at)
    _write_table_verdicts(scores)
    return scores


def score_kept(model: SelectionModel, matrix: Matrix, utilities: Matrix) -> Scores:
    """The same scores again, from the matrix and the utilities, both (accounts, ...), that were kept with them.

    utilities: those of the criteria, and behind them those of the axes, as `Scores.judged` has them; kept, they hold
    what percentiles were among the accounts of that day, so nothing here depends on the other rows.
    """
    criteria, table = len(model.criteria), model.tier_table
    found = None if table is None else kept_axes(table, utilities[:, criteria:].T)
    scores = replace(_blank(model, matrix, found), together=(0,) * criteria)
    scores.utilities[:] = utilities[:, :criteria].T
    parts = weighings(model)
    for start in range(0, len(matrix), BLOCK):
        _write_block(scores, parts, matrix, slice(start, min(start + BLOCK, len(matrix))))
    _write_table_verdicts(scores)
    return scores


@dataclass(frozen=True, slots=True)
class Weighing:
    """One dimension of a model: the positions of its criteria, their scaled weights, its share of the composite."""

    members: Indices
    rows: slice | Indices  # the same; a slice, which copies nothing, where they stand together
    weights: Vector
    share: float


def weighings(model: SelectionModel) -> tuple[Weighing, Weighing]:
    """How `model` weighs opportunity and alignment."""
    opportunity, alignment = (_weighing(model, dimension) for dimension in DIMENSIONS)
    return opportunity, alignment


def _weighing(model: SelectionModel, dimension: Dimension) -> Weighing:
    members = [at for at, criterion in enumerate(model.criteria) if criterion.dimension == dimension]
    weights = scaled([model.criteria[at].weight for at in members])
    indices = np.array(members, dtype=np.int64)
    together = bool(members) and members[-1] - members[0] == len(members) - 1
    rows = slice(members[0], members[-1] + 1) if together else indices
    return Weighing(indices, rows, weights, model.dimension_share(dimension))


def _blank(model: SelectionModel, matrix: Matrix, found: Axes | None) -> Scores:
    accounts, criteria = len(matrix), len(model.criteria)
    return Scores(
        model,
        figures=np.empty((3, 4, accounts)),
        utilities=np.empty((criteria, accounts)),
        contributions=np.empty((criteria, accounts)),
        points=np.empty((2, accounts)),
        quadrant=np.empty(accounts, dtype=np.int8),
        tier=np.empty(accounts, dtype=np.int8),
        provisional=np.empty(accounts, dtype=np.bool_),
        gates=np.empty((len(model.gates), accounts), dtype=np.int8),
        together=tuple(_together(one, matrix[:, at]) for at, one in enumerate(model.criteria)),
        axes=found,
    )


def _together(criterion: Criterion, column: Vector) -> int:
    return int(np.count_nonzero(~np.isnan(column))) if isinstance(criterion.value_function, Percentile) else 0


def _write_block(scores: Scores, parts: Sequence[Weighing], matrix: Matrix, at: slice) -> None:
    _write_figures(scores, parts, at)
    _write_verdicts(scores, matrix, at)


def _write_figures(scores: Scores, parts: Sequence[Weighing], at: slice) -> None:
    for dimension, part in enumerate(parts):
        utilities = [scores.utilities[member, at] for member in part.members]
        contributions = [scores.contributions[member, at] for member in part.members]
        into = WeightedScore(scores.figures[dimension, :, at], contributions, scores.points[dimension, at])
        weighted_score(utilities, part.weights, scores.model.missing_policy, part.share, into)
    opportunity, alignment, composite = scores.figures[:, :, at]
    np.multiply(opportunity, parts[0].share, out=composite)
    composite += parts[1].share * alignment


def _write_verdicts(scores: Scores, matrix: Matrix, at: slice) -> None:
    model = scores.model
    accounts = at.stop - at.start
    first_gate = len(model.criteria)
    outcomes = [gate_outcome(gate, matrix[at, first_gate + index]) for index, gate in enumerate(model.gates)]
    for index, outcome in enumerate(outcomes):
        scores.gates[index, at] = outcome
    scores.quadrant[at] = quadrant_codes(model.quadrant_thresholds, *scores.figures[:2, 0, at])
    if scores.axes is not None:
        return
    ineligible = bearing(model.gates, outcomes, "ineligible", accounts)
    emerging = bearing(model.gates, outcomes, "emerging", accounts)
    by_score, by_low, by_high = tier_codes(model.tiers, scores.figures[:, :3, at], ineligible, emerging)
    scores.tier[at] = by_score
    scores.provisional[at] = by_low != by_high


def _write_table_verdicts(scores: Scores) -> None:
    table = scores.model.tier_table
    if table is None or scores.axes is None:
        return
    bands = scores.axes.bands
    scores.tier[:], scores.provisional[:] = verdicts(
        table, bands, scores.bearing("ineligible"), scores.bearing("emerging")
    )


def _score_of(figures: Matrix) -> Vector:
    score: Vector = figures[0]
    return score
