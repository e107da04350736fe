"""The wire of what people state of the program: mandate, rebuilds, ratings and actions."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.accounts.schemas.words import Function
from app.infra.wire import Answer, Id, IsoDate, LongText, Name, WireModel
from app.program.core.audit.maturity import Subject
from app.program.core.audit.parts import RequirementCode
from app.program.core.rebuilds import Cause
from app.program.core.roadmap import ActionState, Area, Term

AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
Text2000 = Annotated[LongText, Field(max_length=2_000)]
On = Annotated[
    IsoDate | None,
    Field(description="The day that it is of; today when not given, never later", examples=["2026-05-04"]),
]


class MandateBody(WireModel):
    """Who stands behind the program, and which functions the mandate binds."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "user_id": AN_ID,
                    "mandate": "Key accounts come first where functions plan their capacity",
                    "functions": ["sales", "service", "product", "finance"],
                }
            ]
        }
    )

    user_id: Id = Field(description="The executive who gives the mandate")
    mandate: Annotated[Text2000, Field(min_length=1)] = Field(
        description="What the program may ask for", examples=["Key accounts come first where capacity is planned"]
    )
    functions: Annotated[list[Function], Field(min_length=1, max_length=8)] = Field(
        description="The functions that it binds", examples=[["sales", "service", "product"]]
    )
    from_on: IsoDate | None = Field(
        default=None, description="The day from which it holds; today when not given", examples=["2026-01-01"]
    )
    until_on: IsoDate | None = Field(
        default=None,
        description="The first day on which it no longer holds; until further notice when not given",
        examples=["2028-01-01"],
    )


class Mandate(Answer):
    """Who stands behind the program, and which functions the mandate binds."""

    id: Id = Field(description="Its id")
    user_id: Id = Field(description="The executive who gives it")
    mandate: str = Field(
        description="What the program may ask for", examples=["Key accounts come first where capacity is planned"]
    )
    functions: list[Function] = Field(
        description="The functions that it binds", examples=[["product", "sales", "service"]]
    )
    from_on: date = Field(description="The day from which it holds", examples=["2026-01-01"])
    until_on: date | None = Field(
        description="The first day on which it no longer holds; null: until further notice", examples=["2028-01-01"]
    )
    created_at: datetime = Field(description="When we first knew of it")


class RebuildBody(WireModel):
    """The program was rebuilt: when, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"cause": "growth_below_plan", "on": "2022-04-01"}]})

    cause: Cause = Field(description="What it was rebuilt for")
    note: Text2000 | None = Field(default=None, description="More on it", examples=["Two years below plan"])
    on: On = None


class Rebuild(Answer):
    """A rebuild of the program."""

    id: Id = Field(description="Its id")
    rebuilt_on: date = Field(description="When it was rebuilt", examples=["2022-04-01"])
    cause: Cause = Field(description="What it was rebuilt for")
    note: str | None = Field(description="More on it", examples=["Two years below plan"])
    created_at: datetime = Field(description="When we first knew of it")


class ProgramRatingBody(WireModel):
    """One rating of the program."""

    subject: Subject = Field(description="Of what: how mature the program is, somebody's skill, or account planning")
    name: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,62}$")] = Field(
        description=(
            "Of maturity one of the four guiding questions: `what_is_key`, `align_enterprise`,"
            " `partner_with_customers`, `maintain_performance`; of a skill `experience_and_judgement`,"
            " `collaboration`, `customer_service`, `strategic_planning`, `innovation` or `project_management`; of"
            " planning `effectiveness`"
        ),
        examples=["align_enterprise"],
    )
    value: Annotated[int, Field(ge=1, le=5)] = Field(
        description=(
            "Of maturity from 1, sales alone, to 5, the whole enterprise; of a skill from 1 to 5; of planning 1 not, 2"
            " slightly, 3 moderately, 4 very effective"
        ),
        examples=[3],
    )
    about_user_id: Id | None = Field(default=None, description="Whose skill it is; goes with skills alone")
    comment: Text2000 | None = Field(
        default=None, description="Why", examples=["Service hears of new key accounts last"]
    )


class ProgramRatingsBody(WireModel):
    """What somebody says of the program."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"ratings": [{"subject": "maturity", "name": "align_enterprise", "value": 2}], "user_id": AN_ID}
            ]
        }
    )

    ratings: Annotated[list[ProgramRatingBody], Field(min_length=1, max_length=200)] = Field(description="The ratings")
    user_id: Id | None = Field(default=None, description="Who rates, where the key belongs to nobody and somebody does")
    on: On = None


