"""Wire types take their one form of a value, and answers show values in the form that is promised."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from app.infra.wire import (
    Amount,
    Answer,
    Attributes,
    AwareInstant,
    Code,
    CountInt4,
    CountryText,
    ExternalId,
    FiniteNumber,
    Id,
    IsoDate,
    LongText,
    MetricKey,
    MoneyIn,
    MoneyNotNegativeIn,
    MoneyOut,
    Name,
    PositiveInt4,
    Ratio01,
    ShortText,
    SourceName,
    WireModel,
)
from app.kernel.money import Money


class Everything(WireModel):
    name: Name = "a"
    short: ShortText = ""
    long: LongText = ""
    code: Code = "a"
    external_id: ExternalId = "a"
    source: SourceName = "maven"
    metric: MetricKey = "nps"
    country: CountryText = "DE"
    number: FiniteNumber = 0.0
    share: Ratio01 = 0.0
    positive: PositiveInt4 = 1
    count: CountInt4 = 0
    id: Id = UUID(int=0)
    on: IsoDate = date(2017, 1, 1)
    at: AwareInstant = datetime(2017, 1, 1, tzinfo=UTC)
    amount: Amount = Decimal(0)
    money: MoneyIn | None = None
    price: MoneyNotNegativeIn | None = None
    attributes: Attributes = Field(default={})
    active: bool = False


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("name", "  a b ", "a b"),
        ("name", "😀" * 200, "😀" * 200),
        ("long", "", ""),
        ("external_id", "Acme, Inc. (old) #5", "Acme, Inc. (old) #5"),
        ("source", "hub_spot-2.eu", "hub_spot-2.eu"),
        ("number", 5, 5.0),
        ("number", -0.5, -0.5),
        ("share", 1, 1.0),
        ("positive", 2**31 - 1, 2**31 - 1),
        ("count", 0, 0),
        ("id", "01890a5d-ac96-774b-bcce-b302099a8057", UUID("01890a5d-ac96-774b-bcce-b302099a8057")),
        ("on", "2016-02-29", date(2016, 2, 29)),
        ("on", date(2200, 12, 31), date(2200, 12, 31)),
        ("at", "2017-06-01T01:30:00+02:00", datetime(2017, 5, 31, 23, 30, tzinfo=UTC)),
        ("at", "2017-06-01 01:30:00.123456Z", datetime(2017, 6, 1, 1, 30, 0, 123456, tzinfo=UTC)),
        ("at", "1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("amount", "-999999999999999.9999", Decimal("-999999999999999.9999")),
        ("amount", "0.10", Decimal("0.10")),
        ("amount", "007", Decimal(7)),
        ("attributes", {"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
    ],
)
def test_a_value_in_its_form_is_taken(field, given, kept):
    assert getattr(Everything.model_validate({field: given}), field) == kept


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "a" * 201),
        ("name", 5),
        ("name", None),
        ("name", "a\x00"),
        ("short", "a" * 501),
        ("long", "a" * 10_001),
        ("code", ""),
        ("code", "a" * 101),
        ("external_id", "a" * 256),
        ("external_id", "\x00"),
        ("source", "Maven"),
        ("source", "a b"),
        ("metric", "1nps"),
        ("metric", "nps;"),
        ("country", ""),
        ("number", "5"),
        ("number", True),
        ("number", float("nan")),
        ("number", float("inf")),
        ("number", None),
        ("share", -0.001),
        ("share", 1.001),
        ("positive", 0),
        ("positive", 2**31),
        ("positive", 1.0),
        ("positive", "1"),
        ("positive", True),
        ("count", -1),
        ("id", "5"),
        ("id", 5),
        ("id", ""),
        ("on", "2017-1-1"),
        ("on", "20170101"),
        ("on", "2017-02-29"),
        ("on", 0),
        ("on", 1.5),
        ("on", "1969-12-31"),
        ("on", "2201-01-01"),
        ("on", "2017-01-01T00:00:00"),
        ("on", "\u0662\u0660\u0661\u0667-\u0660\u0661-\u0660\u0661"),
        ("on", True),
        ("at", "2017-01-01T00:00:00"),
        ("at", "2017-01-01"),
        ("at", 0),
        ("at", "1969-12-31T23:59:59Z"),
        ("at", "2201-01-01T00:00:00Z"),
        ("at", "0001-01-01T00:00:00+14:00"),
        ("at", "9999-12-31T23:59:59-14:00"),
        ("at", "2017-01-01T24:61:00Z"),
        ("at", datetime(2017, 1, 1)),  # noqa: DTZ001  # the naive one is the point
        ("amount", 5),
        ("amount", 5.5),
        ("amount", "1e5"),
        ("amount", "NaN"),
        ("amount", "Infinity"),
        ("amount", "1.00001"),
        ("amount", ""),
        ("amount", "1234567890123456"),
        ("amount", "1,5"),
        ("amount", "+1"),
        ("amount", "\u0663"),
        ("money", {"amount": "1", "currency": "EU"}),
        ("money", {"amount": "1", "currency": "eur"}),
        ("money", {"amount": "1"}),
        ("money", {"amount": "1", "currency": "XXX"}),
        ("money", "1 EUR"),
        ("price", {"amount": "-0.01", "currency": "EUR"}),
        ("attributes", []),
        ("attributes", "{}"),
        ("attributes", {"a": "x" * 16_400}),
        ("attributes", {"a": 10**30}),
        ("active", 1),
        ("active", "true"),
        ("surprise", 1),
    ],
)
def test_any_other_value_is_refused(field, given):
    with pytest.raises(ValidationError):
        Everything.model_validate({field: given})


class Shown(Answer):
    price: MoneyOut
    at: AwareInstant
    on: IsoDate
    id: Id
    share: Ratio01 | None


def test_an_answer_has_money_as_texts_and_instants_in_utc():
    shown = Shown(
        price=MoneyOut.of(Money(Decimal("1.2E+3"), "EUR")),
        at=datetime(2017, 6, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))),
        on=date(2017, 12, 31),
        id=UUID(int=5),
        share=0.1,
    )

    assert json.loads(shown.model_dump_json()) == {
        "price": {"amount": "1200", "currency": "EUR"},
        "at": "2017-05-31T23:30:00Z",
        "on": "2017-12-31",
        "id": "00000000-0000-0000-0000-000000000005",
        "share": 0.1,
    }


def test_an_amount_keeps_its_digits():
    for text in ("0.0001", "1234.50", "-0.5", "999999999999999.9999"):
        money = MoneyIn.model_validate({"amount": text, "currency": "USD"}).money()
        assert json.loads(MoneyOut.of(money).model_dump_json())["amount"] == text


def test_an_answer_that_is_no_number_is_a_fault_and_not_null():
    with pytest.raises(ValidationError):
        Shown.model_validate({"share": float("nan")})


def test_no_field_of_an_answer_looks_optional():
    schema = TypeAdapter(Shown).json_schema(mode="serialization")

    assert set(schema["required"]) == set(schema["properties"])
    assert schema["properties"]["at"]["format"] == "date-time"
    assert schema["$defs"]["MoneyOut"]["properties"]["amount"]["type"] == "string"


def test_the_schema_of_a_request_tells_its_bounds():
    properties = Everything.model_json_schema()["properties"]

    assert (properties["name"]["minLength"], properties["name"]["maxLength"]) == (1, 200)
    assert (properties["share"]["minimum"], properties["share"]["maximum"]) == (0, 1)
    assert properties["on"] == {"default": "2017-01-01", "format": "date", "title": "On", "type": "string"}
    assert properties["id"]["format"] == "uuid"
    assert properties["amount"]["type"] == "string"
    assert Everything.model_json_schema()["additionalProperties"] is False


def test_an_error_never_shows_the_input():
    with pytest.raises(ValidationError) as refused:
        Everything.model_validate({"name": "canary" * 100, "on": "canary", "amount": "canary"})
    assert "canary" not in str(refused.value)
