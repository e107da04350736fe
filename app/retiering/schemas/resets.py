"""The wire of relationship resets: the plan, its steps, the realignment, and what became of it."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from app.infra.wire import Answer, Id, IsoDate, LongText, Name, Ratio01, WireModel
from app.retiering.core.aftermath import Status
from app.retiering.core.resets import ResetState, StepKind

AN_ID = "0192d3a4-5b6c-7d8e-9f01-23456789abcd"
Told = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]*$")]
On = Annotated[IsoDate | None, Field(description="The day of it; today when not given", examples=["2026-03-02"])]
Who = Annotated[Id | None, Field(description="Who does it, where the key belongs to nobody", examples=[AN_ID])]
A_STEP: JsonDict = {
    "kind": "kam_meeting",
    "audience": "Head of procurement and plant manager",
    "message": "One contact for all sites, and a faster desk in place of the resident engineer",
    "customer_gains": "Answers within four hours",
    "owner_user_id": AN_ID,
    "due_on": "2026-04-01",
}
WHAT_CHANGES = "The resident engineer leaves at the end of June"
WHY_IT_FITS = "You told us that speed counts for more than presence"
WHAT_THEY_GAIN = "Answers within four hours, and one contact for all sites"
WAY_BACK = "Two joint projects and a yearly plan bring the account back"
A_FRAMING: JsonDict = {
    "what_changes": WHAT_CHANGES,
    "why_it_fits": WHY_IT_FITS,
    "what_they_gain": WHAT_THEY_GAIN,
    "way_back": WAY_BACK,
}
A_LINE: JsonDict = {
    "resource_id": AN_ID,
    "replacement": "The service desk, day and night",
    "customer_need": "Answers at once, from whomever",
}


class ResetStepBody(WireModel):
    """One step of what is said to whom."""

    model_config = ConfigDict(json_schema_extra={"examples": [A_STEP]})

    kind: StepKind = Field(description="Steps come in this order: brief, call, meeting, summary, handover")
    audience: Name = Field(description="To whom it is said", examples=["Head of procurement"])
    message: LongText = Field(min_length=1, description="The points to be made", examples=["One contact for all sites"])
    customer_gains: Told | None = Field(
        default=None, description="What the customer gains by it", examples=["Answers within four hours"]
    )
    owner_user_id: Id = Field(description="Who of ours says it", examples=[AN_ID])
    due_on: IsoDate = Field(description="By when", examples=["2026-04-01"])


class ResetBody(WireModel):
    """How a customer is told that it gets less."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**A_FRAMING, "steps": [A_STEP]}]})

    what_changes: Told = Field(description="What changes for the customer", examples=[WHAT_CHANGES])
    why_it_fits: Told = Field(description="Why that fits the customer's goals", examples=[WHY_IT_FITS])
    what_they_gain: Told = Field(description="What the customer gains", examples=[WHAT_THEY_GAIN])
    way_back: Told = Field(description="What would make it a key account again", examples=[WAY_BACK])
    feared_loss_share: Ratio01 | None = Field(
        default=None,
        description="The share of a year's revenue that the account's people fear to lose, 0 to 1",
        examples=[0.3],
    )
    steps: list[ResetStepBody] = Field(
        min_length=1, max_length=20, description="In their order; one at least is a call or a meeting with the customer"
    )
    on: On = None


class ResetStepChangeBody(WireModel):
    """What is to change about a step; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"due_on": "2026-04-15"}]})

    audience: Name | None = Field(default=None, description="To whom it is said", examples=["Head of procurement"])
    message: Annotated[LongText, Field(min_length=1)] | None = Field(
        default=None, description="The points to be made", examples=["One contact for all sites"]
    )
    customer_gains: Told | None = Field(
        default=None, description="What the customer gains by it; null: nothing", examples=["Answers within four hours"]
    )
    owner_user_id: Id | None = Field(default=None, description="Who of ours says it", examples=[AN_ID])
    due_on: IsoDate | None = Field(default=None, description="By when", examples=["2026-04-15"])

    @model_validator(mode="after")
    def _nothing_emptied(self) -> Self:
        for name in self.model_fields_set - {"customer_gains"}:
            if getattr(self, name) is None:
                raise PydanticCustomError("not_null", "Only `customer_gains` may be null; leave out what stays")
        return self


class ResetStepDoneBody(WireModel):
    """That a step was carried out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2026-04-01", "contact_id": AN_ID}]})

    contact_id: Id | None = Field(
        default=None,
        description="Whom of the customer it reached; needed for a call or a meeting with the customer",
        examples=[AN_ID],
    )
    note: Told | None = Field(default=None, description="How it went", examples=["They took it well"])
    on: On = None


