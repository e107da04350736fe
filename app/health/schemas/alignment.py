"""The wire of who stands behind a plan's goals, and of the figures agreed with a customer."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.health.core.alignment import Party
from app.infra.wire import Answer, Ratio01


class GoalParty(Answer):
    """What a party does for a goal."""

    party: Party = Field(
        description=(
            "`account_team`: the KAM and people of sales; `sales_leadership`: who leads sales, and executives;"
            " `organization`: all other functions; `customer`: the customer's own people"
        )
    )
    actions: int = Field(description="How many actions of the plan it owns that were not dropped", examples=[2])
    commitments: int = Field(
        description="How many resources it promised or delivered for actions that serve the goal", examples=[1]
    )
    covered: bool = Field(description="Whether it does anything for the goal")


class GoalAlignment(Answer):
    """Who stands behind a goal of the customer's."""

    key: str = Field(description="The goal's key in the plan", examples=["line-uptime"])
    title: str = Field(description="What is to be reached", examples=["Lines that do not stand still"])
    parties: list[GoalParty] = Field(description="What each party does for it")
    lacking: list[Party] = Field(description="Who of us does nothing for it", examples=[["sales_leadership"]])


class PlanAlignmentAnswer(Answer):
    """Whether account team, sales leadership and organization each stand behind the customer's goals."""

    account_id: UUID = Field(description="The account")
    plan_id: UUID = Field(description="Its plan")
    number: int = Field(description="The number of the plan's newest version", examples=[4])
    goals: list[GoalAlignment] = Field(description="The customer's goals in the plan's order")
    coverage: Ratio01 | None = Field(
        description="Of the goals times our three parties, the share that is covered; null without goals",
        examples=[0.67],
    )
    aligned_goals: int = Field(description="How many goals all three of us stand behind", examples=[1])
    elsewhere: int = Field(description="How many of our actions and promises serve none of the goals", examples=[3])


class KpiAgreement(Answer):
    """Where a figure was agreed."""

    agreed_in: Literal["plan", "calibration"] = Field(
        description="`plan`: a shared objective; `calibration`: an expectation of the one in force"
    )
    title: str = Field(description="The objective or the expectation", examples=["Lines that do not stand still"])
    target: float | None = Field(description="The figure to be reached, in the metric's unit", examples=[0.98])
    due_on: date = Field(description="By when", examples=["2027-03-31"])


class AgreedKpi(Answer):
    """A figure that was agreed with the customer and is still to be reached."""

    metric: str = Field(description="The metric's key", examples=["on_time_delivery"])
    title: str | None = Field(description="What it is called; null: it is not measured", examples=["On-time delivery"])
    unit: str | None = Field(description="The metric's unit", examples=["ratio"])
    current: float | None = Field(description="The figure on the day; null where unknown", examples=[0.95])
    agreements: list[KpiAgreement] = Field(description="Where it was agreed, what is due first first")


class AgreedKpis(Answer):
    """The few figures by which both sides tell whether it goes well."""

    account_id: UUID = Field(description="The account")
    as_of: date = Field(description="The day at whose end it was looked at", examples=["2026-11-22"])
    kpis: list[AgreedKpi] = Field(description="The figures, what is due first first")
    count: int = Field(description="How many there are", examples=[1])
    at_most: int = Field(description="How many can be minded; our choice", examples=[7])
    too_many: bool = Field(description="Whether there are more than that", examples=[False])
    reviewed_on: date | None = Field(
        description="When the last business, executive or steering review was held with the customer",
        examples=["2026-10-14"],
    )
    days_since_review: int | None = Field(description="Days since then; null without any", examples=[39])
