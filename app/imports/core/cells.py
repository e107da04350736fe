"""How the text of a cell becomes a value of the form that a field takes."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any, Final

from app.imports.core.mapping import Dialect, Rule
from app.kernel.errors import Invalid

Convert = Callable[[str], Any]

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_EXACT: Final = Context(prec=120, traps=[Inexact, InvalidOperation])
_TRUE: Final = frozenset({"true", "yes", "y", "t", "1"})
_FALSE: Final = frozenset({"false", "no", "n", "f", "0"})


class UnusableCell(Invalid):
    """A cell does not hold what its field takes."""


def converter(rule: Rule, dialect: Dialect) -> Convert:
    """The function that turns a text (stripped, not empty) into the field's value, as the wire of facts takes it.

    Numbers are exact: a unit factor is multiplied as decimals, never rounded. An instant without an offset is UTC.
    Money is its amount alone. A reference is an object of source and external id. The function raises UnusableCell.
    """
    return _MAKERS[rule.form](rule, dialect)


def number(text: str, dialect: Dialect, factor: Decimal | None = None) -> Decimal:
    """The exact number that a text says, times the factor.

    Marks of thousands are taken only where three digits follow each. Raises UnusableCell.
    """
    plain = text
    if dialect.thousands_mark and dialect.thousands_mark in plain:
        whole = plain.partition(dialect.decimal_mark)[0]
        if not re.fullmatch(rf"[+-]?\d{{1,3}}({re.escape(dialect.thousands_mark)}\d{{3}})+", whole, re.ASCII):
            raise UnusableCell("is no number")
        plain = plain.replace(dialect.thousands_mark, "")
    if dialect.decimal_mark != ".":
        plain = plain.replace(".", "?").replace(dialect.decimal_mark, ".")
    if len(plain) > 60 or _NUMBER.fullmatch(plain) is None:
        raise UnusableCell("is no number")
    found = Decimal(plain)
    if factor is None:
        return found
    try:
        return _EXACT.multiply(found, factor)
    except Inexact:
        raise UnusableCell("has too many digits") from None


def _plain(amount: Decimal) -> str:
    """Fixed point without idle zeros."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(_rule: Rule, _dialect: Dialect) -> Convert:
    return lambda text: text


def _integer(rule: Rule, dialect: Dialect) -> Convert:
    def convert(text: str) -> int:
        found = number(text, dialect, rule.factor)
        if found != found.to_integral_value():
            raise UnusableCell("is no whole number")
        return int(found)

    return convert


def _number(rule: Rule, dialect: Dialect) -> Convert:
    return lambda text: float(number(text, dialect, rule.factor))


def _money(rule: Rule, dialect: Dialect) -> Convert:
    return lambda text: _plain(number(text, dialect, rule.factor))


def _boolean(_rule: Rule, _dialect: Dialect) -> Convert:
    def convert(text: str) -> bool:
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise UnusableCell("is neither yes nor no")

    return convert


def _read(text: str, form: str) -> datetime:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007  # a day, or an instant whose offset is looked at next
    except ValueError:
        raise UnusableCell(f"is not written as {form}") from None


def _date(rule: Rule, _dialect: Dialect) -> Convert:
    form = rule.format
    return (lambda text: text) if form is None else (lambda text: _read(text, form).date().isoformat())


def _instant(rule: Rule, _dialect: Dialect) -> Convert:
    form = rule.format
    if form is None:
        return lambda text: text

    def convert(text: str) -> str:
        found = _read(text, form)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()

    return convert


def _reference(rule: Rule, _dialect: Dialect) -> Convert:
    return lambda text: {"source": rule.source, "external_id": text}


def _references(rule: Rule, dialect: Dialect) -> Convert:
    one = _reference(rule, dialect)
    return lambda text: [one(part.strip()) for part in text.split(rule.separator) if part.strip()]


_MAKERS: Final[dict[str, Callable[[Rule, Dialect], Convert]]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "instant": _instant,
    "money": _money,
    "reference": _reference,
    "references": _references,
}
