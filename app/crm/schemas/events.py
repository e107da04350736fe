"""Events of CRMs on the wire, and the deliveries that told of them."""

from base64 import b64encode
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from app.crm.core.inbox import Delivered, Told
from app.crm.core.spec import ChangeKind, ObjectName
from app.infra.wire import Answer, CountInt4, Id, WireModel

EventState = Literal["waiting", "done", "ignored", "echo", "stale", "quarantined", "dead"]
Replayable = Literal["quarantined", "dead"]


class DeliveryTaken(Answer):
    """A delivery that is durable now."""

    delivery_id: Annotated[Id | None, Field(description="The delivery's id; null where all it told was known before")]
    events: Annotated[CountInt4, Field(description="How many events it told of", examples=[3])]
    repeated: Annotated[CountInt4, Field(description="How many of them had been told before", examples=[1])]
    ignored: Annotated[CountInt4, Field(description="How many are of no interest here", examples=[0])]
    quarantined: Annotated[CountInt4, Field(description="How many cannot be understood", examples=[0])]


class CrmEvent(Answer):
    """One thing that a CRM told, and what became of it."""

    id: Id
    connection_id: Annotated[Id, Field(description="The connection that it came by")]
    delivery_id: Annotated[Id, Field(description="The delivery that told of it first")]
    position: Annotated[int, Field(description="Its place in the delivery, from 0", examples=[0])]
    identity: Annotated[str | None, Field(description="The sender's own id of the event", examples=["3816279480"])]
    object: Annotated[ObjectName | None, Field(description="What kind of record; null where it is of no interest")]
    external_id: Annotated[str | None, Field(description="The record's id in the CRM", examples=["0068d00000Ab1c2"])]
    change: Annotated[ChangeKind, Field(description="What happened to the record, as far as the sender says")]
    occurred_at: Annotated[datetime | None, Field(description="When it happened, as the sender says")]
    state: Annotated[
        EventState,
        Field(
            description="`waiting` for its record to be pulled; `done`; `ignored` as of no interest; `echo` of our own"
            " write; `stale`, older than what was known; `quarantined`, it or its record cannot be understood; `dead`,"
            " given up after many tries"
        ),
    ]
    reason: Annotated[str | None, Field(description="Why it is in this state, where that needs saying")]
    conflict: Annotated[bool, Field(description="Whether another event bears the same identity and says otherwise")]
    attempts: Annotated[CountInt4, Field(description="How often its record was tried", examples=[1])]
    created_at: Annotated[datetime, Field(description="When it came")]
    settled_at: Annotated[datetime | None, Field(description="When it came into a state that is not `waiting`")]


class RawDelivery(Answer):
    """A delivery as it came."""

    id: Id
    content_type: Annotated[str, Field(description="As the sender said", examples=["application/json"])]
    bytes: Annotated[CountInt4, Field(description="The body's size", examples=[412])]
    events: Annotated[CountInt4, Field(description="How many events it told of", examples=[1])]
    created_at: Annotated[datetime, Field(description="When it came")]
    text: Annotated[
        str | None,
        Field(description="The body, where it is UTF-8 text; null once it is forgotten", examples=['{"objectId": 1}']),
    ]
    base64: Annotated[str | None, Field(description="The body, where it is no text", examples=[None])]


class CrmEventInFull(CrmEvent):
    """An event with all that it told, and the delivery."""

    detail: Annotated[
        dict[str, Any],
        Field(
            description="What it said beyond: `merged_into`, `changed_fields`, `property_name` and `property_value`,"
            " and `data`, the record itself where it was pushed",
            examples=[{"changed_fields": ["Amount"]}],
        ),
    ]
    delivery: Annotated[RawDelivery, Field(description="The delivery that told of it first")]


class ReplayBody(WireModel):
    """Which events to replay."""

    connection_id: Annotated[Id, Field(description="The connection that they came by")]
    state: Annotated[Replayable, Field(description="Those in this state", examples=["dead"])]
    after: Annotated[Id | None, Field(description="`next_after` of the replay before")] = None


class Replayed(Answer):
    """What came of a replay."""

    replayed: Annotated[CountInt4, Field(description="How many wait again", examples=[12])]
    left: Annotated[
        CountInt4,
        Field(description="How many are as they were, as they still name no record that can be pulled", examples=[0]),
    ]
    next_after: Annotated[
        Id | None, Field(description="There are more in that state: ask again with this as `after`; else null")
    ]


def shown(event: Told) -> CrmEvent:
    """An event as a list shows it."""
    return CrmEvent.model_validate(event)


def shown_in_full(event: Told, delivery: Delivered) -> CrmEventInFull:
    """An event as it is shown alone."""
    text, base64 = _readable(delivery.body)
    return CrmEventInFull(
        **CrmEvent.model_validate(event).model_dump(),
        detail=dict(event.detail),
        delivery=RawDelivery(
            id=delivery.id,
            content_type=delivery.content_type,
            bytes=delivery.bytes,
            events=delivery.events,
            created_at=delivery.created_at,
            text=text,
            base64=base64,
        ),
    )


def _readable(body: bytes | None) -> tuple[str | None, str | None]:
    if body is None:
        return None, None
    try:
        return body.decode(), None
    except UnicodeDecodeError:
        return None, b64encode(body).decode()
