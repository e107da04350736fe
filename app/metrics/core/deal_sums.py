"""Deals as they stood on a day, priced and summed by account and situation, and the windows that situations make up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.kernel.periods import QUARTER_DAYS
from app.metrics.core.catalogue import Catalogue
from app.metrics.core.formulas import UNKNOWN, Rows, counted_sum, days, exact_sum, largest
from app.metrics.core.measured import Counts, Days, Mask, Vector

Situations = Sequence[int]
OPEN_NOW, WON, LOST = range(3)  # how a deal stood
OWN, BY_RULE, UNSTATED = range(3)  # how its price (own, list, none) or probability (own, its stage's, none) is known
NO_AMOUNT, CHANCE = 4, 8  # a deal's kind is how it stood + NO_AMOUNT without an amount + CHANCE · how likely it is

# A won deal's situation is its age at the day asked for, between the edges of trailing quarters (90 days) and years
# (365).
AGE_EDGES_DAYS = np.array((90, 180, 270, 360, 365, 450, 540, 630, 720, 730))
LTM: Situations = range(5)
PRIOR: Situations = range(5, 10)
QUARTERS: Sequence[Situations] = ((0,), (1,), (2,), (3,), (4, 5), (6,), (7,), (8,))
WON_EVER: Situations = range(11)
LOST_LTM: Situations = (11,)
LOST_BEFORE = 12
# An open deal's situation is how its price and its probability are known.
FIRST_OPEN = 13
SITUATIONS = FIRST_OPEN + 9
OPEN: Situations = range(FIRST_OPEN, SITUATIONS)


@dataclass(frozen=True, slots=True)
class Deals:
    """Deals one by one; every array is (deals,).

    rows: which account. outcome: OPEN_NOW, WON or LOST. price, chance: how an open deal's price and probability are
        known.
    worth: in the reporting currency, NaN where there is no price or no rate. probability: NaN where unknown.
    unconverted: the letters of the currency for which no rate was in force, packed into a number; 0 where counted.
    age_days: since the close, or since an open deal's state began. began_days: since its creation.
    offering: its number in the catalogue, from 0, or -1.
    """

    rows: Rows
    outcome: NDArray[np.int64]
    price: NDArray[np.int64]
    chance: NDArray[np.int64]
    worth: Vector
    probability: Vector
    unconverted: NDArray[np.int64]
    age_days: NDArray[np.int64]
    began_days: NDArray[np.int64]
    offering: NDArray[np.int64]

    def situations(self) -> NDArray[np.int64]:
        """The situation of each deal."""
        won = np.searchsorted(AGE_EDGES_DAYS, self.age_days, side="right")
        lost = np.where(self.age_days < 365, LOST_LTM[0], LOST_BEFORE)
        still_open = FIRST_OPEN + 3 * self.price + self.chance
        return np.where(self.outcome == WON, won, np.where(self.outcome == LOST, lost, still_open))


@dataclass(frozen=True, slots=True)
class SentDeals:
    """Deals as they are read; every array is (deals,).

    kind: how the deal stood, + NO_AMOUNT without an amount, + CHANCE · how its probability is known.
    worth: of its own amount.
    fact_on, began_on: days since 1970-01-01. currency: of its amount, packed into a number; 0 where it was not read.
    """

    rows: Rows
    kind: NDArray[np.int64]
    fact_on: NDArray[np.int64]
    began_on: NDArray[np.int64]
    worth: Vector
    probability: Vector
    offering: NDArray[np.int64]
    currency: NDArray[np.int64]

    def has_amount(self) -> Mask:
        stated: Mask = self.kind & NO_AMOUNT == 0
        return stated

    def unconverted(self) -> Mask:
        """The deals with an amount for whose currency no rate was in force."""
        missing: Mask = self.has_amount() & np.isnan(self.worth)
        return missing


def deals(sent: SentDeals, offered: Catalogue, today: int) -> Deals:
    """The deals with their prices: their own, or as long as they are open their offering's in the catalogue."""
    outcome, own = sent.kind & (NO_AMOUNT - 1), sent.has_amount()
    price = np.where(own, OWN, UNSTATED)
    worth, unconverted = sent.worth.copy(), np.where(sent.unconverted(), sent.currency, 0)
    listed = (outcome == OPEN_NOW) & ~own & (sent.offering >= 0)
    listed[listed] = offered.currency[sent.offering[listed]] > 0
    offering = sent.offering[listed]
    price[listed] = BY_RULE
    worth[listed] = offered.price[offering]
    unconverted[listed] = np.where(np.isnan(offered.price[offering]), offered.currency[offering], 0)
    return Deals(
        rows=sent.rows,
        outcome=outcome,
        price=price,
        chance=sent.kind // CHANCE,
        worth=worth,
        probability=sent.probability,
        unconverted=unconverted,
        age_days=today - sent.fact_on,
        began_days=today - sent.began_on,
        offering=sent.offering,
    )


