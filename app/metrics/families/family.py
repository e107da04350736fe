"""What a family of metrics is: definitions, and how their columns are filled."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from app.metrics.core.measured import Results
from app.metrics.core.metric import Metric
from app.metrics.families.reading import Reading

Asked = Mapping[str, Metric]


@dataclass(frozen=True, slots=True)
class Family:
    """Metrics that one statement yields.

    measure fills the column of every asked metric of the family into the results.
    needs: by metric, the metrics of earlier families that it is computed from.
    records: by metric, the kind of fact without which the organization's zeros would be made up.
    """

    metrics: tuple[Metric, ...]
    measure: Callable[[Reading, Asked, Results], Awaitable[None]]
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
