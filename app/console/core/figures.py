"""How figures are written on a page: few decimals, and a dash for what is not known."""

from datetime import date
from decimal import Decimal

UNKNOWN = "\N{EN DASH}"
_MINUS = "\N{MINUS SIGN}"


def number(value: float | None, decimals: int = 1) -> str:
    """A number with so many decimals and thousands apart; a dash for None."""
    return UNKNOWN if value is None else f"{value:,.{decimals}f}".replace("-", _MINUS)


def signed(value: float | None, decimals: int = 1) -> str:
    """The same, with its sign; what rounds to nothing is ±0."""
    if value is None:
        return UNKNOWN
    if round(value, decimals) == 0:
        return f"±{0:.{decimals}f}"
    return f"{value:+,.{decimals}f}".replace("-", _MINUS)


def percent(share: float | None) -> str:
    """A share of 0 to 1 in whole percent; a dash for None."""
    return UNKNOWN if share is None else f"{share * 100:.0f} %"


def money(amount: float | Decimal | None, currency: str) -> str:
    """An amount in thousands or millions where it is as large; a dash for None."""
    if amount is None:
        return UNKNOWN
    size = abs(float(amount))
    for limit, unit in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if size >= limit:
            return f"{currency} {number(float(amount) / limit)} {unit}"
    return f"{currency} {number(float(amount), 0)}"


def day(value: date | None) -> str:
    """A day, with the month in letters, so that nobody takes it for another; a dash for None."""
    return UNKNOWN if value is None else f"{value.day} {value:%b %Y}"


def words(code: str | None) -> str:
    """A code in words: `tier_1` is Tier 1; a dash for None."""
    return UNKNOWN if code is None else code.replace("_", " ").capitalize()
