"""The wire of usage: what customers used, and what it is worth to them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from app.accounts.schemas.answers import Record
from app.accounts.schemas.bodies import BelowAccount, IdOrText
from app.infra.records.wire import Ref
from app.infra.wire import Answer, Id, IsoDate, LongText, ShortText, WireModel
from app.resourcing.schemas.catalogue import AN_ID, Positive

Text2000 = Annotated[LongText, Field(max_length=2_000)]
Value = Annotated[int, Field(ge=1, le=5)]


class UsageEntryBody(BelowAccount):
    """What a customer used of a resource on a day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "resource": "solution-architect",
                    "quantity": 1.5,
                    "used_on": "2026-10-14",
                    "source": "timesheets",
                    "external_id": "4711",
                }
            ]
        }
    )

    resource: IdOrText | None = Field(
        default=None, description="The resource's id or code", examples=["solution-architect"]
    )
    quantity: Positive | None = Field(default=None, description="How much, in the resource's unit", examples=[1.5])
    used_on: IsoDate | None = Field(default=None, description="When; not later than today", examples=["2026-10-14"])
    note: ShortText | None = Field(default=None, description="What for", examples=["Design review of line 3"])
    user_id: Ref | None = Field(default=None, description="Who of ours gave it: a user")


class UsageEntry(Record):
    """What a customer used of a resource on a day."""

    account_id: Id = Field(description="Who used it")
    resource_id: Id = Field(description="What was used")
    commitment_id: Id | None = Field(description="The commitment that it was delivered by; null without one")
    quantity: float = Field(description="How much, in the resource's unit", examples=[1.5])
    used_on: date = Field(description="When", examples=["2026-10-14"])
    note: str | None = Field(description="What for", examples=["Design review of line 3"])
    user_id: Id | None = Field(description="Who of ours gave it")


class ResourceRatingBody(WireModel):
    """What a resource is worth to the customer, in their own word."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"resource_id": AN_ID, "value": 4, "contact_id": AN_ID, "comment": "Saved us a shutdown"}]
        }
    )

    resource_id: Id = Field(description="The resource")
    value: Value = Field(description="From 1, worth nothing, to 5, could not do without", examples=[4])
    contact_id: Id | None = Field(default=None, description="Which contact of the account says so")
    on: IsoDate | None = Field(default=None, description="When they said so; today when not given")
    comment: Text2000 | None = Field(default=None, description="In their words", examples=["Saved us a shutdown"])


class ResourceRating(Answer):
    """What a resource is worth to the customer, in their own word."""

    id: Id = Field(description="The rating's id")
    account_id: Id = Field(description="Whose customer's word it is")
    resource_id: Id = Field(description="The resource")
    contact_id: Id | None = Field(description="Which contact says so; null: the customer as such")
    value: int = Field(description="From 1, worth nothing, to 5, could not do without", examples=[4])
    rated_on: date = Field(description="When they said so", examples=["2026-10-14"])
    comment: str | None = Field(description="In their words", examples=["Saved us a shutdown"])
    created_at: datetime = Field(description="When it was recorded here")
