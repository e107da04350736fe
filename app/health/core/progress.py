"""Decides how far an account plan has come: its objectives by their metrics, its targets by what was earned."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

State = Literal["on_track", "behind", "met", "unknown"]
TargetState = Literal["not_begun", "on_track", "behind", "met", "unknown"]
Because = Literal["no_metric", "no_target", "no_such_metric", "not_measured", "no_baseline", "no_distance"]

# A share that misses another by less differs from it only by the order of additions.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Objective:
    """What is to be reached: the figure at the outset, the one to reach, from when and by when."""

    baseline: float | None
    target: float | None
    starts_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something has come.

    share: of the way from the baseline to the target, below 0 where it went backwards and above 1 beyond the target;
    None where it is not known. expected: the share of the time that has passed, 0 to 1. because: why it is unknown.
    """

    share: float | None
    expected: float
    state: State
    because: Because | None = None


def elapsed(starts_on: date, due_on: date, as_of: date) -> float:
    """The share of the time between two days that has passed at the end of a third, 0 to 1.

    Where there is no time between them all of it has passed from the day on that it was due.
    """
    days = (due_on - starts_on).days
    if days <= 0:
        return float(as_of >= due_on)
    return min(1.0, max(0.0, (as_of - starts_on).days / days))


def progress(objective: Objective, current: float | None, as_of: date) -> Progress:
    """How far an objective has come; goals may rise or fall, as their target lies above the baseline or below it.

    It is met from the target on, on track while the share of the way is at least that of the time, else behind. A
    target equal to the baseline does not say which way is good: it is met at that figure exactly, else unknown.
    """
    expected = elapsed(objective.starts_on, objective.due_on, as_of)
    baseline, target = objective.baseline, objective.target
    if target is None:
        return Progress(None, expected, "unknown", "no_target")
    if current is None:
        return Progress(None, expected, "unknown", "not_measured")
    if baseline is None:
        return Progress(None, expected, "unknown", "no_baseline")
    if baseline == target:
        met = current == target
        return Progress(1.0 if met else None, expected, "met" if met else "unknown", None if met else "no_distance")
    share = (current - baseline) / (target - baseline)
    return Progress(share, expected, _state(share, expected))


def _state(share: float, expected: float) -> State:
    if share >= 1 - TOLERANCE:
        return "met"
    return "on_track" if share >= expected - TOLERANCE else "behind"


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter or a year of the plan, both its days included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Attainment:
    """What was earned of a target: share (None where either is unknown, or the target is not above 0)."""

    share: float | None
    expected: float
    state: TargetState


def attainment(period: Period, target: float | None, actual: float | None, as_of: date) -> Attainment:
    """How far a target has come at the end of a day; amounts in one currency, None where unknown.

    What is expected is the share of the period's days that have passed, the day itself included. A target of 0 is met.
    """
    days = (period.ends_on - period.starts_on).days + 1
    expected = min(1.0, max(0.0, ((as_of - period.starts_on).days + 1) / days))
    if as_of < period.starts_on:
        return Attainment(None, expected, "not_begun")
    if target is None or actual is None:
        return Attainment(None, expected, "unknown")
    if target <= 0:
        return Attainment(None, expected, "met" if actual >= target else "behind")
    share = actual / target
    return Attainment(share, expected, _state(share, expected))
