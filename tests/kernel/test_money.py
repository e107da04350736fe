"""Money is exact, and of a currency that exists."""

from decimal import Decimal

import pytest

from app.kernel.money import CURRENCIES, Money, UnknownCurrency


def test_money_keeps_amount_and_currency():
    money = Money(Decimal("-12.3400"), "JPY")

    assert (str(money.amount), money.currency) == ("-12.3400", "JPY")


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "XAU", "XXX", "XTS", "US$"])
def test_what_is_no_currency_is_refused(currency):
    with pytest.raises(UnknownCurrency):
        Money(Decimal(1), currency)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_an_amount_is_finite(amount):
    with pytest.raises(ValueError, match="finite"):
        Money(Decimal(amount), "EUR")


def test_codes_are_three_capital_letters():
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CURRENCIES)
    assert {"EUR", "USD", "GBP", "JPY", "CNY", "INR", "BRL", "ZAR", "CHF", "AUD"} <= CURRENCIES
    assert 165 <= len(CURRENCIES) <= 175
