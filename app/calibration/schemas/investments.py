"""The wire of what the supplier invests, and of who has to know of it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from app.accounts.schemas.words import Function
from app.calibration.core.levels import Level
from app.calibration.core.states import State
from app.calibration.schemas.exploration import Figure
from app.calibration.schemas.submissions import On, Told, Who
from app.infra.wire import Answer, Id, IsoDate, MoneyOut, WireModel

AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
Quantity = Annotated[float, Field(gt=0, le=1e9, description="How much per quarter, in its unit", examples=[2.5])]
Per = Annotated[float, Field(description="How much per quarter, in its unit", examples=[2.5])]
Unit = Annotated[str, Field(description="What it is counted in", examples=["days"])]
ResourceName = Annotated[str, Field(description="What it is called", examples=["Process engineer"])]


class InvestmentBody(WireModel):
    """So much of one resource."""

    resource_id: Id = Field(description="A resource of the catalogue")
    quantity: Quantity
    from_on: IsoDate = Field(description="From which day on; before the calibration is active nothing is granted")
    until_on: IsoDate | None = Field(default=None, description="Until which day, no longer included")
    purpose: Told | None = Field(
        default=None, description="What for; the customer reads it", examples=["To find why the lines stand still"]
    )
    internal_note: Told | None = Field(default=None, description="For the supplier alone", examples=["Ask Ben first"])
    exception_reason: Told | None = Field(
        default=None,
        description="Why it is more than the level brings; needed where it is",
        examples=["Their third plant opens in May"],
    )


class InvestmentsBody(WireModel):
    """All that is invested: what is left out is so no longer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"investments": [{"resource_id": AN_ID, "quantity": 2.5, "from_on": "2027-01-01"}]}]
        }
    )

    investments: list[InvestmentBody] = Field(max_length=100, description="One line per resource")
    user_id: Who = None


class ApprovalBody(WireModel):
    """An approval, by somebody else than who asked."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"user_id": AN_ID}]})

    on: On = None
    user_id: Who = None


class AcknowledgementBody(WireModel):
    """That the speaker's function knows what it gives."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"user_id": AN_ID, "note": "Two engineers are named"}]})

    note: Told | None = Field(default=None, description="For the supplier alone", examples=["Two engineers are named"])
    on: On = None
    user_id: Who = None


class CalibrationInvestment(Answer):
    """What is invested of one resource."""

    resource_id: UUID = Field(description="The resource")
    resource_name: ResourceName
    unit: Unit
    function: Function = Field(description="Who owns the resource")
    quantity: Per
    level_quantity: float = Field(description="What the agreed level brings per quarter", examples=[2])
    from_on: date = Field(description="From which day on")
    until_on: date | None = Field(description="Until which day, no longer included")
    purpose: str | None = Field(description="What for, as the customer reads it", examples=["To find why lines stop"])
    internal_note: str | None = Field(description="For the supplier alone", examples=["Ask Ben first"])
    exception: bool = Field(description="Whether it is more than the level brings")
    exception_reason: str | None = Field(description="Why", examples=["Their third plant opens in May"])
    requested_by: str | None = Field(description="Who asked for it", examples=["Ada Lovelace"])
    approved_by: str | None = Field(description="Who approved the exception", examples=["Grace Hopper"])
    approved_on: date | None = Field(description="The day of the approval")
    unit_cost: MoneyOut | None = Field(description="Null where it is not known")


class InvestmentAcknowledgement(Answer):
    """Whether a function that gives something knows of it."""

    function: Function
    acknowledged: bool = Field(description="Whether somebody of it said so since its part last changed")
    acknowledged_on: date | None = Field(description="The day on which they said so")
    acknowledged_by: str | None = Field(description="Who said so", examples=["Ada Lovelace"])
    note: str | None = Field(description="What they said", examples=["Two engineers are named"])


class CalibrationInvestments(Answer):
    """What the supplier invests by a calibration."""

    calibration_id: UUID = Field(description="The calibration")
    state: State
    agreed_level: Level | None = Field(description="The level that brings it")
    investments: list[CalibrationInvestment] = Field(description="One line per resource")
    acknowledgements: list[InvestmentAcknowledgement] = Field(description="One per function that owns a resource of it")
    acknowledged_share: Figure | None = Field(
        description="The share of those functions that acknowledged it; null where nothing is invested"
    )
    costs_per_quarter: list[MoneyOut] = Field(description="What it comes to, by currency")
    without_cost: int = Field(description="How many lines are left out as their resource has no cost")
    version: int = Field(description="Of the calibration, for If-Match")


class ParticipantInvestment(Answer):
    """What the supplier invests of one resource."""

    resource_id: UUID = Field(description="The resource")
    resource_name: ResourceName
    unit: Unit
    quantity: Per
    from_on: date = Field(description="From which day on")
    until_on: date | None = Field(description="Until which day, no longer included")
    purpose: str | None = Field(description="What for", examples=["To find why the lines stand still"])


class ParticipantInvestments(Answer):
    """What the supplier invests, as the customer sees it: no costs, and nothing that is internal."""

    calibration_id: UUID = Field(description="The calibration")
    agreed_level: Level | None = Field(description="The level that brings it")
    investments: list[ParticipantInvestment] = Field(
        description="Without what goes beyond the level and is not approved yet"
    )
