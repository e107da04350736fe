"""The wire of assessments: what people find of an account in ten elements, and what it comes to."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, PlainSerializer

from app.accounts.schemas.words import Function
from app.health.core.assessments import ELEMENTS, ROUND_DAYS, SHELF_LIFE_DAYS, STEPS, Element
from app.infra.wire import Answer, Id, IsoDate, LongText, WireModel, at_most


def _rounded(figure: float) -> float:
    return round(figure, 4) + 0.0


Figure = Annotated[float, PlainSerializer(_rounded, return_type=float)]
Value = Annotated[int, Field(ge=1, le=STEPS, description="1 (poor) to 5 (as good as it can be)", examples=[4])]


class ElementFinding(WireModel):
    """What was found of one element."""

    value: Value
    evidence: Annotated[LongText, Field(min_length=1, max_length=2_000)] = Field(
        description="What shows it", examples=["Their chief operating officer asked us to review the plan"]
    )


class AssessmentBody(WireModel):
    """What a person found of an account; elements that they cannot judge are left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "assessed_on": "2026-03-31",
                    "elements": {"relationships": {"value": 2, "evidence": "One director knows us, and nobody above"}},
                }
            ]
        }
    )

    elements: Annotated[dict[Element, ElementFinding], at_most(len(ELEMENTS)), Field(min_length=1)] = Field(
        description="By element, at least one of the ten"
    )
    assessed_on: IsoDate | None = Field(default=None, description="The day on which it was found; today if absent")
    user_id: Id | None = Field(default=None, description="Who found it, where the key belongs to nobody")


class FoundAnswer(Answer):
    """What was found of one element."""

    value: int = Field(description="1 (poor) to 5 (as good as it can be)", examples=[4])
    evidence: str = Field(description="What shows it")


class AssessmentAnswer(Answer):
    """What a person found of an account on a day."""

    id: UUID
    account_id: UUID
    assessed_on: date
    user_id: UUID
    user_name: str | None = Field(description="What they are called")
    function: Function = Field(description="The function for which they spoke")
    elements: dict[Element, FoundAnswer] = Field(description="By element; those they did not judge are absent")
    created_at: datetime


class SpreadAnswer(Answer):
    """How far figures lie apart, in points of the scale."""

    range: Figure = Field(description="The largest less the smallest")
    sd: Figure = Field(description="The standard deviation of the figures themselves (divided by n)")


class ElementFunctionMean(Answer):
    """What a function says of an element."""

    function: Function
    mean: Figure = Field(description="The mean of its people's values, 1 to 5")
    people: int = Field(description="How many of its people spoke")


class ElementVoice(Answer):
    """One person's word on an element."""

    user_id: UUID
    user_name: str | None
    function: Function
    assessed_on: date
    value: int
    evidence: str


class ElementSummary(Answer):
    """One element on a day."""

    element: Element
    title: str = Field(examples=["Robustness of relationships"])
    mean: Figure | None = Field(
        description="Over functions, each with one voice, however many of its people spoke; null while nobody did"
    )
    by_function: list[ElementFunctionMean]
    people: int = Field(description="How many people's words stand")
    between_functions: SpreadAnswer | None = Field(description="Null with fewer than two functions")
    between_people: SpreadAnswer | None = Field(description="Null with fewer than two people")
    agreement: Figure | None = Field(
        description=(
            "Within-group agreement of the people (r_wg of James, Demaree and Wolf, 1984): 1 minus their variance over"
            " that of answers at random, from 0 to 1; null with fewer than two"
        )
    )
    low_agreement: bool = Field(description="Whether the agreement is known and below 0.7: talk before you average")
    previous: Figure | None = Field(description="The mean as it stood on `previous_on`")
    change: Figure | None = Field(description="`mean` less `previous`; null without either")
    change_of_same: Figure | None = Field(
        description="The mean change of those people who spoke then, too: not moved by who takes part"
    )
    voices: list[ElementVoice] = Field(description="Whose word stands, with what shows it")


class Assessor(Answer):
    """Somebody whose word stands."""

    user_id: UUID
    user_name: str | None
    function: Function
    assessed_on: date = Field(description="When they spoke last")
    missing: list[Element] = Field(description="Elements on which no word of theirs stands")


class NamedPerson(Answer):
    """Somebody at the supplier."""

    user_id: UUID
    user_name: str | None


class NotAssessed(Answer):
    """Who has no word in it."""

    functions: list[Function] = Field(description="Functions that the organization has people of")
    lapsed: list[NamedPerson] = Field(description="People whose last word is past its shelf life")
    kam: NamedPerson | None = Field(description="The account's manager, if they have none")
    elements: list[Element] = Field(description="Elements of which nobody's word stands")


class AssessmentSummary(Answer):
    """What the assessments of an account come to on a day."""

    account_id: UUID
    as_of: date
    mean: Figure | None = Field(description="Over the elements that somebody spoke of; null without one")
    newest_on: date | None = Field(description=f"The newest assessment that stands; one stands {SHELF_LIFE_DAYS} days")
    previous_on: date | None = Field(
        description=f"The day before the newest round: a round takes the {ROUND_DAYS} days up to `newest_on`"
    )
    low_agreement: list[Element] = Field(description="The elements on which people disagree")
    elements: list[ElementSummary] = Field(description="All ten, in their order")
    assessors: list[Assessor] = Field(description="Whose word stands, who spoke last first")
    not_assessed: NotAssessed
