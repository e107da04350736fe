"""How far rank correlations would vary had other accounts of the same kind been seen: the bootstrap over accounts.

A resample says how often each account was drawn. Its mid-ranks follow from those counts, summed up in an order that is
sorted once: nothing is sorted again, and all columns share the same draws. The work is done in blocks that fit the
processor's cache.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.scoring.core.arrays import Flags, Indices, Matrix, Vector

BLOCK = 80_000  # draws that are ranked at once (measured: fewer make the calls dear, more leave the cache)
PART = 500_000  # draws after which whoever waits is told
INTERVAL = (2.5, 97.5)  # percent
FEWEST_DEFINED = 0.5  # share of the resamples in which a correlation must exist for an interval to be given


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Accounts in rising order of a figure: which, where each group of equal ones begins, the group of each."""

    order: Indices
    starts: Indices
    group: Indices

    def per_group(self, amounts: Matrix) -> Matrix:
        """Σ per group of amounts, (draws, accounts) in this order."""
        if len(self.starts) == len(self.order):
            return amounts
        sums: Matrix = np.add.reduceat(amounts, self.starts, axis=1)
        return sums


def _sorted(figure: Vector, known: Flags) -> _Sorted:
    places = np.flatnonzero(known)
    order = places[np.argsort(figure[places], kind="stable")]
    values = figure[order]
    begins = np.concatenate(([True], values[1:] != values[:-1]))
    return _Sorted(order, np.flatnonzero(begins), np.cumsum(begins) - 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """Columns, each sorted once, beside the growth of the accounts that each is known of.

    accounts: how many there are to draw from. groups: for each set of accounts that some column is known of, their
    growth and the columns that are known of just these.
    """

    accounts: int
    columns: int
    groups: Sequence[tuple[_Sorted, Mapping[int, _Sorted]]]

    @property
    def part(self) -> int:
        """How many resamples make a part of the work that is done in about a second."""
        return max(1, PART // max(1, self.accounts))


def plan(figures: Sequence[Vector], growth: Vector) -> Plan:
    """Make columns ready; figures: each (accounts,), NaN = unknown; growth: (accounts,), NaN = no outcome.

    Each column must vary among at least two accounts that have an outcome. Drawn is from the accounts with an outcome.
    """
    drawn = np.flatnonzero(~np.isnan(growth))
    outcome, columns = growth[drawn], [figure[drawn] for figure in figures]
    alike: dict[bytes, tuple[_Sorted, dict[int, _Sorted]]] = {}
    for number, column in enumerate(columns):
        known = ~np.isnan(column)
        mark = known.tobytes()
        if mark not in alike:
            alike[mark] = (_sorted(outcome, known), {})
        alike[mark][1][number] = _sorted(column, known)
    return Plan(len(drawn), len(columns), list(alike.values()))


def resampled(planned: Plan, random: np.random.Generator, resamples: int) -> Matrix:
    """Spearman's rho of every column in each resample, (columns, resamples), NaN where a resample does not vary.

    Each resample draws as many accounts as there are, with replacement, and is ranked anew, ties by mid-ranks. The same
    generator state gives the same result, in one call or in several; which account is which must not have changed.
    Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, the bootstrap of pairs.
    """
    found = np.empty((planned.columns, resamples))
    block = max(1, BLOCK // max(1, planned.accounts))
    for start in range(0, resamples, block):
        at = slice(start, min(start + block, resamples))
        drawn = _draws(random, planned.accounts, at.stop - at.start)
        for outcome, columns in planned.groups:
            _write(found, at, drawn, outcome, columns)
    return found


def _draws(random: np.random.Generator, accounts: int, resamples: int) -> Matrix:
    """How often each account is drawn, (resamples, accounts)."""
    cells = random.integers(0, accounts, size=(resamples, accounts)) + accounts * np.arange(resamples)[:, np.newaxis]
    counts = np.bincount(cells.ravel(), minlength=resamples * accounts)
    return counts.reshape(resamples, accounts).astype(np.float64)


def _write(found: Matrix, at: slice, drawn: Matrix, outcome: _Sorted, columns: Mapping[int, _Sorted]) -> None:
    """The correlations of the columns that are known of the same accounts."""
    ranks, weights = _centred_ranks(outcome, drawn)
    spread = (weights * ranks**2).sum(axis=1)
    weighted = np.zeros_like(drawn)
    weighted[:, outcome.order] = drawn.take(outcome.order, axis=1) * ranks.take(outcome.group, axis=1)
    for number, column in columns.items():
        own, counts = _centred_ranks(column, drawn)
        together = np.einsum("ij,ij->i", column.per_group(weighted.take(column.order, axis=1)), own)
        product = spread * (counts * own**2).sum(axis=1)
        varies = product > 0
        found[number, at] = np.divide(
            together, np.sqrt(np.where(varies, product, 1.0)), out=np.full(len(product), np.nan), where=varies
        )


def _centred_ranks(figure: _Sorted, drawn: Matrix) -> tuple[Matrix, Matrix]:
    """Per group of equal figures its mid-rank less the mean rank, and how often it was drawn; (draws, groups)."""
    weights = figure.per_group(drawn.take(figure.order, axis=1))
    upto = np.cumsum(weights, axis=1)
    ranks = upto - (weights - 1.0) / 2.0
    ranks -= (upto[:, -1:] + 1.0) / 2.0
    return ranks, weights


def interval(rhos: Vector) -> tuple[float, float] | None:
    """The middle 95 % of resampled correlations; None where in most resamples there was none to be had."""
    defined: npt.NDArray[Any] = rhos[~np.isnan(rhos)]
    if not len(rhos) or len(defined) < FEWEST_DEFINED * len(rhos):
        return None
    low, high = np.percentile(defined, INTERVAL)
    return float(low), float(high)
