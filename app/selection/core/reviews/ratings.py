"""How far the ratings of a candidate lie apart, between people and between functions, and where the agreed one lies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Final
from uuid import UUID

LOWEST: Final = 1
HIGHEST: Final = 5


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's blind ratings of a candidate: for which function they spoke, and 1..5 by metric."""

    user_id: UUID
    function: str
    values: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FunctionRating:
    """What a function says on a metric: the mean of its people's ratings, 1..5, and how many rated."""

    function: str
    mean: float
    raters: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How far figures lie apart, in points of the scale: the largest less the smallest, and the standard deviation.

    The deviation is that of these figures themselves (divided by n): they are all there are, and no sample.
    """

    range: float
    sd: float


@dataclass(frozen=True, slots=True)
class MetricFigures:
    """The ratings of a candidate on one metric, before and after the joint session.

    blind_mean: the mean over functions (each has one voice, however many of its people rated); None without a rating.
    between_functions, between_raters: None with fewer than two of them. single_rater: whether one person alone rated.
    unified: what was agreed, or None. shift: unified - blind_mean, None without either.
    """

    metric: str
    by_function: tuple[FunctionRating, ...]
    raters: int
    blind_mean: float | None
    between_functions: Spread | None
    between_raters: Spread | None
    single_rater: bool
    unified: int | None
    shift: float | None


@dataclass(frozen=True, slots=True)
class AxisFigures:
    """The blind ratings of a dimension's metrics together.

    by_function: the mean of a function's ratings over those of the metrics that it rated. mean: over functions.
    """

    axis: str
    by_function: tuple[FunctionRating, ...]
    mean: float | None
    between_functions: Spread | None


def spread(figures: Sequence[float]) -> Spread | None:
    """How far the figures lie apart; None for fewer than two, which lie nowhere apart."""
    if len(figures) < 2:
        return None
    return Spread(max(figures) - min(figures), pstdev(figures))


def metric_figures(voices: Iterable[Voice], metric: str, unified: int | None) -> MetricFigures:
    """The figures of one metric; functions in the order of their names (catalogue OAA-14, CRI-13)."""
    rated = [(voice.function, voice.values[metric]) for voice in voices if metric in voice.values]
    by_function = _by_function(rated)
    means = [one.mean for one in by_function]
    blind_mean = fmean(means) if means else None
    return MetricFigures(
        metric=metric,
        by_function=by_function,
        raters=len(rated),
        blind_mean=blind_mean,
        between_functions=spread(means),
        between_raters=spread([value for _, value in rated]),
        single_rater=len(rated) == 1,
        unified=unified,
        shift=None if unified is None or blind_mean is None else unified - blind_mean,
    )


def axis_figures(axis: str, figures: Iterable[MetricFigures]) -> AxisFigures:
    """The figures of a dimension from those of its metrics; a function counts by the metrics that it rated."""
    said = [one for metric in figures for one in metric.by_function]
    people: dict[str, int] = {}
    for one in said:
        people[one.function] = max(people.get(one.function, 0), one.raters)
    means = {function: fmean(one.mean for one in said if one.function == function) for function in sorted(people)}
    by_function = tuple(FunctionRating(function, mean, people[function]) for function, mean in means.items())
    return AxisFigures(
        axis=axis,
        by_function=by_function,
        mean=fmean(means.values()) if means else None,
        between_functions=spread(list(means.values())),
    )


def _by_function(rated: Iterable[tuple[str, float]]) -> tuple[FunctionRating, ...]:
    values: dict[str, list[float]] = {}
    for function, value in rated:
        values.setdefault(function, []).append(value)
    return tuple(FunctionRating(function, fmean(of), len(of)) for function, of in sorted(values.items()))
