"""The wire of events."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from app.infra.wire import Answer

# One type by its name, a family of them, or all.
TypePattern = Annotated[str, StringConstraints(max_length=100, pattern=r"^(\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?)$")]
SEQUENCE = (
    "Its place among the events of its account, or among those of no account: one up with each; null until it is"
    " given out, a moment after it happened"
)


class EventAnswer(Answer):
    """Something that happened."""

    id: UUID
    type: str = Field(description="What happened", examples=["connection.needs_reauth"])
    subject: str = Field(description="The kind of thing that it happened to", examples=["crm_connection"])
    subject_id: UUID = Field(description="The id of the thing that it happened to")
    account_id: UUID | None = Field(description="The account whose matter it is; null where it is none's")
    sequence: int | None = Field(description=SEQUENCE, examples=[42])
    data: dict[str, Any] = Field(
        description="What is told of it, by the event's type",
        examples=[{"reason": "the CRM refuses the refresh token"}],
    )
    created_at: datetime
