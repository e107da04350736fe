"""Whether what depends on the customer, such as a promotion, was tested with it by a calibration, and how often."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Frequency = Literal["never", "rarely", "sometimes", "often", "always"]

# Ours: what was agreed longer ago than this, and is in force no more, tells little of the customer of today.
TESTED_FOR_DAYS: Final = 180
# From which share on it is often, and up to which it is rarely; ours.
OFTEN_FROM: Final = 2 / 3
RARELY_UP_TO: Final = 1 / 3


@dataclass(frozen=True, slots=True)
class Completed:
    """A calibration that was completed: the day on which it became active, and the day on which it ended, if it did."""

    activated_on: date
    ended_on: date | None


def was_tested(on: date, completed: Iterable[Completed]) -> bool:
    """Whether a calibration with the customer was in force on a day, or was completed in the 180 days before it."""
    return any(
        one.activated_on <= on
        and (one.ended_on is None or one.ended_on > on or (on - one.activated_on).days <= TESTED_FOR_DAYS)
        for one in completed
    )


def frequency(tested: int, count: int) -> Frequency | None:
    """How often it was tested, in the words in which the surveys ask for it; None where there was nothing to test."""
    if not count:
        return None
    if tested in {0, count}:
        return "always" if tested else "never"
    share = tested / count
    if share >= OFTEN_FROM:
        return "often"
    return "rarely" if share <= RARELY_UP_TO else "sometimes"
