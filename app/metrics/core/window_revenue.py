"""What accounts spent between two days, with what could not be counted beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.metrics.core.catalogue import unpacked
from app.metrics.core.formulas import Rows, counted_sum, exact_sum, recorded
from app.metrics.core.measured import Counts, Vector


@dataclass(frozen=True, slots=True)
class WindowRevenue:
    """Revenue of accounts in a window; arrays are (accounts,), in the order in which they were asked for.

    value: in the reporting currency: 0 without a deal, NaN where there are deals and the amount of none is known, and
        throughout where the organization records no deals. deals: how many were won.
    without_amount: how many of them state none. missing_rates: by currency, how many amounts were not counted because
        no exchange rate was in force on the day of the close.
    """

    value: Vector
    deals: Counts
    without_amount: Counts
    missing_rates: Mapping[str, Counts]


@dataclass(frozen=True, slots=True)
class WonDeals:
    """Won deals by account and by whether they could be counted; arrays are (groups,).

    rows: which account. deals, counted: how many there are, and with an amount in the reporting currency; worth: Σ of
    these, NaN without one. unconverted: the letters of the currency without rate, packed into a number; 0 elsewhere.
    """

    rows: Rows
    deals: Vector
    counted: Vector
    worth: Vector
    unconverted: NDArray[np.int64]


def window_revenue(won: WonDeals, accounts: int, *, known: bool) -> WindowRevenue:
    """The revenue of each account; `known`: whether the organization records deals at all."""

    def number(weights: Vector) -> Counts:
        return np.bincount(won.rows, weights, accounts).astype(np.int64)

    deals, counted = number(won.deals), number(won.counted)
    lacking = {code: won.unconverted == code for code in np.unique(won.unconverted[won.unconverted > 0]).tolist()}
    missing = {unpacked(code): number(won.deals * theirs) for code, theirs in lacking.items()}
    total = counted_sum(exact_sum(won.rows, won.worth, accounts), counted.astype(np.float64), deals.astype(np.float64))
    return WindowRevenue(
        value=recorded(total, known=known),
        deals=deals,
        without_amount=deals - counted - sum(missing.values(), np.zeros(accounts, dtype=np.int64)),
        missing_rates=missing,
    )
