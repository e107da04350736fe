"""What the inbox holds of an event and its delivery, and when an event can be pulled once more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from app.crm.core.delivery import Event


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is kept."""

    id: UUID
    connection_id: UUID
    delivery_id: UUID
    position: int
    identity: str | None
    object: str | None
    external_id: str | None
    change: str
    occurred_at: datetime | None
    detail: Mapping[str, Any]
    state: str
    reason: str | None
    conflict: bool
    attempts: int
    settled_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery as it is kept; its body until it is forgotten."""

    id: UUID
    content_type: str
    body: bytes | None
    bytes: int
    events: int
    created_at: datetime


def names_nothing(event: Told) -> bool:
    """Whether nothing can be pulled for an event as it is kept: no record of interest; a gap need not name one."""
    return event.object is None or (event.external_id is None and event.change != "gap")


def waiting(event: Told, read: Mapping[int, Event]) -> dict[str, Any] | None:
    """What is kept of an event that waits again; None where it names nothing that can be pulled.

    read: the events of its delivery by their places, as they are understood now; one that named nothing becomes what
    stands in its place, if that is to be pulled. Any other stays what it was.
    """
    if not names_nothing(event):
        detail = orjson.dumps(event.detail).decode()
        return {
            "id": event.id,
            "object": event.object,
            "external_id": event.external_id,
            "change": event.change,
            "occurred_at": event.occurred_at,
            "detail": detail,
        }
    again = read.get(event.position)
    if again is None or again.state != "waiting":
        return None
    return {
        "id": event.id,
        "object": again.object,
        "external_id": again.external_id,
        "change": again.change,
        "occurred_at": again.occurred_at,
        "detail": orjson.dumps(again.detail()).decode(),
    }
