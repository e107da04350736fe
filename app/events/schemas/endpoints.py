"""The wire of webhook endpoints: what is given, and what is shown; a secret is shown once."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.events.schemas.events import TypePattern
from app.infra.wire import Answer, ShortText, WireModel

MAX_OVERLAP_HOURS = 24
Address = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Patterns = Annotated[list[TypePattern], Field(min_length=1, max_length=100)]
State = Literal["enabled", "disabled"]
_URL = "Where messages are sent by POST: https to a public host, without user and fragment"
_AT = "https://hooks.acme.example/kap"
_TYPES = (
    "What it is told of: types by name, families such as `warning.*`, or `*` for all that there are and will be;"
    " GET /v1/webhook-event-types lists them"
)
_ASKED = ["tier.changed", "warning.*"]
_DESCRIPTION = "What it is for, in the words of whoever made it"
_ABOUT = "Alerts of the sales team"


class EndpointBody(WireModel):
    """A webhook endpoint to be made."""

    url: Address = Field(description=_URL, examples=[_AT])
    description: ShortText = Field(default="", description=_DESCRIPTION, examples=[_ABOUT])
    event_types: Patterns = Field(default=["*"], description=_TYPES, examples=[_ASKED])

    def asked(self) -> dict[str, Any]:
        """What the body asks for, each pattern once."""
        return {**self.model_dump(), "event_types": list(dict.fromkeys(self.event_types))}


class EndpointChangeBody(WireModel):
    """What is settled anew; what is not given stays as it is."""

    url: Address | None = Field(default=None, description=_URL, examples=[_AT])
    description: ShortText | None = Field(default=None, description=_DESCRIPTION, examples=[_ABOUT])
    event_types: Patterns | None = Field(default=None, description=_TYPES, examples=[_ASKED])
    state: State | None = Field(
        default=None,
        description="`disabled`: it is told of nothing, and what waits for it is dropped; `enabled`: it is told of what"
        " happens from now on, and a replay brings what it missed",
    )

    def given(self) -> dict[str, Any]:
        """What the body settles, each pattern once."""
        given = self.model_dump(exclude_none=True)
        return given if self.event_types is None else {**given, "event_types": list(dict.fromkeys(self.event_types))}


class SecretRotationBody(WireModel):
    """A new secret for an endpoint."""

    overlap_hours: Annotated[int, Field(ge=0, le=MAX_OVERLAP_HOURS)] = Field(
        default=MAX_OVERLAP_HOURS,
        description="For how long the secret before signs too; 0 when it is known to others",
        examples=[24],
    )


class EndpointAnswer(Answer):
    """A webhook endpoint; its secrets are never part of it."""

    id: UUID
    url: str = Field(description=_URL, examples=[_AT])
    description: str = Field(description=_DESCRIPTION, examples=[_ABOUT])
    event_types: list[str] = Field(description=_TYPES, examples=[_ASKED])
    state: State = Field(description="Disabled, it is told of nothing")
    disabled_reason: Literal["by_hand", "gone", "failing"] | None = Field(
        description="Why it is disabled: by somebody, since it answered 410, or since it failed for 5 days"
    )
    disabled_at: datetime | None = Field(description="Since when it is disabled; null where it is not")
    failing_since: datetime | None = Field(
        description="Since when nothing that was sent to it arrived; null while it does well"
    )
    last_success_at: datetime | None = Field(description="When it last took a message; null for never")
    version: int
    created_at: datetime
    updated_at: datetime


class NewEndpoint(EndpointAnswer):
    """A new webhook endpoint, with its secret, which is shown this once."""

    secret: str = Field(
        description="What its messages are signed with, as Standard Webhooks have it: `whsec_` and base64",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw4f1d1vPbV2k="],
    )


class RotatedEndpointSecret(Answer):
    """A new secret of a webhook endpoint, which is shown this once."""

    secret: str = Field(
        description="What its messages are signed with from now on",
        examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDx2r0tD1lJ5w="],
    )
    previous_good_until: datetime | None = Field(
        description="Until when messages bear the signature of the secret before too; null if they do no more"
    )


class EventTypeAnswer(Answer):
    """A type of event that there is."""

    name: str = Field(examples=["tier.changed"])
    meaning: str = Field(description="What has happened", examples=["The tier that an account's score gives changed"])
    subject: str = Field(description="The kind of thing that it happens to", examples=["account"])
    when: str = Field(description="On which occasion it is told, and on which it is not")


class EventTypes(Answer):
    """The types of events that there are, by name."""

    data: list[EventTypeAnswer]


def shown(row: Any) -> dict[str, Any]:
    """An endpoint without its secrets."""
    return {name: row[name] for name in EndpointAnswer.model_fields}
