"""What is counted and timed for Prometheus: requests by route template, the database pools, the build."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
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


class _Shown(Collector):
    """What is read anew at each scrape."""

    def __init__(self, read: Callable[[], Iterable[Metric]]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        return self._read()

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
        self._histograms: dict[str, Histogram] = {}
        self._pools: dict[str, Callable[[], PoolState]] = {}
        self._refreshing: list[Callable[[], Awaitable[None]]] = []
        self.show(self._pool_figures)
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

    def histogram(self, name: str, told: str, labels: Sequence[str], buckets: Sequence[float] = _BUCKETS) -> Histogram:
        """A capability's own histogram, likewise."""
        if name not in self._histograms:
            self._histograms[name] = Histogram(name, told, labels, buckets=buckets, registry=self.registry)
        return self._histograms[name]

    def watch_pool(self, read: Callable[[], PoolState], pool: str = "api") -> None:
        """Show a database pool, read at each scrape; the worker beside the API has one of its own."""
        self._pools[pool] = read

    def show(self, read: Callable[[], Iterable[Metric]], refresh: Callable[[], Awaitable[None]] | None = None) -> None:
        """Show what `read` gives at each scrape; before that `refresh` may look where it has to be waited for."""
        self.registry.register(_Shown(read))
        if refresh is not None:
            self._refreshing.append(refresh)

    async def scraped(self) -> bytes:
        """All metrics in Prometheus' text format, as they are now."""
        for refresh in self._refreshing:
            await refresh()
        return self.render()

    def render(self) -> bytes:
        """All metrics in Prometheus' text format, as they were last looked at."""
        return generate_latest(self.registry)

    def _pool_figures(self) -> Iterable[Metric]:
        if not self._pools:
            return
        told = {"in_use": "in use", "idle": "waiting to be used", "limit": "at most"}
        for name, words in told.items():
            family = GaugeMetricFamily(f"db_pool_{name}", f"Database connections {words}", labels=("pool",))
            for pool, read in self._pools.items():
                family.add_metric((pool,), getattr(read(), name))
            yield family
