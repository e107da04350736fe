"""Decides bands and tiers by a tier table: current revenue against growth potential, instead of by scores.

The table is the two-axis framework that many companies use, with a separate track for accounts that promise much and
spend little yet. It is a total function of its 16 cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from app.scoring.core.arrays import Codes, Flags, Indices, Matrix, Vector
from app.selection.core.model import BANDS, Axis, Band, TierTable
from app.selection.core.tiering import GATE_TOLERANCE, TOLERANCE

UNKNOWN_BAND = len(BANDS)  # the code of no band, where a value is unknown
_SIDE = len(BANDS) + 1
UTILITY_TOLERANCE = TOLERANCE / 100.0  # that of scores, for utilities, which are a hundredth of them


@dataclass(frozen=True, slots=True)
class Axes:
    """Where accounts stand on both axes of a table, in the order of AXES.

    utilities: (2, accounts), in [0, 1], NaN = unknown. bands: (2, accounts), positions in BANDS, or UNKNOWN_BAND.
    together: how many accounts a percentile of each axis was found among; None = not known any more.
    """

    utilities: Matrix
    bands: Codes
    together: tuple[int | None, int | None]

    def of(self, accounts: Indices) -> "Axes":
        """Those of some of the accounts, by their positions."""
        return Axes(self.utilities[:, accounts], self.bands[:, accounts], self.together)


@dataclass(frozen=True, slots=True)
class Cells:
    """What each cell leads to, (tracks, revenue band, potential band); bands as in `Axes`, 5 x 5 with the unknown.

    tier: positions in `SelectionModel.tier_names`. unsettled: where the bands that are unknown decide the tier. Track 1
    is that of accounts which bear the effect of an `emerging` gate, track 0 that of all others.
    """

    tier: Codes
    unsettled: Flags


def axes(table: TierTable, columns: Matrix) -> Axes:
    """Where accounts stand, from the coded values of both axes, (accounts, 2), NaN = unknown."""
    pairs = list(zip(table.axes, columns.T, strict=True))
    utilities = np.stack([axis_utility(axis, column) for axis, column in pairs])
    revenue, potential = (_compared(axis, column) for axis, column in pairs)
    return Axes(utilities, _bands(table, utilities), (revenue, potential))


def kept_axes(table: TierTable, utilities: Matrix) -> Axes:
    """The same again from the utilities that were kept, (2, accounts)."""
    kept = np.array(utilities)
    return Axes(kept, _bands(table, kept), (None, None))


def floor(axis: Axis) -> float:
    """From which value on an axis values anything: `at_least`, or less than it by no more than a rounding error."""
    least = axis.at_least
    return -np.inf if least is None else least - GATE_TOLERANCE * abs(least)


def axis_utility(axis: Axis, column: Vector) -> Vector:
    """What the values of a column are worth on an axis, (accounts,), in [0, 1], NaN = unknown.

    Those below `at_least` are worth 0. Percentiles are found among the others; one that is alone has 0.5.
    """
    short = column < floor(axis)
    utility = axis.value_function.utility(np.where(short, np.nan, column))
    utility[short] = 0.0
    return utility


def band_codes(axis: Axis, utilities: Vector) -> Codes:
    """The position in BANDS of each utility, UNKNOWN_BAND where it is NaN; bands begin inclusively."""
    codes = np.zeros(utilities.shape, dtype=np.int8)
    for least in axis.bands:
        codes += utilities >= least - UTILITY_TOLERANCE
    codes[np.isnan(utilities)] = UNKNOWN_BAND
    return codes


def cell_tier(table: TierTable, revenue: int, potential: int) -> int:
    """The position in `SelectionModel.tier_names` that an account in this cell has; bands by their positions.

    Monotone: with more revenue or more potential no account falls to a lower tier; more potential may take it onto the
    emerging track, and more revenue off it.
    """
    standard, track = len(table.rules), table.high_potential
    if track is not None and potential >= _at(track.minimum_potential) and revenue <= _at(track.maximum_revenue):
        return standard + 1
    for code, rule in enumerate(table.rules):
        if revenue >= _at(rule.minimum_revenue) and potential >= _at(rule.minimum_potential):
            return code
    return standard


def cells(table: TierTable) -> Cells:
    """What every cell leads to, on either track.

    An unknown band leaves several cells possible. Where all of them lead to one tier, that is the tier; else it is
    `standard`, and unsettled.
    """
    standard = len(table.rules)
    known = [[cell_tier(table, row, column) for column in range(len(BANDS))] for row in range(len(BANDS))]
    on_track = [[standard + 1 if tier < standard else tier for tier in row] for row in known]
    possible = [[_possible(grid, *bands) for bands in product(range(_SIDE), repeat=2)] for grid in (known, on_track)]
    tiers = [[min(tiers) if len(tiers) == 1 else standard for tiers in track] for track in possible]
    unsettled = [[len(tiers) > 1 for tiers in track] for track in possible]
    shape = (len(possible), _SIDE, _SIDE)
    return Cells(np.array(tiers, np.int8).reshape(shape), np.array(unsettled, np.bool_).reshape(shape))


def verdicts(table: TierTable, bands: npt.NDArray[np.int8], ineligible: Flags, emerging: Flags) -> tuple[Codes, Flags]:
    """Tier (position in `SelectionModel.tier_names`) and whether it is provisional, each (accounts,).

    bands: (2, accounts), as in `Axes`. ineligible, emerging: (accounts,), who bears such a gate's effect: an ineligible
    account is `standard` for certain, one on the emerging track that meets any rule is `emerging`.
    """
    found, track = cells(table), emerging.astype(np.intp)
    tier, unsettled = found.tier[track, bands[0], bands[1]], found.unsettled[track, bands[0], bands[1]]
    tier[ineligible] = len(table.rules)
    unsettled[ineligible] = False
    return tier, unsettled


def _compared(axis: Axis, column: Vector) -> int:
    return int(np.count_nonzero(column >= floor(axis)))


def _bands(table: TierTable, utilities: Matrix) -> Codes:
    return np.stack([band_codes(axis, row) for axis, row in zip(table.axes, utilities, strict=True)])


def _at(band: Band) -> int:
    return BANDS.index(band)


def _possible(grid: Sequence[Sequence[int]], revenue: int, potential: int) -> set[int]:
    """The tiers of all cells that an account may be in."""
    return {tier for row in grid[_these(revenue)] for tier in row[_these(potential)]}


def _these(band: int) -> slice:
    return slice(band, band + 1) if band < UNKNOWN_BAND else slice(None)
