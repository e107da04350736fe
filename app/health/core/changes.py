"""Why hygiene and health changed between two days: each side's difference, split into parts that add up to it.

The order of substitution, and what each kind of part means, are those of `app.selection.core.changes`: each side is
asked about as if it were a selection model that is all opportunity.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, cast

from app.health.core.model import SIDES, HealthModel, Indicator, Side
from app.kernel.ids import AccountId, ModelId
from app.metrics.core.registry import Registry
from app.scoring.core.value_functions import Linear
from app.selection.core.changes import Changes, changes
from app.selection.core.changes import Kept as KeptSelection
from app.selection.core.model import Criterion, SelectionModel

Kind = Literal["input", "coverage", "weight", "missing_policy", "value_function"]

# A mixture needs both of its dimensions: this one is always known, and has no share.
NO_SHARE: Final = Criterion("", "", "alignment", 1.0, Linear(0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Kept:
    """One account on a day: the model, and per indicator the value measured and its utility, None = unknown.

    None of it is rounded.
    """

    model: HealthModel
    values: Sequence[float | None]
    utilities: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class End:
    """One end of a change: what was found of the account, by which version, and whether that had been kept."""

    as_of: date
    was_kept: bool
    model_id: ModelId
    model_version: int
    quadrant: str | None
    kept: Kept


@dataclass(frozen=True, slots=True)
class Part:
    """What one step added to a side's score; indicator None where it concerns them all."""

    kind: Kind
    indicator: str | None
    delta: float


@dataclass(frozen=True, slots=True)
class Moved:
    """An indicator whose value is not what it was, whether or not its utility is; None = unknown, or no indicator."""

    indicator: Indicator
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class SideChange:
    """One side's scores before and after (0..100, None = null), the difference, and what it is made of.

    Where either score is null there is no difference: delta is None and there are no parts.
    """

    before: float | None
    after: float | None
    delta: float | None
    parts: tuple[Part, ...]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """Both ends, and what each side's difference is made of; registry: what the metrics are called."""

    account_id: AccountId
    before: End
    after: End
    sides: Mapping[Side, SideChange]
    registry: Registry


def side_changes(before: Kept, after: Kept) -> dict[Side, SideChange]:
    """What each side's change is made of; a side's parts add up to its delta to 1e-9.

    An indicator that changed sides is dropped on the one and new on the other.
    """
    return {side: _side_change(before, after, side) for side in SIDES}


def _side_change(before: Kept, after: Kept, side: Side) -> SideChange:
    found: Changes = changes(_one_side(before, side), _one_side(after, side))
    parts = tuple(Part(cast(Kind, part.kind), part.criterion, part.delta) for part in found.parts)
    return SideChange(found.before, found.after, found.delta, parts, tuple(_moved(before, after, side)))


def _one_side(kept: Kept, side: Side) -> KeptSelection:
    members = kept.model.members(side)
    criteria = [_criterion(kept.model.indicators[at]) for at in members]
    model = SelectionModel(
        (*criteria, NO_SHARE), opportunity_share=1.0, missing_policy=kept.model.missing_policy, tiers=()
    )
    return KeptSelection(
        model, [*(kept.values[at] for at in members), 0.0], [*(kept.utilities[at] for at in members), 0.0]
    )


def _criterion(indicator: Indicator) -> Criterion:
    return Criterion(
        indicator.key, indicator.metric, "opportunity", indicator.weight, value_function=indicator.value_function
    )


def _moved(before: Kept, after: Kept, side: Side) -> Iterator[Moved]:
    """In the order of the later model, dropped indicators last."""
    was, now = _by_key(before, side), _by_key(after, side)
    for key in [*now, *(key for key in was if key not in now)]:
        indicator, value = now.get(key) or (was[key][0], None)
        _, earlier = was.get(key, (indicator, None))
        if not _same(earlier, value):
            yield Moved(indicator, earlier, value)


def _by_key(kept: Kept, side: Side) -> dict[str, tuple[Indicator, float | None]]:
    return {
        kept.model.indicators[at].key: (kept.model.indicators[at], kept.values[at]) for at in kept.model.members(side)
    }


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=0.0)
