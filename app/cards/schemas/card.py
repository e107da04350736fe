"""The wire of an account's card: what a plugin shows beside its own record."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.calibration.core.levels import Level
from app.health.core.warnings.rule import Severity
from app.health.schemas.scores import Quadrant
from app.infra.wire import Answer, WireModel
from app.selection.schemas.scores import DimensionScore, NextTier

Section = Literal["score", "health", "warnings", "commitments", "partnership"]


class CardAccount(Answer):
    """Whom the card is about."""

    id: UUID
    name: str
    industry: str | None
    kam_user_id: UUID | None = Field(description="Who cares for the account")
    kam_name: str | None = Field(description="What who cares for it is called", examples=["Dana Morrow"])


class CardFactor(Answer):
    """A criterion in points of the composite."""

    criterion: str = Field(examples=["goal_fit"])
    points: float = Field(description="What it adds, or what it could add, in points of 100", examples=[7.5])


class CardScore(Answer):
    """How key the account is, and why."""

    as_of: date | None
    model_version: int | None = Field(description="Of the organization's selection model")
    tier: str = Field(description="The manual tier while one holds, else the computed one", examples=["tier_2"])
    quadrant: str | None = Field(examples=["invest"])
    provisional: bool = Field(description="Whether the tier may still change with what is unknown")
    stale: bool = Field(description="Whether facts have changed that the score does not know yet")
    rank: int | None = Field(description="Among the accounts scored together; null for one scored alone")
    ranked: int | None = Field(description="How many were scored together")
    composite: DimensionScore
    opportunity: DimensionScore
    alignment: DimensionScore
    strengths: list[CardFactor] = Field(description="What adds most to the composite")
    lifts: list[CardFactor] = Field(description="What could add most")
    next_tier: NextTier | None = Field(description="The nearest better tier, and the one change that reaches it")


class CardSide(Answer):
    """Hygiene or health, from 0 to 100."""

    score: float | None = Field(description="Null while too little is known")
    low: float | None = Field(description="If all that is unknown turned out worst")
    high: float | None = Field(description="If all that is unknown turned out best")
    coverage: float = Field(description="The share of the weight whose metrics are known")
    trend_90: float | None = Field(description="The change against three months before")


class CardHealth(Answer):
    """Whether the numbers are met, and whether they will last; never blended into one."""

    as_of: date
    quadrant: Quadrant | None = Field(description="Where hygiene and health, each high or low, put it")
    quadrant_since: date
    provisional: bool = Field(description="Whether the quadrant may still change with what is unknown")
    hygiene: CardSide
    health: CardSide


class CardWarning(Answer):
    """A sign of trouble."""

    id: UUID
    code: str = Field(examples=["supporter_left"])
    title: str = Field(examples=["A supporter has left"])
    severity: Severity
    first_seen_on: date


class CardWarnings(Answer):
    """The early warnings that stand."""

    open: int = Field(description="How many stand, acknowledged ones included", examples=[2])
    gravest: list[CardWarning] = Field(description="The gravest first")


class CardCommitment(Answer):
    """A promise that waits to be kept."""

    id: UUID
    resource_name: str = Field(description="What was promised", examples=["Technical expert"])
    function: str = Field(description="Who owes it", examples=["operations"])
    owner_name: str | None = Field(description="Who answers for it", examples=["Ada Quist"])
    due_on: date = Field(description="By when it was promised")
    overdue: bool = Field(description="Whether that day is past")


class CardCommitments(Answer):
    """What the account was promised, and still waits for."""

    open: int = Field(description="How many are promised and not delivered yet; counted to 100", examples=[4])
    overdue: int = Field(description="How many of them are past their day", examples=[1])
    next: list[CardCommitment] = Field(description="What is due first first")


class CardPartnership(Answer):
    """What was agreed with the customer."""

    level: Level = Field(description="How close it is, as agreed")
    since: date = Field(description="From when on it has been in force")
    calibration_id: UUID = Field(description="The calibration that it was agreed in")


class Card(Answer):
    """An account in a minute; a section is null where nothing is known of it, or the key may not read it."""

    account: CardAccount
    headline: str = Field(description="The card in a line", examples=["tier_2, 68 of 100 · coasting · 2 warnings"])
    score: CardScore | None = Field(description="Tier and why; null until it is scored")
    health: CardHealth | None = Field(description="Hygiene and health, as they were last judged")
    warnings: CardWarnings | None = Field(description="Signs of trouble that stand")
    commitments: CardCommitments | None = Field(description="What the account was promised")
    partnership: CardPartnership | None = Field(description="Null where no calibration is in force")
    hidden: list[Section] = Field(description="The sections that the key may not read", examples=[["commitments"]])
    simulated: bool = Field(description="Whether the organization's data are a simulation")


class CardLinkBody(WireModel):
    """A link to the account's page, for a frame."""

    seconds: Annotated[int, Field(ge=30, le=3600)] = Field(
        default=300, description="For how long it may be opened", examples=[300]
    )


class CardLink(Answer):
    """A link that opens one account's page without a key, for a short while."""

    url: str = Field(
        description="For the `src` of a frame; it holds no key", examples=["https://kap.example/console/framed/AQRi…"]
    )
    expires_at: datetime
