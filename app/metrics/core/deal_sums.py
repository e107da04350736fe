"""Deals summed by account and situation, and the windows that situations make up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.kernel.periods import QUARTER_DAYS
from app.metrics.core.formulas import UNKNOWN, Rows, counted_sum, days, largest, scattered
from app.metrics.core.measured import Counts, Days, Vector

Situations = Sequence[int]

# A won deal's situation is its age at the day asked for, between the edges of trailing quarters (90 days) and years (365).
AGE_EDGES_DAYS = (90, 180, 270, 360, 365, 450, 540, 630, 720, 730)
LTM: Situations = range(5)
PRIOR: Situations = range(5, 10)
QUARTERS: Sequence[Situations] = ((0,), (1,), (2,), (3,), (4, 5), (6,), (7,), (8,))
LOST_LTM: Situations = (10,)
# An open deal's situation is how its price (own, list, none) and its probability (own, the stage's, none) are known.
FIRST_OPEN = 11
SITUATIONS = FIRST_OPEN + 9
OPEN: Situations = range(FIRST_OPEN, SITUATIONS)
OWN, BY_RULE, UNSTATED = range(3)


def open_deals(*, price: int | None = None, probability: int | None = None) -> Situations:
    """The situations of open deals whose price and probability are known in the given ways."""
    return [
        FIRST_OPEN + 3 * p + q for p in range(3) for q in range(3) if price in {None, p} and probability in {None, q}
    ]


@dataclass(frozen=True, slots=True)
class DealSums:
    """Deals decided in the last 730 days and open ones: arrays (accounts, SITUATIONS), 0 where there is none.

    deals: how many; stated: with an amount or list price; counted: with one in the reporting currency.
    worth, weighted: Σ of that, and of that times the probability where it is known by the deal or its stage.
    latest: the day of the latest fact, in days since 1970-01-01, NaN without any.
    """

    deals: Vector
    stated: Vector
    counted: Vector
    worth: Vector
    weighted: Vector
    latest: Vector

    def count(self, situations: Situations) -> Vector:
        """Deals in some situations, per account."""
        return total_of(self.deals, situations)

    def amount(self, situations: Situations) -> Vector:
        """Σ worth in some situations: 0 without deals, unknown where no amount of any deal could be counted."""
        counted = total_of(self.counted, situations)
        return counted_sum(total_of(self.worth, situations), counted, self.count(situations))

    def without_amount(self, situations: Situations) -> Vector:
        """Deals that state neither amount nor list price."""
        return self.count(situations) - total_of(self.stated, situations)

    def without_rate(self, situations: Situations) -> Vector:
        """Deals that state an amount in a currency for which no rate was in force."""
        return total_of(self.stated - self.counted, situations)

    def last_day(self, situations: Situations) -> Days:
        """The day of the latest fact in some situations."""
        return days(largest(self.latest[:, list(situations)]))


@dataclass(frozen=True, slots=True)
class History:
    """Per account: when its first deal was created and its first won one closed, both in days since 1970-01-01.

    won: how many deals were ever won; last_won: when the latest closed.
    """

    began: Vector
    first_won: Vector
    won: Vector
    last_won: Vector

    def full_quarters(self, today: int) -> Counts:
        """Full trailing quarters since the account's first deal; `today` in days since 1970-01-01."""
        return np.nan_to_num((today - self.began + 1) // QUARTER_DAYS).astype(np.int64)


def total_of(array: Vector, situations: Situations) -> Vector:
    """Σ over some situations, per account."""
    result: Vector = array[:, list(situations)].sum(axis=1)
    return result


def deal_sums(parts: Sequence[tuple[Rows, Mapping[str, Vector]]], accounts: int) -> DealSums:
    """Spread rows, one per account and situation, over the arrays."""

    def spread(name: str, fill: float) -> Vector:
        array = np.full((accounts, SITUATIONS), fill)
        for rows, columns in parts:
            at = (rows, columns["situation"].astype(np.intp))
            array[at] = columns[name] if np.isnan(fill) else np.nan_to_num(columns[name])
        return array

    sums = [spread(name, 0.0) for name in ("deals", "stated", "counted", "worth", "weighted")]
    return DealSums(*sums, spread("latest", UNKNOWN))


def history(rows: Rows, columns: Mapping[str, Vector], accounts: int) -> History:
    """Spread rows, one per account."""
    return History(
        began=scattered(rows, columns["began"], accounts),
        first_won=scattered(rows, columns["first_won"], accounts),
        won=scattered(rows, columns["won"], accounts, fill=0),
        last_won=scattered(rows, columns["last_won"], accounts),
    )
