"""The wire of joint opportunities and of assumptions."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from app.calibration.core.assumptions import AssumptionState, TestResult
from app.calibration.core.parties import Party
from app.calibration.schemas.exploration import CustomerGoals, SupplierGoals
from app.calibration.schemas.submissions import On, Told, Who
from app.infra.wire import Answer, Id, MoneyNotNegativeIn, MoneyOut, Name, Ratio01, WireModel

Title = Annotated[Name, Field(description="What both could do together", examples=["Predict standstills together"])]
Text = Annotated[Told | None, Field(description="At length", examples=["A pilot on two lines, then all of them"])]
Limitation = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Limitations = Annotated[
    list[Limitation],
    Field(max_length=20, description="What stands against it", examples=[["Older lines have no sensors"]]),
]
NoneFound = Annotated[bool, Field(description="True: somebody looked for limitations, and found none")]
Likelihood = Annotated[
    Ratio01 | None, Field(description="How likely it is to come true, 0 to 1, by estimate", examples=[0.6])
]
Worth = Annotated[MoneyNotNegativeIn | None, Field(description="What it would be worth; both sides read it")]
Assumption = Annotated[
    Told, Field(description="What is taken for granted", examples=["They will share the data of every line"])
]
HowTested = Annotated[
    Told | None, Field(description="How it is, or was, to be tested", examples=["Ask for one week of data"])
]
Version = Annotated[int, Field(description="For If-Match")]
OPPORTUNITY: JsonDict = {
    "title": "Predict standstills together",
    "description": "A pilot on two lines, then all of them",
    "supplier_goals": ["service-revenue"],
    "customer_goals": ["line-uptime"],
    "limitations": ["Older lines have no sensors"],
    "likelihood": 0.6,
    "worth": {"amount": "250000.00", "currency": "EUR"},
}


class GuestJointOpportunityBody(WireModel):
    """What both could do together, for at least one goal of each."""

    model_config = ConfigDict(json_schema_extra={"examples": [OPPORTUNITY]})

    title: Title
    description: Text = None
    supplier_goals: SupplierGoals
    customer_goals: CustomerGoals
    limitations: Limitations = Field(default=[])
    no_limitation_found: bool = Field(
        default=False, description="True: somebody looked for limitations, and found none"
    )
    likelihood: Likelihood = None
    worth: Worth = None


class JointOpportunityBody(GuestJointOpportunityBody):
    """What both could do together, for at least one goal of each."""

    user_id: Who = None


class JointOpportunityChangeBody(WireModel):
    """What is to change about a joint opportunity; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"likelihood": 0.7}]})

    title: Title = Field(default_factory=str)
    description: Text = None
    supplier_goals: SupplierGoals = Field(default_factory=list)
    customer_goals: CustomerGoals = Field(default_factory=list)
    limitations: Limitations = Field(default_factory=list)
    no_limitation_found: bool = Field(
        default=False, description="True: somebody looked for limitations, and found none"
    )
    likelihood: Likelihood = None
    worth: Worth = None


class JointOpportunity(Answer):
    """What both could do together."""

    id: Id
    calibration_id: UUID = Field(description="The calibration's id")
    title: str = Field(description="What both could do together", examples=["Predict standstills together"])
    description: str | None = Field(description="At length", examples=["A pilot on two lines, then all of them"])
    supplier_goals: SupplierGoals
    customer_goals: CustomerGoals
    limitations: Limitations
    no_limitation_found: bool = Field(description="Whether somebody looked for limitations, and found none")
    likelihood: Likelihood
    worth: MoneyOut | None = Field(description="What it would be worth")
    party: Party = Field(description="Which side logged it")
    user_id: UUID | None = Field(description="Who of the supplier; null for the customer's eyes")
    invitation_id: UUID | None = Field(description="By whose invitation, where the customer did")
    created_at: datetime
    updated_at: datetime
    version: Version


class GuestAssumptionBody(WireModel):
    """What a side takes for granted of the other."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"assumption": "They will share the data of every line", "test": "Ask for one week of data"}]
        }
    )

    assumption: Assumption
    test: HowTested = None
    side: Party | None = Field(default=None, description="Whose assumption it is; the speaker's when not given")


class AssumptionBody(GuestAssumptionBody):
    """What a side takes for granted of the other."""

    user_id: Who = None


class AssumptionChangeBody(WireModel):
    """What is to change about an assumption that nobody has tested; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"test": "Ask for one week of data"}]})

    assumption: Assumption = Field(default_factory=str)
    test: HowTested = None


class GuestTrialBody(WireModel):
    """How an assumption fared."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "confirmed", "result": "Two lines sent a week of data"}]}
    )

    outcome: TestResult = Field(description="What came of it")
    result: Told = Field(description="What was found", examples=["Two lines sent a week of data"])
    test: HowTested = Field(default=None, description="How it was tested, where that was not said before")
    on: On = None


class TrialBody(GuestTrialBody):
    """How an assumption fared."""

    user_id: Who = None


class WaiverBody(WireModel):
    """Why an assumption may stay untested."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The pilot will show it in a month"}]})

    reason: Told = Field(description="Why; for the supplier alone", examples=["The pilot will show it in a month"])
    user_id: Who = None


class CalibrationAssumption(Answer):
    """What a side takes for granted of the other, and how it fared; both sides read it."""

    id: Id
    calibration_id: UUID = Field(description="The calibration's id")
    side: Party = Field(description="Whose assumption it is")
    assumption: str = Field(
        description="What is taken for granted", examples=["They will share the data of every line"]
    )
    test: str | None = Field(description="How it is, or was, to be tested", examples=["Ask for one week of data"])
    state: AssumptionState = Field(description="An untested one blocks levels above `preferred`")
    result: str | None = Field(description="What was found", examples=["Two lines sent a week of data"])
    tested_on: date | None = Field(description="When it was tested last")
    waived_by_user_id: UUID | None = Field(description="Who lets it pass untested; null for the customer's eyes")
    waive_reason: str | None = Field(
        description="Why it may stay untested; null for the customer's eyes",
        examples=["The pilot will show it in a month"],
    )
    party: Party = Field(description="Which side noted it")
    user_id: UUID | None = Field(description="Who of the supplier; null for the customer's eyes")
    invitation_id: UUID | None = Field(description="By whose invitation, where the customer did")
    created_at: datetime
    updated_at: datetime
    version: Version