class ProgramRating(Answer):
    """One rating of the program."""

    id: Id = Field(description="Its id")
    subject: Subject = Field(description="Of what it is")
    name: str = Field(description="Of which question or skill", examples=["align_enterprise"])
    value: int = Field(description="1 to 5; of planning 1 to 4", examples=[3])
    about_user_id: Id | None = Field(description="Whose skill it is; null where it is of no skill")
    user_id: Id = Field(description="Who rated")
    function: Function = Field(description="The function that they spoke for then")
    rated_on: date = Field(description="The day that it is of", examples=["2026-05-04"])
    comment: str | None = Field(description="Why", examples=["Service hears of new key accounts last"])
    created_at: datetime = Field(description="When we first knew of it")


class ProgramRatings(Answer):
    """The ratings that were kept."""

    data: list[ProgramRating] = Field(description="In the order in which they were sent")


class ProgramActionBody(WireModel):
    """Something that is to be done about the program."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Feedback round on the criteria with finance and service",
                    "requirement": "selection_and_tiering",
                    "area": "criteria",
                    "term": "short",
                    "owner_user_id": AN_ID,
                    "due_on": "2026-09-30",
                }
            ]
        }
    )

    title: Name = Field(description="What is to be done", examples=["Feedback round on the criteria"])
    requirement: RequirementCode | None = Field(default=None, description="The design requirement that it is for")
    area: Area | None = Field(default=None, description="The area that it improves")
    term: Term = Field(description="Whether it is of the short or the long term")
    owner_user_id: Id = Field(description="Who is to do it")
    due_on: IsoDate = Field(description="By when", examples=["2026-09-30"])
    note: Text2000 | None = Field(default=None, description="More on it", examples=["Begin with the ten largest"])


class ProgramActionChange(WireModel):
    """What is to change about an action that is open; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"state": "done", "on": "2026-09-12"}]})

    title: Name | None = Field(
        default=None, description="What is to be done", examples=["Feedback round on the criteria"]
    )
    owner_user_id: Id | None = Field(default=None, description="Who is to do it")
    due_on: IsoDate | None = Field(default=None, description="By when", examples=["2026-09-30"])
    note: Text2000 | None = Field(default=None, description="More on it; null for nothing", examples=["Half way"])
    state: Literal["done", "dropped"] | None = Field(default=None, description="How it ends; it is closed then")
    on: On = None

    @model_validator(mode="after")
    def _nothing_emptied(self) -> Self:
        for name in ("title", "owner_user_id", "due_on", "state"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise PydanticCustomError("not_null", "Only `note` may be null; leave out what stays")
        return self


class ProgramAction(Answer):
    """Something that is to be done about the program."""

    id: Id = Field(description="Its id")
    title: str = Field(description="What is to be done", examples=["Feedback round on the criteria"])
    requirement: RequirementCode | None = Field(description="The design requirement that it is for; null for none")
    area: Area | None = Field(description="The area that it improves; null for none")
    term: Term = Field(description="Whether it is of the short or the long term")
    owner_user_id: Id = Field(description="Who is to do it")
    due_on: date = Field(description="By when", examples=["2026-09-30"])
    overdue: bool = Field(description="Whether it is open and its day has passed")
    state: ActionState = Field(description="Where it stands")
    closed_on: date | None = Field(description="When it ended; null while it is open", examples=["2026-09-12"])
    note: str | None = Field(description="More on it", examples=["Begin with the ten largest"])
    version: int = Field(description="Grows with each change; the ETag")
    created_at: datetime = Field(description="When we first knew of it")
    updated_at: datetime = Field(description="When it last changed")
