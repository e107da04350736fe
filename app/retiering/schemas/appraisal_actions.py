"""The wire of the joint action plans of appraisals."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from app.calibration.core.parties import Party
from app.infra.wire import Answer, Id, IsoDate, LongText, Name, WireModel
from app.retiering.core.appraisals import ActionState

AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
Text2000 = Annotated[LongText, Field(min_length=1, max_length=2_000)]
Title = Annotated[Name, Field(description="What is to be done", examples=["A second shift at their plant"])]
Note = Annotated[
    Text2000 | None, Field(description="What there is to say of it", examples=["Agreed with their head of operations"])
]


class NewAppraisalActionBody(WireModel):
    """Something that one side is to do, so that a requirement is met again."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "A second shift at their plant",
                    "side": "customer",
                    "owner_contact_id": AN_ID,
                    "due_on": "2026-06-30",
                    "expectation_id": AN_ID,
                }
            ]
        }
    )

    title: Title
    side: Party = Field(description="Who acts")
    owner_user_id: Id | None = Field(default=None, description="Who of ours, where the supplier acts")
    owner_contact_id: Id | None = Field(default=None, description="Who of theirs, where the customer acts")
    due_on: IsoDate = Field(
        description="By when; later than the appraisal's day, it moves that", examples=["2026-06-30"]
    )
    expectation_id: Id | None = Field(default=None, description="The requirement that it is to mend")
    note: Note = None


class AppraisalActionBody(WireModel):
    """What is to change about an action; what is left out, or null, stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"state": "agreed", "note": "By their head of plant"}]})

    state: ActionState | None = Field(
        default=None,
        description="`offered` → `agreed` → `in_progress` → `done`; to `failed` from each before. One that fails has"
        " the appraisal looked at anew",
    )
    title: Title | None = None
    due_on: IsoDate | None = Field(default=None, description="By when", examples=["2026-07-15"])
    note: Note = None
    on: IsoDate | None = Field(
        default=None, description="The day of the move; today when not given", examples=["2026-05-11"]
    )


class AppraisalAction(Answer):
    """An action of an appraisal's plan."""

    id: Id
    appraisal_id: Id = Field(description="The appraisal whose plan it is part of")
    expectation_id: Id | None = Field(description="The requirement that it is to mend")
    title: str = Field(examples=["A second shift at their plant"])
    side: Party = Field(description="Who acts")
    owner_user_id: Id | None
    owner_contact_id: Id | None = Field(description="Who of theirs, where the customer acts")
    owner_name: str | None = Field(description="What its owner is called", examples=["Ada Byron"])
    due_on: date
    overdue: bool = Field(description="Whether that day has passed and it is neither done nor failed")
    state: ActionState
    legal_moves: list[ActionState] = Field(description="Where it may go from here", examples=[["agreed", "failed"]])
    closed_on: date | None = Field(description="When it was done or failed")
    note: str | None = Field(examples=["Agreed with their head of operations"])
    created_at: datetime
    updated_at: datetime
    version: int
