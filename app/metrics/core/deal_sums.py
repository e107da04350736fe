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

# What is alike of deals that are read together, packed into a number: how they stood + NO_AMOUNT without an amount
# + CHANCE · how likely it is + UNCONVERTED with an amount for which no rate was in force + AGE · the situation by age
# + WORD · which part of the catalogue `bought` tells of.
NO_AMOUNT, CHANCE, UNCONVERTED, AGE, WORD = 4, 8, 32, 64, 1024
WORD_OFFERINGS = 62  # whose bits fit into a number

# A won deal's situation is its age at the day asked for, between the edges of trailing quarters (90 days) and years
# (365); a lost one is of the last year or of before.
AGE_EDGES_DAYS = np.array((90, 180, 270, 360, 365, 450, 540, 630, 720, 730))
LOST_EDGES_DAYS = np.array((365,))
LTM: Situations = range(5)
PRIOR: Situations = range(5, 10)
QUARTERS: Sequence[Situations] = ((0,), (1,), (2,), (3,), (4, 5), (6,), (7,), (8,))
WON_EVER: Situations = range(11)
LOST_LTM: Situations = (11,)
# An open deal's situation is how its price and its probability are known.
FIRST_OPEN = 13
SITUATIONS = FIRST_OPEN + 9
OPEN: Situations = range(FIRST_OPEN, SITUATIONS)


@dataclass(frozen=True, slots=True)
class Deals:
    """Deals, those of an account that are alike together; every array is (groups,).

    rows: which account. deals: how many. outcome: OPEN_NOW, WON or LOST. price, chance: how an open deal's price and
        probability are known. age: the place of a decided deal's age between the edges.
    worth: Σ in the reporting currency, NaN where there is no price or no rate. weighted: Σ of that times the
        probability where it is known, NaN where it is not.
    unconverted: the letters of the currency for which no rate was in force, packed into a number; 0 where counted.
    youngest_days, oldest_days: of the ages, since the close, or since an open deal's state began; began_days: the most
        since a creation.
    """

    rows: Rows
    deals: Counts
    outcome: NDArray[np.int64]
    price: NDArray[np.int64]
    chance: NDArray[np.int64]
    age: NDArray[np.int64]
    worth: Vector
    weighted: Vector
    unconverted: NDArray[np.int64]
    youngest_days: Vector
    oldest_days: Vector
    began_days: Vector

    def situations(self) -> NDArray[np.int64]:
        """The situation of each group."""
        still_open = FIRST_OPEN + 3 * self.price + self.chance
        return np.where(
            self.outcome == WON, self.age, np.where(self.outcome == LOST, LOST_LTM[0] + self.age, still_open)
        )


@dataclass(frozen=True, slots=True)
class SentDeals:
    """Deals as they are read, those of an account that are alike together; every array is (groups,).

    alike: in what, packed into a number as said above. deals: how many they are.
    worth: Σ of their own amounts. weighted: Σ of that times the probability, of what has no amount of the probability
        alone; both NaN where nothing is known.
    latest_on, first_on, began_on: the days of the latest and first fact and of the first creation, since 1970-01-01,
        NaN where they were not read.
    offering: its number in the catalogue, from 0, of open deals without amount; else -1.
    bought: a bit for each offering of its part of the catalogue that was won.
    currency: of amounts without rate, packed into a number; 0 where it was not read.
    """

    rows: Rows
    alike: NDArray[np.int64]
    deals: Counts
    worth: Vector
    weighted: Vector
    latest_on: Vector
    first_on: Vector
    began_on: Vector
    offering: NDArray[np.int64]
    bought: NDArray[np.int64]
    currency: NDArray[np.int64]

    def unconverted(self) -> Mask:
        """The deals with an amount for whose currency no rate was in force."""
        missing: Mask = self.alike & UNCONVERTED > 0
        return missing

    def purchases(self) -> "Purchases":
        """What was won of the catalogue; an account and an offering may come more than once."""
        held = [(self.bought >> bit & 1).astype(np.bool_) for bit in range(_bits(self.bought))]
        first = self.alike // WORD * WORD_OFFERINGS
        nothing = np.zeros(0, dtype=np.int64)
        return Purchases(
            np.concatenate([nothing, *(self.rows[those] for those in held)]),
            np.concatenate([nothing, *(first[those] + bit for bit, those in enumerate(held))]),
        )


@dataclass(frozen=True, slots=True)
class Purchases:
    """Which accounts (purchases,) ever won which offerings (purchases,), by number."""

    rows: Rows
    offering: NDArray[np.int64]


def _bits(numbers: NDArray[np.int64]) -> int:
    return int(np.bitwise_or.reduce(numbers)).bit_length() if len(numbers) else 0


def deals(sent: SentDeals, offered: Catalogue, today: int) -> Deals:
    """The deals with their prices: their own, or as long as they are open their offering's in the catalogue."""
    outcome, own = sent.alike & (NO_AMOUNT - 1), sent.alike & NO_AMOUNT == 0
    price = np.where(own, OWN, UNSTATED)
    worth, weighted = np.where(own, sent.worth, UNKNOWN), np.where(own, sent.weighted, UNKNOWN)
    unconverted = np.where(sent.unconverted(), sent.currency, 0)
    listed = (outcome == OPEN_NOW) & ~own & (sent.offering >= 0)
    listed[listed] = offered.currency[sent.offering[listed]] > 0
    offering = sent.offering[listed]
    price[listed] = BY_RULE
    worth[listed] = offered.price[offering] * sent.deals[listed]
    weighted[listed] = offered.price[offering] * sent.weighted[listed]
    unconverted[listed] = np.where(np.isnan(offered.price[offering]), offered.currency[offering], 0)
    return Deals(
        rows=sent.rows,
        deals=sent.deals,
        outcome=outcome,
        price=price,
        chance=sent.alike // CHANCE % (UNCONVERTED // CHANCE),
        age=sent.alike // AGE % (WORD // AGE),
        worth=worth,
        weighted=weighted,
        unconverted=unconverted,
        youngest_days=today - sent.latest_on,
        oldest_days=today - sent.first_on,
        began_days=today - sent.began_on,
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
    youngest, oldest: the least and greatest age in days; NaN without a deal, or where it was not read.
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
        return np.bincount(cell[among], given.deals[among], accounts * SITUATIONS).astype(np.float64).reshape(shape)

    def extreme(pick: np.ufunc, ages: Vector) -> Vector:
        array = np.full(accounts * SITUATIONS, UNKNOWN)
        pick.at(array, cell, ages)
        return array.reshape(shape)

    began = np.full(accounts, UNKNOWN)
    np.fmax.at(began, given.rows, given.began_days)
    return DealSums(
        deals=count(np.ones(len(cell), dtype=np.bool_)),
        stated=count(given.price != UNSTATED),
        counted=count(~np.isnan(given.worth)),
        worth=exact_sum(cell, given.worth, accounts * SITUATIONS).reshape(shape),
        weighted=exact_sum(cell, given.weighted, accounts * SITUATIONS).reshape(shape),
        youngest=extreme(np.fmin, given.youngest_days),
        oldest=extreme(np.fmax, given.oldest_days),
        began=began,
        today=today,
    )
