"""The criteria that a round weighs, as the draft had them when it was opened."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.metrics.core.registry import Registry
from app.selection.core.model import SelectionModel
from app.selection.core.weight_shares import weight_shares


@dataclass(frozen=True, slots=True)
class RoundCriterion:
    """A criterion of the draft; `share` is its part of all weight, 0..1, as the litmus test counts it."""

    key: str
    metric: str
    dimension: str
    weight: float
    share: float
    rationale: str | None


def round_criteria(model: SelectionModel, registry: Registry) -> tuple[RoundCriterion, ...]:
    """The criteria of a model, in its order, with their shares."""
    shares = weight_shares(model, registry)
    return tuple(
        RoundCriterion(one.key, one.metric, one.dimension, one.weight, share.share, one.rationale)
        for one, share in zip(model.criteria, shares, strict=True)
    )


def keys_of(criteria: Sequence[RoundCriterion]) -> tuple[str, ...]:
    """Their keys, in the draft's order; a round's weights are always in this order."""
    return tuple(one.key for one in criteria)
