"""Our figures beside published ones, as bars that need no script."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.console.core.figures import number, percent
from app.kernel.benchmarks import Benchmark


@dataclass(frozen=True, slots=True)
class Beside:
    """Our figure and a published one on one scale.

    said: our figure in words. published: the other one. at, low, high: where they lie, 0 to 100; `at` is None where
    ours is not known, and low equals high where one number was published.
    """

    title: str
    said: str
    detail: str
    published: str
    at: float | None
    low: float
    high: float
    benchmark: Benchmark

    @property
    def places(self) -> Sequence[float]:
        """Left edge and width of the published range, wide enough to be seen."""
        width = max(self.high - self.low, 1.0)
        return (min(self.low, 100 - width), width)


def beside_share(title: str, ours: float | None, benchmark: Benchmark, detail: str = "") -> Beside:
    """A share of ours (0 to 1) beside a published percentage."""
    low, high = benchmark.value, benchmark.value if benchmark.value_to is None else benchmark.value_to
    told = number(low, 0) if low == high else f"{number(low, 0)} to {number(high, 0)}"
    at = None if ours is None else min(max(100 * ours, 0.0), 100.0)
    return Beside(title, percent(ours), detail, f"{told} %", at, low, high, benchmark)


def beside_number(title: str, ours: float | None, benchmark: Benchmark, *, most: float, detail: str = "") -> Beside:
    """A number of ours beside a published one; most: the end of the scale."""
    low, high = benchmark.value, benchmark.value if benchmark.value_to is None else benchmark.value_to
    told = number(low, 0) if low == high else f"{number(low, 0)} to {number(high, 0)}"
    at = None if ours is None else min(100 * ours / most, 100.0)
    return Beside(title, number(ours), detail, told, at, 100 * low / most, 100 * high / most, benchmark)
