"""Money: an exact amount in a known currency."""

from dataclasses import dataclass
from decimal import Decimal

from app.kernel.errors import Invalid

# ISO 4217, list one, without the codes of metals, funds, bond units and testing.
_CURRENT = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC
CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR
ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF
XPF YER ZAR ZMW ZWG
"""
# Withdrawn since 2010, so that a CRM's older records may bear them.
_RECENT = "ANG BGN BYR CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL"
CURRENCIES = frozenset(f"{_CURRENT} {_RECENT}".split())


class UnknownCurrency(Invalid):
    """Not a currency of ISO 4217."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a currency; the amount is finite and exact, of either sign.

    Raises UnknownCurrency if `currency` is no ISO 4217 code, ValueError if `amount` is not finite.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise UnknownCurrency("a currency is a code of ISO 4217, such as EUR")
        if not self.amount.is_finite():
            raise ValueError("an amount is a finite number")
