"""Where functions differ: how far apart their weights for a criterion are, and which pairs they order oppositely."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from app.selection.core.feedback.agreement import DECIMALS

MOST_DISPUTED: Final = 5


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How functions differ on one criterion.

    range: the largest weight less the smallest. sd: the standard deviation over the functions (of these, not of a
    sample). reversals: over all pairs of functions, with how many other criteria they order it oppositely; a tie is no
    order.
    """

    criterion: int
    range: float
    sd: float
    highest: str
    lowest: str
    reversals: int


def disagreements(functions: Sequence[str], weights: npt.NDArray[np.float64]) -> list[Disagreement]:
    """How `functions` differ on each criterion, by their `weights` (functions x criteria), the widest range first.

    One function alone differs from nobody: every range, deviation and count is 0.
    """
    # Next to equal is equal, so that whoever comes first of equals is named on every machine.
    settled = np.round(weights, DECIMALS)
    highest, lowest = settled.argmax(axis=0), settled.argmin(axis=0)
    ranges, deviations, reversals = np.ptp(settled, axis=0), weights.std(axis=0), reversed_pairs(settled)
    found = [
        Disagreement(
            criterion=at,
            range=float(ranges[at]),
            sd=float(deviations[at]),
            highest=functions[highest[at]],
            lowest=functions[lowest[at]],
            reversals=int(reversals[at]),
        )
        for at in range(weights.shape[1])
    ]
    return sorted(found, key=lambda one: -one.range)


def reversed_pairs(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Per criterion, in how many (pair of functions, other criterion) the two functions order the two oppositely."""
    orders = np.sign(weights[:, :, None] - weights[:, None, :])
    counts = np.zeros(weights.shape[1], dtype=np.int64)
    for one, other in combinations(orders, 2):
        counts += (one * other < 0).sum(axis=1)
    return counts
