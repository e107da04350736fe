"""Decides what a plan has brought the customer: value that was planned, value that came, and how soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the plan's value; amounts in one currency, None where none is said or it has no rate.

    reached_on: None while it is not reached. unpriced: whether an amount is said that has no rate.
    """

    planned: float | None
    realised: float | None
    reached_on: date | None
    unpriced: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """What came of a plan's value by a day.

    planned: of all steps. planned_reached, realised: of the steps that were reached and say both. share: realised /
    planned_reached, None where nothing was planned of them. days_to_value: from the plan's first day to the first step
    that was reached, None before. unpriced: steps with an amount that has no rate.
    """

    steps: int
    reached: int
    planned: float
    planned_reached: float
    realised: float
    share: float | None
    first_reached_on: date | None
    days_to_value: int | None
    unpriced: int


def value(steps: Sequence[Step], starts_on: date, day: date) -> Value:
    """What the steps came to at the end of a day; what is reached later is not known yet. Source: PLN-16."""
    reached = [one for one in steps if one.reached_on is not None and one.reached_on <= day]
    told = [(one.planned, one.realised) for one in reached if one.planned is not None and one.realised is not None]
    planned = [planned for planned, _ in told]
    realised = [realised for _, realised in told]
    first = min((one.reached_on for one in reached if one.reached_on is not None), default=None)
    return Value(
        steps=len(steps),
        reached=len(reached),
        planned=sum(one.planned or 0.0 for one in steps),
        planned_reached=sum(planned),
        realised=sum(realised),
        share=sum(realised) / sum(planned) if sum(planned) > 0 else None,
        first_reached_on=first,
        days_to_value=None if first is None else max((first - starts_on).days, 0),
        unpriced=sum(one.unpriced for one in steps),
    )
