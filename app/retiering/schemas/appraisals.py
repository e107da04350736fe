"""The wire of appraisals: what is found of an account, what is done about it, how long it took."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from app.calibration.core.expectations import Comparison
from app.calibration.core.parties import Party
from app.infra.wire import Answer, FiniteNumber, Id, IsoDate, LongText, WireModel
from app.retiering.core.appraisals import AppraisalState, Diagnosis, Outcome
from app.retiering.core.findings import Status
from app.retiering.core.signs import Trigger

AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
Text2000 = Annotated[LongText, Field(min_length=1, max_length=2_000)]
On = Annotated[
    IsoDate | None,
    Field(description="The day on which it happened; today when not given", examples=["2026-05-04"]),
]
OwnerUser = Annotated[Id | None, Field(description="Who of ours sees to it")]


class NewAppraisalBody(WireModel):
    """An appraisal that people open."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Their new CFO questions the partnership", "owner_user_id": AN_ID}]}
    )

    reason: Text2000 | None = Field(
        default=None, description="Why it is opened", examples=["Their new CFO questions the partnership"]
    )
    on: On = None
    first_sign_on: IsoDate | None = Field(
        default=None,
        description="The day of what set it off; the day of opening when not given",
        examples=["2026-04-28"],
    )
    due_on: IsoDate | None = Field(
        default=None, description="By when it is to be settled; within 30 days when not given", examples=["2026-06-03"]
    )
    owner_user_id: OwnerUser = None


class AppraisalBody(WireModel):
    """What is to change about an appraisal; what is left out stays, null empties."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"diagnosis": "unable", "diagnosis_note": "Their plant is being rebuilt"}]}
    )

    diagnosis: Diagnosis | None = Field(
        default=None, description="Why requirements are missed: they cannot, or they will not"
    )
    diagnosis_note: Text2000 | None = Field(
        default=None, description="What speaks for that", examples=["Their plant is being rebuilt until autumn"]
    )
    owner_user_id: OwnerUser = None
    due_on: IsoDate | None = Field(default=None, description="By when it is to be settled", examples=["2026-06-30"])


class AppraisalContactBody(WireModel):
    """That the customer heard of it for the first time."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"contact_id": AN_ID, "on": "2026-05-06"}]})

    contact_id: Id = Field(description="Who of the customer heard")
    on: On = None


class AppraisalClosingBody(WireModel):
    """How an appraisal ends."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "improved", "note": "Deliveries are on time again"}]}
    )

    outcome: Outcome = Field(
        description="`met`: nothing on file is missed; `improved`: the plan is carried out; `decided`: a retiering was"
        " decided; `unfounded`: there was nothing in it"
    )
    on: On = None
    note: Text2000 | None = Field(
        default=None, description="What there is to say of it", examples=["Deliveries are on time again"]
    )


class RequirementFound(Answer):
    """A requirement on file as it stood on the day."""

    expectation_id: Id = Field(description="The expectation of the calibration in force that it is")
    owed_by: Party = Field(description="The side that has to meet it")
    title: str = Field(examples=["The supplier delivers on time"])
    status: Status = Field(
        description="`at_risk`: its metric is off target, or its day has passed and nobody said; `open`: not due yet"
    )
    metric: str | None = Field(description="What it is measured by", examples=["on_time_delivery"])
    comparison: Comparison | None = Field(description="On which side of the target it is met")
    target: FiniteNumber | None = Field(description="In the metric's unit", examples=[0.98])
    assessed: FiniteNumber | None = Field(description="The value of the latest assessment", examples=[0.91])
    assessed_on: date | None = Field(description="The day of the latest assessment")
    measured: FiniteNumber | None = Field(description="What its metric said on the day", examples=[0.92])
    due_on: date
    missed_since: date | None = Field(description="Since when it is missed; null unless it is")


class UseFound(Answer):
    """How far the account used what it is entitled to."""

    latest: float | None = Field(ge=0, le=1, description="In the 90 days until the day", examples=[0.42])
    before: float | None = Field(ge=0, le=1, description="In the 90 days before those", examples=[0.48])


class PlacedFound(Answer):
    """Where the account stood in health."""

    quadrant: str | None = Field(description="`thriving`, `coasting`, `building` or `at_risk`", examples=["at_risk"])
    since: date = Field(description="The first kept day of that quadrant")
    before: str | None = Field(description="The quadrant that it came from", examples=["coasting"])
    hygiene: float | None = Field(ge=0, le=100, description="0 to 100", examples=[41.5])
    health: float | None = Field(ge=0, le=100, description="0 to 100", examples=[38.0])


class SignFound(Answer):
    """Something that speaks for an appraisal."""

    trigger: Trigger = Field(description="What sort of sign it is")
    on: date = Field(description="The day on which it was there to be seen")
    since: date = Field(description="The first day of what it stands on")
    figures: dict[str, Any] = Field(
        description="What it stands on, by name", examples=[{"from": "coasting", "to": "at_risk", "health": 38.0}]
    )


class FindingsAnswer(Answer):
    """What is found of an account as of a day."""

    as_of: date
    requirements: list[RequirementFound] = Field(
        description="What is on file by the calibration in force; without any nobody is let go for performance"
    )
    use: UseFound
    placed: PlacedFound | None = Field(description="Its health; null where it was never judged by then")


class FindingsKept(FindingsAnswer):
    """What was found when the appraisal was opened."""

    signs: list[SignFound] = Field(description="What spoke for it, what was there first first")
    reason: str | None = Field(description="What who opened it said", examples=["Their new CFO questions it"])


class Appraisal(Answer):
    """An appraisal of an account's key status."""

    id: Id
    account_id: Id
    account_name: str = Field(examples=["Cancity"])
    kam_user_id: Id | None
    trigger: Trigger = Field(description="What set it off: the first of the signs, the schedule, or people")
    state: AppraisalState = Field(
        description="`action_plan`: both sides work on it; `reevaluation`: that came to nothing, and is to be decided"
    )
    opened_on: date = Field(description="The day on which it was opened")
    first_sign_on: date = Field(description="The day of what set it off")
    due_on: date = Field(description="By when it is to be settled; with a plan, the day of the plan")
    overdue: bool = Field(description="Whether that day has passed and it is not closed")
    findings: FindingsKept = Field(description="As they were when it was opened")
    diagnosis: Diagnosis | None = Field(description="Why requirements are missed: they cannot, or they will not")
    diagnosis_note: str | None = Field(
        description="What speaks for that", examples=["Their plant is being rebuilt until autumn"]
    )
    contacted_on: date | None = Field(description="When the customer first heard of it")
    contact_id: Id | None = Field(description="Who of the customer heard")
    contact_name: str | None = Field(examples=["Ada Byron"])
    days_to_contact: int | None = Field(description="From the first sign to the first contact", examples=[3])
    owner_user_id: Id | None = Field(description="Who of ours sees to it")
    owner_name: str | None = Field(description="What its owner is called", examples=["Kim Lee"])
    actions_open: int = Field(description="Actions that are neither done nor failed")
    actions_done: int = Field(description="Actions that are done")
    actions_failed: int = Field(description="Actions that came to nothing")
    reevaluation_on: date | None = Field(description="Since when its plan is known to have come to nothing")
    closed_on: date | None
    outcome: Outcome | None = Field(description="How it ended; null while it is not closed")
    note: str | None = Field(examples=["Deliveries are on time again"])
    created_at: datetime
    updated_at: datetime
    version: int


