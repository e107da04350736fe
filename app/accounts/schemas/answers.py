"""How each kind of fact is shown."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.accounts.schemas.words import EngagementKind, Function, Seniority, Side, Stance, Status
from app.infra.wire import Answer, DecimalText, MoneyOut


class Record(Answer):
    """What every record has."""

    id: UUID
    source: str | None
    external_id: str | None
    version: int = Field(description="Goes up by one with each change; also in the header ETag")
    created_at: datetime
    updated_at: datetime


class Removable(Record):
    """A record that its source may remove, or merge into another; it stays on record then."""

    source_modified_at: datetime | None = Field(description="When the source changed it, as far as it said")
    removed_at: datetime | None = Field(
        description="Since when it is gone; from then on it counts in no metric, and lists leave it out"
    )
    merged_into_id: UUID | None = Field(description="The record that it was merged into, and that now stands for it")


class User(Record):
    """A person at the supplier."""

    name: str
    email: str | None
    function: Function
    active: bool


class Account(Removable):
    """A customer company, or a prospect."""

    name: str
    parent_id: UUID | None
    industry: str | None
    country: str | None
    employees: int | None
    annual_revenue: MoneyOut | None
    website: str | None
    kam_user_id: UUID | None
    customer_since: date | None
    attributes: dict[str, Any]
    valid_from: datetime = Field(description="From when the present state holds")


class BuyingCenter(Record):
    """A division, unit or site of the customer that buys."""

    account_id: UUID
    name: str


class Contact(Removable):
    """A person at the customer."""

    account_id: UUID
    name: str
    title: str | None
    email: str | None
    seniority: Seniority | None
    stance: Stance
    active: bool
    buying_center_id: UUID | None
    valid_from: datetime = Field(description="From when the present state holds")


class Offering(Record):
    """A product or service line."""

    code: str
    name: str
    series: str | None
    list_price: MoneyOut | None
    active_from: date | None
    active_to: date | None


class StageState(Answer):
    """A state that a deal was in, from `at` until the next."""

    at: datetime
    stage: str | None
    status: Status
    amount: MoneyOut | None
    probability: float | None


class Opportunity(Removable):
    """A deal."""

    account_id: UUID | None
    name: str | None
    offering_id: UUID | None
    buying_center_id: UUID | None
    primary_contact_id: UUID | None
    amount: MoneyOut | None
    stage: str | None
    status: Status
    probability: float | None
    created_on: date | None
    expected_close_on: date | None
    closed_on: date | None
    sole_sourced: bool | None
    competitor: str | None
    owner: str | None
    stage_history: list[StageState]


class Engagement(Record):
    """A touchpoint with the customer."""

    account_id: UUID
    kind: EngagementKind
    held_on: date
    contact_ids: list[UUID]
    buying_center_id: UUID | None
    subject: str | None
    initiated_by: Side | None


class Observation(Record):
    """A dated value of a metric that is observed rather than computed."""

    account_id: UUID
    metric: str
    value: float
    observed_on: date


class Rating(Record):
    """Somebody's judgement of an account on a scale of 1 to 5."""

    account_id: UUID
    metric: str
    value: int
    user_id: UUID | None
    function: Function
    rated_on: date
    comment: str | None


class PeriodOut(Answer):
    """Days, both ends included."""

    from_: date = Field(alias="from")
    to: date


class Target(Record):
    """Planned revenue or margin for a period."""

    account_id: UUID
    metric: Literal["revenue", "margin"]
    period: PeriodOut
    amount: MoneyOut


class ExchangeRate(Record):
    """What one unit of `currency` is worth in `into_currency`, from a day on."""

    currency: str
    into_currency: str
    rate: DecimalText
    from_on: date
