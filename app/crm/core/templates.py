"""Fills the templates of a connector's calls: what stands in `{braces}` becomes the value of that name.

The names that calls know, beside the connector's and the connection's own `variables`:
`base_url`, `name` (the CRM's word for the object), `fields` (the properties wanted), `limit` (records a page or batch);
`cursor`, `offset`, `page`, `last_id`, `since` (ISO 8601 in UTC with `Z`), `since_ms`, `since_s` (since 1970),
`since_date`, and `now` in the same forms; `id`; `ids`, `ids_quoted` (`'a','b'`), `id_objects` (`[{"id": "a"}, …]`);
of a write `items` (the batch's items), and `id` and `fields` of an item (in the call too, where a batch is one item).
Requests for tokens know the credentials' own names instead.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from app.crm.core.spec import Json

INSTANTS = tuple(f"{name}{form}" for name in ("since", "now") for form in ("", "_ms", "_s", "_date"))
PLACES = ("limit", "cursor", "offset", "page", "last_id")
RECORDS = ("name", "fields", "id", "ids", "ids_quoted", "id_objects", "items")
CALL_NAMES = frozenset(("base_url", *RECORDS, *PLACES, *INSTANTS))
SPREAD = "..."
_NAME = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_SLASH = re.compile(r"[/\\]")
_NOTHING = (None, "")


class Unfillable(ValueError):
    """A value that must not stand where the template wants it, or a path that lacks one."""


def filled(template: Json, variables: Mapping[str, Json]) -> Json:
    """The template with its variables in place.

    A text that is exactly `{name}` becomes the value itself, of whatever type. Within a longer text the value is
    written out: lists with commas, booleans in lower case. A text of which a variable is missing or null comes to
    nothing as a whole (None). Entries of an object that come to nothing (None or an empty text) are left out; the
    entry `...` is replaced by the entries of the object that it becomes. Nothing is escaped, since a body and a query
    are encoded afterwards; but between single quotes (`'{id}'`), as query languages have them, a value may hold neither
    quotes nor backslashes. Raises Unfillable if one does.
    """
    if isinstance(template, str):
        whole = _NAME.fullmatch(template)
        return variables.get(whole[1]) if whole else _text(template, variables)
    if isinstance(template, Mapping):
        return dict(_entries(template, variables))
    if isinstance(template, list | tuple):
        return [value for each in template if (value := filled(each, variables)) is not None]
    return template


def _entries(template: Mapping[str, Json], variables: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    for name, each in template.items():
        value = filled(each, variables)
        if name == SPREAD and isinstance(value, Mapping):
            yield from value.items()
        elif name != SPREAD and value not in _NOTHING:
            yield name, value


def filled_path(template: str, variables: Mapping[str, Json]) -> str:
    """A path with its variables escaped, so that each stays within its segment.

    `base_url` alone is put in as it is. Raises Unfillable if one is missing or empty, or if a part of it between
    slashes is empty or only dots: a server that undoes escapes too early would be led to another path.
    """

    def put(match: re.Match[str]) -> str:
        value = written(variables.get(match[1]))
        if match[1] == "base_url":
            return value.rstrip("/")
        if not all(part.strip(".") for part in _SLASH.split(value)):
            raise Unfillable(f"{match[1]} cannot be part of a path")
        return quote(value, safe="")

    return _NAME.sub(put, template)


def _text(template: str, variables: Mapping[str, Json]) -> str | None:
    parts: list[str] = []
    end = 0
    for match in _NAME.finditer(template):
        value = variables.get(match[1])
        if value is None:
            return None
        text = written(value)
        if template[: match.start()].endswith("'") and not _quotable(text):
            raise Unfillable(f"{match[1]} holds quotes")
        parts += [template[end : match.start()], text]
        end = match.end()
    return "".join([*parts, template[end:]])


def written(value: Json) -> str:
    """A value as text; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(map(written, value))
    return str(value)


def _quotable(text: str) -> bool:
    return "'" not in text and "\\" not in text


def names_in(template: Json) -> frozenset[str]:
    """The variables that a template asks for."""
    if isinstance(template, str):
        return frozenset(_NAME.findall(template))
    if isinstance(template, Mapping):
        return frozenset().union(*map(names_in, template.values()))
    if isinstance(template, list | tuple):
        return frozenset().union(*map(names_in, template))
    return frozenset()


def of_ids(ids: list[str]) -> dict[str, Any]:
    """The variables that name several records; ids that hold quotes are not in `ids_quoted`: no CRM has such."""
    quoted = ",".join(f"'{each}'" for each in ids if _quotable(each))
    return {"ids": ids, "ids_quoted": quoted, "id_objects": [{"id": each} for each in ids]}


def of_instant(name: str, at: datetime) -> dict[str, Any]:
    """The variables that tell an instant, to the millisecond."""
    milliseconds = int(at.timestamp()) * 1000 + at.microsecond // 1000
    whole = milliseconds % 1000 == 0
    iso = at.astimezone(UTC).isoformat(timespec="seconds" if whole else "milliseconds").removesuffix("+00:00")
    return {
        name: f"{iso}Z",
        f"{name}_ms": milliseconds,
        f"{name}_s": milliseconds // 1000,
        f"{name}_date": iso[:10],
    }