class CostFound(Answer):
    """What the account was given costs, in the organization's currency; what has no price is not in it."""

    currency: str = Field(description="ISO 4217", examples=["EUR"])
    entitled: float = Field(ge=0, description="What was due to it", examples=[30000.0])
    used: float = Field(ge=0, description="What it used", examples=[12000.0])
    wasted: float = Field(ge=0, description="What it did not use of what was due", examples=[18000.0])


class AppraisalWhole(Appraisal):
    """An appraisal, and how the account stands on a day."""

    now: FindingsAnswer = Field(description="As of the day asked for")
    cost: CostFound = Field(description="In the 90 days until that day")
    eligibility_review: bool = Field(
        description="Whether key status itself is in question: the customer misses a requirement while what it is given"
        " goes on to cost; say then whether they are unable or unwilling"
    )


class AppraisalSurvivalPoint(Answer):
    """A point of the curve."""

    days: int = Field(description="So many days from the first sign", examples=[7])
    at_risk: int = Field(description="How many had waited for so many days")
    ends: int = Field(description="For how many of them the waiting ended on that day")
    share: float = Field(ge=0, le=1, description="Which share waits longer than that", examples=[0.75])


class WaitingAnswer(Answer):
    """How long was waited (Kaplan and Meier); who still waits counts for as long as they have."""

    n: int = Field(description="How many appraisals were seen")
    ended: int = Field(description="For how many the waiting ended; the others are censored")
    censored: int = Field(description="Who still waits, or waited until it was closed")
    lower_quartile_days: int | None = Field(description="After so many days a quarter; null where not known")
    median_days: int | None = Field(description="After so many days half", examples=[9])
    upper_quartile_days: int | None = Field(description="After so many days three quarters")
    curve: list[AppraisalSurvivalPoint] = Field(description="The days on which any waiting ended, in order")


class ReviewedAnswer(Answer):
    """How regularly the accounts in the program are looked at."""

    accounts: int = Field(description="Accounts in the program whose tier has a schedule")
    in_time: int = Field(description="Those whose last appraisal is no older than `appraisal_days` of their tier")
    share: float | None = Field(ge=0, le=1, description="`in_time` of `accounts`; null without any", examples=[0.82])


class AppraisalTimeliness(Answer):
    """How soon an organization acts on the first sign."""

    as_of: date
    sign_from: date | None = Field(description="Only first signs of that day or later")
    trigger: Trigger | None = Field(description="Only this trigger; null: all but the schedule, where nothing happened")
    to_contact: WaitingAnswer = Field(description="From the first sign until the customer heard")
    to_decision: WaitingAnswer = Field(description="From the first sign until a retiering was decided")
    reviewed: ReviewedAnswer
    settled_without_decision: int = Field(description="Closed without one; they do not count above")
