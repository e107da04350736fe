"""The wire of calibrations: beginning and moving them, where they stand, who takes part, and what they did."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from app.calibration.core.compatibility import DIMENSIONS, Dimension
from app.calibration.core.levels import Level
from app.calibration.core.parties import Party
from app.calibration.core.states import MoveKind, State, Step, Trigger
from app.calibration.schemas.submissions import On, Who
from app.infra.wire import Answer, Id, LongText, WireModel, at_most

Reason = Annotated[
    LongText,
    Field(min_length=1, max_length=2_000, description="Why; it stays on record", examples=["Their board has changed"]),
]
Owner = Annotated[Id | None, Field(description="Who leads it for the supplier")]
OfLevel = Annotated[Level | None, Field(examples=["strategic"])]
StartedOn = Annotated[date, Field(description="The day on which it began", examples=["2026-02-02"])]
AgreedLevel = Annotated[Level | None, Field(description="What both agree on; null until then", examples=["strategic"])]
AgreedOn = Annotated[date | None, Field(description="When the second of them agreed", examples=["2026-05-04"])]
EndReason = Annotated[
    str | None, Field(description="Why it ended; for a superseded one, why it was begun anew", examples=["other"])
]
Potential = Annotated[
    float | None, Field(ge=0, le=100, description="How much both want the same, 0 to 100; null while it is unknown")
]
Fit = Annotated[float | None, Field(ge=0, le=100, description="How well both fit, 0 to 100; null while it is unknown")]
Weight = Annotated[float, Field(ge=0, le=100)]
Weights = Annotated[
    dict[Dimension, Weight],
    at_most(len(DIMENSIONS)),
    Field(description="By dimension what it weighs; one that is not named weighs 1", examples=[{"culture": 2}]),
]


class CalibrationStartBody(WireModel):
    """How a calibration begins."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"trigger": "period_elapsed", "reason": "A year has passed"}]}
    )

    owner_user_id: Owner = Field(default=None, description="Who leads it; the account's KAM when not given")
    trigger: Trigger | None = Field(
        default=None, description="Why anew; needed where a calibration is in force, and meant nowhere else"
    )
    reason: Reason | None = None
    on: On = None
    user_id: Who = None


class CalibrationMoveBody(WireModel):
    """When it was done, and by whom."""

    on: On = None
    user_id: Who = None


class CalibrationBackBody(WireModel):
    """Where the parties go back to, and why."""

    to: Step = Field(description="A step before the one that it is in; `exploring` also from there, once revealed")
    reason: Reason
    on: On = None
    user_id: Who = None


class CalibrationEndBody(WireModel):
    """Why it ends."""

    reason: Reason
    on: On = None
    user_id: Who = None


