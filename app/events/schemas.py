"""The wire of events."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.infra.wire import Answer


class EventAnswer(Answer):
    """Something that happened."""

    id: UUID
    type: str = Field(description="What happened", examples=["connection.needs_reauth"])
    subject: str = Field(description="The kind of thing that it happened to", examples=["crm_connection"])
    subject_id: UUID = Field(description="The id of the thing that it happened to")
    data: dict[str, Any] = Field(
        description="What is told of it, by the event's type",
        examples=[{"reason": "the CRM refuses the refresh token"}],
    )
    created_at: datetime
