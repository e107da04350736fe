"""The wire of what key account managers spend their time on."""

from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field

from app.infra.wire import Answer, Id, IsoDate, WireModel
from app.program.core.time_spent import Activity

MOST: Final = 1000
AN_ID: Final = "0192f7a0-7c00-7000-8000-000000000001"
_EXAMPLE: Final[dict[str, Any]] = {
    "user_id": AN_ID,
    "account_id": AN_ID,
    "activity": "joint_roadmap",
    "hours": 3.5,
    "on": "2026-10-14",
}


class KamHoursBody(WireModel):
    """Hours that a manager spent on one activity."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    activity: Activity = Field(description="What they were spent on", examples=["joint_roadmap"])
    hours: float = Field(gt=0, le=168, allow_inf_nan=False, description="How many", examples=[3.5])
    user_id: Id | None = Field(default=None, description="Whose they are; who owns the key when left out")
    account_id: Id | None = Field(default=None, description="Which account they were for; none when left out")
    on: IsoDate | None = Field(
        default=None, description="When; today when left out, not later", examples=["2026-10-14"]
    )


class KamHoursBatch(WireModel):
    """Up to 1000 entries of hours, kept all together or not at all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_EXAMPLE]}]})

    items: Annotated[list[KamHoursBody], Field(min_length=1, max_length=MOST, description="The entries")]


class KamHours(Answer):
    """Hours that a manager spent on one activity."""

    id: Id = Field(description="The entry's id")
    user_id: Id = Field(description="Whose they are")
    account_id: Id | None = Field(description="Which account they were for; null: none")
    activity: Activity = Field(description="What they were spent on", examples=["joint_roadmap"])
    hours: float = Field(description="How many", examples=[3.5])
    spent_on: date = Field(description="When", examples=["2026-10-14"])
    created_at: datetime = Field(description="When it was recorded here")


class KamHoursRecorded(Answer):
    """What came of a batch."""

    recorded: int = Field(description="How many entries were kept", examples=[40])
    hours: float = Field(description="How many hours they hold together", examples=[152.5])
    ids: list[Id] = Field(description="Their ids, in the order of the items")