class RealignmentLineBody(WireModel):
    """What takes the place of one resource."""

    model_config = ConfigDict(json_schema_extra={"examples": [A_LINE]})

    resource_id: Id = Field(description="A resource of which the account gets less", examples=[AN_ID])
    quantity_after: Annotated[float, Field(ge=0, le=1e9)] | None = Field(
        default=None, description="What it keeps per quarter; what is decided leaves of it when not given", examples=[2]
    )
    replacement: Told | None = Field(
        default=None, description="What takes its place", examples=["The service desk, day and night"]
    )
    replacement_resource_id: Id | None = Field(
        default=None, description="The resource of the catalogue that takes its place", examples=[AN_ID]
    )
    customer_need: Told | None = Field(
        default=None, description="The stated need that this fits better", examples=["Answers at once, from whomever"]
    )
    none_reason: Told | None = Field(
        default=None, description="Why nothing takes its place", examples=["It was never used"]
    )


class RealignmentBody(WireModel):
    """What takes the place of each resource of which the account gets less; what is left out is so no longer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": [A_LINE]}]})

    lines: list[RealignmentLineBody] = Field(max_length=100, description="One line per resource")


class ResetEndBody(WireModel):
    """That a reset is complete."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2026-05-02"}]})

    on: On = None
    user_id: Who = None


