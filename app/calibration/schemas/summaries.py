"""The wire of a calibration's summary: what both may read, and beside it what is the supplier's own."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.calibration.core.levels import Level
from app.calibration.core.parties import Party
from app.calibration.core.states import State
from app.calibration.schemas.calibrations import (
    AgreedLevel,
    AgreedOn,
    EndReason,
    Fit,
    Potential,
    ProposedLevels,
    StartedOn,
)
from app.infra.wire import Answer, Id, MoneyOut

Audience = Literal["internal", "customer"]


class SummaryTheme(Answer):
    """What goals of both sides have in common."""

    name: str = Field(description="The theme", examples=["No line stands still"])
    supplier_importance: float = Field(
        ge=0, description="What it counts to the supplier; 0 where it names no goal in it"
    )
    customer_importance: float = Field(ge=0, description="What it counts to the customer")


class SummaryOpportunity(Answer):
    """Something that both could do together."""

    title: str = Field(description="What it is", examples=["Predict standstills together"])
    description: str | None = Field(description="At length", examples=["A pilot on two lines, then all of them"])
    limitations: list[str] = Field(
        description="What stands against it; empty where none was found", examples=[["Older lines have no sensors"]]
    )


class SummaryCommunication(Answer):
    """That the customer was told openly of the level."""

    level: Level = Field(description="What they were told", examples=["strategic"])
    told_on: date = Field(description="When they were told")
    channel: str = Field(description="How they were told", examples=["meeting"])


class SummaryInvestment(Answer):
    """What the supplier puts in, per quarter."""

    resource: str = Field(description="What it is called", examples=["Engineer on site"])
    quantity: float = Field(description="How much of it per quarter", examples=[30])
    unit: str = Field(description="What the quantity counts", examples=["day"])
    from_on: date
    until_on: date | None = Field(description="From then on no more; null until further notice")
    purpose: str | None = Field(description="What it is for", examples=["The pilot on two lines"])


class SummaryExpectation(Answer):
    """What one side has to bring, and whether it did."""

    owed_by: Party = Field(description="The side that has to meet it")
    title: str = Field(description="What is expected", examples=["Spare parts within a day"])
    metric: str | None = Field(description="The metric by which it is measured", examples=["on_time_delivery"])
    comparison: Literal["at_least", "at_most"] | None = Field(description="Which side of the target is good")
    target: float | None = Field(description="What has to be reached", examples=[0.98])
    unit: str | None = Field(description="What the target counts", examples=["share"])
    due_on: date
    met: bool | None = Field(description="Whether it was met when last assessed; null before that")


class InternalProposal(Answer):
    """A level that a side proposed, and why."""

    party: Party = Field(description="Which side")
    level: Level = Field(description="What it proposed last", examples=["strategic"])
    reason: str = Field(examples=["Both want the lines to run"])
    proposed_on: date = Field(description="When it did")
    name: str | None = Field(description="Who proposed it", examples=["Ada Lovelace"])


class InternalInvestment(Answer):
    """What an investment costs, and what is noted of it."""

    resource_id: Id = Field(description="The resource in the catalogue")
    resource: str = Field(description="What it is called", examples=["Engineer on site"])
    function: str = Field(description="The function that owns it", examples=["service"])
    quantity: float = Field(description="How much of it per quarter", examples=[30])
    entitled: float = Field(description="What the agreed level brings of it per quarter", examples=[20])
    unit_cost: MoneyOut | None = Field(description="What one unit costs us; null where that is not known")
    internal_note: str | None = Field(
        description="What is noted of it for us alone", examples=["Until the new plant runs"]
    )
    exception_reason: str | None = Field(
        description="Why more than the level brings", examples=["Their third plant opens in May"]
    )
    approved_by: str | None = Field(description="Who approved that", examples=["Ada Lovelace"])


class InternalAcknowledgement(Answer):
    """That a function knows what it gives."""

    function: str = Field(examples=["service"])
    acknowledged_on: date = Field(description="When it said so")
    note: str | None
    name: str | None = Field(description="Who said so for it", examples=["Ada Lovelace"])


class InternalAssumption(Answer):
    """What a side takes for granted of the other."""

    side: Party = Field(description="Whose assumption it is")
    assumption: str = Field(description="What is taken for granted", examples=["They open their data to us"])
    state: Literal["untested", "confirmed", "refuted", "waived"]
    result: str | None = Field(description="What the test found", examples=["Three of four plants do"])
    waive_reason: str | None = Field(
        description="Why it may stay untested", examples=["The pilot will show it within a month"]
    )


class CalibrationInternals(Answer):
    """The supplier's own part of a summary."""

    owner_name: str | None = Field(description="Who leads it for the supplier", examples=["Ada Lovelace"])
    recommended_level: Level | None = Field(description="What potential and compatibility recommend")
    proposed_levels: ProposedLevels
    disagreement: bool = Field(description="Whether both propose, not the same, and have not agreed")
    proposals: list[InternalProposal] = Field(description="What each side proposed last")
    assumptions: list[InternalAssumption] = Field(description="What each side takes for granted of the other")
    investments: list[InternalInvestment] = Field(description="What each investment costs")
    costs_per_quarter: list[MoneyOut] = Field(description="What is invested costs per quarter, by currency")
    without_cost: int = Field(description="How many investments have no known cost, and are left out of that")
    acknowledgements: list[InternalAcknowledgement] = Field(description="Which functions know what they give")
    end_reason: EndReason


class CalibrationSummary(Answer):
    """What a calibration came to so far."""

    id: Id
    audience: Audience = Field(description="For whom it is shown")
    account_id: Id
    account_name: str = Field(examples=["Cancity"])
    state: State
    started_on: StartedOn
    activated_on: date | None = Field(description="Since when it is, or was, in force")
    ended_on: date | None = Field(description="When it ended or was superseded")
    potential: Potential
    compatibility: Fit
    agreed_level: AgreedLevel
    agreed_on: AgreedOn
    themes: list[SummaryTheme] = Field(description="What both want, as they mapped it")
    opportunities: list[SummaryOpportunity] = Field(description="What both could do together")
    communications: list[SummaryCommunication] = Field(description="When the customer was told of the level")
    investments: list[SummaryInvestment] = Field(description="What the supplier puts in")
    expectations: list[SummaryExpectation] = Field(description="What each side owes the other, the first due first")
    internal: CalibrationInternals | None = Field(description="The supplier's own part; null for the customer")
