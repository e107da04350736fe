"""What is counted and timed for Prometheus: requests by route template, the database pool, the build."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True, slots=True)
class PoolState:
    """The database pool now: connections in use, idle, and at most."""

    in_use: int
    idle: int
    limit: int


class _PoolCollector(Collector):
    def __init__(self, read: Callable[[], PoolState]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        state = self._read()
        yield GaugeMetricFamily("db_pool_in_use", "Database connections in use", state.in_use)
        yield GaugeMetricFamily("db_pool_idle", "Database connections waiting to be used", state.idle)
        yield GaugeMetricFamily("db_pool_limit", "Database connections at most", state.limit)

    def describe(self) -> Iterable[Metric]:
        return ()


class Metrics:
    """One process's metrics; others are added with `registry=metrics.registry`."""

    def __init__(self, version: str = "") -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        labels = ("method", "route", "status")
        self._requests = Counter("http_requests", "Requests answered", labels, registry=self.registry)
        self._seconds = Histogram(
            "http_request_seconds",
            "Time to the end of the answer",
            labels[:2],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        if version:
            Info("build", "What is running", registry=self.registry).info({"version": version})
        self._counters: dict[str, Counter] = {}
        # labels() builds and locks on every call; routes, methods and statuses are few.
        self._children = lru_cache(maxsize=4096)(self._new_children)

    def _new_children(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        method = method if method in _METHODS else "OTHER"
        return self._requests.labels(method, route, str(status)), self._seconds.labels(method, route)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count and time one answer; `route` is the template, never the path itself."""
        requests, duration = self._children(method, route, status)
        requests.inc()
        duration.observe(seconds)

    def counter(self, name: str, told: str, labels: Sequence[str]) -> Counter:
        """A capability's own counter; the same one however often it is asked for, as it outlives what counts in it."""
        if name not in self._counters:
            self._counters[name] = Counter(name, told, labels, registry=self.registry)
        return self._counters[name]

    def watch_pool(self, read: Callable[[], PoolState]) -> None:
        """Show the database pool, read at each scrape."""
        self.registry.register(_PoolCollector(read))

    def render(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)
