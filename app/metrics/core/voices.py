"""What people's ratings come to: one voice per function, however many of its people rated, and however often."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.metrics.core.formulas import Rows, exact_sum
from app.metrics.core.measured import Mask, Vector

Halves = NDArray[np.uint64]  # (ratings, 2): an id as two whole numbers


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings in any order; every array is (ratings,).

    rows: which account. number: of which metric. function: of the rater, from 0 up to below `functions`.
    user: the rater; who is not known is one for all. on: the day, since 1970-01-01. ids: of the ratings, the later of a
    day above the earlier.
    """

    rows: Rows
    number: NDArray[np.int64]
    function: NDArray[np.int64]
    functions: int
    user: Halves
    on: NDArray[np.int64]
    ids: Halves
    value: Vector

    def of(self, chosen: Mask) -> "Ratings":
        """Some of them."""
        return Ratings(
            self.rows[chosen], self.number[chosen], self.function[chosen], self.functions, self.user[chosen],
            self.on[chosen], self.ids[chosen], self.value[chosen],
        )  # fmt: skip

    def choirs(self) -> NDArray[np.int64]:
        """A number for each account, metric and function."""
        metrics = int(self.number.max(initial=0)) + 1
        choirs: NDArray[np.int64] = (self.rows * metrics + self.number) * self.functions + self.function
        return choirs


@dataclass(frozen=True, slots=True)
class Voices:
    """What was judged of an account by a metric; every array is (judgements,).

    value: each person's latest rating, averaged within each function, then over the functions. facts: how many ratings
    that were. latest: the day of the latest.
    """

    rows: Rows
    number: NDArray[np.int64]
    value: Vector
    facts: Vector
    latest: Vector


def voices(given: Ratings) -> Voices:
    """The judgements, the same in whatever order the ratings come."""
    latest = given.of(latest_words(given))
    first, choir = np.unique(latest.choirs(), return_index=True, return_inverse=True)[1:]
    said = np.bincount(choir, minlength=len(first))
    within = exact_sum(choir, latest.value, len(first)) / said
    # Choirs stand in the order of their accounts and metrics: those of one judgement are next to each other.
    rows, number = latest.rows[first], latest.number[first]
    begins = np.flatnonzero(np.diff(rows, prepend=-1).astype(np.bool_) | np.diff(number, prepend=-1).astype(np.bool_))
    if not len(begins):
        return Voices(rows, number, within, within, within)
    day = np.full(len(first), np.iinfo(np.int64).min)
    np.maximum.at(day, choir, latest.on)
    functions = np.diff(begins, append=len(first))
    return Voices(
        rows[begins],
        number[begins],
        np.add.reduceat(within, begins) / functions,
        np.add.reduceat(said, begins).astype(np.float64),
        np.maximum.reduceat(day, begins).astype(np.float64),
    )


def latest_words(given: Ratings) -> Mask:
    """Which ratings are the last of their account, metric, function and rater."""
    marks = _marks(given)
    ordered = np.sort(marks)
    repeated = ordered[1:][ordered[1:] == ordered[:-1]]
    found = np.ones(len(marks), dtype=np.bool_)
    if len(repeated):  # most people rate once: only those who seem to have rated again have to be put in order
        again = np.isin(marks, repeated)
        found[again] = _last(given.of(again))
    return found


def _marks(given: Ratings) -> NDArray[np.uint64]:
    """A number for each account, metric, function and rater, seldom the same for two."""
    user = given.user[:, 0] * np.uint64(0xC2B2AE3D27D4EB4F) ^ given.user[:, 1] * np.uint64(0x165667B19E3779F9)
    marks: NDArray[np.uint64] = given.choirs().astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ user
    return marks


def _last(given: Ratings) -> Mask:
    choirs = given.choirs()
    order = np.lexsort((given.ids[:, 1], given.ids[:, 0], given.on, given.user[:, 1], given.user[:, 0], choirs))
    who = np.column_stack((choirs.astype(np.uint64), given.user))[order]
    last = np.ones(len(order), dtype=np.bool_)
    last[:-1] = (who[1:] != who[:-1]).any(axis=1)
    found = np.zeros(len(order), dtype=np.bool_)
    found[order[last]] = True
    return found
