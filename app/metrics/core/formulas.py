"""The arithmetic of metrics, over all accounts at once; NaN stands for unknown and stays unknown."""

import numpy as np
from numpy.typing import NDArray

from app.metrics.core.measured import Counts, Days, Vector

UNKNOWN = np.nan
BILLION = 1e9
Rows = NDArray[np.intp]


def ratio(part: Vector, whole: Vector) -> Vector:
    """The part over the whole; unknown where either is unknown or the whole is not positive."""
    result: Vector = np.divide(part, whole, out=np.full(len(part), UNKNOWN), where=whole > 0)
    return result


def recorded(value: Vector, *, known: bool) -> Vector:
    """A count or sum as it is, if the organization records that kind of fact at all; else unknown everywhere."""
    return value if known else np.full_like(value, UNKNOWN)


def counted_sum(total: Vector, counted: Vector, facts: Vector) -> Vector:
    """A sum of amounts: 0 without facts, unknown where there are facts but the amount of none is known."""
    return np.where((facts > 0) & (counted == 0), UNKNOWN, total)


def days(numbers: Vector) -> Days:
    """Days since 1970-01-01 as dates; NaN becomes NaT."""
    return np.where(np.isnan(numbers), np.datetime64("NaT"), np.nan_to_num(numbers).astype("datetime64[D]"))


def latest_of(*columns: Days) -> Days:
    """The latest day of several, ignoring none-at-all where there is one."""
    result = columns[0]
    for column in columns[1:]:
        result = np.fmax(result, column)
    return result


def largest(numbers: Vector) -> Vector:
    """The largest of each row of a matrix, unknown entries aside; unknown where all are."""
    result: Vector = np.fmax.reduce(numbers, axis=1)
    return result


def counts(numbers: Vector) -> Counts:
    """Whole numbers as such."""
    return np.nan_to_num(numbers).astype(np.int64)


def trend(revenue: Vector, quarters: Counts) -> Vector:
    """Least-squares slope of ln(1 + quarterly revenue) per quarter, over as many of the quarters as there is history.

    revenue: (accounts, 8), the latest quarter first. quarters: (accounts,), full quarters of history, any number.
    Returns (accounts,), unknown under 4 quarters of history, where a quarter's revenue is unknown or not above -1.
    """
    width = revenue.shape[1]
    usable = np.minimum(quarters, width)
    slopes = np.full(len(revenue), UNKNOWN)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.where(revenue > -1, np.log1p(revenue), UNKNOWN)
    for span in range(4, width + 1):
        at = usable == span
        times = -np.arange(span, dtype=np.float64)
        centred = times - times.mean()
        slopes[at] = logs[at, :span] @ centred / (centred @ centred)
    return slopes


def herfindahl(rows: Rows, amount: Vector, accounts: int) -> Vector:
    """Σ share² per account, in (0, 1]: 1 when all is in one hand.

    rows: (parts,), which account each part belongs to. amount: (parts,), its revenue. Parts that are unknown or not
    positive are left out; an account without parts is unknown. Source: the Herfindahl-Hirschman index.
    """
    positive = amount > 0
    rows, amount = rows[positive], amount[positive]
    total = known_sum(rows, amount, accounts)
    return ratio(known_sum(rows, amount**2, accounts), total**2)


def largest_share(rows: Rows, amount: Vector, accounts: int) -> Vector:
    """The share of the largest part per account, in (0, 1]; rows, amounts and unknown results as of `herfindahl`."""
    positive = amount > 0
    rows, amount = rows[positive], amount[positive]
    most = np.zeros(accounts)
    np.maximum.at(most, rows, amount)
    return ratio(most, known_sum(rows, amount, accounts))


def known_sum(rows: Rows, amount: Vector, accounts: int) -> Vector:
    """Σ per account over the parts whose amount is known."""
    return np.bincount(rows, np.nan_to_num(amount), accounts).astype(np.float64)


def exact_sum(rows: Rows, amount: Vector, accounts: int) -> Vector:
    """Σ per account of amounts taken to 9 decimals, unknown ones left out; the same in whatever order they come.

    Whole parts and billionths are summed apart: sums of whole numbers below 9·10^15 are exact in float64.
    """
    known = np.nan_to_num(amount)
    whole = np.floor(known)
    parts = np.rint((known - whole) * BILLION)
    return np.bincount(rows, whole, accounts) + np.bincount(rows, parts, accounts) / BILLION


def scattered(rows: Rows, amount: Vector, accounts: int, *, fill: float = UNKNOWN) -> Vector:
    """One number per account where there is one, else `fill`."""
    result = np.full(accounts, fill, dtype=np.float64)
    result[rows] = amount
    return result
