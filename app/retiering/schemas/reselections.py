"""The wire of reselections: what an account has to show to become key again, and how far that is."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from app.infra.wire import Answer, FiniteNumber, Id, IsoDate, MetricKey, Name, WireModel
from app.retiering.core.readiness import Comparison
from app.retiering.schemas.resets import AN_ID, On, Told, Who

State = Literal["open", "readmitted", "abandoned"]
A_CRITERION: JsonDict = {
    "title": "Satisfied again",
    "metric": "csat",
    "comparison": "at_least",
    "target": 8.0,
    "action": "Monthly review of the open tickets",
    "owner_user_id": AN_ID,
    "due_on": "2027-03-31",
}


class ReentryCriterionBody(WireModel):
    """Something that an account has to show: measured by a metric, or, without one, judged by people."""

    model_config = ConfigDict(json_schema_extra={"examples": [A_CRITERION]})

    title: Name = Field(description="What has to be shown", examples=["Satisfied again"])
    metric: MetricKey | None = Field(default=None, description="What measures it", examples=["csat"])
    comparison: Comparison | None = Field(default=None, description="With `metric`", examples=["at_least"])
    target: FiniteNumber | None = Field(default=None, description="With `metric`, in its unit", examples=[8.0])
    action: Told | None = Field(
        default=None, description="What is done for it in the joint plan", examples=["Monthly review of the tickets"]
    )
    owner_user_id: Id | None = Field(default=None, description="Who of ours sees to it", examples=[AN_ID])
    owner_contact_id: Id | None = Field(default=None, description="Who of the customer sees to it", examples=[AN_ID])
    due_on: IsoDate | None = Field(default=None, description="By when", examples=["2027-03-31"])


class ReselectionBody(WireModel):
    """The way back of an account that has less by a retiering."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"criteria": [A_CRITERION]}]})

    criteria: Annotated[list[ReentryCriterionBody], Field(min_length=1, max_length=50)] | None = Field(
        default=None,
        description="What it has to show; when not given, what it fell short of when the retiering was decided",
    )
    on: On = None
    user_id: Who = None


class ReentryCriterionChangeBody(WireModel):
    """What is to change about a criterion, or whether it is met; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"met": True, "on": "2026-11-02"}]})

    title: Name | None = Field(default=None, description="What has to be shown", examples=["Satisfied again"])
    target: FiniteNumber | None = Field(default=None, description="Of a criterion with a metric", examples=[7.5])
    met: bool | None = Field(default=None, description="Of one without a metric: whether people say that it is met")
    action: Told | None = Field(
        default=None, description="What is done for it in the joint plan", examples=["Monthly review of the tickets"]
    )
    owner_user_id: Id | None = Field(default=None, description="Who of ours sees to it", examples=[AN_ID])
    owner_contact_id: Id | None = Field(default=None, description="Who of the customer sees to it", examples=[AN_ID])
    due_on: IsoDate | None = Field(default=None, description="By when", examples=["2027-03-31"])
    on: On = None
    user_id: Who = None

    @model_validator(mode="after")
    def _nothing_emptied(self) -> Self:
        for name in self.model_fields_set & {"title", "target", "met"}:
            if getattr(self, name) is None:
                raise PydanticCustomError("not_null", "`title`, `target`, `met` may not be null; leave out what stays")
        return self


class PeerConnectionBody(WireModel):
    """An introduction to a customer that is a key account now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"peer_account_id": AN_ID, "on": "2026-10-01"}]})

    peer_account_id: Id = Field(description="The key account", examples=[AN_ID])
    contact_id: Id | None = Field(default=None, description="Who was introduced", examples=[AN_ID])
    peer_contact_id: Id | None = Field(default=None, description="To whom", examples=[AN_ID])
    user_id: Id | None = Field(default=None, description="Who of ours made the introduction", examples=[AN_ID])
    note: Told | None = Field(default=None, description="What came of it", examples=["They visit the plant in May"])
    on: On = None


class ReselectionEndBody(WireModel):
    """Why a way back ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "All that was asked for is shown"}]})

    reason: Told = Field(description="Why", examples=["All that was asked for is shown"])
    on: On = None
    user_id: Who = None


class ReentryCriterion(Answer):
    """Something that the account has to show, and how it stands on the day."""

    id: UUID
    title: str = Field(description="What has to be shown", examples=["Satisfied again"])
    metric: str | None = Field(description="What measures it; null where people judge it", examples=["csat"])
    comparison: Comparison | None = Field(description="How the metric is compared with `target`")
    target: float | None = Field(description="What the metric is to come to", examples=[8.0])
    baseline: float | None = Field(description="Where it was when it began; null if not known", examples=[6.0])
    value: float | None = Field(description="Where it is on the day; null if not known", examples=[7.5])
    met: bool | None = Field(description="Whether it is met; null if not known")
    progress: float = Field(description="The share of the way from baseline to target, 0 to 1", examples=[0.75])
    judged_on: date | None = Field(description="The day on which people judged it")
    action: str | None = Field(description="What is done for it", examples=["Monthly review of the tickets"])
    owner_user_id: UUID | None = Field(description="Who of ours sees to it")
    owner_contact_id: UUID | None = Field(description="Who of the customer sees to it")
    owner_names: list[str] = Field(description="What they are called", examples=[["Ada Lovelace", "Grace Hopper"]])
    due_on: date | None = Field(description="By when")


class PeerConnection(Answer):
    """An introduction to a customer that is a key account."""

    id: UUID
    peer_account_id: UUID = Field(description="The key account")
    peer_name: str = Field(description="What it is called", examples=["Initech"])
    contact_id: UUID | None = Field(description="Who was introduced")
    peer_contact_id: UUID | None = Field(description="To whom")
    introduced_on: date = Field(description="The day of it")
    user_id: UUID | None = Field(description="Who of ours made the introduction")
    note: str | None = Field(description="What came of it", examples=["They visit the plant in May"])


class ReselectionEntry(Answer):
    """A way back to being a key account, and how far it is gone."""

    id: UUID
    retiering_id: UUID = Field(description="The decision that it is a way back from")
    account_id: UUID = Field(description="The account")
    account_name: str = Field(description="What it is called", examples=["Cancity"])
    state: State = Field(description="Its state on the day")
    opened_on: date = Field(description="Since when")
    as_of: date = Field(description="What is known at the end of this day")
    readiness_pct: float | None = Field(
        description="The mean of the progress of its criteria, 0 to 100; null without any", examples=[62.5]
    )
    criteria_met: int = Field(description="How many criteria are met", examples=[1])
    criteria_count: int = Field(description="How many there are", examples=[3])
    eligible: bool = Field(description="Whether all of them are met")
    eligible_on: date | None = Field(description="When they were first found to be")
    closed_on: date | None = Field(description="The day on which it ended")
    version: int = Field(description="For If-Match")


class Reselection(ReselectionEntry):
    """A way back with what has to be shown and who helps."""

    criteria: list[ReentryCriterion] = Field(description="What the account has to show")
    peers: list[PeerConnection] = Field(description="Introductions to key accounts, the earliest first")
    note: str | None = Field(description="Why it ended", examples=["All that was asked for is shown"])
    created_at: datetime = Field(description="When it was put on record")
    updated_at: datetime = Field(description="When it last changed")
