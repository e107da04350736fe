"""Which form each field of our facts takes, and whether a value from a CRM fits it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType
from typing import Final, Literal

from app.crm.core.paths import Unreadable, read_as
from app.crm.core.spec import Json, ObjectName, Transform
from app.kernel.money import CURRENCIES
from app.kernel.periods import EARLIEST, LATEST

_SURROGATE = re.compile("[\ud800-\udfff]")
LONGEST_ID: Final = 255
LONGEST_ATTRIBUTE: Final = 4_000
_MOST_PEOPLE: Final = 2**31 - 1
_TOO_MUCH: Final = Decimal(10) ** 15
_DECIMALS: Final = 4
_SMALLEST: Final = Decimal(1).scaleb(-_DECIMALS)


class Misfit(ValueError):
    """A value that cannot stand in its field: a stable code, and why, without the value."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Form:
    """What a field takes. longest: of texts. choices: the only ones. refers_to: of references, the kind of record.

    needed: it cannot be empty. lasting: nothing cannot be said of it, so that an empty value leaves it as it is.
    """

    kind: Literal["text", "choice", "date", "flag", "share", "count", "money", "reference"]
    longest: int = 0
    choices: frozenset[str] = frozenset()
    refers_to: ObjectName | None = None
    needed: bool = False
    lasting: bool = False


_NAME = Form("text", 200)
_CODE = Form("text", 100)
_SHORT = Form("text", 500)
_DAY = Form("date")
_FLAG = Form("flag")
_OPTIONAL_FLAG = Form("flag", lasting=True)
_NEEDED_NAME = Form("text", 200, needed=True)
_FUNCTIONS = frozenset(["sales", "finance", "operations", "product", "service", "marketing", "legal", "executive"])
_SENIORITIES = frozenset(["functional", "manager", "director", "vp", "c_level"])
_STANCES = frozenset(["advocate", "coach", "supporter", "neutral", "detractor", "unknown"])
STATUSES: Final = frozenset({"open", "won", "lost"})

FORMS: Mapping[ObjectName, Mapping[str, Form]] = MappingProxyType(
    {
        "user": {
            "name": _NEEDED_NAME,
            "email": _SHORT,
            "function": Form("choice", choices=_FUNCTIONS, lasting=True),
            "active": _OPTIONAL_FLAG,
        },
        "account": {
            "name": _NEEDED_NAME,
            "parent": Form("reference", refers_to="account"),
            "industry": _NAME,
            "country": _CODE,
            "employees": Form("count"),
            "annual_revenue": Form("money"),
            "website": _SHORT,
            "kam_user_id": Form("reference", refers_to="user"),
            "customer_since": _DAY,
        },
        "contact": {
            "name": _NEEDED_NAME,
            "account": Form("reference", refers_to="account", needed=True),
            "title": _SHORT,
            "email": _SHORT,
            "seniority": Form("choice", choices=_SENIORITIES),
            "stance": Form("choice", choices=_STANCES, lasting=True),
            "active": _OPTIONAL_FLAG,
            "buying_center": _CODE,
        },
        "opportunity": {
            "name": _SHORT,
            "account": Form("reference", refers_to="account"),
            "offering": _CODE,
            "buying_center": _CODE,
            "primary_contact": Form("reference", refers_to="contact"),
            "amount": Form("money"),
            "stage": _CODE,
            "status": Form("choice", choices=STATUSES, lasting=True),
            "probability": Form("share"),
            "created_on": _DAY,
            "expected_close_on": _DAY,
            "closed_on": _DAY,
            "sole_sourced": _FLAG,
            "competitor": _NAME,
            "owner": _NAME,
        },
    }
)
# What a mapping may tell beside the facts' own fields, of which those are then made.
BESIDE: Mapping[ObjectName, frozenset[str]] = MappingProxyType(
    {
        "user": frozenset(),
        "account": frozenset({"annual_revenue_currency"}),
        "contact": frozenset(),
        "opportunity": frozenset({"currency", "is_won", "is_closed", "won_on", "lost_on"}),
    }
)


def currency_of(name: str) -> str:
    """The field that says whose money a field of money is in."""
    return "currency" if name == "amount" else f"{name}_currency"


def as_transform(transform: Transform, value: Json) -> Json:
    """A value read as a transform says, whatever type it has; None stays None. Raises Misfit."""
    if value is None:
        return None
    try:
        return read_as(transform, value)
    except Unreadable:
        raise Misfit("unreadable", f"cannot be read as {transform}") from None


