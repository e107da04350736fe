"""Decides which share of all weight each criterion has, and how much of it lies on metrics of one sort."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.metrics.core.metric import Metric
from app.metrics.core.registry import Registry
from app.selection.core.model import DIMENSIONS, Dimension, SelectionModel


@dataclass(frozen=True, slots=True)
class Weighed:
    """A criterion with its share (0..1) of all weight; `definition` is None where the registry has no such metric."""

    key: str
    metric: str
    dimension: Dimension
    group: str | None
    share: float
    definition: Metric | None

    @property
    def of_spend_or_size(self) -> bool:
        """Whether it looks at what the customer spends or is by now: past or current spend or size."""
        return self.of_spend or (self._looks_back and self.measures("size"))

    @property
    def of_spend(self) -> bool:
        """Whether it looks at past or current spend."""
        return self._looks_back and self.measures("spend")

    @property
    def looks_ahead(self) -> bool:
        """Whether its metric's horizon is the future; not so where the metric is unknown."""
        return self.definition is not None and self.definition.horizon == "future"

    @property
    def of_future_spend(self) -> bool:
        """Whether it counts money that is still to come."""
        return self.looks_ahead and self.counted and self.definition is not None and self.definition.unit == "money"

    @property
    def counted(self) -> bool:
        """Whether its metric is quantitative."""
        return self.definition is not None and self.definition.kind == "quantitative"

    @property
    def judged(self) -> bool:
        """Whether its metric is qualitative."""
        return self.definition is not None and self.definition.kind == "qualitative"

    def measures(self, what: str) -> bool:
        """Whether `what` stands behind its metric; see `app.metrics.core.metric.Measures`."""
        return self.definition is not None and self.definition.measures == what

    @property
    def _looks_back(self) -> bool:
        return self.definition is not None and self.definition.horizon != "future"


def weight_shares(model: SelectionModel, registry: Registry) -> tuple[Weighed, ...]:
    """Each criterion's share of all weight, in the model's order (domain.md section 4.5).

    Within its dimension a criterion has the share w / Σ w; the dimension has its share of the composite. Shares are of
    what weight there is: a dimension without weight has none, and the others' shares are scaled to add up to 1. They
    are all 0 where no weight counts at all, that is, where the only dimension with weight has no share of the
    composite. Weights may be of any size from 0 up; scaling all weights of a dimension changes nothing.
    """
    within = {dimension: _within(model, dimension) for dimension in DIMENSIONS}
    shares = {dimension: model.dimension_share(dimension) if within[dimension] else 0.0 for dimension in DIMENSIONS}
    whole = math.fsum(shares.values())
    return tuple(
        Weighed(
            criterion.key,
            criterion.metric,
            criterion.dimension,
            criterion.group,
            _share(shares[criterion.dimension], whole) * within[criterion.dimension].get(criterion.key, 0.0),
            registry.metrics.get(criterion.metric),
        )
        for criterion in model.criteria
    )


def _within(model: SelectionModel, dimension: Dimension) -> dict[str, float]:
    """By criterion its share of its dimension's weight; nothing where the dimension has no weight."""
    weights = {one.key: one.weight for one in model.criteria if one.dimension == dimension}
    most = max(weights.values(), default=0.0)
    if most == 0.0:
        return {}
    scaled = {key: weight / most for key, weight in weights.items()}  # so that huge weights do not overflow
    whole = math.fsum(scaled.values())
    return {key: weight / whole for key, weight in scaled.items()}


def _share(of: float, whole: float) -> float:
    return of / whole if whole > 0.0 else 0.0


def total(weighed: Sequence[Weighed], counts: Callable[[Weighed], bool]) -> float:
    """The share (0..1) of all weight that criteria have of which `counts` is true."""
    return math.fsum(one.share for one in weighed if counts(one))
