"""The nearest tier above that a rise on one axis of the tier table alone can reach, and the smallest such rise."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from app.scoring.core.arrays import Codes, Flags, Matrix, Vector
from app.scoring.core.reach import reach
from app.scoring.core.value_functions import Percentile
from app.selection.core.model import AXES, Axis, SelectionModel
from app.selection.core.score import Scores
from app.selection.core.tier_table import UNKNOWN_BAND, Axes, axis_utility, band_codes, cells, floor

NONE = -1


@dataclass(frozen=True, slots=True)
class NextCells:
    """For each account: tier (code of `SelectionModel.tier_names`), axis (position in AXES) and band (in BANDS).

    NONE in all three if there is none. utility: what the value must be worth on the axis. value: the coded value,
    nearest to its present one, that is worth so much; NaN if no value alone is (percentile).
    """

    tier: Codes
    axis: Codes
    band: Codes
    utility: Vector
    value: Vector


def next_cells(scores: Scores, matrix: Matrix) -> NextCells:
    """What rise on one axis would lift each account, by the least rise in utility; ties go to revenue.

    scores: by a model with a tier table. matrix: the one that was scored. The emerging track counts as above `standard`
    and below every tier of the rules. Exact: with the value applied and nothing else changed the account is in that
    tier, and no smaller rise lifts it.
    Left out: an axis whose value is unknown, and one whose metric a gate or the other axis reads too, since its value
    cannot move alone. NONE for ineligible accounts, for those at the top, and where no single rise is enough.
    """
    table, found = scores.model.tier_table, scores.axes
    assert table is not None
    assert found is not None
    ladder = _Ladder(scores, cells(table).tier)
    for at, axis in enumerate(table.axes):
        if moves_alone(scores.model, axis):
            column = matrix[:, at - len(AXES)]
            for band, least in enumerate(axis.bands, 1):
                open_to = found.bands[at] < band
                utility, value = _reached(axis, least, column, found.together[at])
                ladder.climb(at, np.where(open_to, utility, np.nan), value)
    return ladder.best


def moves_alone(model: SelectionModel, axis: Axis) -> bool:
    """Whether nothing else that decides on tiers reads the metric of the axis."""
    readers = Counter((*(gate.metric for gate in model.gates), *(one.metric for one in model.axes)))
    return readers[axis.metric] == 1


def heights(standard: int) -> Vector:
    """How high each tier of `SelectionModel.tier_names` is, by its position."""
    return np.array([*range(standard, 0, -1), 0.0, 0.5])


def _reached(axis: Axis, least: float, column: Vector, together: int | None) -> tuple[Vector, Vector]:
    """The least attainable utility from `least` on, and the value that has it, for each account; NaN = out of reach."""
    function, needed = axis.value_function, np.where(np.isnan(column), np.nan, least)
    utility, value = reach(function, needed, column, together or 0)
    joining = column < floor(axis)
    if not joining.any():
        return utility, value
    if isinstance(function, Percentile):
        # One more is compared when an account joins the others.
        utility[joining] = reach(function, needed, column, 0 if together is None else together + 1)[0][joining]
    else:
        value[joining] = np.maximum(value[joining], axis.at_least or 0.0)
        utility[joining] = np.fmax(utility, axis_utility(axis, value))[joining]
    return utility, value


class _Ladder:
    """The best change found so far for every account."""

    def __init__(self, scores: Scores, tiers: Codes) -> None:
        assert scores.axes is not None
        self.axes: Axes = scores.axes
        self.table = scores.model.tier_table
        self.tiers = tiers
        self.track = scores.bearing("emerging").astype(np.intp)
        self.heights = heights(len(scores.model.tier_names) - 2)
        self.own = self.heights[scores.tier]
        self.own[scores.bearing("ineligible")] = np.inf
        count = scores.count
        self.height, self.rise = np.full(count, np.inf), np.full(count, np.inf)
        none = np.full(count, NONE, dtype=np.int8)
        self.best = NextCells(none, none.copy(), none.copy(), np.full(count, np.nan), np.full(count, np.nan))

    def climb(self, at: int, utility: Vector, value: Vector) -> None:
        """Take each account's rise to this utility of the axis, NaN = none, where it is better than what was found."""
        assert self.table is not None
        bands = self.axes.bands.copy()
        bands[at] = band_codes(self.table.axes[at], utility)
        tier = self.tiers[self.track, bands[0], bands[1]]
        height, rise = self.heights[tier], utility - self.axes.utilities[at]
        nearer = (height < self.height) | ((height == self.height) & (rise < self.rise))
        better = (bands[at] != UNKNOWN_BAND) & (height > self.own) & nearer
        self.height[better], self.rise[better] = height[better], rise[better]
        self._write(better, (tier, np.full_like(tier, at), bands[at]), (utility, value))

    def _write(self, better: Flags, codes: tuple[Codes, Codes, Codes], reached: tuple[Vector, Vector]) -> None:
        best = self.best
        for place, code in zip((best.tier, best.axis, best.band), codes, strict=True):
            place[better] = code[better]
        best.utility[better], best.value[better] = (figure[better] for figure in reached)
