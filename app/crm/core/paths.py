"""Reads values out of JSON by dotted paths, and turns them into what facts are made of."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, get_args

from app.crm.core.spec import Field, Json, Transform

_TRUE = frozenset({"true", "1", "yes", "y", "on"})
_PLACE = re.compile(r"-?[0-9]{1,6}")
_ABSENT: Json = object()
_SECONDS_RATHER = 10**11  # a bare number below would be a day before March 1973: it counts seconds, or no time at all
_MOST_DIGITS = 40  # before the point: beyond that, working with a number written as 1e999999 would never end
_FALSE = frozenset({"false", "0", "no", "n", "off"})


class Unreadable(ValueError):
    """A value that is there, and is not what its field should hold."""


def at(record: Json, path: str) -> Json:
    """The value at a dotted path: names in objects, numbers in lists; `a|b` is the first that says something.

    None where there is nothing. An empty path is the record itself. A name that holds dots itself (such as
    `@odata.nextLink`) is found as a whole before it is taken apart. `[path=text]` is the first of a list's items that
    holds the text at that path, `*` any of them there (`to.[types.*.id=5].name`). `a + b` is both texts with a space.
    """
    if isinstance(record, dict):  # the usual case, ahead of all that a path can say
        found = record.get(path)
        if found is not None and found != "":
            return found
        if (names := _names(path)) is not None:
            return next((found for name in names if (found := record.get(name)) not in (None, "")), None)
    for choice, joined in _choices(path):
        found = _joined(record, choice) if joined else _at(record, choice)
        if found not in (None, ""):
            return found
    return None


@lru_cache(maxsize=4096)
def finder(path: str) -> Callable[[Json], Json]:
    """`at` for one path, for who asks often: what the path says is worked out once."""
    names = _names(path)
    if names is None:
        return lambda record: at(record, path)
    places = (path, *names) if len(names) > 1 else names

    def found(record: Json) -> Json:
        if not isinstance(record, dict):
            return at(record, path)
        for place in places:
            value = record.get(place)
            if value is not None and value != "":
                return value
        return None

    return found


@lru_cache(maxsize=4096)
def _names(path: str) -> tuple[str, ...] | None:
    """The names that a path chooses from; None where it says more than names."""
    return None if not path or any(sign in path for sign in ".+[") else tuple(path.split("|"))


@lru_cache(maxsize=4096)
def _choices(path: str) -> tuple[tuple[str, bool], ...]:
    """What the path chooses from, and whether that is several texts in one."""
    return tuple((choice, " + " in choice) for choice in path.split("|"))


def stands_in(record: Json, path: str) -> bool:
    """Whether the record speaks of what stands at the path, be it to say that there is nothing."""
    return any(_at(record, part, _ABSENT) is not _ABSENT for choice in path.split("|") for part in choice.split(" + "))


def _joined(record: Json, choice: str) -> str:
    parts = (_at(record, part) for part in choice.split(" + "))
    return " ".join(text for part in parts if part is not None and (text := str(part).strip()))


def _at(record: Json, path: str, absent: Json = None) -> Json:
    if not path:
        return record
    if isinstance(record, dict):
        if path in record:
            return record[path]
        head, _, rest = path.partition(".")
        return _at(record[head], rest, absent) if rest and head in record else absent
    return _in_list(record, path, absent) if isinstance(record, list) else absent


def _in_list(items: list[Json], path: str, absent: Json) -> Json:
    if path.startswith("["):
        condition, _, rest = path[1:].partition("]")
        chosen = next((item for item in items if _fits(item, condition)), absent)
        return chosen if chosen is absent else _at(chosen, rest.removeprefix("."), absent)
    head, _, rest = path.partition(".")
    place = int(head) if _PLACE.fullmatch(head) else None
    if place is None or not -len(items) <= place < len(items):
        return absent
    return _at(items[place], rest, absent)


def _fits(item: Json, condition: str) -> bool:
    """Whether something at the condition's path reads as its text."""
    path, _, wanted = condition.partition("=")
    before, star, after = path.partition("*")
    if not star:
        return _word(_at(item, path)) == wanted
    several = _at(item, before.removesuffix("."))
    return isinstance(several, list) and any(_word(_at(each, after.removeprefix("."))) == wanted for each in several)


def _word(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read(field: Field, record: Json) -> Json:
    """The value of a field in a record; None where the record says nothing. Raises Unreadable."""
    if field.constant is not None:
        return field.constant
    found = at(record, field.path)
    return None if found is None else _transformed(field, found)


def read_found(field: Field, found: Json) -> Json:
    """The value of a field out of what stands at its path. Raises Unreadable."""
    return None if found is None else _transformed(field, found)


def read_as(transform: Transform, value: Json) -> Json:
    """A value by itself, as a transform reads it; None for None. Raises Unreadable."""
    return None if value is None else _transformed(_BY_THEMSELVES[transform], value)


def _transformed(field: Field, value: Json) -> Json:
    try:
        return _TRANSFORMS[field.transform](field, value)
    except (ValueError, TypeError, OverflowError, OSError, InvalidOperation) as error:
        raise Unreadable(f"{field.path} is not readable as {field.transform}") from error


def _text(_field: Field, value: Any) -> str | None:
    if type(value) is str:
        return value.strip() or None
    if isinstance(value, dict | list):
        raise TypeError
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip() or None


def _number(_field: Field, value: Any) -> Decimal:
    if isinstance(value, bool):
        raise TypeError
    number = value if type(value) is Decimal else Decimal(str(value).strip())
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
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
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    read = datetime.fromisoformat(str(value).strip())
    # Salesforce writes +0000, others nothing at all: then it is UTC.
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def _date(field: Field, value: Any) -> date:
    if type(value) is date:
        return value
    text = str(value).strip()
    if text.lstrip("-").isdigit():
        milliseconds = int(text)
        if abs(milliseconds) < _SECONDS_RATHER:
            raise ValueError
        return _epoch(milliseconds, 1000).date()
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
_BY_THEMSELVES: Mapping[Transform, Field] = {transform: Field(transform=transform) for transform in get_args(Transform)}
