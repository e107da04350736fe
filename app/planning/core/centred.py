"""Whether a plan is about the customer, and how soon it brings something."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from app.planning.core.documents import Document, customer_goals, entries
from app.planning.core.horizon import months_after

CUSTOMER_OUTCOMES_FROM: Final = 0.5  # the share of objectives that should be the customer's; our choice
QUICK_MONTHS: Final = 6  # two quarters


@dataclass(frozen=True, slots=True)
class Action:
    """What is done for a plan; `worth` in the reporting currency, None where unknown."""

    side: str
    goal: str | None
    due_on: date
    has_worth: bool = False
    worth: Decimal | None = None


@dataclass(frozen=True, slots=True)
class QuickWins:
    """Which share of what the actions are worth, and of the actions, is due within two quarters of the plan's start.

    by_worth, by_count: 0 to 1; None without worth, without actions. without_rate: actions whose worth has no rate.
    """

    by_worth: float | None
    by_count: float | None
    without_rate: int


def customer_outcome_share(document: Document) -> float | None:
    """The share of objectives whose outcome is the customer's, 0 to 1; None without objectives. Source: PLN-01."""
    listed = entries(document, "customer_objectives")
    return len(customer_goals(document)) / len(listed) if listed else None


def pushes_product(side: str, goal: str | None, customers: Iterable[str]) -> bool:
    """Whether an action of the supplier's serves no goal of the customer's. Source: PLN-01."""
    return side == "supplier" and goal not in set(customers)


def quick_wins(actions: Iterable[Action], starts_on: date) -> QuickWins:
    """What comes early of the actions that were not dropped, counted from the plan's start. Source: PLN-15."""
    listed = list(actions)
    until = months_after(starts_on, QUICK_MONTHS)
    known = [(one.worth, one.due_on <= until) for one in listed if one.worth is not None]
    total = sum(worth for worth, _ in known)
    return QuickWins(
        by_worth=float(sum(worth for worth, quick in known if quick) / total) if total > 0 else None,
        by_count=sum(one.due_on <= until for one in listed) / len(listed) if listed else None,
        without_rate=sum(one.has_worth and one.worth is None for one in listed),
    )


def in_currency(amount: Decimal | None, currency: str | None, rates: Mapping[str, Decimal]) -> Decimal | None:
    """An amount at the rate of its currency; None where there is no amount or no rate."""
    rate = None if currency is None else rates.get(currency)
    return None if amount is None or rate is None else amount * rate
