"""The wire of calibrations over the portfolio: how long they take, where they are stuck, which are due."""

from datetime import date

from pydantic import Field

from app.calibration.core.levels import Level
from app.calibration.core.states import Step
from app.calibration.queries.due import DueTrigger
from app.infra.wire import Answer, Id


class SurvivalPoint(Answer):
    """A point of the curve."""

    days: int = Field(description="So many days from the beginning", examples=[21])
    at_risk: int = Field(description="How many were seen for so many days, and had not come to the end before")
    ends: int = Field(description="How many of them came to it on that day")
    share: float = Field(ge=0, le=1, description="Which share has not come to the end after that day", examples=[0.75])


class TimeToEndAnswer(Answer):
    """How long something takes (Kaplan and Meier); what is not over counts for as long as it has lasted."""

    n: int = Field(description="How many were seen")
    ended: int = Field(description="How many of them came to the end; the others are censored")
    lower_quartile_days: int | None = Field(
        description="After so many days a quarter has; null where that is not known"
    )
    median_days: int | None = Field(description="After so many days half have", examples=[42])
    upper_quartile_days: int | None = Field(description="After so many days three quarters have")
    curve: list[SurvivalPoint] = Field(description="The days on which anything came to its end, in order")


class StepFiguresAnswer(Answer):
    """How long a step takes, and where calibrations are stuck in it."""

    step: Step = Field(description="The step")
    takes: TimeToEndAnswer = Field(description="From entering the step to passing it; going back is not passing")
    median_days_of_passed: float | None = Field(
        description="The median of those that passed it; null while none did", examples=[18.5]
    )
    stuck_after_days: float = Field(
        description="30 days, or the median of the 500 that began last where that is more", examples=[30]
    )
    inside: int = Field(description="How many are in it")
    stuck: int = Field(description="How many of them for more days than that")


class CalibrationAnalytics(Answer):
    """How long calibrations take until they are in force, and where they are stuck."""

    as_of: date
    started_from: date | None = Field(description="Only calibrations that began on that day or later")
    to_active: TimeToEndAnswer = Field(
        description="From the beginning until in force; one that ended before is censored"
    )
    steps: list[StepFiguresAnswer] = Field(description="The four steps in their order")
    stuck: int = Field(description="How many are stuck in any step")


class TimeToReturn(Answer):
    """How long it takes until accounts have brought in what was put into them."""

    as_of: date = Field(description="Up to the end of this day")
    currency: str = Field(description="In which both are added up: the reporting currency", examples=["EUR"])
    calibrated: TimeToEndAnswer = Field(
        description="Accounts that were calibrated with: from the beginning of their first calibration"
    )
    others: TimeToEndAnswer = Field(description="The others: from the first use of a resource that has a price")
    change: float | None = Field(
        description="Median of the calibrated / median of the others - 1: -0.5 is half the time; null with "
        "insufficient data. An association, no effect: who is calibrated with is chosen",
        examples=[-0.3],
    )
    insufficient_data: bool = Field(description="Whether either has fewer than 20 accounts")
    uses_left_out: int = Field(description="Uses of resources that have no price, or none in a currency with a rate")
    deals_left_out: int = Field(description="Won deals in a currency without a rate on the day of their close")


class DueCalibration(Answer):
    """A calibration in force that is due to be done anew."""

    id: Id
    account_id: Id
    account_name: str = Field(examples=["Cancity"])
    owner_user_id: Id | None = Field(description="Who leads it for the supplier")
    agreed_level: Level = Field(description="What is agreed", examples=["strategic"])
    activated_on: date = Field(description="Since when it is in force", examples=["2025-06-02"])
    due_on: date = Field(description="Twelve months after that")
    triggers: list[DueTrigger] = Field(
        description="Why: twelve months have passed; the account's KAM or tier is another than then; two expectations "
        "are missed",
        examples=[["owner_changed"]],
    )
    missed_expectations: int = Field(description="How many of its expectations were missed when last assessed")
    recalibration_id: Id | None = Field(description="The calibration in progress that is to follow it")
