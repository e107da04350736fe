"""The conditions of SOQL's WHERE and OData's $filter, as far as callers of a fake CRM need them."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

Test = Callable[[Callable[[str], Any]], bool]
_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^'\\]|\\.|'')*')"
    r"|(?P<time>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d))?)"
    r"|(?P<guid>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign><=|>=|!=|<>|=|<|>|\(|\)|\[|\]|,)|(?P<word>[A-Za-z_@][\w.@]*))"
)
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left is not None and left > right,
    ">=": lambda left, right: left is not None and left >= right,
    "<": lambda left, right: left is not None and left < right,
    "<=": lambda left, right: left is not None and left <= right,
}
_WORDS = {"eq": "=", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "<>": "!="}


class Unparsable(ValueError):
    """The condition is not one that is understood."""


def condition(text: str) -> Test:
    """Whether a record, as a function of its fields' names, is meant by the condition."""
    reading = _Reading(_tokens(text))
    test = reading.either()
    reading.ended()
    return test


def comparable(value: Any) -> Any:
    """A value as both sides of a comparison have it: times as instants, numbers as floats."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)", value):
        return datetime.fromisoformat(value).timestamp()
    return value


def _tokens(text: str) -> list[tuple[str, Any]]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise Unparsable(f"unexpected token at {text[place : place + 20]!r}")
        place = match.end()
        kind = str(match.lastgroup)
        found.append((kind, _value(kind, match.group(kind))))
    return found


def _value(kind: str, text: str) -> Any:
    if kind == "string":
        return text[1:-1].replace("\\'", "'").replace("''", "'").replace("\\\\", "\\")
    if kind == "number":
        return float(text)
    if kind == "time" and "T" in text:
        return datetime.fromisoformat(text).astimezone(UTC).timestamp()
    if kind == "time":
        return date.fromisoformat(text).isoformat()
    return text.lower() if kind == "guid" else text


class _Reading:
    """A recursive descent over tokens: either > both > one."""

    def __init__(self, tokens: list[tuple[str, Any]]) -> None:
        self._tokens = tokens
        self._place = 0

    def either(self) -> Test:
        tests = [self._both()]
        while self._word("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda of: any(test(of) for test in tests)

    def ended(self) -> None:
        if self._place != len(self._tokens):
            raise Unparsable(f"unexpected token: {self._tokens[self._place][1]!r}")

    def _both(self) -> Test:
        tests = [self._one()]
        while self._word("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda of: all(test(of) for test in tests)

    def _one(self) -> Test:
        if self._sign("("):
            test = self.either()
            self._need(")")
            return test
        if self._word("not"):
            negated = self._one()
            return lambda of: not negated(of)
        kind, name = self._next()
        if kind != "word":
            raise Unparsable(f"a field was expected: {name!r}")
        if name == "Microsoft.Dynamics.CRM.In":
            return self._dynamics_in()
        return self._compared(name)

    def _compared(self, name: str) -> Test:
        _, sign = self._next()
        sign = str(sign).lower()
        if sign == "in":
            self._need("(")
            values = self._list(")")
            return lambda of: comparable(of(name)) in values
        sign = _WORDS.get(sign, sign)
        if sign not in _ORDER:
            raise Unparsable(f"unexpected token: {sign!r}")
        value = self._literal()
        return lambda of: _ORDER[sign](comparable(of(name)), value)

    def _dynamics_in(self) -> Test:
        self._need("(")
        self._keyword("PropertyName")
        _, name = self._next()
        self._need(",")
        self._keyword("PropertyValues")
        self._need("[")
        values = self._list("]")
        self._need(")")
        return lambda of: comparable(of(str(name))) in values

    def _keyword(self, name: str) -> None:
        if self._next() != ("word", name):
            raise Unparsable(f"{name} was expected")
        self._need("=")

    def _list(self, end: str) -> list[Any]:
        values = [self._literal()]
        while self._sign(","):
            values.append(self._literal())
        self._need(end)
        return values

    def _literal(self) -> Any:
        kind, value = self._next()
        if kind == "word":
            words = {"true": True, "false": False, "null": None}
            if value.lower() not in words:
                raise Unparsable(f"unexpected token: {value!r}")
            return words[value.lower()]
        if kind == "sign":
            raise Unparsable(f"unexpected token: {value!r}")
        return value

    def _next(self) -> tuple[str, Any]:
        if self._place >= len(self._tokens):
            raise Unparsable("unexpected end")
        self._place += 1
        return self._tokens[self._place - 1]

    def _word(self, word: str) -> bool:
        return self._take(lambda kind, value: kind == "word" and value.lower() == word)

    def _sign(self, sign: str) -> bool:
        return self._take(lambda kind, value: kind == "sign" and value == sign)

    def _take(self, fits: Callable[[str, Any], bool]) -> bool:
        if self._place < len(self._tokens) and fits(*self._tokens[self._place]):
            self._place += 1
            return True
        return False

    def _need(self, sign: str) -> None:
        if not self._sign(sign):
            raise Unparsable(f"{sign} was expected")