class CalibrationBody(WireModel):
    """What is to change about a calibration; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"weights": {"culture": 2, "technology": 0.5}}]})

    owner_user_id: Owner = Field(default=None, description="Who leads it from now on; null for nobody")
    weights: Weights = Field(default_factory=dict)


class PartySeal(Answer):
    """Whether a side has sealed what it submits in the present round."""

    sealed: bool = Field(description="Whether it has")
    sealed_at: datetime | None = Field(description="When it did")
    sealed_by: str | None = Field(description="Who sealed it", examples=["Ada Lovelace"])


class CalibrationSeals(Answer):
    """Which sides have sealed; what they say stays under seal until both have."""

    supplier: PartySeal
    customer: PartySeal


class ProposedLevels(Answer):
    """The level that each side proposes; null while it proposes none."""

    supplier: OfLevel = Field(description="The supplier's")
    customer: OfLevel = Field(description="The customer's")


class CalibrationEntry(Answer):
    """A calibration in a list."""

    id: Id
    account_id: Id
    account_name: str = Field(examples=["Cancity"])
    state: State = Field(description="Four steps, then in force, then over", examples=["aligning"])
    round: int = Field(description="How often the parties have explored", examples=[1])
    trigger: Trigger | None = Field(description="Why it was begun anew; null for a first one")
    supersedes_id: Id | None = Field(description="The calibration in force when this one began")
    owner_user_id: Owner
    owner_name: str | None = Field(description="What they are called", examples=["Ada Lovelace"])
    started_on: StartedOn
    entered_on: date = Field(description="Since when it is in its state")
    days_in_step: int | None = Field(description="Days in the present step; null when it is in none", examples=[12])
    stuck: bool = Field(description="Whether that is more than `stuck_after_days`")
    stuck_after_days: float | None = Field(
        description="30 days, or the median of the 500 that began last where that is more", examples=[30]
    )
    seals: CalibrationSeals
    revealed_at: datetime | None = Field(description="When both submissions of the round were opened to both")
    potential: Potential
    compatibility: Fit
    recommended_level: Level | None = Field(description="What both figures recommend, from `aligning` on")
    proposed_levels: ProposedLevels
    disagreement: bool = Field(description="Whether both propose, not the same, and have not agreed")
    agreed_level: AgreedLevel
    agreed_on: AgreedOn
    activated_on: date | None = Field(description="Since when it is, or was, in force")
    ended_on: date | None = Field(description="When it ended or was superseded")
    end_reason: EndReason
    created_at: datetime
    updated_at: datetime
    version: int = Field(description="For If-Match")


class OpenPointAnswer(Answer):
    """Something that has to be done before the calibration goes on."""

    code: str = Field(examples=["level_not_communicated"])
    message: str = Field(examples=["the customer has to be told openly that it is strategic"])


class SupplierPerson(Answer):
    """Somebody of the supplier who leads or moved the calibration."""

    user_id: Id
    name: str = Field(examples=["Ada Lovelace"])
    function: str = Field(examples=["sales"])


class CustomerPerson(Answer):
    """Somebody of the customer who is invited."""

    invitation_id: Id = Field(description="By which they are invited")
    contact_id: Id | None
    name: str = Field(examples=["Grace Hopper"])
    admitted: bool = Field(description="Whether the invitation still lets them in")


class CalibrationPeople(Answer):
    """Who takes part."""

    supplier: list[SupplierPerson] = Field(description="Who leads it, and who moved it")
    customer: list[CustomerPerson] = Field(description="Who is invited")


class Calibration(CalibrationEntry):
    """A calibration: where it stands, what is open, who takes part."""

    weights: dict[Dimension, float] = Field(description="What dimensions weigh that do not weigh 1")
    legal_moves: list[State] = Field(description="What it may become from here", examples=[["assessing", "ended"]])
    open_points: list[OpenPointAnswer] = Field(description="What has to be done before the next step")
    people: CalibrationPeople


class CalibrationMove(Answer):
    """Something that happened to a calibration."""

    id: Id
    kind: MoveKind
    from_state: State | None = Field(description="Null for its beginning")
    to_state: State = Field(description="The state after it", examples=["assessing"])
    moved_on: date = Field(description="The day of it", examples=["2026-03-09"])
    reason: str | None
    party: Party = Field(description="Which side did it")
    user_id: Id | None = Field(description="Who of the supplier, where it was one of theirs")
    invitation_id: Id | None = Field(description="Who of the customer, where it was one of theirs")
    name: str | None = Field(description="What they are called", examples=["Ada Lovelace"])
    created_at: datetime = Field(description="When it was told")


RecordKind = Literal[
    "calibration_submissions", "calibration_themes", "joint_opportunities", "compatibility_ratings", "level_proposals",
    "level_agreements", "level_communications", "calibration_investments", "calibration_acknowledgements",
    "expectations",
]  # fmt: skip


class InvalidatedRecord(Answer):
    """A record that does not count any more, since the parties went back."""

    id: Id
    step: Step = Field(description="The step that it is of")
    kind: RecordKind
    invalidated_at: datetime = Field(description="Since when it does not count")
    record: dict[str, Any] = Field(
        description="What it said", examples=[{"level": "strategic", "party": "customer", "agreed_on": "2026-05-04"}]
    )
