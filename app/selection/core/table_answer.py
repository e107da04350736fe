"""What a Score says of a tier table: where the account stands on both axes, and the next tier above."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import repeat

import numpy as np

from app.scoring.core.arrays import Matrix
from app.scoring.core.inputs import Input, Remark, decoded, or_none
from app.selection.core.model import AXES, BANDS, Axis, AxisName
from app.selection.core.next_cell import NONE, next_cells
from app.selection.core.rounding import rounded
from app.selection.core.score import Scores
from app.selection.core.tier_table import UNKNOWN_BAND

Entry = dict[str, object]
Sources = Sequence[Mapping[str, Mapping[str, object]]]
BY_BAND = (*BANDS, None)  # UNKNOWN_BAND is None


def axis_entry(axis: Axis, value: Input, utility: Input, band: int, source: object) -> Entry:
    """An account's standing on one axis, on the wire."""
    return {"metric": axis.metric, "value": value, "utility": utility, "band": BY_BAND[band], "source": source}


def next_tier_entry(tier: str, axis: AxisName, metric: str, band: int, needed: tuple[float | None, Input]) -> Entry:
    """The next tier above, on the wire; needed: the utility, rounded, and the value."""
    utility, value = needed
    return {
        "tier": tier,
        "criterion": metric,
        "utility_needed": utility,
        "value_needed": value,
        "axis": axis,
        "band": BANDS[band],
    }


def unknown_axis_warning(name: AxisName, axis: Axis) -> Entry:
    """Said of an account whose band on an axis is unknown."""
    return asdict(Remark("unknown_axis", f"the {name} band is unknown: nothing is known of {axis.metric}"))


def axes_entries(scores: Scores, matrix: Matrix, sources: Sources) -> Iterable[Entry | None]:
    """Per account both axes, by their names; None for models without a table. sources: per account, by axis."""
    found = scores.axes
    if found is None:
        return repeat(None, scores.count)
    columns = [
        [
            axis_entry(axis, value, utility, band, source)
            for value, utility, band, source in zip(
                decoded(matrix[:, at - len(AXES)] + 0.0, axis.value_function),
                or_none(rounded(found.utilities[at])),
                found.bands[at].tolist(),
                [one.get(AXES[at]) for one in sources] or repeat(None, scores.count),
                strict=True,
            )
        ]
        for at, axis in enumerate(scores.model.axes)
    ]
    return [dict(zip(AXES, pair, strict=True)) for pair in zip(*columns, strict=True)]


def next_cell_entries(scores: Scores, matrix: Matrix) -> list[Entry | None]:
    """Per account the next tier above in the table, None if there is none."""
    model, found = scores.model, next_cells(scores, matrix)
    entries: list[Entry | None] = [None] * scores.count
    utilities = rounded(found.utility).tolist()
    for at, axis in enumerate(model.axes):
        theirs = np.flatnonzero((found.axis == at) & (found.tier != NONE))
        needed = decoded(found.value[theirs] + 0.0, axis.value_function)
        for account, value in zip(theirs.tolist(), needed, strict=True):
            tier, band = model.tier_names[found.tier[account]], int(found.band[account])
            entries[account] = next_tier_entry(tier, AXES[at], axis.metric, band, (utilities[account], value))
    return entries


def axis_warnings(scores: Scores) -> Iterable[tuple[int, Entry]]:
    """The accounts whose band on an axis is unknown, with what is said of it."""
    if scores.axes is None:
        return
    for at, (name, axis) in enumerate(zip(AXES, scores.model.axes, strict=True)):
        for account in np.flatnonzero(scores.axes.bands[at] == UNKNOWN_BAND).tolist():
            yield account, unknown_axis_warning(name, axis)
