"""The wire of how far plans have come."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.infra.wire import Answer, MoneyOut

State = Literal["on_track", "behind", "met", "unknown"]
Because = Literal["no_metric", "no_target", "no_such_metric", "not_measured", "no_baseline", "no_distance"]


class ObjectiveProgress(Answer):
    """How far an objective has come."""

    key: str = Field(examples=["line-uptime"])
    title: str
    outcome: Literal["supplier", "customer"] = Field(description="Whose outcome it is")
    metric: str | None = Field(description="The metric that tells how far it is", examples=["on_time_delivery"])
    unit: str | None = Field(description="The metric's unit; `money` is in the reporting currency", examples=["ratio"])
    baseline: float | None = Field(description="The figure at the outset", examples=[0.91])
    baseline_from: Literal["plan", "measured"] | None = Field(
        description="`measured`: the plan gives none, so it is the metric on the day on which the plan began"
    )
    target: float | None = Field(description="The figure to be reached; below the baseline where less is better")
    current: float | None = Field(description="The figure on the day", examples=[0.95])
    due_on: date = Field(description="By when it is to be reached")
    share: float | None = Field(
        description="Of the way from baseline to target; below 0 where it went backwards, above 1 beyond the target"
    )
    expected_share: float = Field(description="Of the time from the plan's first day to the due day, 0 to 1")
    state: State = Field(description="`on_track` while the share of the way is at least that of the time")
    because: Because | None = Field(
        description="Why it is unknown; `no_distance`: a target equal to the baseline does not say which way is good"
    )


class TargetProgress(Answer):
    """What was earned of a target."""

    metric: Literal["revenue", "margin"] = Field(description="`margin`: the latest observed margin of the revenue")
    period: Literal["quarter", "year"]
    starts_on: date = Field(description="The period's first day")
    ends_on: date = Field(description="The period's last day")
    amount: MoneyOut = Field(description="The target as the plan has it")
    planned: float | None = Field(description="The target in the reporting currency at the day's rate; null without")
    actual: float | None = Field(description="What the period has come to by the day; null where unknown")
    share: float | None = Field(description="actual / planned", examples=[0.4])
    expected_share: float = Field(description="Of the period's days, how many have passed, 0 to 1", examples=[0.5])
    state: Literal["not_begun", "on_track", "behind", "met", "unknown"]


class ValueProgress(Answer):
    """What the plan has brought the customer so far, by its value plan; amounts are in the reporting currency."""

    steps: int = Field(description="How many steps there are", examples=[4])
    reached: int = Field(description="How many were reached by the day", examples=[2])
    planned: float = Field(description="What all steps should be worth to the customer", examples=[240000.0])
    planned_reached: float = Field(
        description="What those that were reached should be worth, of which is said what they turned out to be worth",
        examples=[120000.0],
    )
    realised: float = Field(description="What these turned out to be worth", examples=[108000.0])
    share: float | None = Field(
        description="realised / planned_reached; null where nothing was planned", examples=[0.9]
    )
    first_reached_on: date | None = Field(description="When the first step was reached", examples=["2026-06-30"])
    days_to_value: int | None = Field(description="Days from the plan's first day to it; null before", examples=[180])
    unpriced: int = Field(
        description="Steps with an amount without a rate of exchange; it counts nowhere", examples=[0]
    )


class PlanProgressAnswer(Answer):
    """How far a plan has come."""

    account_id: UUID
    as_of: date
    plan_id: UUID = Field(description="The plan's id")
    number: int = Field(description="The number of the version that was the newest on the day")
    starts_on: date = Field(description="The plan's first day")
    ends_on: date = Field(description="The plan's last day")
    currency: str = Field(description="The reporting currency", examples=["USD"])
    objectives: list[ObjectiveProgress] = Field(description="In the plan's order")
    objective_counts: dict[State, int] = Field(description="How many objectives are in each state")
    targets: list[TargetProgress] = Field(description="Our targets by quarter and year, in the plan's order")
    value: ValueProgress = Field(description="What the plan has brought the customer so far")
