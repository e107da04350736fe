"""How metrics look on the wire."""

from collections.abc import Iterator
from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.infra.wire import Answer
from app.metrics.core.measured import Measured
from app.metrics.core.metric import Horizon, Kind, Measures
from app.metrics.core.metric import Metric as MetricDefinition
from app.metrics.core.registry import Registry

DECIMALS = 4

NoteKind = Literal[
    "estimated_by_list_price", "estimated_by_stage_probability", "estimated_by_win_rate", "expected_spend",
    "without_price", "without_probability", "without_amount", "without_rate", "cells_without_potential",
    "targets_without_rate",
]  # fmt: skip


class Metric(Answer):
    """A metric: what it is computed from, over which days, and when it is null."""

    key: str = Field(examples=["revenue_ltm"])
    title: str = Field(examples=["Revenue of the last twelve months"])
    unit: str = Field(description="`money` is in the organization's reporting currency", examples=["money"])
    kind: Kind
    horizon: Horizon
    measures: Measures = Field(description="What stands behind the number")
    facts: list[str] = Field(description="The kinds of fact that it reads, the leading one first")
    definition: str
    window: str = Field(description="Which days count")
    when_missing: str = Field(description="When it is null instead of a number")
    shelf_life_days: int | None = Field(description="How old an observation or a rating may be; null where computed")


class MetricList(Answer):
    """The registry: the shipped metrics, and the organization's own behind them."""

    data: list[Metric]
    next_cursor: str | None = Field(description="Always null: the registry comes whole")


class MetricValue(Answer):
    """One metric of one account on the day."""

    value: float | None = Field(description="Null where it is unknown", examples=[101036.0])
    unit: str = Field(examples=["money"])
    facts: int = Field(description="How many facts were read", examples=[63])
    latest_fact_on: date | None = Field(description="The day of the latest of them", examples=["2017-12-27"])


class MetricNote(Answer):
    """How much of a figure is estimated, or what could not count in it."""

    metric: str = Field(examples=["future_spend"])
    note: NoteKind
    value: float = Field(description="Money for what is estimated, else how many facts", examples=[2170.0])
    currency: str | None = Field(description="For `without_rate`: the currency that has none", examples=["CHF"])


class AccountMetrics(Answer):
    """All that is known of an account at the end of a day."""

    account_id: UUID
    as_of: date
    currency: str = Field(description="The reporting currency, in which money is given", examples=["USD"])
    metrics: dict[str, MetricValue] = Field(description="By key; every metric of the registry is here")
    notes: list[MetricNote]


def metric_list(registry: Registry) -> MetricList:
    return MetricList(data=[_metric(metric) for metric in registry], next_cursor=None)


def account_metrics(registry: Registry, measured: Measured) -> AccountMetrics:
    """The answer for the one account that was measured; numbers are rounded here and nowhere before."""
    return AccountMetrics(
        account_id=measured.account_ids[0],
        as_of=measured.as_of,
        currency=measured.currency,
        metrics={
            metric.key: MetricValue(
                value=_rounded(measured.value(metric.key, 0)),
                unit=metric.unit,
                facts=int(measured.facts[metric.key][0]),
                latest_fact_on=measured.latest_on(metric.key, 0),
            )
            for metric in registry
        },
        notes=[note for metric in registry for note in _notes(metric.key, measured)],
    )


def _metric(metric: MetricDefinition) -> Metric:
    return Metric(
        key=metric.key,
        title=metric.title,
        unit=metric.unit,
        kind=metric.kind,
        horizon=metric.horizon,
        measures=metric.measures,
        facts=list(metric.facts),
        definition=metric.definition,
        window=metric.window,
        when_missing=metric.when_missing,
        shelf_life_days=metric.shelf_life_days,
    )


def _notes(key: str, measured: Measured) -> Iterator[MetricNote]:
    notes = measured.notes_of(key, 0)
    for currency, number in notes.pop("missing_rates", {}).items():
        yield MetricNote(metric=key, note="without_rate", value=number, currency=currency)
    for note, value in notes.items():
        yield MetricNote.model_validate(
            {"metric": key, "note": note, "value": round(value, DECIMALS), "currency": None}
        )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)
