"""Reads values out of JSON by dotted paths, and turns them into what facts are made of."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.crm.core.spec import Field, Json

_TRUE = frozenset({"true", "1", "yes", "y", "on"})
_FALSE = frozenset({"false", "0", "no", "n", "off"})


class Unreadable(ValueError):
    """A value that is there, and is not what its field should hold."""


def at(record: Json, path: str) -> Json:
    """The value at a dotted path: names in objects, numbers in lists; `a|b` is the first that says something.

    None where there is nothing. An empty path is the record itself. A name that holds dots itself (such as
    `@odata.nextLink`) is found as a whole before it is taken apart.
    """
    for choice in path.split("|"):
        found = _at(record, choice)
        if found not in (None, ""):
            return found
    return None


def _at(record: Json, path: str) -> Json:
    if not path:
        return record
    if isinstance(record, Mapping):
        if path in record:
            return record[path]
        head, _, rest = path.partition(".")
        return _at(record[head], rest) if rest and head in record else None
    if isinstance(record, list):
        head, _, rest = path.partition(".")
        place = int(head) if head.lstrip("-").isdigit() else None
        if place is None or not -len(record) <= place < len(record):
            return None
        return _at(record[place], rest)
    return None


def read(field: Field, record: Json) -> Json:
    """The value of a field in a record; None where the record says nothing. Raises Unreadable."""
    if field.constant is not None:
        return field.constant
    found = at(record, field.path)
    if found is None:
        return None
    try:
        return _TRANSFORMS[field.transform](field, found)
    except (ValueError, TypeError, OverflowError, OSError, InvalidOperation) as error:
        raise Unreadable(f"{field.path} is not readable as {field.transform}") from error


def _text(_field: Field, value: Any) -> str | None:
    if isinstance(value, dict | list):
        raise TypeError
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip() or None


def _number(_field: Field, value: Any) -> Decimal:
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(str(value).strip())
    if not number.is_finite():
        raise ValueError
    return number


def _integer(field: Field, value: Any) -> int:
    return int(_number(field, value))


def _boolean(_field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError


def _datetime(_field: Field, value: Any) -> datetime:
    read = datetime.fromisoformat(str(value).strip())
    # Salesforce writes +0000, others nothing at all: then it is UTC.
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def _date(field: Field, value: Any) -> date:
    text = str(value).strip()
    if text.lstrip("-").isdigit():
        return _epoch(int(text), 1000).date()
    return date.fromisoformat(text) if len(text) <= len("2017-12-31") else _datetime(field, text).date()


def _epoch(value: int, per_second: int) -> datetime:
    return datetime.fromtimestamp(value / per_second, UTC)


def _mapped(field: Field, value: Any) -> Json:
    word = _text(field, value)
    return field.values.get(word or "", field.values.get("*"))


def _list(_field: Field, value: Any) -> list[str]:
    parts = value if isinstance(value, list) else str(value).split(";")
    return [text for part in parts if (text := str(part).strip())]


_TRANSFORMS: Mapping[str, Callable[[Field, Any], Json]] = {
    "text": _text,
    "number": _number,
    "percent": lambda field, value: _number(field, value) / 100,
    "cents": lambda field, value: _number(field, value) / 100,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "epoch_ms": lambda _field, value: _epoch(int(value), 1000),
    "epoch_s": lambda _field, value: _epoch(int(value), 1),
    "map": _mapped,
    "list": _list,
}
