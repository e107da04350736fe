"""One account in a tier table: `tier_table` and `next_cell` in plain numbers."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.scoring.core.single_values import NAN, single
from app.scoring.core.value_functions import Percentile
from app.selection.core.model import AXES, BANDS, Axis, SelectionModel
from app.selection.core.next_cell import heights, moves_alone
from app.selection.core.rounding import rounded_or_none
from app.selection.core.single_inputs import input_of
from app.selection.core.single_verdict import Track
from app.selection.core.table_answer import Entry, axis_entry, next_tier_entry, unknown_axis_warning
from app.selection.core.tier_table import UNKNOWN_BAND, UTILITY_TOLERANCE, cells, floor


class Placed(NamedTuple):
    """What a Score says of an account's tier; `axes` is None where scores decide."""

    tier: str
    provisional: bool
    axes: Entry | None
    next_tier: Entry | None
    warnings: Sequence[Entry]


class NextCell(NamedTuple):
    """A tier's code, the axis's position, the band and the utility it needs, and the coded value that has it."""

    tier: int
    axis: int
    band: int
    utility: float
    value: float


class SingleAxis:
    """An axis made ready for one account at a time; best_percentile: what a percentile can reach."""

    def __init__(self, axis: Axis, *, moves: bool, best_percentile: float) -> None:
        self.axis = axis
        self.moves = moves
        self._function = single(axis.value_function, best_percentile)
        self._begins = [least - UTILITY_TOLERANCE for least in axis.bands]
        self._floor = floor(axis)
        self._ranks = isinstance(axis.value_function, Percentile)
        self._raw = input_of(axis.value_function)

    def shown(self, code: float) -> Any:
        """A coded value as it was sent, None for NaN."""
        return None if math.isnan(code) else self._raw(code)

    def utility(self, code: float) -> float:
        """What a coded value is worth here; NaN = unknown."""
        if math.isnan(code):
            return NAN
        return 0.0 if code < self._floor else self._function.utility(code)

    def band(self, utility: float) -> int:
        """The position in BANDS, or UNKNOWN_BAND."""
        return UNKNOWN_BAND if math.isnan(utility) else sum(utility >= least for least in self._begins)

    def reached(self, band: int, code: float) -> tuple[float, float]:
        """The least attainable utility of the band or a higher one, with the value that has it; NaN = out of reach."""
        utility, value = self._function.reach(self.axis.bands[band - 1], code)
        if code >= self._floor or self._ranks or math.isnan(utility):
            return utility, value
        value = max(value, self.axis.at_least or 0.0)
        return max(utility, self.utility(value)), value


class SingleTable:
    """A model's tier table, made ready for one account at a time."""

    def __init__(self, model: SelectionModel, best_percentile: float) -> None:
        table = model.tier_table
        assert table is not None
        self.axes = [
            SingleAxis(axis, moves=moves_alone(model, axis), best_percentile=best_percentile) for axis in table.axes
        ]
        self._standard, self._names = len(table.rules), model.tier_names
        self._heights = heights(self._standard).tolist()
        found = cells(table)
        self._tiers: list[list[list[int]]] = found.tier.tolist()
        self._unsettled: list[list[list[bool]]] = found.unsettled.tolist()

    def utilities(self, codes: Sequence[float]) -> list[float]:
        """What the coded values of both axes are worth, NaN = unknown."""
        return [axis.utility(code) for axis, code in zip(self.axes, codes, strict=True)]

    def placed(
        self, track: Track, codes: Sequence[float], utilities: Sequence[float], sources: Mapping[str, Any]
    ) -> Placed:
        """What follows from the coded values and utilities of both axes; sources: by the name of an axis."""
        bands = self.bands(utilities)
        tier, provisional = self.verdict(bands, track)
        entries: Entry = {
            name: axis_entry(axis.axis, axis.shown(code), rounded_or_none(utility), band, sources.get(name))
            for name, axis, code, utility, band in zip(AXES, self.axes, codes, utilities, bands, strict=True)
        }
        unknown = [
            unknown_axis_warning(name, axis.axis)
            for name, axis, band in zip(AXES, self.axes, bands, strict=True)
            if band == UNKNOWN_BAND
        ]
        lift = None if track.ineligible else self.next_cell(tier, codes, utilities, emerging=track.emerging)
        following = None if lift is None else self._next_tier(lift)
        return Placed(self._names[tier], provisional, entries, following, unknown)

    def _next_tier(self, lift: NextCell) -> Entry:
        axis = self.axes[lift.axis]
        needed = rounded_or_none(lift.utility), axis.shown(lift.value)
        return next_tier_entry(self._names[lift.tier], AXES[lift.axis], axis.axis.metric, lift.band, needed)

    def bands(self, utilities: Sequence[float]) -> list[int]:
        """The positions in BANDS of both axes' utilities, or UNKNOWN_BAND."""
        return [axis.band(utility) for axis, utility in zip(self.axes, utilities, strict=True)]

    def verdict(self, bands: Sequence[int], track: Track) -> tuple[int, bool]:
        """The tier's code, and whether it is provisional."""
        if track.ineligible:
            return self._standard, False
        revenue, potential = bands
        return self._tiers[track.emerging][revenue][potential], self._unsettled[track.emerging][revenue][potential]

    def next_cell(
        self, tier: int, codes: Sequence[float], utilities: Sequence[float], *, emerging: bool
    ) -> NextCell | None:
        """The nearest tier above that a rise on one axis reaches, by the least rise; for an eligible account."""
        own, bands = self._heights[tier], self.bands(utilities)
        best: tuple[float, float, NextCell] | None = None
        for at, axis in enumerate(self.axes):
            for band in range(bands[at] + 1, len(BANDS)) if axis.moves else ():
                utility, value = axis.reached(band, codes[at])
                cell = [*bands[:at], axis.band(utility), *bands[at + 1 :]]
                reached = self._tiers[emerging][cell[0]][cell[1]]
                height, rise = self._heights[reached], utility - utilities[at]
                if math.isnan(utility) or height <= own:
                    continue
                if best is None or (height, rise) < best[:2]:
                    best = height, rise, NextCell(reached, at, cell[at], utility, value)
        return None if best is None else best[2]
