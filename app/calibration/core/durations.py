"""How long calibrations take: to become active, in each step, and where one is stuck."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final, NamedTuple

import numpy as np
import scipy  # its parts are loaded where they are first used: they take seconds

from app.calibration.core.states import STEPS, Step

# A step that takes longer than this is long for anybody.
LONG_DAYS: Final = 30
# By step, beyond how many days a calibration is stuck in it.
Limits = Mapping[Step, float]


class Spell(NamedTuple):
    """How many days something took; one that has not ended had taken so long when it was last seen."""

    days: int
    ended: bool


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Of those that start, which share has not come to its end after so many days."""

    days: int
    at_risk: int
    ends: int
    share: float


@dataclass(frozen=True, slots=True)
class TimeToEnd:
    """How long something takes, by the estimator of Kaplan and Meier.

    n: how many were seen; ended: how many of them came to their end. The quartiles are the days after which a quarter,
    half and three quarters have; None where that is not reached.
    """

    n: int
    ended: int
    lower_quartile: int | None
    median: int | None
    upper_quartile: int | None
    curve: tuple[CurvePoint, ...]


def time_to_end(spells: Sequence[Spell]) -> TimeToEnd:
    """How long it takes until the end, those counted in that have not come to it yet.

    spells: days at least 0. One that ends on the very day on which another is last seen ends before it. Without spells
    nothing is known. Source: Kaplan and Meier (1958), Nonparametric Estimation from Incomplete Observations.
    """
    ended = sum(spell.ended for spell in spells)
    if not ended:
        return TimeToEnd(len(spells), 0, None, None, None, ())
    data = scipy.stats.CensoredData.right_censored(
        [spell.days for spell in spells], [not spell.ended for spell in spells]
    )
    curve = tuple(_points(scipy.stats.ecdf(data).sf, spells))
    return TimeToEnd(len(spells), ended, _after(curve, 0.75), _after(curve, 0.5), _after(curve, 0.25), curve)


def _points(survival: Any, spells: Sequence[Spell]) -> Iterable[CurvePoint]:
    days = np.array([spell.days for spell in spells])
    ends = np.array([spell.ended for spell in spells])
    for day, share in zip(survival.quantiles, survival.probabilities, strict=True):
        so_many = int(np.count_nonzero(ends & (days == day)))
        if so_many:
            yield CurvePoint(int(day), int(np.count_nonzero(days >= day)), so_many, float(share))


def _after(curve: Sequence[CurvePoint], share: float) -> int | None:
    """After how many days no more than the share is left; shares are compared to what floats can tell apart."""
    return next((point.days for point in curve if point.share <= share + 1e-12), None)


def passed_medians(spells: Iterable[tuple[Step, Spell]]) -> dict[Step, float]:
    """The median days that those who passed a step were in it; steps that nobody passed are left out."""
    by_step: dict[Step, list[int]] = {}
    for step, spell in spells:
        if spell.ended:
            by_step.setdefault(step, []).append(spell.days)
    return {step: float(median(days)) for step, days in by_step.items()}


def stuck_limits(medians: Mapping[Step, float]) -> Limits:
    """Beyond how many days a calibration is stuck in a step: LONG_DAYS, or the median of those that passed it if more.

    Where a step takes everybody long, one that takes as long as half of them did is not stuck.
    """
    return {step: max(float(LONG_DAYS), medians.get(step, 0.0)) for step in STEPS}
