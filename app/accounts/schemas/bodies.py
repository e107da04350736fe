"""What may be said of each kind of fact."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.accounts.schemas.words import EngagementKind, Function, Seniority, Side, Stance, Status
from app.infra.records.wire import Period, RecordBody, Ref
from app.infra.wire import (
    Attributes,
    AwareInstant,
    Code,
    CountInt4,
    CountryText,
    CurrencyCode,
    ExternalId,
    FiniteNumber,
    IsoDate,
    LongText,
    MetricKey,
    MoneyIn,
    MoneyNotNegativeIn,
    Name,
    Ratio01,
    ShortText,
    SourceName,
    WireModel,
)

IdOrText = Annotated[Code, Field(description="The record's id, or the text that it is known by")]
EffectiveOn = Annotated[
    IsoDate | None, Field(description="The day from which this holds; the day of its arrival when not given")
]
SourceModifiedAt = Annotated[
    AwareInstant | None,
    Field(
        description=(
            "When the source changed it, and from when that holds unless it says otherwise; a change older than what"
            " is known is left aside"
        )
    ),
]
AccountRef = Annotated[
    Ref | None,
    Field(description="The account: its id, or its identity in another system; the path may name it instead"),
]


class Identified(RecordBody):
    """A record that may be known by its identity in another system; `source` and `external_id` go together."""

    source: SourceName | None = None
    external_id: ExternalId | None = None


class UserBody(Identified):
    """A person at the supplier."""

    name: Name | None = None
    email: ShortText | None = None
    function: Function | None = None
    active: bool | None = None


class AccountBody(Identified):
    """A customer company, or a prospect."""

    name: Name | None = None
    parent: Ref | None = Field(default=None, description="The account that it is a subsidiary of")
    industry: Name | None = None
    country: CountryText | None = None
    employees: CountInt4 | None = None
    annual_revenue: MoneyNotNegativeIn | None = None
    website: ShortText | None = None
    kam_user_id: Ref | None = Field(default=None, description="The key account manager: a user")
    customer_since: IsoDate | None = None
    attributes: Attributes | None = None
    effective_on: EffectiveOn = None
    source_modified_at: SourceModifiedAt = None

    def given(self) -> dict[str, Any]:
        columns = super().given()
        if columns.get("name") is not None:
            columns["name_key"] = columns["name"].lower()
        return columns


class BelowAccount(Identified):
    """A record below an account."""

    account: AccountRef = None


class BuyingCenterBody(BelowAccount):
    """A division, unit or site of the customer that buys."""

    name: Name | None = None

    def given(self) -> dict[str, Any]:
        columns = super().given()
        if columns.get("name") is not None:
            columns["name_key"] = columns["name"].lower()
        return columns


class ContactBody(BelowAccount):
    """A person at the customer."""

    name: Name | None = None
    title: ShortText | None = None
    email: ShortText | None = None
    seniority: Seniority | None = None
    stance: Stance | None = None
    active: bool | None = None
    buying_center: IdOrText | None = None
    effective_on: EffectiveOn = None
    source_modified_at: SourceModifiedAt = None


class OfferingBody(Identified):
    """A product or service line."""

    code: Code | None = None
    name: Name | None = None
    series: Name | None = None
    list_price: MoneyNotNegativeIn | None = None
    active_from: IsoDate | None = None
    active_to: IsoDate | None = None


class StageEntry(WireModel):
    """A line of a deal's stage history."""

    stage: Code | None = None
    status: Status
    amount: MoneyIn | None = None
    probability: Ratio01 | None = None
    at: AwareInstant


class OpportunityBody(BelowAccount):
    """A deal. Without an account it is kept and listed as unassigned, and counts in no metric until it is linked."""

    name: ShortText | None = None
    offering: IdOrText | None = Field(default=None, description="The offering's id or code")
    buying_center: IdOrText | None = Field(default=None, description="The buying center's id or name")
    primary_contact: Ref | None = None
    amount: MoneyIn | None = None
    stage: Code | None = Field(default=None, description="The CRM's own word")
    status: Status | None = Field(default=None, description="`open` when nothing is said of a new one")
    probability: Ratio01 | None = None
    created_on: IsoDate | None = None
    expected_close_on: IsoDate | None = None
    closed_on: IsoDate | None = Field(default=None, description="Needed when won or lost")
    sole_sourced: bool | None = None
    competitor: Name | None = None
    owner: Name | None = None
    source_modified_at: SourceModifiedAt = None
    stage_history: Annotated[list[StageEntry], Field(max_length=500)] | None = Field(
        default=None, description="Given, it replaces the history that was kept"
    )


class EngagementBody(BelowAccount):
    """A touchpoint with the customer."""

    kind: EngagementKind | None = None
    held_on: IsoDate | None = None
    contacts: Annotated[list[Ref], Field(max_length=200)] | None = Field(
        default=None, description="The customer's people who took part"
    )
    buying_center: IdOrText | None = None
    subject: ShortText | None = None
    initiated_by: Side | None = None


class ObservationBody(BelowAccount):
    """A dated value of a metric that is observed rather than computed."""

    metric: MetricKey | None = None
    value: FiniteNumber | None = None
    observed_on: IsoDate | None = None


class RatingBody(BelowAccount):
    """Somebody's judgement of an account on a scale of 1 to 5."""

    metric: MetricKey | None = None
    value: Annotated[int, Field(ge=1, le=5)] | None = None
    user: Ref | None = None
    function: Function | None = Field(default=None, description="The rater's function; the user's own when not given")
    rated_on: IsoDate | None = None
    comment: LongText | None = None


class TargetBody(BelowAccount):
    """Planned revenue or margin for a period."""

    metric: Literal["revenue", "margin"] | None = None
    period: Period | None = None
    amount: MoneyNotNegativeIn | None = None
    effective_on: EffectiveOn = None


class ExchangeRateBody(Identified):
    """What one unit of `currency` is worth in `into_currency`, from a day on."""

    currency: CurrencyCode | None = None
    into_currency: CurrencyCode | None = None
    rate: Annotated[str, Field(pattern=r"^\d{1,11}(\.\d{1,12})?$", examples=["1.0812"])] | None = None
    from_on: IsoDate | None = None