class ResetCancelBody(WireModel):
    """Why a reset is given up."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The customer has been bought"}]})

    reason: Told = Field(description="Why it is given up", examples=["The customer has been bought"])
    on: On = None


class ResetStep(Answer):
    """A step, and whether it is done."""

    place: int = Field(description="Its place in the order, from 1", examples=[3])
    kind: StepKind = Field(description="What kind of step it is")
    audience: str = Field(description="To whom it is said", examples=["Head of procurement"])
    message: str = Field(description="The points to be made", examples=["One contact for all sites"])
    customer_gains: str | None = Field(
        description="What the customer gains by it", examples=["Answers within four hours"]
    )
    owner_user_id: UUID = Field(description="Who of ours says it")
    owner_name: str | None = Field(description="What they are called", examples=["Ada Lovelace"])
    due_on: date = Field(description="By when")
    overdue: bool = Field(description="Whether it should have been done by now")
    done_on: date | None = Field(description="The day on which it was done")
    contact_id: UUID | None = Field(description="Whom of the customer it reached")
    contact_name: str | None = Field(description="What they are called", examples=["Grace Hopper"])
    note: str | None = Field(description="How it went", examples=["They took it well"])


class ResetFraming(Answer):
    """How complete what the customer is told is."""

    completeness: float = Field(description="The share of what has to be said that is said, 0 to 1", examples=[0.875])
    missing: list[str] = Field(description="What is not said", examples=[["steps/3/customer_gains"]])


class Realignment(Answer):
    """A resource of which the account gets less, and what takes its place."""

    resource_id: UUID = Field(description="The resource")
    resource_name: str = Field(description="What it is called", examples=["Resident engineer"])
    unit: str = Field(description="What it is counted in", examples=["days"])
    quantity_before: float = Field(description="What the account is entitled to per quarter", examples=[12])
    quantity_after: float = Field(description="What it will be", examples=[6])
    mapped: bool = Field(description="Whether it is said what takes its place, or why nothing does")
    replacement: str | None = Field(description="What takes its place", examples=["The service desk, day and night"])
    replacement_resource_id: UUID | None = Field(description="The resource that takes its place")
    replacement_resource_name: str | None = Field(description="What that is called", examples=["Service desk"])
    customer_need: str | None = Field(
        description="The stated need that this fits better", examples=["Answers at once, from whomever"]
    )
    none_reason: str | None = Field(description="Why nothing takes its place", examples=["It was never used"])


class RelationshipReset(Answer):
    """How a customer is told that it gets less, and how far that is."""

    retiering_id: UUID = Field(description="The decision that it carries out")
    account_id: UUID = Field(description="The account")
    state: ResetState = Field(description="`under_way` from the first step that is done")
    opened_on: date = Field(description="Since when it is planned")
    what_changes: str = Field(description="What changes for the customer", examples=[WHAT_CHANGES])
    why_it_fits: str = Field(description="Why that fits the customer's goals", examples=[WHY_IT_FITS])
    what_they_gain: str = Field(description="What the customer gains", examples=[WHAT_THEY_GAIN])
    way_back: str = Field(description="What would make it a key account again", examples=[WAY_BACK])
    framing: ResetFraming = Field(description="How complete what the customer is told is")
    feared_loss_share: float | None = Field(description="The share of a year's revenue that is feared to be lost")
    conversation_on: date | None = Field(
        description="The day of the first talk with the customer; before, nothing may be withdrawn"
    )
    withdrawal_allowed: bool = Field(description="Whether what the customer was told of may be withdrawn by now")
    steps: list[ResetStep] = Field(description="What is said to whom, in the order in which it is")
    realignment: list[Realignment] = Field(description="One line per resource of which the account gets less")
    completed_on: date | None = Field(description="The day on which it was complete")
    cancelled_on: date | None = Field(description="The day on which it was given up")
    cancel_reason: str | None = Field(description="Why", examples=["The customer has been bought"])
    version: int = Field(description="For If-Match")
    created_at: datetime = Field(description="When it was put on record")
    updated_at: datetime = Field(description="When it last changed")


class Said(Answer):
    """What the customer said of a metric."""

    at_reset: float | None = Field(description="When the reset was complete; null where it is not known", examples=[8])
    then: float | None = Field(description="At the checkpoint; null where it is not known", examples=[7.5])
    change: float | None = Field(description="The difference; null where either is not known", examples=[-0.5])


class ResetCheckpoint(Answer):
    """What became of the account so many months after its reset."""

    months: int = Field(description="How many months after", examples=[3])
    on: date = Field(description="The day that is looked at")
    window_days: int = Field(description="The days since the reset, and as many before, that are compared")
    status: Status = Field(description="`too_early`: the day has not come yet; `unknown`: no revenue is known")
    revenue_before: float | None = Field(description="Of the days before, in `currency`", examples=[120000])
    revenue_after: float | None = Field(description="Of the days since, in `currency`", examples=[102000])
    revenue_change: float | None = Field(
        description="After / before - 1; null without revenue before", examples=[-0.15]
    )
    retained: bool | None = Field(
        description="Whether the account bought since; null where it had not before either", examples=[True]
    )
    lost_share: float | None = Field(description="The share of the revenue before that is gone", examples=[0.15])
    worse_than_feared: bool | None = Field(description="Whether more is gone than was feared; null if not known")
    csat: Said = Field(description="How satisfied the customer is")
    nps: Said = Field(description="Whether the customer would recommend us")


class ResetOutcome(Answer):
    """What became of an account after its reset, beside what was feared."""

    retiering_id: UUID = Field(description="The decision that it carried out")
    account_id: UUID = Field(description="The account, or the one that it was merged into")
    as_of: date = Field(description="What is known at the end of this day")
    completed_on: date = Field(description="The day on which the reset was complete")
    feared_loss_share: float | None = Field(description="The share of a year's revenue that was feared to be lost")
    currency: str = Field(description="The organization's reporting currency", examples=["EUR"])
    checkpoints: list[ResetCheckpoint] = Field(description="3, 6 and 12 months after")
