"""The wire of levels: what is proposed, agreed and told, and where the parties stand."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from app.calibration.core.levels import Level, ReasonCode
from app.calibration.core.states import State
from app.calibration.schemas.exploration import Figure
from app.calibration.schemas.submissions import On, Told, Who
from app.infra.wire import Answer, Id, WireModel

AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
Channel = Literal["meeting", "call", "letter", "email", "other"]
OfLevel = Annotated[Level, Field(description="A partnership level", examples=["strategic"])]


class GuestProposalBody(WireModel):
    """The level that a side proposes, and why; the other side reads both."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"level": "strategic", "reason": "Three of our goals need the same line data"}]}
    )

    level: OfLevel
    reason: Told = Field(
        description="Why, as it is told to the other side", examples=["Three goals need the same data"]
    )
    on: On = None


class ProposalBody(GuestProposalBody):
    """The level that the supplier proposes, and why; the customer reads both."""

    user_id: Who = None


class GuestAgreementBody(WireModel):
    """The level that a side agrees to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"level": "strategic"}]})

    level: OfLevel
    on: On = None


class AgreementBody(GuestAgreementBody):
    """The level that the supplier agrees to."""

    user_id: Who = None


class CommunicationBody(WireModel):
    """That the customer was told of the agreed level, whatever it is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"level": "strategic", "contact_id": AN_ID, "channel": "meeting"}]}
    )

    level: OfLevel
    contact_id: Id = Field(description="The contact of the account who was told")
    channel: Channel = Field(description="How they were told")
    note: Told | None = Field(default=None, description="For the supplier alone", examples=["She took it well"])
    on: On = None
    user_id: Who = None


class LevelProposal(Answer):
    """The level that a side proposed last."""

    level: OfLevel
    reason: str = Field(description="Why", examples=["Three goals need the same data"])
    proposed_on: date = Field(description="The day of the proposal")
    by: str | None = Field(description="Who proposed it; null for the other side", examples=["Ada Lovelace"])


class LevelAgreement(Answer):
    """The level that a side agreed to."""

    level: OfLevel
    agreed_on: date = Field(description="The day on which the side agreed")
    by: str | None = Field(description="Who agreed; null for the other side", examples=["Ada Lovelace"])


class LevelCommunication(Answer):
    """That the customer was told of the level."""

    level: OfLevel
    told_on: date = Field(description="The day on which they were told")
    channel: Channel = Field(description="How they were told")
    contact_id: UUID = Field(description="Who was told")
    told_to: str | None = Field(description="What they are called", examples=["Grace Hopper"])
    by: str | None = Field(description="Who told them; null for the customer", examples=["Ada Lovelace"])
    note: str | None = Field(description="Null for the customer", examples=["She took it well"])
    created_at: datetime


class LevelReason(Answer):
    """Why no higher level is recommended."""

    code: ReasonCode
    message: str = Field(description="The same in words", examples=["potential allows no more than strategic"])


class LevelGridRow(Answer):
    """What a band of potential comes to with each band of compatibility."""

    potential: Level = Field(description="The level that potential alone would allow")
    levels: list[Level] = Field(
        description="The level by what compatibility alone would allow, lowest first",
        examples=[["transactional", "preferred", "preferred", "preferred"]],
    )


class LevelRecommendation(Answer):
    """The level that potential and compatibility recommend; nothing else goes into it."""

    level: OfLevel
    of_grid: Level = Field(description="The level of the grid, before the cap by asymmetry")
    potential: Figure = Field(description="0 to 100", examples=[72.5])
    compatibility: Figure = Field(description="0 to 100", examples=[66.0])
    asymmetry: Figure | None = Field(
        description="-1 (it matters to the customer alone) to 1 (to the supplier alone)", examples=[0.12]
    )
    reasons: list[LevelReason] = Field(description="Why it is no higher one; empty for the highest")
    thresholds: dict[str, float] = Field(
        description="From which figure on each level is reached", examples=[{"preferred": 40, "strategic": 60}]
    )
    asymmetry_cap: float = Field(description="Beyond it, either way, no more than `preferred`", examples=[0.35])
    grid: list[LevelGridRow] = Field(description="By what potential alone would allow, lowest first")


class CalibrationLevels(Answer):
    """Where the parties stand on the level."""

    calibration_id: UUID = Field(description="The calibration")
    state: State
    recommended: LevelRecommendation | None = Field(
        description="Null before the parties align, or while a figure is unknown"
    )
    supplier_proposal: LevelProposal | None = Field(description="What the supplier proposed last")
    customer_proposal: LevelProposal | None = Field(description="What the customer proposed last")
    supplier_agreement: LevelAgreement | None = Field(description="What the supplier agrees to")
    customer_agreement: LevelAgreement | None = Field(description="What the customer agrees to")
    agreed_level: Level | None = Field(description="The level once both have agreed to it")
    agreed_on: date | None = Field(description="The day on which the second side agreed")
    disagreement: bool = Field(description="Whether the sides propose different levels and have not agreed yet")
    untested_assumptions: int = Field(
        description="Assumptions that are neither tested nor waived: any keeps the level from being above `preferred`"
    )
    communications: list[LevelCommunication] = Field(description="That the customer was told, the latest first")
