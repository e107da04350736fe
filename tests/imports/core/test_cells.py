"""How texts of cells become values."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imports.core.cells import UnusableCell, converter, number
from app.imports.core.mapping import Dialect, Rule

PLAIN = Dialect()
GERMAN = Dialect(decimal_mark=",", thousands_mark=".")


def value(form, text, dialect=PLAIN, **options):
    return converter(Rule("field", form, (("column", True),), **options), dialect)(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15))
def test_a_number_is_read_exactly_and_a_factor_multiplies_it_exactly(amount):
    thousandfold = Decimal(value("money", f"{amount:f}", factor=Decimal(1000)))

    assert thousandfold == amount * 1000
    assert Decimal(value("money", f"{amount:f}", factor=Decimal("0.001"))) * 1000 == amount


def test_revenue_in_millions_is_an_amount_without_idle_zeros():
    assert value("money", "1100.04", factor=Decimal(1000000)) == "1100040000"
    assert value("money", "550.50") == "550.5"
    assert value("money", "1e3") == "1000"


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_numbers_are_read_with_the_marks_of_the_export(whole, cents):
    text = f"{whole:,}".replace(",", ".") + f",{cents:02}"

    assert number(text, GERMAN) == Decimal(f"{whole}.{cents:02}")


@pytest.mark.parametrize(
    "text", ["1.2.3", "1.23,4", "12.34", "1,2,3", "--1", "1 000", "n/a", "\uff11\uff12", "1e999", "9" * 80]
)
def test_what_is_no_number_in_the_exports_own_marks_is_refused(text):
    with pytest.raises(UnusableCell):
        number(text, GERMAN)


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text):
    with contextlib.suppress(UnusableCell):
        assert number(text, PLAIN).is_finite()


def test_a_whole_number_may_be_written_with_zeros_but_not_with_a_fraction():
    assert value("integer", "12.00") == 12
    with pytest.raises(UnusableCell, match="whole"):
        value("integer", "12.5")


@pytest.mark.parametrize(("text", "meant"), [("Yes", True), ("TRUE", True), ("1", True), ("no", False), ("0", False)])
def test_yes_and_no_are_read_as_exports_write_them(text, meant):
    assert value("boolean", text) is meant


def test_neither_yes_nor_no_is_refused():
    with pytest.raises(UnusableCell):
        value("boolean", "maybe")


def test_dates_are_read_in_their_format():
    assert value("date", "31.12.2017", format="%d.%m.%Y") == "2017-12-31"
    assert value("date", "2017-12-31") == "2017-12-31"
    with pytest.raises(UnusableCell, match="%d"):
        value("date", "31.02.2017", format="%d.%m.%Y")


def test_an_instant_without_an_offset_is_utc():
    assert value("instant", "2017-12-31 23:59", format="%Y-%m-%d %H:%M") == "2017-12-31T23:59:00+00:00"
    assert value("instant", "2017-12-31 23:59 +0200", format="%Y-%m-%d %H:%M %z") == "2017-12-31T23:59:00+02:00"


def test_references_carry_their_source():
    assert value("reference", "Acme", source="maven") == {"source": "maven", "external_id": "Acme"}
    assert value("references", "A; B;", source="crm") == [
        {"source": "crm", "external_id": "A"},
        {"source": "crm", "external_id": "B"},
    ]
