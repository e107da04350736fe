"""The part of SOQL that a fake Salesforce answers: SELECT fields FROM object WHERE … ORDER BY … LIMIT n."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.crm.fakes.expressions import Test, Unparsable, comparable, condition
from tests.crm.fakes.store import Record

_SHAPE = re.compile(
    r"\s*SELECT\s+(?P<fields>.+?)\s+FROM\s+(?P<object>\w+)"
    r"(?:\s+WHERE\s+(?P<where>.+?))?(?:\s+ORDER\s+BY\s+(?P<order>.+?))?(?:\s+LIMIT\s+(?P<limit>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_FIELD = re.compile(r"\b[A-Za-z_]\w*\b")
_WORDS = {"and", "or", "not", "in", "true", "false", "null", "asc", "desc", "nulls", "first", "last"}
Read = Callable[[Record, str], Any]


class NoSuchField(Exception):
    """A field that the object does not have."""

    def __init__(self, field: str, kind: str) -> None:
        super().__init__(field)
        self.kind = kind


@dataclass(frozen=True)
class Selection:
    """A parsed query."""

    kind: str
    fields: Sequence[str]
    where: Test | None
    order: Sequence[tuple[str, bool]]
    limit: int | None
    counts: bool = False

    def of(self, records: Sequence[Record], read: Read) -> list[Record]:
        """The records that it means, in its order."""
        where = self.where
        found = [r for r in records if where is None or where(lambda field, r=r: read(r, field))]  # type: ignore[misc]
        for field, descending in reversed(self.order):
            found.sort(key=lambda r: _rank(read(r, field)), reverse=descending)  # sorted at once
        return found if self.limit is None else found[: self.limit]


def selection(text: str, names: Mapping[str, str], known: Callable[[str], set[str]]) -> Selection:
    """The query that the text says. Raises Unparsable, NoSuchField."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise Unparsable("unexpected token: the query is not one that is understood")
    kind = names.get(match["object"])
    if kind is None:
        raise Unparsable(f"sObject type '{match['object']}' is not supported.")
    fields = [field.strip() for field in match["fields"].split(",")]
    counts = [field.upper() for field in fields] == ["COUNT()"]
    order = [_ordered(part) for part in match["order"].split(",")] if match["order"] else []
    named = [] if counts else [*fields, *(field for field, _ in order), *_fields_in(match["where"] or "")]
    for field in named:
        if field not in known(kind):
            raise NoSuchField(field, match["object"])
    return Selection(
        kind,
        fields,
        condition(match["where"]) if match["where"] else None,
        order,
        int(match["limit"]) if match["limit"] else None,
        counts,
    )


def _ordered(text: str) -> tuple[str, bool]:
    words = text.split()
    return words[0], len(words) > 1 and words[1].upper() == "DESC"


def _fields_in(where: str) -> list[str]:
    plain = re.sub(r"'(?:[^'\\]|\\.)*'|\d{4}-\d\d-\d\d[T\d:.Z+-]*", " ", where)
    return [word for word in _FIELD.findall(plain) if word.lower() not in _WORDS]


def _rank(value: Any) -> tuple[bool, Any]:
    told = comparable(value)
    return (told is not None, told if told is not None else 0)
