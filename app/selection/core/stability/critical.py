"""Critical weights: how far each criterion's weight is from changing who is at the top, or any order.

Source: Triantaphyllou and Sanchez (1997), A sensitivity analysis approach for some deterministic multi-criteria
decision making methods, Decision Sciences 28(1), 151-194; for our composite, in which each dimension is a mean of its
own and what is unknown is left out, see `curves`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from app.selection.core.stability.crossings import Crossing, order_changes, top_changes
from app.selection.core.stability.curves import curves
from app.selection.core.stability.ranking import Field, Known

Goal = Literal["best", "top_n", "any_order"]
GOALS: tuple[Goal, ...] = get_args(Goal)


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of a criterion's weight just beyond which two accounts change places; all other weights stay.

    weight: the criterion's then, on the model's own scale. change_share: the change, as a share of its dimension's
    present weight, below 0 where it falls. change_pct: the same in % of the criterion's present weight. share: its
    share of its dimension then, 0..1. falls, rises: the accounts, by their positions in the portfolio.
    """

    weight: float
    change_share: float
    change_pct: float
    share: float
    falls: int
    rises: int


@dataclass(frozen=True, slots=True)
class CriticalWeight:
    """A criterion by its position in the model, its share of its dimension's weight, and its nearest shifts.

    A shift is None where no weight that is above 0 and leaves the others a thousandth of the dimension leads there.
    """

    criterion: int
    share: float
    shifts: Mapping[Goal, Shift | None]


def places(field: Field) -> list[tuple[Known, int]]:
    """The criteria whose weights can be changed: each with weight above 0, by its dimension and its place there."""
    return [
        (known, place)
        for known in (field.opportunity, field.alignment)
        for place, weight in enumerate(known.part.weights.tolist())
        if weight > 0.0
    ]


def critical_weight(field: Field, known: Known, place: int, top: int) -> CriticalWeight:
    """How far a criterion is from changing the best account, who has a rank of at most `top`, and any order."""
    criterion = int(known.part.members[place])
    total = float(sum(known.part.weights.tolist()))
    share = float(known.part.weights[place]) / total
    if not field.size:
        return CriticalWeight(criterion, share, dict.fromkeys(GOALS))
    found = curves(field, known, place)
    crossings: dict[Goal, Crossing | None] = {
        "best": top_changes(found, field.rank, 1),
        "top_n": top_changes(found, field.rank, top),
        "any_order": order_changes(found, field.rank),
    }
    unit = field.model.criteria[criterion].weight / found.weight
    shifts = {
        goal: None if one is None else _shift(field, one, found.weight, total, unit) for goal, one in crossings.items()
    }
    return CriticalWeight(criterion, share, shifts)


def _shift(field: Field, crossing: Crossing, weight: float, total: float, unit: float) -> Shift:
    after = weight + crossing.change
    return Shift(
        weight=after * unit,
        change_share=crossing.change / total,
        change_pct=100.0 * crossing.change / weight,
        share=after / (total + crossing.change),
        falls=int(field.accounts[crossing.falls]),
        rises=int(field.accounts[crossing.rises]),
    )


def most_critical(found: Sequence[CriticalWeight], goal: Goal, *, relative: bool) -> int | None:
    """The criterion, by position, whose nearest shift is the smallest, in % of its weight or as a share; None: none."""
    sizes = list(_sizes(found, goal, relative=relative))
    return min(sizes)[1] if sizes else None


def _sizes(found: Sequence[CriticalWeight], goal: Goal, *, relative: bool) -> Iterator[tuple[float, int]]:
    for one in found:
        shift = one.shifts[goal]
        if shift is not None:
            yield abs(shift.change_pct if relative else shift.change_share), one.criterion
