"""What a rule is: the ways in which it can hold, and what to do then."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.health.core.warnings.conditions import Comparison

Severity = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways in which a rule holds: all of its comparisons do.

    stays: what has to hold for it to go on once it has begun, where that is less than what begins it.
    """

    code: str
    says: str
    opens: tuple[Comparison, ...]
    stays: tuple[Comparison, ...] | None = None

    @property
    def goes_on(self) -> tuple[Comparison, ...]:
        """What has to hold for it to go on."""
        return self.opens if self.stays is None else self.stays


@dataclass(frozen=True, slots=True)
class Rule:
    """A sign of trouble: it holds in any of its ways.

    asks: the question that it answers. plays: codes of what is suggested. source: where it comes from.
    """

    code: str
    title: str
    asks: str
    severity: Severity
    ways: tuple[Way, ...]
    plays: tuple[str, ...]
    source: str

    @property
    def comparisons(self) -> Iterator[Comparison]:
        """All that is compared, each once, in the order of the ways."""
        yield from dict.fromkeys(comparison for way in self.ways for comparison in (*way.opens, *(way.stays or ())))

    @property
    def metrics(self) -> tuple[str, ...]:
        """The keys of all metrics that it reads."""
        return tuple(dict.fromkeys(comparison.metric for comparison in self.comparisons))
