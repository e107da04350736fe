"""The wire of why hygiene and health changed."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.health.core.changes import End, Explained, Kind, Moved, SideChange
from app.health.core.model import SIDES
from app.infra.wire import Answer
from app.metrics.core.registry import Registry
from app.selection.core.rounding import rounded_or_none

QuadrantName = Literal["thriving", "coasting", "building", "at_risk"]


class HealthEnd(Answer):
    """One end of a change."""

    as_of: date = Field(description="The day that was judged: the one asked for, or the latest kept before it")
    kept: bool = Field(description="Whether the judgement was kept then; false: it is made now, as of that day")
    model_id: UUID
    model_version: int
    quadrant: QuadrantName | None


class HealthChangePart(Answer):
    """What one step from the earlier day to the later added to a side's score."""

    kind: Kind = Field(
        description=(
            "`input`: a value changed; `coverage`: it became known or unknown; `weight`, `missing_policy` and"
            " `value_function`: the model did"
        )
    )
    indicator: str | None = Field(
        description="Null where all indicators are concerned", examples=["executives_met_new"]
    )
    delta: float = Field(description="Points of the side's score, not rounded", examples=[6.25])


class IndicatorMoved(Answer):
    """An indicator whose value is not what it was."""

    indicator: str = Field(examples=["executives_met_new"])
    metric: str = Field(examples=["executives_met_new"])
    title: str = Field(examples=["Executives met for the first time"])
    before: float | None = Field(description="Null where it was unknown, or no indicator yet", examples=[0.0])
    after: float | None = Field(description="Null where it is unknown, or no indicator any more", examples=[2.0])


class SideChanged(Answer):
    """How one side's score changed; hygiene and health are never added to each other."""

    before: float | None = Field(description="0 to 100; null where nothing was known", examples=[41.5])
    after: float | None = Field(description="0 to 100; null where nothing is known", examples=[66.25])
    delta: float | None = Field(description="after - before, not rounded; null where either is", examples=[24.75])
    parts: list[HealthChangePart] = Field(description="They add up to `delta`; in the order of the steps")
    moved: list[IndicatorMoved] = Field(description="Also where the score is not moved by it, or is null")


class HealthChanges(Answer):
    """Why hygiene and health changed between two days."""

    account_id: UUID
    since: HealthEnd
    until: HealthEnd
    hygiene: SideChanged
    health: SideChanged


def changes_shown(found: Explained) -> dict[str, Any]:
    """The answer; scores are rounded here, what has to add up is not."""
    return {
        "account_id": found.account_id,
        "since": _end(found.before),
        "until": _end(found.after),
        **{side: _side(found.sides[side], found.registry) for side in SIDES},
    }


def _end(end: End) -> dict[str, Any]:
    return {
        "as_of": end.as_of,
        "kept": end.was_kept,
        "model_id": end.model_id,
        "model_version": end.model_version,
        "quadrant": end.quadrant,
    }


def _side(change: SideChange, registry: Registry) -> dict[str, Any]:
    return {
        "before": _rounded(change.before),
        "after": _rounded(change.after),
        "delta": change.delta,
        "parts": [{"kind": part.kind, "indicator": part.indicator, "delta": part.delta} for part in change.parts],
        "moved": [_moved(one, registry) for one in change.moved],
    }


def _moved(one: Moved, registry: Registry) -> dict[str, Any]:
    metric = registry.metrics.get(one.indicator.metric)
    return {
        "indicator": one.indicator.key,
        "metric": one.indicator.metric,
        "title": one.indicator.metric if metric is None else metric.title,
        "before": _rounded(one.before),
        "after": _rounded(one.after),
    }


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else rounded_or_none(figure)