def open_deals(*, price: int | None = None, probability: int | None = None) -> Situations:
    """The situations of open deals whose price and probability are known in the given ways."""
    return [
        FIRST_OPEN + 3 * p + q for p in range(3) for q in range(3) if price in {None, p} and probability in {None, q}
    ]


@dataclass(frozen=True, slots=True)
class DealSums:
    """Arrays (accounts, SITUATIONS), 0 where there is no deal.

    deals: how many; stated: with an amount or list price; counted: with one in the reporting currency.
    worth, weighted: Σ of that, and of that times the probability where it is known by the deal or its stage.
    youngest, oldest: the least and greatest age in days; NaN without a deal.
    began: (accounts,), days since the first deal was created; NaN without one.
    """

    deals: Vector
    stated: Vector
    counted: Vector
    worth: Vector
    weighted: Vector
    youngest: Vector
    oldest: Vector
    began: Vector
    today: int  # in days since 1970-01-01

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
        return days(self.today + largest(-self.youngest[:, list(situations)]))

    def first_age(self, situations: Situations) -> Vector:
        """How many days ago the first of some situations was."""
        return largest(self.oldest[:, list(situations)])

    def full_quarters(self) -> Counts:
        """Full trailing quarters since the account's first deal was created."""
        return np.nan_to_num((self.began + 1) // QUARTER_DAYS).astype(np.int64)


def total_of(array: Vector, situations: Situations) -> Vector:
    """Σ over some situations, per account."""
    result: Vector = array[:, list(situations)].sum(axis=1)
    return result


def deal_sums(given: Deals, accounts: int, today: int) -> DealSums:
    """The deals, summed by account and situation; `today` in days since 1970-01-01."""
    cell = given.rows * SITUATIONS + given.situations()
    shape = (accounts, SITUATIONS)

    def count(among: Mask) -> Vector:
        return np.bincount(cell[among], minlength=accounts * SITUATIONS).astype(np.float64).reshape(shape)

    def extreme(pick: np.ufunc) -> Vector:
        array = np.full(accounts * SITUATIONS, UNKNOWN)
        pick.at(array, cell, given.age_days.astype(np.float64))
        return array.reshape(shape)

    began = np.full(accounts, UNKNOWN)
    np.fmax.at(began, given.rows, given.began_days.astype(np.float64))
    return DealSums(
        deals=np.bincount(cell, minlength=accounts * SITUATIONS).astype(np.float64).reshape(shape),
        stated=count(given.price != UNSTATED),
        counted=count(~np.isnan(given.worth)),
        worth=exact_sum(cell, given.worth, accounts * SITUATIONS).reshape(shape),
        weighted=exact_sum(cell, given.worth * given.probability, accounts * SITUATIONS).reshape(shape),
        youngest=extreme(np.fmin),
        oldest=extreme(np.fmax),
        began=began,
        today=today,
    )