def text(value: Json, longest: int) -> str | None:
    """The value as text without what surrounds it; None if it is empty. Raises Misfit if it cannot be kept whole."""
    told: str | None = (value.strip() or None) if type(value) is str else as_transform("text", value)
    if told is None:
        return None
    if len(told) > longest:
        raise Misfit("too_long", f"has {len(told)} characters; there may be {longest}")
    if "\x00" in told or not (told.isascii() or _SURROGATE.search(told) is None):
        raise Misfit("bad_character", "holds a character that cannot be kept")
    return told


def day(value: Json) -> str | None:
    """The value as an ISO date. Raises Misfit."""
    told = date_of(value)
    return None if told is None else told.isoformat()


def date_of(value: Json) -> date | None:
    """The value as a date. Raises Misfit."""
    told: date | None = value if type(value) is date else as_transform("date", value)
    if told is not None and not EARLIEST <= told <= LATEST:
        raise Misfit("out_of_range", f"must lie within {EARLIEST} and {LATEST}")
    return told


def instant(value: Json) -> datetime | None:
    """The value as an instant (UTC). Raises Misfit."""
    told: datetime | None = (
        value if type(value) is datetime and value.tzinfo is UTC else as_transform("datetime", value)
    )
    if told is not None and not EARLIEST <= told.date() <= LATEST:
        raise Misfit("out_of_range", f"must lie within {EARLIEST} and {LATEST}")
    return told


def number(value: Json) -> float | None:
    """The value as a finite number. Raises Misfit."""
    told: Decimal | None = as_transform("number", value)
    return None if told is None else float(told)


def fitting(form: Form, value: Json) -> Json:
    """The value as JSON of the form, money and references apart; None for nothing. Raises Misfit."""
    if form.kind == "text":
        return text(value, form.longest)
    if form.kind == "choice":
        return _choice(form.choices, value)
    if form.kind == "date":
        return day(value)
    if form.kind == "flag":
        return value if isinstance(value, bool) else as_transform("boolean", value)
    return _share(value) if form.kind == "share" else _count(value)


def _choice(choices: frozenset[str], value: Json) -> str | None:
    told = text(value, LONGEST_ID)
    if told is not None and told not in choices:
        raise Misfit("unknown_word", f"must be one of: {', '.join(sorted(choices))}")
    return told


def _share(value: Json) -> float | None:
    told = number(value)
    if told is not None and not 0 <= told <= 1:
        raise Misfit("out_of_range", "must be a share from 0 to 1 (of percentages, with the transform `percent`)")
    return told


def _count(value: Json) -> int | None:
    told: int | None = as_transform("integer", value)
    if told is not None and not 0 <= told <= _MOST_PEOPLE:
        raise Misfit("out_of_range", f"must lie within 0 and {_MOST_PEOPLE}")
    return told


def amount(value: Json, *, negative: bool) -> Decimal | None:
    """The value as a decimal of at most four decimals, halves rounded to even. Raises Misfit."""
    told: Decimal | None = value if type(value) is Decimal and value.is_finite() else as_transform("number", value)
    if told is None:
        return None
    if abs(told) >= _TOO_MUCH:
        raise Misfit("out_of_range", "may have 15 digits before the point")
    exponent = told.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_DECIMALS:
        told = told.quantize(_SMALLEST, ROUND_HALF_EVEN)
    told += 0  # nothing is not below zero
    if not negative and told < 0:
        raise Misfit("negative_amount", "must not be below zero")
    return told


def currency_code(currency: Json, usual: str | None) -> str | None:
    """The code of a currency of ISO 4217; `usual` where none is told. Raises Misfit."""
    if type(currency) is str and currency in CURRENCIES:
        return currency
    code = (text(currency, LONGEST_ID) or "").upper() or usual
    if code is not None and code not in CURRENCIES:
        raise Misfit("unknown_currency", "must be in a currency of ISO 4217")
    return code


def money(value: Json, currency: Json, usual: str | None, *, negative: bool) -> Json:
    """`{"amount", "currency"}`, or None for no amount. usual: the currency where none is told. Raises Misfit."""
    told = amount(value, negative=negative)
    if told is None:
        return None
    code = currency_code(currency, usual)
    if code is None:
        raise Misfit("no_currency", "has no currency: the record names none, and the connection has no usual one")
    return {"amount": format(told, "f"), "currency": code}
