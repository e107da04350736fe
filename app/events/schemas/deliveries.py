"""The wire of deliveries, of their attempts, and of replays."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.events.schemas.events import SEQUENCE, TypePattern
from app.infra.wire import Answer, AwareInstant, CountInt4, WireModel

DeliveryState = Literal["waiting", "delivered", "exhausted", "dropped"]


class DeliveryAnswer(Answer):
    """An event that an endpoint is told of, and what came of it."""

    id: UUID
    endpoint_id: UUID = Field(description="The endpoint that is told")
    event_id: UUID = Field(description="The event; the message bears its id as `webhook-id`, at every attempt")
    event_type: str = Field(description="What happened", examples=["tier.changed"])
    account_id: UUID | None = Field(description="The account whose matter it is; null where it is none's")
    sequence: int | None = Field(description=SEQUENCE, examples=[42])
    state: DeliveryState = Field(
        description="`waiting` for its next attempt; `delivered`: the endpoint took it; `exhausted`: the last attempt"
        " failed; `dropped`: the endpoint was disabled while it waited"
    )
    attempts: int = Field(description="How many attempts were ever made", examples=[1])
    next_attempt_at: datetime | None = Field(description="When it is tried next; null where it does not wait")
    last_status: int | None = Field(description="The status that the last attempt was answered with", examples=[503])
    last_failure: str | None = Field(
        description="Why the last attempt failed; null where it did not", examples=["it did not answer in time"]
    )
    delivered_at: datetime | None = Field(description="When the endpoint took it")
    created_at: datetime
    updated_at: datetime


class AttemptAnswer(Answer):
    """One attempt to tell an endpoint."""

    number: int = Field(description="From 1, over all that were ever made", examples=[1])
    sent_at: datetime = Field(description="When it was sent, as `webhook-timestamp` says")
    milliseconds: int = Field(description="How long the answer took", examples=[87])
    status: int | None = Field(description="The status of the answer; null where none came", examples=[500])
    failure: str | None = Field(description="Why it failed; null where it was taken", examples=["it answered 500"])


class DeliveryInFull(DeliveryAnswer):
    """A delivery with its latest attempts."""

    log: list[AttemptAnswer] = Field(description="The latest 100 attempts, the newest first")


class WebhookReplayBody(WireModel):
    """Of what an endpoint is to be told again."""

    from_: AwareInstant = Field(alias="from", description="From when on", examples=["2026-01-05T00:00:00Z"])
    to: AwareInstant | None = Field(
        default=None, description="Until when (not included); now by default", examples=["2026-01-06T00:00:00Z"]
    )
    event_types: Annotated[list[TypePattern], Field(min_length=1, max_length=100)] | None = Field(
        default=None,
        description="Only these of the types that the endpoint is told of anyway",
        examples=[["warning.*"]],
    )


class WebhookReplayAnswer(Answer):
    """What comes of a replay."""

    events: CountInt4 = Field(description="How many events the endpoint is told of", examples=[12])
    waiting: CountInt4 = Field(description="How many of them waited to be told anyway", examples=[0])


def shown(row: Any) -> dict[str, Any]:
    """A delivery as a list shows it."""
    next_attempt_at = row["due_at"] if row["state"] == "waiting" else None
    # A page's rows bear what pages are cut by, too.
    return {name: row[name] for name in _PLAIN} | {"next_attempt_at": next_attempt_at}


_PLAIN = DeliveryAnswer.model_fields.keys() - {"next_attempt_at"}
