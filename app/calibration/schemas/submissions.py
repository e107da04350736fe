"""The wire of submissions: what a side says under seal, and what is shown of it to whom."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from app.calibration.core.parties import Party
from app.calibration.core.submissions import GoalHorizon
from app.infra.wire import Answer, Id, IsoDate, Name, WireModel

EntryKey = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$",
        description="What the entry is known by in its part; it stays while the wording changes",
        examples=["line-uptime"],
    ),
]
Told = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]*$")]
Grade = Annotated[int, Field(ge=1, le=5)]
OwnGoal = Annotated[
    EntryKey | None, Field(description="The key of the goal of one's own that it serves", examples=["line-uptime"])
]
On = Annotated[IsoDate | None, Field(description="The day on which it was done; today when not given")]
Who = Annotated[Id | None, Field(description="Who says so, where the key belongs to nobody")]

EXAMPLE: Any = {
    "goals": [
        {
            "key": "line-uptime",
            "title": "No line stands still",
            "theme": "reliability",
            "description": "Less than four hours of unplanned standstill a year",
            "importance": 5,
            "horizon": "medium",
        }
    ],
    "expectations": [
        {
            "key": "spare-parts",
            "title": "Spare parts within a day",
            "description": "Everywhere in Europe",
            "importance": 4,
            "goal": "line-uptime",
        }
    ],
    "commitments": [
        {
            "key": "line-data",
            "title": "The data of our lines",
            "description": "By the hour, from the first quarter on",
            "level": 3,
            "goal": "line-uptime",
        }
    ],
}


class SubmittedGoal(WireModel):
    """What a side wants to reach."""

    key: EntryKey
    title: Name = Field(description="What it is, in a few words", examples=["No line stands still"])
    theme: Name | None = Field(default=None, description="What it is about, in one's own words", examples=["uptime"])
    description: Told | None = Field(
        default=None, description="What is meant, at length", examples=["Less than four hours of standstill a year"]
    )
    importance: Grade = Field(description="1 (of little account) to 5 (decisive)", examples=[5])
    horizon: GoalHorizon = Field(description="`short`: within a year; `medium`: within three years; `long`: beyond")


class SubmittedExpectation(WireModel):
    """What a side expects of the other."""

    key: EntryKey
    title: Name = Field(description="What it is, in a few words", examples=["Spare parts within a day"])
    description: Told | None = Field(
        default=None, description="What is meant, at length", examples=["Everywhere in Europe"]
    )
    importance: Grade = Field(description="1 (of little account) to 5 (decisive)", examples=[4])
    goal: OwnGoal = None


class SubmittedCommitment(WireModel):
    """What a side commits itself to."""

    key: EntryKey
    title: Name = Field(description="What it is, in a few words", examples=["The data of our lines"])
    description: Told | None = Field(
        default=None, description="What is meant, at length", examples=["By the hour, from the first quarter on"]
    )
    level: Grade = Field(description="How far it goes: 1 (a little) to 5 (all that one can)", examples=[3])
    goal: OwnGoal = None


class SubmissionDocument(WireModel):
    """What a side submits: its goals, what it expects, what it commits itself to."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    goals: Annotated[list[SubmittedGoal], Field(max_length=50)] = Field(description="Its goals; to seal it takes one")
    expectations: Annotated[list[SubmittedExpectation], Field(max_length=50)] = Field(
        default=[], description="What it expects of the other side"
    )
    commitments: Annotated[list[SubmittedCommitment], Field(max_length=50)] = Field(
        default=[], description="What it commits itself to"
    )


class SubmissionBody(WireModel):
    """A submission of the supplier's, whole: what is left out is not in it any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"document": EXAMPLE}]})

    document: SubmissionDocument
    user_id: Who = None


class GuestSubmissionBody(WireModel):
    """A submission of the customer's, whole: what is left out is not in it any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"document": EXAMPLE}]})

    document: SubmissionDocument


class SealBody(WireModel):
    """That the supplier's submission stays as it is."""

    on: On = None
    user_id: Who = None


class GuestSealBody(WireModel):
    """That the customer's submission stays as it is."""

    on: On = None


class CalibrationSubmission(Answer):
    """A side's submission, as the reader may see it: its own, and the other's from the reveal on."""

    party: Party = Field(description="Whose it is")
    sealed: bool = Field(description="Whether it stays as it is")
    sealed_at: datetime | None = Field(description="When it was sealed; null while it is not")
    sealed_by: str | None = Field(description="The name of who sealed it", examples=["Ada Lovelace"])
    document: SubmissionDocument | None = Field(
        description="Null where nothing was saved, and of the other side before the reveal whether or not"
    )
    version: int | None = Field(description="Null where `document` is", examples=[3])


class OwnSubmission(CalibrationSubmission):
    """A submission as its own side sees it."""

    round: int = Field(description="How often the sides have explored", examples=[1])
    version: int = Field(description="How often it was written; 0 while nothing was saved", examples=[3])


class CalibrationSubmissions(Answer):
    """Both sides' submissions of the round that the calibration is in."""

    calibration_id: UUID = Field(description="The calibration's id")
    round: int = Field(description="How often the sides have explored", examples=[1])
    revealed: bool = Field(description="Whether both are sealed, and each side reads the other's")
    revealed_at: datetime | None = Field(description="When the second was sealed; null before that")
    submissions: list[CalibrationSubmission] = Field(description="The supplier's and the customer's, in this order")
