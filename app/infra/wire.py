"""The base of every wire shape, and the bounded types that shapes share.

Requests are checked as Python values made from strict JSON, where strictness would refuse texts for dates, ids and
decimals: those types here take exactly their one textual form. All else stays strict: `"5"` is no number, `1` no truth.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Self
from uuid import UUID

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.kernel.money import CURRENCIES, Money
from app.kernel.periods import EARLIEST, LATEST

MAX_FIELDS: Final = 200
MAX_ATTRIBUTES_BYTES: Final = 16 * 1024
_INT4_MAX: Final = 2**31 - 1
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII)
_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,4})?", re.ASCII)


class WireModel(BaseModel):
    """A request, or a part of one."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _not_crowded(cls, fields: object) -> object:
        # Pydantic makes an error of each unknown field: a body full of them would take seconds and 600 MB.
        if isinstance(fields, dict) and len(fields) > MAX_FIELDS:
            raise PydanticCustomError("too_many_fields", "There are far too many fields")
        return fields


class Answer(BaseModel):
    """An answer, or a part of one. Fields have no defaults: what is never missing must not look optional."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        from_attributes=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("nul_character", "Text must not hold the character NUL")
    return text


def _text_like(form: re.Pattern[str], code: str, message: str) -> BeforeValidator:
    """Takes texts of one form; numbers are refused, and what is no text (a `date`, say) is left to the type."""

    def check(value: object) -> object:
        if isinstance(value, str):
            value = value.strip()
            if form.fullmatch(value):
                return value
        elif not isinstance(value, int | float | bytes):
            return value
        raise PydanticCustomError(code, message)

    return BeforeValidator(check)


_NoNul = AfterValidator(_without_nul)
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), _NoNul]
ShortText = Annotated[str, StringConstraints(max_length=500), _NoNul]
LongText = Annotated[str, StringConstraints(max_length=10_000), _NoNul]
Code = Annotated[str, StringConstraints(min_length=1, max_length=100), _NoNul]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=255), _NoNul]
SourceName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$"),
    Field(description="The system a record comes from, such as `salesforce`", examples=["salesforce"]),
]
MetricKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$"),
    Field(description="A metric's key", examples=["revenue_ltm"]),
]
CountryText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    _NoNul,
    Field(description="ISO 3166 alpha-2 where known, else as the source has it", examples=["DE"]),
]

FiniteNumber = Annotated[float, Field(allow_inf_nan=False)]
Ratio01 = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
PositiveInt4 = Annotated[int, Field(ge=1, le=_INT4_MAX)]
CountInt4 = Annotated[int, Field(ge=0, le=_INT4_MAX)]

Id = Annotated[UUID, Strict(strict=False)]


def _in_range(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise PydanticCustomError("instant_form", "An instant has to name its offset")
    # By the day as written first: at the ends of time there is no moving to UTC.
    if (
        not EARLIEST.year - 1 <= instant.year <= LATEST.year + 1
        or not EARLIEST <= instant.astimezone(UTC).date() <= LATEST
    ):
        raise PydanticCustomError("instant_out_of_range", "An instant must lie within the years 1970 to 2200")
    return instant.astimezone(UTC)


IsoDate = Annotated[
    date,
    Strict(strict=False),
    Field(ge=EARLIEST, le=LATEST),
    _text_like(_DATE, "date_form", "Input should be a date such as 2017-12-31"),
]
AwareInstant = Annotated[
    datetime,
    Strict(strict=False),
    _text_like(_INSTANT, "instant_form", "Input should be an instant with its offset, such as 2017-12-31T23:59:59Z"),
    AfterValidator(_in_range),
    Field(description="An instant (RFC 3339) within the years 1970 to 2200; kept and answered in UTC"),
]


def _fixed_point(amount: Decimal) -> str:
    return format(amount, "f")


_AMOUNT_SCHEMA = {"type": "string", "pattern": rf"^{_AMOUNT.pattern}$", "examples": ["1234.50"]}
DecimalText = Annotated[
    Decimal, PlainSerializer(_fixed_point, return_type=str), WithJsonSchema({"type": "string", "examples": ["1234.50"]})
]
Amount = Annotated[
    Decimal,
    Strict(strict=False),
    Field(max_digits=19, decimal_places=4, allow_inf_nan=False),
    _text_like(_AMOUNT, "amount_form", "Input should be a decimal text such as 1234.50: at most 15 digits, then 4"),
    PlainSerializer(_fixed_point, return_type=str),
    WithJsonSchema(_AMOUNT_SCHEMA),
]


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise PydanticCustomError("unknown_currency", "Input should be a currency code of ISO 4217, such as EUR")
    return code


CurrencyCode = Annotated[
    str,
    AfterValidator(_known_currency),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217", "examples": ["EUR"]}),
]


class MoneyIn(WireModel):
    """An amount of money, of either sign."""

    amount: Amount
    currency: CurrencyCode

    def money(self) -> Money:
        return Money(self.amount, self.currency)


class MoneyOut(Answer):
    """An amount of money."""

    amount: DecimalText
    currency: str = Field(description="ISO 4217", examples=["EUR"])

    @classmethod
    def of(cls, money: Money) -> Self:
        return cls(amount=money.amount, currency=money.currency)


def _not_negative(money: MoneyIn) -> MoneyIn:
    if money.amount < 0:
        raise PydanticCustomError("negative_amount", "The amount must not be below zero")
    return money


MoneyNotNegativeIn = Annotated[MoneyIn, AfterValidator(_not_negative)]


def _small_enough(attributes: dict[str, Any]) -> dict[str, Any]:
    try:
        size = len(orjson.dumps(attributes))
    except orjson.JSONEncodeError:
        raise PydanticCustomError("attributes_form", "Attributes must be plain JSON") from None
    if size > MAX_ATTRIBUTES_BYTES:
        raise PydanticCustomError("attributes_too_large", "Attributes may take 16 KiB as JSON")
    return attributes


def at_most(entries: int) -> BeforeValidator:
    """Bounds a `dict[str, …]` field before each of its entries is looked at (and, if bad, made an error)."""

    def check(mapping: object) -> object:
        if isinstance(mapping, dict) and len(mapping) > entries:
            raise PydanticCustomError("too_many_entries", "There may be {entries} entries", {"entries": entries})
        return mapping

    return BeforeValidator(check)


Attributes = Annotated[
    dict[str, Any],
    AfterValidator(_small_enough),
    WithJsonSchema(
        {"type": "object", "additionalProperties": True, "description": "Any JSON object of at most 16 KiB"}
    ),
]
