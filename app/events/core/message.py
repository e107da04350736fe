"""Writes what is sent of an event: one JSON document, the same bytes for the same facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson


@dataclass(frozen=True, slots=True)
class Whose:
    """An account as other systems know it: its name, and (source, external id) in each that knows it."""

    name: str
    identities: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: by its sequence, one up with each event of the account, a receiver puts events in order."""

    id: UUID
    type: str
    created_at: datetime
    sequence: int
    account_id: UUID | None
    subject: str
    subject_id: UUID
    data: Mapping[str, Any]


def body(event: Event, whose: Whose | None) -> bytes:
    """The message of an event (UTF-8 JSON, keys in order): the same on every attempt while the account stays the same.

    whose: the event's account; None where the event is the organization's own matter, or nobody knows the account.
    """
    said = {
        "id": str(event.id),
        "type": event.type,
        "timestamp": event.created_at.astimezone(UTC),
        "sequence": event.sequence,
        "account": _account(event.account_id, whose),
        "subject": event.subject,
        "subject_id": str(event.subject_id),
        "data": dict(event.data),
    }
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def _account(account_id: UUID | None, whose: Whose | None) -> dict[str, Any] | None:
    if account_id is None:
        return None
    known = [] if whose is None else sorted(whose.identities)
    return {
        "id": str(account_id),
        "name": None if whose is None else whose.name,
        "identities": [{"source": source, "external_id": external_id} for source, external_id in known],
    }
