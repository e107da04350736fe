"""Reads the parts of events by the rules of one connector, which are worked out once: whoever delivers does so often.

What is usual (a word that the rules name, an id in digits or as text, milliseconds) is read at once, all else as
`core.event_parts` says; both find the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from app.crm.core import event_parts
from app.crm.core.digests import content_digest
from app.crm.core.event_parts import FIRST, LAST, LONGEST_TEXT, LONGEST_VALUE, change_meant, object_meant
from app.crm.core.paths import finder
from app.crm.core.spec import ChangeKind, EventRules, Field, Json, ObjectName

T = TypeVar("T")
_FIRST_MS, _LAST_MS = int(FIRST.timestamp() * 1000), int(LAST.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class EventReader:
    """What reads each part of an event's content. merged_into, data: None where the rules tell of none.

    explode: the list of records that an event names, or something else. digest: what stands for the content.
    """

    rules: EventRules
    object: Callable[[Json], ObjectName | None]
    change: Callable[[Json], ChangeKind]
    own_id: Callable[[Json], str | None] | None
    external_id: Callable[[Json], str | None]
    occurred_at: Callable[[Json], datetime | None]
    merged_into: Callable[[Json], str | None] | None
    records: Callable[[Json], Json] | None
    property: Callable[[Json], tuple[str | None, Json]] | None
    digest: Callable[[Json], bytes]


def event_reader(rules: EventRules) -> EventReader:
    """The reader of all events by these rules. Its parts raise NotUnderstood as those of `core.event_parts` do."""
    return EventReader(
        rules=rules,
        object=_by_word(rules.object, object_meant, partial(event_parts.object_of, rules)),
        change=_by_word(rules.change, change_meant, partial(event_parts.change_of, rules)),
        own_id=id_reader(rules.id) if rules.id else None,
        external_id=id_reader(rules.external_id),
        occurred_at=_moment(rules),
        merged_into=id_reader(rules.merged_into) if rules.merged_into else None,
        records=finder(rules.explode) if rules.explode else None,
        property=_property(rules) if rules.property_name else None,
        digest=content_digest(rules),
    )


def _by_word(field: Field, meant: Callable[[Json], T], otherwise: Callable[[Json], T]) -> Callable[[Json], T]:
    """What a word of the CRM's means to us."""
    if field.transform != "map" or field.constant is not None:
        return otherwise
    find = finder(field.path)
    words: Mapping[str, T] = {word: meant(value) for word, value in field.values.items()}
    unnamed = words["*"] if "*" in words else meant(None)

    def read(content: Json) -> T:
        found = find(content)
        return words.get(found.strip(), unnamed) if type(found) is str else otherwise(content)

    return read


def id_reader(field: Field) -> Callable[[Json], str | None]:
    """`event_parts.id_at` of one field."""
    find, otherwise = finder(field.path), partial(event_parts.id_at, field)
    if field.transform != "text" or field.constant is not None:
        return otherwise

    def read(content: Json) -> str | None:
        found = find(content)
        if type(found) is int:
            return str(found) if abs(found) < _SHORT else otherwise(content)
        if type(found) is str and 0 < len(found) <= LONGEST_TEXT and "\0" not in found:
            return found.strip() or None
        return None if found is None else otherwise(content)

    return read


_SHORT = 10**18  # JSON from elsewhere may hold longer ones, whose digits count


def _moment(rules: EventRules) -> Callable[[Json], datetime | None]:
    otherwise = partial(event_parts.occurred_at_of, rules)
    field = rules.occurred_at
    if field is None or field.transform != "epoch_ms" or field.constant is not None:
        return otherwise
    find = finder(field.path)

    def read(content: Json) -> datetime | None:
        found = find(content)
        if type(found) is int:
            return datetime.fromtimestamp(found / 1000, UTC) if _FIRST_MS <= found < _LAST_MS else None
        return otherwise(content)

    return read


def _property(rules: EventRules) -> Callable[[Json], tuple[str | None, Json]]:
    otherwise = partial(event_parts.property_of, rules)
    if not rules.property_value:
        return otherwise
    name_at, value_at = finder(rules.property_name), finder(rules.property_value)

    def read(content: Json) -> tuple[str | None, Json]:
        name, value = name_at(content), value_at(content)
        return (name, value) if _plain(name, LONGEST_TEXT) and _plain(value, LONGEST_VALUE) else otherwise(content)

    return read


def _plain(found: Json, longest: int) -> bool:
    return type(found) is str and len(found) <= longest and "\0" not in found
