"""Walks warnings from day to day as they would have opened and cleared."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from app.health.core.warnings.hysteresis import Standing, stepped, untouched
from app.health.core.warnings.judging import Findings
from app.metrics.core.formulas import Rows
from app.metrics.core.measured import Mask


class Course:
    """The course of the warnings of all accounts and rules; days are stepped through in order.

    opened, live: by day, (accounts, rules) each: what opened on the day, and what stood at its end.
    """

    def __init__(self, accounts: int, rules: int) -> None:
        self._standing: Standing = untouched(accounts, rules)
        self.opened: list[Mask] = []
        self.live: list[Mask] = []

    def step(self, found: Findings, rows: Rows, day: date) -> None:
        """Add a day: what the rules found in some of the accounts, which stand in `rows`; of the others nothing is."""
        accounts = len(self._standing.live)
        step = stepped(
            self._standing,
            _placed(found.opens, rows, accounts, 0),
            _placed(found.goes_on, rows, accounts, 0),
            _placed(found.unknown, rows, accounts, -1),  # every bit
            day,
        )
        self._standing = step.standing
        self.opened.append(step.opened)
        self.live.append(step.standing.live)


def _placed(
    bits: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]", rows: Rows, accounts: int, otherwise: int
) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    placed = np.full((accounts, bits.shape[1]), otherwise, dtype=np.int64)
    placed[rows] = bits
    return placed


def stacked(days: Sequence[Mask]) -> Mask:
    """The days as one array, (days, accounts, rules)."""
    return np.stack(days)
