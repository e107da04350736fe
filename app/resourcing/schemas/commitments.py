"""The wire of commitments: what is asked for, how it is answered, what became of it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.accounts.schemas.words import Function
from app.infra.wire import Answer, FiniteNumber, Id, IsoDate, LongText, ShortText, WireModel
from app.resourcing.core.commitments.states import Act, State

Channel = Literal["defined_process", "own_authority", "personal_relationship"]
Done = Literal["request"] | Act
AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
Text2000 = Annotated[LongText, Field(max_length=2_000)]
Quantity = Annotated[FiniteNumber, Field(gt=0, le=1_000_000_000)]
Reason = Annotated[LongText, Field(min_length=1, max_length=2_000)]
Who = Annotated[Id | None, Field(description="Who says so, where the key belongs to nobody")]
On = Annotated[
    IsoDate | None,
    Field(
        description="On which day it was done: today when not given, never later, nor before the last move",
        examples=["2026-05-04"],
    ),
]
Note = Annotated[Text2000 | None, Field(description="What is noted beside it", examples=["Agreed in the weekly call"])]


class ResourceRequestBody(WireModel):
    """How much of a resource is needed for the account, by when, and what is to come of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "resource_id": AN_ID,
                    "quantity": 5,
                    "due_on": "2027-03-31",
                    "expected_outcome": "Their second plant runs on our platform",
                    "channel": "defined_process",
                    "plan_action_id": AN_ID,
                }
            ]
        }
    )

    resource_id: Id = Field(description="What is asked for; the function that owns it answers")
    quantity: Quantity = Field(description="How much, in the resource's unit", examples=[5])
    starts_on: IsoDate | None = Field(default=None, description="From when on it is needed", examples=["2027-01-15"])
    due_on: IsoDate = Field(description="By when; not before the day of the request", examples=["2027-03-31"])
    expected_outcome: Reason = Field(
        description="What is to come of it", examples=["Their second plant runs on our platform"]
    )
    channel: Channel = Field(
        description=(
            "How it is got: by a `defined_process`, by one's `own_authority`, or by a `personal_relationship` with"
            " whoever has it"
        )
    )
    plan_action_id: Id | None = Field(
        default=None, description="The action of the account's plan that it is for; without one it is `unplanned`"
    )
    note: Note = None
    on: On = None
    user_id: Who = None


class CommitmentMoveBody(WireModel):
    """Who says so, when, and what they note."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Two engineers were on site for a week"}]})

    note: Note = None
    on: On = None
    user_id: Who = None


class CommitmentReasonBody(WireModel):
    """Why it is so; it stays on record."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "No engineer speaks their language"}]})

    reason: Reason = Field(description="Why", examples=["No engineer speaks their language"])
    on: On = None
    user_id: Who = None


class CommitmentAcceptBody(WireModel):
    """The promise: who answers for it, and, beyond capacity, why all the same."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"owner_user_id": AN_ID}]})

    owner_user_id: Id | None = Field(default=None, description="Who answers for it; who says so, when not given")
    override_reason: Reason | None = Field(
        default=None,
        description="Why it is promised although the quarter has no room for it; kept only where it has none",
        examples=["A contractor fills in"],
    )
    note: Note = None
    on: On = None
    user_id: Who = None


class CommitmentCounterBody(WireModel):
    """What is offered instead: another quantity, another day, or both."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"quantity": 3, "due_on": "2027-04-30", "note": "Two are booked in March"}]}
    )

    quantity: Quantity | None = Field(default=None, description="How much; as asked for when not given", examples=[3])
    due_on: IsoDate | None = Field(
        default=None, description="By when; as asked for when not given", examples=["2027-04-30"]
    )
    note: Reason = Field(description="Why these terms", examples=["Two are booked in March"])
    on: On = None
    user_id: Who = None


class CommitmentScheduleBody(WireModel):
    """For when the delivery is planned."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"scheduled_on": "2027-03-15"}]})

    scheduled_on: IsoDate = Field(description="The day for which it is planned", examples=["2027-03-15"])
    note: Note = None
    on: On = None
    user_id: Who = None


class CommitmentUsageBody(WireModel):
    """What the customer used of it on a day."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": 1.5, "on": "2026-05-04"}]})

    quantity: Quantity = Field(description="How much, in the resource's unit", examples=[1.5])
    note: Annotated[ShortText | None, Field(description="What for", examples=["Design review of line 3"])] = None
    on: On = None
    user_id: Annotated[Id | None, Field(description="Who of ours gave it; the key's own person when not given")] = None


