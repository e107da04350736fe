"""Decides what one event says, by its connector's rules: which records, what became of them, and whether it matters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.crm.core.delivery import Event
from app.crm.core.digests import content_digest, event_digest
from app.crm.core.event_parts import (
    NotUnderstood,
    change_of,
    changed_fields_of,
    data_of,
    id_at,
    identity_of,
    object_of,
    occurred_at_of,
    property_of,
)
from app.crm.core.paths import at
from app.crm.core.spec import EventRules, Field, Json


@dataclass(frozen=True, slots=True)
class Item:
    """One event as it was sent.

    told_id: the id that the delivery gives it, where it has none of its own. delivery_id: an id of this delivery alone.
    """

    rules: EventRules
    content: Json
    told_id: str | None
    delivery_id: str


def told(item: Item, position: int) -> Iterator[Event]:
    """What an event tells: one for each record that it names, and one for the record that a merge leaves.

    At least one comes of it; they count on from `position`, and are made one by one, as there may be very many.
    """
    try:
        common = _common(item)
    except NotUnderstood as reason:
        yield unfit(item, position, "quarantined", str(reason))
        return
    telling = _Telling(item, common, content_digest(item.rules, item.content))
    if common["state"] == "ignored":
        yield _finished(telling, None, position)
        return
    records = _records(item)
    if len(records) == 1:
        yield _of_record(telling, records[0], position)
    else:
        for place, record in enumerate(records):
            yield _of_record(telling, record, position + place, f"/{place}")
    # It was merged into another record, whose own event may never come; `push` brings records itself.
    left = common["merged_into"]
    if left and not item.rules.data:
        survives = {"external_id": left, "change": "changed", "merged_into": None}
        yield _finished(telling, {"left": left}, position + len(records), "/left", survives)


def unfit(item: Item, position: int, state: str, reason: str) -> Event:
    """An event of which no more is told than that it came."""
    whole = isinstance(item.content, Mapping)
    event = Event(
        position=position,
        digest=b"",
        object=None,
        external_id=None,
        change="other",
        state=state,
        identity=identity_of(item.rules, item.content, item.told_id),
        occurred_at=occurred_at_of(item.rules, item.content) if whole else None,
        reason=reason,
    )
    return replace(event, digest=event_digest(content_digest(item.rules, item.content), None, _whose(item, event)))


def _records(item: Item) -> list[Json]:
    """The records that an event names in a list; a single None where it names one, or none, itself."""
    listed = at(item.content, item.rules.explode) if item.rules.explode else None
    return listed if isinstance(listed, list) and listed else [None]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What the events of several records share: parts by their names, and the digest of the content."""

    item: Item
    common: dict[str, Any]
    content: bytes


def _of_record(telling: _Telling, record: Json, position: int, mark: str = "") -> Event:
    """The event of one record; one in quarantine where it names none, or it cannot be read which."""
    own: dict[str, Any] = {}
    merged_into = telling.common["merged_into"]
    try:
        own["external_id"] = external_id = _external_id(telling.item, record)
    except NotUnderstood as reason:
        own = {**_QUARANTINED, "reason": str(reason)}
    else:
        if external_id is None and telling.common["change"] != "gap":
            own = {**_QUARANTINED, "reason": "it names no record"}
        elif merged_into and external_id == merged_into:
            own |= {"change": "changed", "merged_into": None}
    return _finished(telling, record, position, mark, own)


_QUARANTINED: Mapping[str, Any] = {"external_id": None, "state": "quarantined", "data": None, "merged_into": None}
_NOTHING_ELSE: Mapping[str, Any] = {"external_id": None}


def _finished(
    telling: _Telling, record: Json, position: int, mark: str = "", own: Mapping[str, Any] = _NOTHING_ELSE
) -> Event:
    """The event that the common parts make with its own, which go before."""
    identity, occurred_at = telling.common["identity"], telling.common["occurred_at"]
    if identity and mark:
        identity += mark
    whose = None if occurred_at else identity or f"delivery {telling.item.delivery_id}"
    parts = {**telling.common, "identity": identity, **own}
    return Event(position=position, digest=event_digest(telling.content, record, whose), **parts)


def _common(item: Item) -> dict[str, Any]:
    """What is the same for all records of an event. Raises NotUnderstood."""
    rules, content = item.rules, item.content
    if not isinstance(content, dict):
        raise NotUnderstood("it is not an object")
    kind, change = object_of(rules, content), change_of(rules, content)
    matters = kind is not None and change != "other"
    merged_into = id_at(rules.merged_into, content) if rules.merged_into and matters else None
    change = "merged" if merged_into else change
    name, value = property_of(rules, content)
    return {
        "object": kind,
        "change": change,
        "state": "waiting" if matters else "ignored",
        "identity": identity_of(rules, content, item.told_id),
        "occurred_at": occurred_at_of(rules, content),
        "merged_into": merged_into,
        "changed_fields": changed_fields_of(rules, content),
        "property_name": name,
        "property_value": value,
        "data": data_of(rules, content, change) if matters else None,
    }


def _whose(item: Item, event: Event) -> str | None:
    """The id that tells two events of the same content apart; None where their time does."""
    return None if event.occurred_at else event.identity or f"delivery {item.delivery_id}"


def _external_id(item: Item, record: Json) -> str | None:
    if record is None:
        return id_at(item.rules.external_id, item.content)
    return id_at(item.rules.external_id if isinstance(record, dict) else Field(), record)
