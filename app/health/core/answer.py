"""Hygiene and health as they are shown: results as plain dicts for JSON, numbers rounded only here.

Scores, bounds, utilities and points have 4 decimals; values and weights are what they are, since a rounded input would
score differently. No number is NaN or -0.0.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.health.core.model import SIDES, HealthModel, Indicator, Side
from app.health.core.score import Scores, quadrant_names, side_of
from app.metrics.core.registry import Registry
from app.scoring.core.arrays import Vector
from app.selection.core.rounding import rounded_or_none

Shown = dict[str, object]
FIGURES = ("score", "low", "high", "coverage")


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands behind one account's inputs: for each indicator how many facts, and the day of the latest."""

    counts: Sequence[int]
    latest_on: Sequence[date | None]


@dataclass(frozen=True, slots=True)
class Before:
    """One side's scores of earlier days, None where there is none: the one before, and those of 30 and 90 days ago."""

    previous: float | None = None
    past_30: float | None = None
    past_90: float | None = None


def account_answer(
    scores: Scores, values: Vector, facts: Facts, registry: Registry, before: Mapping[Side, Before]
) -> Shown:
    """Both sides of the one account that was scored, its quadrant, and what to know about it.

    values: (indicators,), the metrics as they were measured, NaN = unknown.
    """
    entries = _entries(scores, values, facts, registry)
    return {
        **{side: _side(scores, side, entries, before.get(side, Before())) for side in SIDES},
        "quadrant": quadrant_names(scores.quadrant)[0],
        "provisional": bool(scores.provisional[0]),
        "warnings": list(_warnings(scores, values)),
    }


def change(now: float | None, then: float | None) -> float | None:
    """By how many points a score changed, None where either is null; rounded."""
    return None if now is None or then is None else rounded_or_none(now - then)


def shown(figure: float | None) -> float | None:
    """A figure that may be null, rounded."""
    return None if figure is None else rounded_or_none(figure)


def _side(scores: Scores, side: Side, entries: Sequence[Shown], before: Before) -> Shown:
    figures: list[float] = scores.figures[side_of(side), :, 0].tolist()
    score = None if math.isnan(figures[0]) else figures[0]
    return {
        **dict(zip(FIGURES, map(rounded_or_none, figures), strict=True)),
        "threshold": scores.model.thresholds.of(side),
        "previous": shown(before.previous),
        "delta": change(score, before.previous),
        "trend_30": change(score, before.past_30),
        "trend_90": change(score, before.past_90),
        "contributions": [entries[at] for at in _by_headroom(scores, scores.model.members(side))],
    }


def _by_headroom(scores: Scores, members: Sequence[int]) -> list[int]:
    """What could add most first, ties in the model's order, null last."""
    room: list[float] = scores.headroom[:, 0].tolist()
    return sorted(members, key=lambda at: math.inf if math.isnan(room[at]) else -room[at])


def _entries(scores: Scores, values: Vector, facts: Facts, registry: Registry) -> list[Shown]:
    columns = (scores.utilities, scores.contributions, scores.headroom)
    return [
        {
            "indicator": indicator.key,
            **_metric(indicator, registry),
            "value": _or_none(values[at]),
            "utility": rounded_or_none(columns[0][at, 0]),
            "weight": indicator.weight,
            "contribution": rounded_or_none(columns[1][at, 0]),
            "headroom": rounded_or_none(columns[2][at, 0]),
            "source": _source(indicator, registry, facts.counts[at], facts.latest_on[at]),
        }
        for at, indicator in enumerate(scores.model.indicators)
    ]


def _metric(indicator: Indicator, registry: Registry) -> Shown:
    metric = registry.metrics.get(indicator.metric)
    return {
        "metric": indicator.metric,
        "title": indicator.metric if metric is None else metric.title,
        "unit": None if metric is None else metric.unit,
    }


def _source(indicator: Indicator, registry: Registry, count: int, latest_on: date | None) -> Shown | None:
    metric = registry.metrics.get(indicator.metric)
    if metric is None or latest_on is None:
        return None
    return {"fact": metric.facts[0], "as_of": latest_on.isoformat(), "facts": count}


def _warnings(scores: Scores, values: Vector) -> Iterator[Shown]:
    """`insufficient_data` and `missing_indicators` of either side, and `unusable_value` of single indicators."""
    for side in SIDES:
        members = scores.model.members(side)
        missing = [scores.model.indicators[at].key for at in members if math.isnan(scores.utilities[at, 0])]
        if len(missing) == len(members):
            yield _remark("insufficient_data", f"nothing is known of {side}")
        elif missing:
            yield _remark("missing_indicators", f"{side}: {', '.join(missing)}")
    yield from _unusable(scores.model, values, scores)


def _unusable(model: HealthModel, values: Vector, scores: Scores) -> Iterator[Shown]:
    for at, indicator in enumerate(model.indicators):
        if math.isnan(scores.utilities[at, 0]) and not math.isnan(values[at]):
            message = f"{indicator.key}: its value does not fit the value function and counts as unknown"
            yield _remark("unusable_value", message)


def _remark(code: str, message: str) -> Shown:
    return {"code": code, "message": message}


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
