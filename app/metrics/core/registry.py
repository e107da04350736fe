"""The one list of metrics that criteria, indicators and warnings refer to by key."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.kernel.errors import Invalid
from app.metrics.core.metric import SHELF_LIFE_DAYS, Horizon, Metric


class UnknownMetric(Invalid):
    """There is no such metric."""


@dataclass(frozen=True, slots=True)
class Registry:
    """Metrics by key, in the order in which they are shown."""

    metrics: Mapping[str, Metric]

    def __contains__(self, key: object) -> bool:
        return key in self.metrics

    def __iter__(self) -> Iterator[Metric]:
        return iter(self.metrics.values())

    def __len__(self) -> int:
        return len(self.metrics)

    def of(self, key: str) -> Metric:
        """The metric called `key`; raises UnknownMetric naming it."""
        self.refuse_unknown((key,))
        return self.metrics[key]

    def refuse_unknown(self, keys: Collection[str]) -> None:
        """Raise UnknownMetric naming every key that is not in the registry."""
        unknown = sorted(set(keys) - set(self.metrics))
        if unknown:
            raise UnknownMetric(f"no metric is called {', '.join(unknown)}")

    def extended(self, custom: Iterable[Metric]) -> "Registry":
        """The registry with an organization's own metrics behind the shipped ones.

        A custom metric with the key of a shipped observation or rating of the same fact replaces it (so that an
        organization can set its own shelf life); one with any other shipped key is left out: what is computed is not
        redefined.
        """
        metrics = dict(self.metrics)
        for metric in custom:
            shipped = self.metrics.get(metric.key)
            if shipped is None:
                metrics[metric.key] = metric
            elif shipped.shelf_life_days is not None and shipped.facts == metric.facts:
                metrics[metric.key] = replace(metric, measures=shipped.measures)
        return Registry(metrics)


def registry(metrics: Iterable[Metric]) -> Registry:
    """A registry of `metrics`; raises ValueError when two share a key."""
    listed = tuple(metrics)
    by_key = {metric.key: metric for metric in listed}
    if len(by_key) < len(listed):
        raise ValueError("two metrics share a key")
    return Registry(by_key)


def observed(
    key: str, title: str, unit: str, *, horizon: Horizon = "current", shelf_life_days: int = SHELF_LIFE_DAYS
) -> Metric:
    """A metric that is the latest observation of its key no older than its shelf life."""
    return Metric(
        key=key,
        title=title,
        unit=unit,
        kind="quantitative",
        horizon=horizon,
        measures="satisfaction",
        facts=("observations",),
        definition=f"The latest observation of {key}; of several on one day the one recorded last.",
        window=f"The {shelf_life_days} days that end at as_of.",
        when_missing="Null without an observation in the window.",
        shelf_life_days=shelf_life_days,
    )


def rated(
    key: str, title: str, *, unit: str = "rating", horizon: Horizon = "current", shelf_life_days: int = SHELF_LIFE_DAYS
) -> Metric:
    """A metric that is people's judgement: one voice per function, however many of its people rated."""
    return Metric(
        key=key,
        title=title,
        unit=unit,
        kind="qualitative",
        horizon=horizon,
        measures="judgement",
        facts=("ratings",),
        definition="Each person's latest rating, averaged within each function, then averaged over the functions.",
        window=f"The {shelf_life_days} days that end at as_of.",
        when_missing="Null without a rating in the window.",
        shelf_life_days=shelf_life_days,
    )
