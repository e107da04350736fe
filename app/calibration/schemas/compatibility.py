"""The wire of compatibility: how people of both sides rate how they fit, and what comes of it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from app.calibration.core.compatibility import DIMENSIONS, Dimension
from app.calibration.core.parties import Party
from app.calibration.schemas.exploration import Figure, Points
from app.calibration.schemas.submissions import Grade, On, Told, Who
from app.infra.wire import Answer, WireModel

EXAMPLE: list[JsonValue] = [
    {"dimension": "culture", "value": 4, "comment": "They decide as quickly as we do"},
    {"dimension": "risk", "value": 2},
]
OfDimension = Annotated[Dimension, Field(description="What is rated", examples=["culture"])]
Rating = Annotated[Grade, Field(description="1 (does not fit at all) to 5 (fits entirely)", examples=[4])]
Mean = Annotated[Figure, Field(ge=1, le=5)]


class CompatibilityRatingBody(WireModel):
    """What a person thinks of one dimension."""

    dimension: OfDimension
    value: Rating
    comment: Told | None = Field(
        default=None, description="Why; the other side reads it, too", examples=["They decide as quickly as we do"]
    )


class GuestCompatibilityBody(WireModel):
    """What a person thinks, of each dimension once; dimensions that are left out stay as they were rated before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ratings": EXAMPLE}]})

    ratings: Annotated[list[CompatibilityRatingBody], Field(min_length=1, max_length=len(DIMENSIONS))] = Field(
        description="One for each dimension at most"
    )
    on: On = None


class CompatibilityBody(GuestCompatibilityBody):
    """What a person of the supplier thinks."""

    user_id: Who = None


class CompatibilityRating(Answer):
    """What a person thinks of one dimension."""

    dimension: OfDimension
    value: Rating
    comment: str | None = Field(description="Why", examples=["They decide as quickly as we do"])
    rated_on: date = Field(description="When it was said last")
    user_id: UUID | None = Field(description="Who of the supplier; null for the customer's eyes")
    invitation_id: UUID | None = Field(description="By whose invitation, where it is the customer's")
    name: str | None = Field(
        description="Who rated; of the supplier's people null for the customer's eyes", examples=["Ada Lovelace"]
    )


class PartyCompatibility(Answer):
    """How far a side is; of the other, until both have rated every dimension, no more than whether it is done."""

    party: Party = Field(description="Which side")
    complete: bool = Field(description="Whether it has rated every dimension")
    missing: list[Dimension] | None = Field(
        description="What it has not rated yet; null where that is hidden", examples=[["risk"]]
    )
    ratings: list[CompatibilityRating] | None = Field(description="What its people think; null where that is hidden")


class DimensionCompatibility(Answer):
    """How both sides rate one dimension, and what comes of it."""

    dimension: OfDimension
    title: str = Field(description="What it is called", examples=["How decisions are taken"])
    supplier: Mean = Field(description="The mean of the supplier's people", examples=[4])
    customer: Mean = Field(description="The mean of the customer's people", examples=[3])
    weight: float = Field(ge=0, description="What it weighs", examples=[1])
    fit: Points = Field(description="How well both think it fits: 0 where both say 1, 100 where both say 5")
    gap: Figure = Field(ge=0, le=4, description="How far they lie apart", examples=[1])
    score: Points = Field(description="The fit, less 10 for each point of the gap", examples=[52.5])
    part: Points = Field(description="What it adds to the compatibility", examples=[6.5625])
    to_discuss: bool = Field(description="Whether the gap is 2 or more")


class CalibrationCompatibility(Answer):
    """How well both sides fit; figures are null until both have rated every dimension."""

    calibration_id: UUID = Field(description="The calibration's id")
    revealed: bool = Field(description="Whether both sides have rated every dimension, and read each other's ratings")
    compatibility: Points | None = Field(
        description="Σ weight · score / Σ weight; null where no dimension has a weight, too", examples=[61.25]
    )
    dimensions: list[DimensionCompatibility] | None = Field(description="All eight; their parts add up")
    to_discuss: list[Dimension] | None = Field(
        description="Where the sides lie two points or more apart, the widest gap first", examples=[["risk"]]
    )
    sides: list[PartyCompatibility] = Field(description="The supplier's and the customer's")
