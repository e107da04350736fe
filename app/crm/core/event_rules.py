"""Decides what one event says, by its connector's rules: which records, what became of them, and whether it matters."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from app.crm.core.delivery import Event
from app.crm.core.digests import event_digest
from app.crm.core.event_parts import NotUnderstood, changed_fields_of, data_of, id_at, identity_of
from app.crm.core.event_readers import EventReader
from app.crm.core.spec import ChangeKind, Field, Json, ObjectName


class Item(NamedTuple):
    """One event as it was sent.

    told_id: the id that the delivery gives it, where it has none of its own. delivery_id: an id of this delivery alone.
    """

    reader: EventReader
    content: Json
    told_id: str | None
    delivery_id: str


class _Common(NamedTuple):
    """What is the same for all records of an event."""

    object: ObjectName | None
    change: ChangeKind
    state: str
    identity: str | None
    occurred_at: datetime | None
    merged_into: str | None
    changed_fields: Sequence[str]
    property_name: str | None
    property_value: Json
    data: Mapping[str, Json] | None
    reason: str | None = None


class _Telling(NamedTuple):
    """What the events of several records share: their common parts, and the digest of the content."""

    item: Item
    common: _Common
    content: bytes


def told(item: Item, position: int) -> Iterator[Event]:
    """What an event tells: one for each record that it names, and one for the record that a merge leaves.

    At least one comes of it; they count on from `position`, and are made one by one, as there may be very many.
    """
    try:
        common = _common(item)
    except NotUnderstood as reason:
        yield unfit(item, position, "quarantined", str(reason))
        return
    telling = _Telling(item, common, item.reader.digest(item.content))
    if common.state == "ignored":
        yield _finished(telling, common, None, None, position)
        return
    records = _records(item)
    if len(records) == 1:
        yield _of_record(telling, records[0], position)
    else:
        for place, record in enumerate(records):
            yield _of_record(telling, record, position + place, f"/{place}")
    # It was merged into another record, whose own event may never come; `push` brings records itself.
    left = common.merged_into
    if left and not item.reader.rules.data:
        survives = common._replace(change="changed", merged_into=None)
        yield _finished(telling, survives, left, {"left": left}, position + len(records), "/left")


def unfit(item: Item, position: int, state: str, reason: str) -> Event:
    """An event of which no more is told than that it came."""
    reader, content = item.reader, item.content
    occurred_at = reader.occurred_at(content) if isinstance(content, dict) else None
    common = _Common(
        object=None,
        change="other",
        state=state,
        identity=_identity(item),
        occurred_at=occurred_at,
        merged_into=None,
        changed_fields=(),
        property_name=None,
        property_value=None,
        data=None,
        reason=reason,
    )
    return _finished(_Telling(item, common, reader.digest(content)), common, None, None, position)


def _records(item: Item) -> Sequence[Json]:
    """The records that an event names in a list; a single None where it names one, or none, itself."""
    listed = item.reader.records(item.content) if item.reader.records else None
    return listed if isinstance(listed, list) and listed else _ITSELF


_ITSELF: Sequence[Json] = (None,)


def _of_record(telling: _Telling, record: Json, position: int, mark: str = "") -> Event:
    """The event of one record; one in quarantine where it names none, or it cannot be read which."""
    common, merged_into = telling.common, telling.common.merged_into
    external_id, reason = _external_id(telling.item, record)
    if external_id is None and reason is None and common.change != "gap":
        reason = "it names no record"
    if reason is not None:
        common = common._replace(state="quarantined", data=None, merged_into=None, reason=reason)
    elif merged_into and external_id == merged_into:
        common = common._replace(change="changed", merged_into=None)
    return _finished(telling, common, external_id, record, position, mark)


def _finished(
    telling: _Telling, common: _Common, external_id: str | None, record: Json, position: int, mark: str = ""
) -> Event:
    """The event of a record, with what is common to all or told of it instead."""
    identity = common.identity
    if identity and mark:
        identity += mark
    whose = None if common.occurred_at else identity or f"delivery {telling.item.delivery_id}"
    return Event(
        position,
        event_digest(telling.content, record, whose),
        common.object,
        external_id,
        common.change,
        common.state,
        identity,
        common.occurred_at,
        common.merged_into,
        common.changed_fields,
        common.property_name,
        common.property_value,
        common.data,
        common.reason,
    )


def _common(item: Item) -> _Common:
    """What is the same for all records of an event. Raises NotUnderstood."""
    reader, content = item.reader, item.content
    if not isinstance(content, dict):
        raise NotUnderstood("it is not an object")
    kind, change = reader.object(content), reader.change(content)
    matters = kind is not None and change != "other"
    merged_into = reader.merged_into(content) if reader.merged_into and matters else None
    change = "merged" if merged_into else change
    name, value = reader.property(content) if reader.property else (None, None)
    return _Common(
        kind,
        change,
        "waiting" if matters else "ignored",
        _identity(item),
        reader.occurred_at(content),
        merged_into,
        changed_fields_of(reader.rules, content) if reader.rules.changed_fields else (),
        name,
        value,
        data_of(reader.rules, content, change) if matters and reader.rules.data else None,
    )


def _identity(item: Item) -> str | None:
    """The event's own id, else the one that its delivery gives it."""
    try:
        own = item.reader.own_id(item.content) if item.reader.own_id else None
    except NotUnderstood:
        own = None
    return identity_of(own, item.told_id)


def _external_id(item: Item, record: Json) -> tuple[str | None, str | None]:
    """The id of a record that the event names, if it does; or why it cannot be read."""
    try:
        if record is None:
            return item.reader.external_id(item.content), None
        return id_at(item.reader.rules.external_id if isinstance(record, dict) else Field(), record), None
    except NotUnderstood as reason:
        return None, str(reason)