class CommitmentUsage(Answer):
    """What the customer used of a commitment on a day."""

    id: Id = Field(description="The usage entry's id")
    commitment_id: Id = Field(description="The commitment that it was delivered by")
    account_id: Id = Field(description="Who used it")
    resource_id: Id = Field(description="What was used")
    quantity: float = Field(description="How much, in the resource's unit", examples=[1.5])
    used_on: date = Field(description="When", examples=["2026-05-04"])
    note: str | None = Field(description="What for", examples=["Design review of line 3"])
    user_id: Id | None = Field(description="Who of ours gave it")


class CommitmentTerms(Answer):
    """How much, and by when."""

    quantity: float = Field(description="In the resource's unit", examples=[3])
    due_on: date = Field(description="By when", examples=["2027-04-30"])


class Commitment(Answer):
    """A request for a resource, and the promise that came of it."""

    id: Id
    account_id: Id
    account_name: str = Field(description="What the account is called", examples=["Zathunicon"])
    resource_id: Id = Field(description="What is asked for")
    resource_code: str = Field(description="The resource's code", examples=["technical-expert"])
    resource_name: str = Field(description="What the resource is called", examples=["Technical expert"])
    function: Function = Field(description="The function that owns the resource, and answers")
    plan_action_id: Id | None = Field(description="The action of the account's plan that it is for")
    unplanned: bool = Field(description="Whether no line of a growth plan stands behind it")
    quantity: float = Field(description="How much is asked for, or, once accepted, agreed", examples=[5])
    unit: str = Field(description="Of the quantity", examples=["days"])
    starts_on: date | None = Field(description="From when on it is needed", examples=["2027-01-15"])
    due_on: date = Field(description="By when it is asked for, or, once accepted, agreed", examples=["2027-03-31"])
    expected_outcome: str = Field(
        description="What is to come of it", examples=["Their second plant runs on our platform"]
    )
    channel: Channel = Field(description="How it is got")
    state: State = Field(description="Where it stands; that it is overdue is told apart", examples=["accepted"])
    requested_on: date = Field(description="When it was asked for", examples=["2026-11-02"])
    requested_by_user_id: Id | None = Field(description="Who asked for it")
    requested_by_name: str | None = Field(description="What who asked is called", examples=["Dana Morrow"])
    answered_on: date | None = Field(description="When it was first answered", examples=["2026-11-09"])
    answered_by_user_id: Id | None = Field(description="Who answered it first")
    response_days: int | None = Field(description="Days from the request to the first answer", examples=[7])
    countered: CommitmentTerms | None = Field(description="What was offered instead, where something was")
    accepted_on: date | None = Field(description="When it was promised", examples=["2026-11-12"])
    owner_user_id: Id | None = Field(description="Who answers for it")
    owner_name: str | None = Field(description="What who answers for it is called", examples=["Ada Quist"])
    override_reason: str | None = Field(
        description="Why it was promised beyond capacity, where it was", examples=["A contractor fills in"]
    )
    scheduled_on: date | None = Field(description="The day for which it is planned", examples=["2027-03-15"])
    delivered_on: date | None = Field(description="When it was delivered", examples=["2027-03-20"])
    confirmed_on: date | None = Field(description="When who asked for it said that it arrived", examples=["2027-03-24"])
    closed_on: date | None = Field(description="When it was declined, withdrawn or missed", examples=["2027-04-15"])
    overdue: bool = Field(description="Whether it is promised, and past its day without being delivered or given up")
    days_late: int | None = Field(
        description="Days past its day until it was delivered, or by now; 0 in time; null: neither", examples=[0]
    )
    kept: bool | None = Field(description="Whether it came by its day; null while it has not fallen due")
    legal_moves: list[Act] = Field(description="What may be done about it now", examples=[["schedule", "deliver"]])
    version: int = Field(description="For If-Match")
    created_at: datetime
    updated_at: datetime


class CommitmentMove(Answer):
    """What was done about a commitment; it is never changed."""

    id: Id
    act: Done = Field(description="What was done", examples=["counter"])
    from_state: State | None = Field(description="Where it stood; null for the request", examples=["requested"])
    to_state: State = Field(description="Where it went", examples=["countered"])
    moved_on: date = Field(description="On which day", examples=["2026-11-09"])
    quantity: float = Field(description="How much was asked for, offered or held then", examples=[3])
    due_on: date = Field(description="By when", examples=["2027-04-30"])
    scheduled_on: date | None = Field(description="The day for which it was planned then", examples=["2027-03-15"])
    user_id: Id | None = Field(description="Who did it")
    user_name: str | None = Field(description="What they are called", examples=["Ada Quist"])
    function: str | None = Field(description="The function that they spoke for", examples=["service"])
    note: str | None = Field(description="Why, or what was noted", examples=["Two are booked in March"])
    created_at: datetime
