"""The wire of what is put into the customer's own strategic planning."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from app.calibration.core.contributions import ContributionKind
from app.calibration.schemas.exploration import Figure
from app.calibration.schemas.submissions import On, Told, Who
from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, Id, Name, WireModel

AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
OfKind = Annotated[
    ContributionKind,
    Field(description="An insight into their market, or a session in which they put their strategy into words"),
]


class ContributionBody(WireModel):
    """What was contributed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "market_insight", "title": "Who buys spare parts online", "in_their_plan": True}]
        }
    )

    kind: OfKind
    title: Name = Field(description="What it was about", examples=["Who buys spare parts online"])
    in_their_plan: bool = Field(default=False, description="Whether the customer took it into its strategic plan")
    contact_id: Id | None = Field(default=None, description="With which contact of the account")
    note: Told | None = Field(default=None, description="What came of it", examples=["They asked for the figures"])
    on: On = None
    user_id: Who = None


class StrategicContribution(Answer):
    """Something that was put into the customer's own strategic planning."""

    id: UUID
    account_id: UUID
    kind: OfKind
    title: str = Field(description="What it was about", examples=["Who buys spare parts online"])
    contributed_on: date = Field(description="The day of it")
    in_their_plan: bool = Field(description="Whether the customer took it into its strategic plan")
    contact_id: UUID | None = Field(description="With which contact")
    contact_name: str | None = Field(description="What they are called", examples=["Grace Hopper"])
    user_id: UUID | None = Field(description="By whom of ours")
    user_name: str | None = Field(description="What they are called", examples=["Ada Lovelace"])
    note: str | None = Field(description="What came of it", examples=["They asked for the figures"])
    created_at: datetime


class ContributionIndex(Answer):
    """What a year's contributions come to."""

    index: Figure = Field(
        ge=0,
        le=100,
        description="Half for insights in their plan, half for sessions, each whole from four in 365 days on",
        examples=[62.5],
    )
    insights: int = Field(description="Insights in the 365 days that end with the day")
    insights_in_plan: int = Field(description="Those that the customer took into its plan; only they count")
    sessions: int = Field(description="Sessions in the same days")


class StrategicContributions(Answer):
    """A page of the log, and the index of the year that ends with the day."""

    as_of: date = Field(description="Up to the end of this day")
    index: ContributionIndex
    benchmark: BenchmarkAnswer = Field(description="What is published of suppliers who do so")
    data: list[StrategicContribution]
    next_cursor: str | None
