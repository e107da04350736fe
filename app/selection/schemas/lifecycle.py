"""The wire of where accounts stand in the program."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.infra.wire import Answer, Code, Id, IsoDate, LongText, WireModel
from app.selection.core.lifecycle import State

Track = Literal["standard", "high_potential"]
LifecycleWarning = Literal["selected_without_calibration"]


class LifecycleMoveBody(WireModel):
    """Where an account is to go, and why."""

    to: State = Field(description="One of the account's `legal_moves`", examples=["candidate"])
    reason: LongText = Field(description="Why; it stays on record")
    tier: Code | None = Field(
        default=None, description="With `retiered`, the new tier; a selection has the tier that was decided"
    )
    user_id: Id | None = Field(default=None, description="Who says so, where the key belongs to nobody")
    on: IsoDate | None = Field(
        default=None,
        description="The day of it, so that the past can be brought in, from the first move on; today when not given",
        examples=["2026-03-02"],
    )


class LifecycleStanding(Answer):
    """Where an account stands in the program."""

    account_id: UUID
    state: State = Field(description="One that has never moved is a prospect", examples=["selected"])
    track: Track = Field(description="`high_potential`: little spend and much to gain, with room of its own")
    tier: str | None = Field(description="The tier that was decided, while the account is in the program")
    since: datetime | None = Field(description="Since when it stands there; null for one that has never moved")
    review_due_on: date | None = Field(description="When it is to be reviewed next, while it is in the program")
    review_overdue: bool = Field(description="Whether that day has passed", examples=[False])
    legal_moves: list[State] = Field(description="What it may become from here", examples=[["under_review"]])
    warnings: list[LifecycleWarning] = Field(
        description="`selected_without_calibration`: it is in the program, and no calibration with it was completed",
        examples=[["selected_without_calibration"]],
    )
    version: int = Field(description="For If-Match; 0 for one that has never moved")


class LifecycleEntry(LifecycleStanding):
    """Where an account stands in the program, with its name."""

    account_name: str | None = Field(description="The account's name")


class LifecycleMove(Answer):
    """A step that an account took."""

    id: UUID
    account_id: UUID
    from_state: State = Field(description="Where it stood", examples=["calibrated"])
    to_state: State = Field(description="Where it went", examples=["selected"])
    track: Track = Field(description="The track that it was on then", examples=["standard"])
    tier: str | None = Field(description="The tier that it had then; null outside of the program")
    reason: str
    moved_on: date = Field(description="The day of it; what is told as of a day goes by it", examples=["2026-03-02"])
    decision_id: UUID | None = Field(description="The decision that was acted on, where one was needed")
    user_id: UUID | None = Field(description="Who said so, where that is known")
    created_at: datetime
