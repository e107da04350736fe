"""Decides what the parts of one event are: its object, change, ids, time and data, each such that it can be stored.

Texts are bounded and hold no NUL. Where a part is missing, or unfit and not needed, the event goes without it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, get_args

import orjson

from app.crm.core.paths import Unreadable, at, read, read_found
from app.crm.core.spec import OBJECTS, ChangeKind, EventRules, Field, Json, ObjectName

LONGEST_TEXT = 255  # of an id or a name; as long as those of facts
LONGEST_VALUE = 1_000  # of a property's value, which is only compared with what we wrote
MOST_FIELDS = 500
_OBJECTS: Mapping[str, ObjectName] = {name: name for name in OBJECTS}
_CHANGES: Mapping[str, ChangeKind] = {change: change for change in get_args(ChangeKind)}
_WITHOUT_DATA: Final = ("deleted", "merged", "gap")
# What lies before is no time but a number: a sender's zero would make all of its events the same.
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it; not a backslash that is followed by u0000
_EXACT = 2**53  # up to here a float says which whole number it is
_NO_KIND: Final = "it does not tell what kind of record it is about"


class NotUnderstood(Exception):
    """The event cannot be understood, and why; nothing of what was sent is repeated."""


def object_of(rules: EventRules, content: Json) -> ObjectName | None:
    """The object that it is about; None if it is of no interest. Raises NotUnderstood where it does not say."""
    try:
        kind = read(rules.object, content)
    except Unreadable:
        raise NotUnderstood(_NO_KIND) from None
    if kind is None and at(content, rules.object.path) is None:
        raise NotUnderstood(_NO_KIND)
    return object_meant(kind)


def object_meant(kind: Json) -> ObjectName | None:
    """The object of our name for it; None where we have none."""
    return _OBJECTS.get(kind) if isinstance(kind, str) else None


def change_of(rules: EventRules, content: Json) -> ChangeKind:
    """What became of the record: a change, where it does not say; `other`, where the word is not named."""
    word = rules.change.constant
    if word is None:
        found = at(content, rules.change.path)
        if found is None:
            return "changed"
        try:
            word = read_found(rules.change, found)
        except Unreadable:
            return "other"
    return change_meant(word)


def change_meant(word: Json) -> ChangeKind:
    """The change of our word for it."""
    return _CHANGES.get(word, "other") if isinstance(word, str) else "other"


def id_at(field: Field, content: Json) -> str | None:
    """An id as text; None where there is none. Raises NotUnderstood."""
    if (told_id := field.constant) is None:
        found = at(content, field.path)
        if isinstance(found, bool | float):
            if isinstance(found, bool) or not found.is_integer() or abs(found) > _EXACT:
                raise NotUnderstood("an id is neither a text nor a whole number")
            return str(int(found))
        try:
            told_id = read_found(field, found)
        except Unreadable:
            raise NotUnderstood("an id is neither a text nor a whole number") from None
    if told_id is not None and not _fits(text := str(told_id)):
        raise NotUnderstood(f"an id is longer than {LONGEST_TEXT} characters, or holds a NUL")
    return None if told_id is None else text


def _fits(text: Json) -> bool:
    return isinstance(text, str) and 0 < len(text) <= LONGEST_TEXT and "\0" not in text


def identity_of(own: str | None, told_id: str | None) -> str | None:
    """The event's own id, else the one that its delivery gives it; one that cannot be kept is none."""
    identity = own or told_id
    # Room for what tells the records of one event apart.
    return identity if identity and _fits(identity + "/10000") else None


def occurred_at_of(rules: EventRules, content: Json) -> datetime | None:
    """When it happened; a time that cannot be read, or lies beyond what is kept, is none: the record will tell."""
    try:
        told_at = read(rules.occurred_at, content) if rules.occurred_at else None
    except Unreadable:
        return None
    return told_at if isinstance(told_at, datetime) and FIRST <= told_at < LAST else None


def changed_fields_of(rules: EventRules, content: Json) -> tuple[str, ...]:
    """The names of all fields that changed; none where they are not known in full."""
    found = at(content, rules.changed_fields) if rules.changed_fields else None
    names = tuple(_names(found)) if isinstance(found, dict | list) else ()
    return names if len(names) <= MOST_FIELDS and all(_fits(name) for name in names) else ()


def _names(found: dict[str, Json] | list[Json]) -> Iterator[Json]:
    """The names; in place of one that holds an object, the names in that: custom fields stand together in one."""
    for name in found:
        within = found[name] if isinstance(found, dict) else None
        yield from within if within and isinstance(within, dict) else (name,)


def property_of(rules: EventRules, content: Json) -> tuple[str | None, Json]:
    """The one property that it tells of, and its value: a short plain one, else None."""
    name = at(content, rules.property_name) if rules.property_name else None
    if not _fits(name):
        return None, None
    value = at(content, rules.property_value) if rules.property_value else None
    short = not isinstance(value, str) or (len(value) <= LONGEST_VALUE and "\0" not in value)
    return name, value if short and not isinstance(value, dict | list) else None


def data_of(rules: EventRules, content: Json, change: ChangeKind) -> Mapping[str, Json] | None:
    """The record that the event brings; None where it need not. Raises NotUnderstood."""
    found = at(content, rules.data) if rules.data else None
    if not isinstance(found, dict):
        if rules.data and change not in _WITHOUT_DATA:
            raise NotUnderstood("it brings no data")
        return None
    if _NUL.search(orjson.dumps(found)):
        raise NotUnderstood("its data holds a NUL")
    return found
