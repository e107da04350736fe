"""Decides what the events of some records say together: what is gone, merged or restored, and what a sender brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping

from app.crm.core.connection import Connection
from app.crm.core.mapping import Mapped, Unmappable, mapped
from app.crm.core.spec import ObjectName
from app.crm.core.verdicts import Batch

Settled = tuple[str, str | None]  # an event's state, and the reason


@dataclass(slots=True)
class Told:
    """What events say beyond that something changed; each by the record's id."""

    gone: dict[str, datetime | None] = field(default_factory=dict)
    forwards: dict[str, str] = field(default_factory=dict)
    restored: dict[str, datetime] = field(default_factory=dict)


def told(events: Sequence[RowMapping]) -> Told:
    """What the events say, in their order: of what contradicts itself, the last holds."""
    said = Told()
    for event in events:
        external_id, into = event["external_id"], event["detail"].get("merged_into")
        if into:
            said.forwards[external_id] = str(into)
        elif event["change"] == "deleted":
            said.gone[external_id] = event["occurred_at"]
            said.restored.pop(external_id, None)
        elif event["change"] == "restored":
            said.gone.pop(external_id, None)
            said.restored[external_id] = event["occurred_at"] or event["created_at"]
    return said


@dataclass(slots=True)
class Brought:
    """Records that their sender brought, ready to be applied, and what is settled already."""

    batch: Batch
    settled: dict[UUID, Settled]


def brought(connection: Connection, name: ObjectName, events: Sequence[RowMapping], now: datetime) -> Brought:
    """What a sender's events come to.

    events: of each record those that wait, and those settled before that are no older than the first of them; in the
    order of their times. Each says some fields; of each field the latest word counts, in whatever order they came.
    """
    by_record: dict[str, list[RowMapping]] = {}
    settled: dict[UUID, Settled] = {}
    for event in events:
        if event["state"] == "waiting" and (fault := _fault(connection, name, event)):
            settled[event["id"]] = ("quarantined", fault.reason)
        else:
            by_record.setdefault(event["external_id"], []).append(event)
    said = told([event for each in by_record.values() for event in each if each[-1] is event])
    understood: list[Mapped | Unmappable] = []
    for external_id, each in by_record.items():
        settled |= _overtaken(each)
        if external_id not in said.gone and external_id not in said.forwards:
            understood.append(mapped(connection, name, _folded(each)))
    batch = Batch(understood, now, gone=said.gone, forwards=said.forwards, restored=said.restored)
    return Brought(batch, settled)


def _fault(connection: Connection, name: ObjectName, event: RowMapping) -> Unmappable | None:
    data = event["detail"].get("data")
    found = mapped(connection, name, data) if data is not None else None
    return found if isinstance(found, Unmappable) else None


def _folded(events: Sequence[RowMapping]) -> dict[str, Any]:
    """The fields that events in a row say, each as it was said last."""
    fields: dict[str, Any] = {}
    for event in events:
        fields |= event["detail"].get("data") or {}
    return fields


def _overtaken(events: Sequence[RowMapping]) -> Mapping[UUID, Settled]:
    """Those that wait, and tell of earlier than what was settled before: only what they alone say still counts."""
    known = [place for place, event in enumerate(events) if event["state"] != "waiting"]
    last = known[-1] if known else -1
    return {
        event["id"]: ("stale", "a later event came before it")
        for place, event in enumerate(events)
        if event["state"] == "waiting" and place < last
    }
