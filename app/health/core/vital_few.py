"""Decides which figures are agreed with a customer, and whether they are few enough to be minded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

AT_MOST: Final = 7  # ours: HLT-12 of the catalogue asks for a number


@dataclass(frozen=True, slots=True)
class Agreement:
    """A figure to be reached, as it was agreed: in the plan that both see, or in the calibration."""

    metric: str
    agreed_in: Literal["plan", "calibration"]
    title: str
    target: float | None
    due_on: date


@dataclass(frozen=True, slots=True)
class VitalFew:
    """What is agreed, by metric; a figure counts once, however often it is agreed."""

    metrics: Mapping[str, Sequence[Agreement]]

    @property
    def too_many(self) -> bool:
        """Whether there are more than anybody can mind."""
        return len(self.metrics) > AT_MOST


def vital_few(agreed: Sequence[Agreement], day: date) -> VitalFew:
    """The figures that are still to be reached on a day, those due first first; the day itself is not over yet.

    Source: HLT-12, the vital few.
    """
    found: dict[str, list[Agreement]] = {}
    for one in sorted(agreed, key=lambda one: (one.due_on, one.metric, one.agreed_in)):
        if one.due_on >= day:
            found.setdefault(one.metric, []).append(one)
    return VitalFew(found)
