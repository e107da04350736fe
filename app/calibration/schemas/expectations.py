"""The wire of what each side expects of the other, of its assessment, and of fulfilment over time."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from app.calibration.core.expectations import Comparison, Standing
from app.calibration.core.parties import Party
from app.calibration.schemas.exploration import Figure
from app.calibration.schemas.submissions import On, Told, Who
from app.infra.wire import Answer, FiniteNumber, Id, IsoDate, MetricKey, Name, WireModel

AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
OwedBy = Annotated[Party, Field(description="The side that has to meet it")]
Title = Annotated[str, Field(description="What is expected", examples=["No line stands still for lack of parts"])]
Unit = Annotated[str | None, Field(description="Of the target", examples=["ratio"])]
Target = Annotated[float | None, Field(description="What has to be reached", examples=[0.98])]
Value = Annotated[float | None, Field(description="What was measured", examples=[0.985])]


class GuestExpectationBody(WireModel):
    """What one side expects of the other; measurable by a comparison with a target, else judged by people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "owed_by": "supplier",
                    "title": "No line stands still for lack of parts",
                    "metric": "on_time_delivery",
                    "comparison": "at_least",
                    "target": 0.98,
                    "unit": "ratio",
                    "due_on": "2027-12-31",
                }
            ]
        }
    )

    owed_by: OwedBy
    title: Name = Field(description="What is expected", examples=["No line stands still for lack of parts"])
    metric: MetricKey | None = Field(
        default=None, description="By what it is measured, a metric's key or any other", examples=["on_time_delivery"]
    )
    comparison: Comparison | None = Field(default=None, description="On which side of the target it is met")
    target: FiniteNumber | None = Field(default=None, description="What has to be reached", examples=[0.98])
    unit: Annotated[Name, Field(max_length=50)] | None = Field(
        default=None, description="Of the target", examples=["ratio"]
    )
    due_on: IsoDate = Field(description="By when it has to be met")


class ExpectationBody(GuestExpectationBody):
    """What one side expects of the other, as the supplier puts it on record."""

    owner_user_id: Id | None = Field(default=None, description="Who of ours sees to it, where the supplier owes it")
    owner_contact_id: Id | None = Field(default=None, description="Which contact does, where the customer owes it")
    user_id: Who = None


class WithdrawalBody(WireModel):
    """From when on an expectation is none any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2026-03-31"}]})

    on: On = None
    user_id: Who = None


class GuestExpectationAssessmentBody(WireModel):
    """What was measured, or whether it is met where nothing can be; both have to agree."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"value": 0.985, "note": "Of the year so far"}]})

    value: FiniteNumber | None = Field(default=None, description="What was measured", examples=[0.985])
    met: bool | None = Field(default=None, description="Whether it is met; decided by the value where there is one")
    note: Told | None = Field(default=None, description="Both sides read it", examples=["Of the year so far"])
    on: On = None


class ExpectationAssessmentBody(GuestExpectationAssessmentBody):
    """What was measured, or whether it is met where nothing can be; both have to agree."""

    user_id: Who = None


class ExpectationAssessment(Answer):
    """What was said of an expectation; it is never changed, the last of a day holds from that day on."""

    id: UUID
    expectation_id: UUID = Field(description="The expectation")
    met: bool = Field(description="Whether it is met")
    value: Value
    assessed_on: date = Field(description="As of which day")
    note: str | None = Field(description="What was said of it", examples=["Of the year so far"])
    party: Party = Field(description="The side that said so")
    by: str | None = Field(description="Who said so; null for the other side", examples=["Ada Lovelace"])
    created_at: datetime


class Expectation(Answer):
    """What one side expects of the other."""

    id: UUID
    calibration_id: UUID = Field(description="The calibration")
    account_id: UUID
    owed_by: OwedBy
    title: Title
    metric: str | None = Field(description="By what it is measured", examples=["on_time_delivery"])
    comparison: Comparison | None = Field(description="On which side of the target it is met")
    target: Target
    unit: Unit
    measurable: bool = Field(description="Whether it has a target")
    due_on: date = Field(description="By when it has to be met")
    owner_user_id: UUID | None = Field(description="Who of ours sees to it; null for the customer")
    owner_contact_id: UUID | None = Field(description="Which contact sees to it")
    owner_name: str | None = Field(description="What they are called; ours are not named to the customer")
    withdrawn_on: date | None = Field(description="From when on it is none any more")
    standing: Standing = Field(
        description="At the end of the day asked for: as it was assessed last, else `open`, or `overdue` past its day"
    )
    value: Value
    assessed_on: date | None = Field(description="As of which day it was assessed last")
    assessed_by: Party | None = Field(description="The side that did")
    party: Party = Field(description="The side that put it on record")
    created_at: datetime
    version: int = Field(description="For If-Match")


class SideFulfilment(Answer):
    """What one side owed, and met, at a quarter's end."""

    party: Party = Field(description="The side")
    expected: int = Field(description="Expectations due by then, or assessed by then")
    assessed: int = Field(description="Those that were assessed by then")
    met: int = Field(description="Of these, those met when assessed last")
    fulfilment: Figure | None = Field(description="met / assessed; null while none was assessed", examples=[0.75])


class FulfilmentQuarter(Answer):
    """A calendar quarter, as far as the calibration was in force in it."""

    quarter: date = Field(description="Its first day", examples=["2026-04-01"])
    from_on: date = Field(description="The first day of it that counts")
    to_on: date = Field(description="The last day of it that counts")
    sides: list[SideFulfilment] = Field(description="The supplier first")
    use: Figure | None = Field(
        description="How far the account used what it was entitled to in it; null where nothing was due",
        examples=[0.62],
    )


class InconsistentExperience(Answer):
    """A resource that the account used outside of what was agreed with it: in the last 90 days, since it was agreed."""

    resource_id: UUID = Field(description="The resource")
    resource_name: str = Field(description="What it is called", examples=["Process engineer"])
    code: Literal["not_agreed", "more_than_agreed"] = Field(description="In which way")
    agreed: float = Field(
        description="Per quarter: what is invested, and of what is not, what the agreed level brings", examples=[2.5]
    )
    used: float = Field(description="In the last 90 days, since it was agreed", examples=[4])


class ObservedConfidence(Answer):
    """What the customer said of how sure it is of the partnership."""

    observed_on: date = Field(description="When it said so")
    value: float = Field(description="How sure it is, on the organization's own scale", examples=[4])


class PartnerConfidence(Answer):
    """How sure the customer says it is of the partnership: before the calibration, and since it is in force."""

    metric: str = Field(description="The key of the observations that it is read from", examples=["partner_confidence"])
    before: ObservedConfidence | None = Field(
        description="The last in the 365 days before the calibration began; null without one"
    )
    after: ObservedConfidence | None = Field(
        description="The last since it is in force, up to its end; null without one"
    )
    change: float | None = Field(description="after - before; null unless both are known", examples=[1])


class CalibrationFulfilment(Answer):
    """How both sides keep what they owe, over time."""

    calibration_id: UUID = Field(description="The calibration")
    as_of: date = Field(description="Up to the end of this day")
    quarters: list[FulfilmentQuarter] = Field(description="The earliest first; the last four years at most")
    takes_more_gives_less: bool = Field(
        description="Whether the customer used more and kept less from one quarter to the next, twice in a row"
    )
    inconsistent_experience: list[InconsistentExperience] = Field(description="Empty while it is not in force")
    partner_confidence: PartnerConfidence = Field(
        description="How sure the customer says it is of the partnership, before and since"
    )
