"""The supplier itself: its people, its catalogue and the exchange rates that it books at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.demo.core import names
from app.demo.core.timeline import DAYS, LAST_DAY, Timeline
from app.demo.core.world import Body, identity, told

REPORTING_CURRENCY = "EUR"
ACCOUNTS_PER_KAM = 9
LEADING = ("finance", "operations", "product", "service", "marketing", "legal", "executive")
PEOPLE_PER_FUNCTION = 2
RATES_FROM = -400  # amounts of the year before are converted too

# What one unit is worth in EUR on average.
WORTH: Mapping[str, float] = {"EUR": 1.0, "USD": 0.92, "GBP": 1.17}


class Offering(NamedTuple):
    """A line of the catalogue; prices in EUR, days of the simulation."""

    code: str
    name: str
    series: str
    price: int
    active_from: int | None = None
    active_to: int | None = None

    @property
    def external_id(self) -> str:
        return f"offering-{self.code.lower()}"

    def sold_on(self, day: int) -> bool:
        begun = self.active_from is None or self.active_from <= day
        return begun and (self.active_to is None or day <= self.active_to)


CATALOGUE = (
    Offering("SNS-FLOW", "Flow sensors", "Sensing", 12_000),
    Offering("SNS-LEVEL", "Level sensors", "Sensing", 9_000),
    Offering("SNS-GAS", "Gas analyzers", "Sensing", 28_000),
    Offering("CTL-VALVE", "Control valves", "Control", 18_000),
    Offering("CTL-LOOP", "Loop controllers", "Control", 24_000),
    Offering("CTL-CELL", "Cell automation", "Control", 85_000),
    Offering("SFT-TREND", "Process historian", "Software", 40_000, active_to=600),
    Offering("SFT-INSIGHT", "Process insight", "Software", 52_000, active_from=420),
    Offering("SFT-TWIN", "Plant twin", "Software", 95_000, active_from=780),
    Offering("SVC-CARE", "Care contract", "Service", 15_000),
    Offering("SVC-START", "Commissioning", "Service", 21_000),
    Offering("SVC-TRAIN", "Operator training", "Service", 6_000),
    Offering("SVC-ENERGY", "Energy consulting", "Service", 34_000, active_from=200),
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at the supplier."""

    external_id: str
    name: str
    function: str
    leaves: int | None = None


@dataclass(frozen=True, slots=True)
class Supplier:
    """Everybody at the supplier; the last key account manager leaves in the second year."""

    kams: list[Colleague]
    others: Mapping[str, list[Colleague]]


def supplier(random: np.random.Generator, accounts: int) -> Supplier:
    number = max(3, accounts // ACCOUNTS_PER_KAM)
    kams = [
        Colleague(f"user-kam-{n + 1}", names.person(random), "sales", leaves=500 if n == number - 1 else None)
        for n in range(number)
    ]
    others = {
        function: [
            Colleague(f"user-{function}-{n + 1}", names.person(random), function) for n in range(PEOPLE_PER_FUNCTION)
        ]
        for function in LEADING
    }
    return Supplier(kams, others)


def users(team: Supplier) -> list[Body]:
    everybody = [*team.kams, *(person for people in team.others.values() for person in people)]
    return [
        {
            **identity(person.external_id),
            "name": person.name,
            "email": names.address(person.name, "supplier", place + 1),
            "function": person.function,
            "active": person.leaves is None,
        }
        for place, person in enumerate(everybody)
    ]


def offerings(timeline: Timeline) -> list[Body]:
    return [
        told(
            **identity(line.external_id),
            code=line.code,
            name=line.name,
            series=line.series,
            list_price={"amount": f"{line.price}.00", "currency": REPORTING_CURRENCY},
            active_from=None if line.active_from is None else timeline.on(line.active_from),
            active_to=None if line.active_to is None else timeline.on(line.active_to),
        )
        for line in CATALOGUE
    ]


def exchange_rates(random: np.random.Generator, timeline: Timeline) -> list[Body]:
    """A rate a month for every pair of the supplier's currencies, each currency on a slow walk about its average."""
    days = range(RATES_FROM, LAST_DAY + 1, DAYS // 36)
    walks = {
        currency: average * np.exp(np.cumsum(random.normal(0, 0.008, len(days)))) if currency != "EUR" else None
        for currency, average in WORTH.items()
    }
    return [
        {
            **identity(f"rate-{currency}-{into}-{place + 1}".lower()),
            "currency": currency,
            "into_currency": into,
            "rate": f"{_worth(walks[currency], place) / _worth(walks[into], place):.6f}",
            "from_on": timeline.on(day),
        }
        for place, day in enumerate(days)
        for currency in WORTH
        for into in WORTH
        if into != currency
    ]


def _worth(walk: np.ndarray[tuple[int], np.dtype[np.float64]] | None, place: int) -> float:
    return 1.0 if walk is None else float(walk[place])
