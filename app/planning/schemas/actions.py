"""The wire of plans' actions, of who signs a plan, and of who is to know it."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.accounts.schemas.words import Side
from app.infra.wire import Answer, Id, IsoDate, LongText, MoneyNotNegativeIn, MoneyOut, Name, PositiveInt4, WireModel
from app.planning.core.plays import PlayKey
from app.planning.schemas.documents import EntryKey
from app.planning.schemas.plans import Share, Who

ActionState = Literal["open", "done", "dropped"]
Text2000 = Annotated[LongText, Field(max_length=2_000)]
Goal = Annotated[
    EntryKey | None, Field(description="The key of the objective that it serves; without one it pushes a product")
]
Play = Annotated[PlayKey | None, Field(description="A play of `GET /v1/plays`")]
OwnerUser = Annotated[Id | None, Field(description="Who of ours does it; or name a contact")]
OwnerContact = Annotated[Id | None, Field(description="Which contact of the customer's does it; or name a user")]
Worth = Annotated[MoneyNotNegativeIn | None, Field(description="What it is worth to us")]
AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


class NewPlanActionBody(WireModel):
    """Something to be done, by one owner of either side."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Walk the line with their plant manager",
                    "goal": "line-uptime",
                    "play": "embed_on_site",
                    "owner_user_id": AN_ID,
                    "due_on": "2027-03-31",
                }
            ]
        }
    )

    title: Name
    goal: Goal = None
    play: Play = None
    owner_user_id: OwnerUser = None
    owner_contact_id: OwnerContact = None
    buying_center_id: Id | None = None
    offering_id: Id | None = None
    worth: Worth = None
    due_on: IsoDate


class PlanActionBody(WireModel):
    """What is to change about an action; what is left out stays, null empties."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"state": "done", "outcome": "Two lines stand still less than an hour a month"}]
        }
    )

    title: Name | None = None
    goal: Goal = None
    play: Play = None
    owner_user_id: OwnerUser = None
    owner_contact_id: OwnerContact = None
    buying_center_id: Id | None = None
    offering_id: Id | None = None
    worth: Worth = None
    due_on: IsoDate | None = None
    state: ActionState | None = None
    closed_on: IsoDate | None = Field(default=None, description="When it was done or dropped; today when not given")
    outcome: Text2000 | None = Field(default=None, description="What came of it; with `done` or `dropped`")


class PlanAction(Answer):
    """An action of a plan."""

    id: Id
    plan_id: Id = Field(description="The plan that it is of")
    account_id: Id
    title: str
    goal: str | None = Field(description="The key of the objective that it serves")
    play: str | None = Field(description="The play that it is of; null for the customer")
    side: Side = Field(description="Whose owner does it")
    owner_user_id: Id | None
    owner_contact_id: Id | None = Field(description="Which contact of the customer's does it")
    owner_name: str | None = Field(description="What the owner is called")
    buying_center_id: Id | None
    offering_id: Id | None
    worth: MoneyOut | None = Field(description="What it is worth to us; null for the customer")
    opened_on: date = Field(description="From when on it was open")
    due_on: date
    state: ActionState
    closed_on: date | None
    outcome: str | None = Field(description="What came of it")
    overdue: bool = Field(description="Whether it is open and its day has passed")
    product_push: bool = Field(description="Whether it is ours and serves no goal of the customer's")
    created_at: datetime
    updated_at: datetime
    version: int = Field(description="For If-Match")


def _one_side(body: "PlanApprovalBody | PlanReadBody") -> None:
    if body.user_id is not None and body.contact_id is not None:
        raise PydanticCustomError("two_sides", "Name a user or a contact, not both")


class PlanApprovalBody(WireModel):
    """A sign-off of the newest version: by a contact for the customer, else by a user for us."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"number": 3, "contact_id": AN_ID, "comment": "As we agreed in May"}]}
    )

    number: PositiveInt4 = Field(description="The version that was read; it has to be the newest")
    contact_id: Id | None = Field(default=None, description="Who of the customer's signs; or name a user")
    user_id: Who = None
    comment: Text2000 | None = None

    @model_validator(mode="after")
    def _one_signs(self) -> Self:
        _one_side(self)
        return self


class PlanApproval(Answer):
    """A sign-off of a version; it is never changed."""

    id: Id
    plan_id: Id = Field(description="The plan that it is of")
    number: int = Field(description="The version that was signed")
    side: Side = Field(description="For whom it was signed")
    user_id: Id | None
    contact_id: Id | None = Field(description="Which contact signed, for the customer")
    name: str | None = Field(description="What who signed is called")
    approved_on: date = Field(description="The day of the signature")
    comment: str | None
    created_at: datetime


Readers = Annotated[list[Id], Field(max_length=200)]


class PlanReadersBody(WireModel):
    """All who are to know the plan; who is left out is so no longer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"users": [AN_ID], "contacts": []}]})

    users: Readers = Field(description="People of ours")
    contacts: Readers = Field(description="Contacts of the account")


class PlanReadBody(WireModel):
    """Who has read which version."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": 3, "contact_id": AN_ID}]})

    number: PositiveInt4 = Field(description="The version that was read")
    contact_id: Id | None = Field(default=None, description="Which contact has read it; or name a user")
    user_id: Who = None

    @model_validator(mode="after")
    def _one_reads(self) -> Self:
        _one_side(self)
        return self


class PlanReader(Answer):
    """Somebody who is to know the plan."""

    side: Side = Field(description="Whose people they are of")
    user_id: Id | None
    contact_id: Id | None = Field(description="The contact, where they are the customer's")
    name: str | None = Field(description="What they are called")
    read_number: int | None = Field(description="The newest version that they said to have read")
    read_on: date | None = Field(description="When they said so")
    up_to_date: bool = Field(description="Whether they have read it since it last said something new")


class PlanReaders(Answer):
    """Who is to know the plan, and who does."""

    number: int = Field(description="The version that last said something new")
    coverage: Share | None = Field(description="The share who have read it; it should be 1; null without readers")
    data: list[PlanReader]
