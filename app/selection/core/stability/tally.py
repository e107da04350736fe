"""Counts over the draws how each account fares, block by block, within a bounded memory."""

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.scoring.core.arrays import Flags, Indices, Vector
from app.selection.core.stability.draws import DrawnWeights
from app.selection.core.stability.ranking import Field, verdicts

# Ranks that are kept at once, four bytes each: 10,000 accounts have 3,000 draws, 100,000 have 300.
MOST_RANKS = 30_000_000
BLOCK = 1 << 17  # accounts times draws that are worked on at once, so that they stay in the processor's cache
CERTAIN = 0.95  # from this probability on an account is certain to be in the top N, below its complement not to be
SAME_TIER = 0.8  # a stable account keeps its tier in at least so many draws
LOW, HIGH = 0.05, 0.95  # the ends of a rank interval

Label = Literal["stable", "fragile"]


def effective_draws(asked: int, accounts: int) -> int:
    """How many draws are made where `asked` are wished for: as many as MOST_RANKS allows, one at least."""
    return max(1, min(asked, MOST_RANKS // max(accounts, 1)))


def default_top(ranked: int) -> int:
    """How many accounts are the top unless somebody says otherwise: a tenth of those with a rank, rounded up, not 0."""
    return max(1, ceil(ranked / 10))


@dataclass(frozen=True, slots=True)
class Fates:
    """How each account of a field fares over all draws, each (accounts,).

    in_top, same_tier, same_quadrant: probabilities, 0..1. expected_rank: the mean. rank_low, rank_high: the least ranks
    that at least 5 % and 95 % of the draws do not exceed. stable: whether the account is as good as certain to be in
    the top N or outside (CERTAIN) and keeps its tier (SAME_TIER).
    """

    in_top: Vector
    same_tier: Vector
    same_quadrant: Vector
    expected_rank: Vector
    rank_low: Indices
    rank_high: Indices
    stable: Flags


class Tally:
    """The draws counted so far; `add` takes them in any portions."""

    def __init__(self, field: Field, top: int, draws: int) -> None:
        self.field = field
        self.top = top
        self._ranks: npt.NDArray[np.int32] = np.empty((field.size, draws), dtype=np.int32)
        self._done = 0
        self._in_top, self._same_tier, self._same_quadrant = np.zeros((3, field.size), dtype=np.int64)

    def add(self, weights: DrawnWeights) -> None:
        """Count some draws."""
        at_once = max(1, BLOCK // max(self.field.size, 1))
        for first in range(0, len(weights), at_once):
            self._add(weights.part(first, first + at_once))

    def _add(self, weights: DrawnWeights) -> None:
        found = verdicts(self.field, weights)
        self._ranks[:, self._done : self._done + len(weights)] = found.rank.T
        self._done += len(weights)
        self._in_top += (found.rank <= self.top).sum(axis=0)
        self._same_tier += (found.tier == self.field.tier).sum(axis=0)
        self._same_quadrant += (found.quadrant == self.field.quadrant).sum(axis=0)

    def fates(self) -> Fates:
        """What has come of it; at least one draw has been counted, and none is afterwards."""
        draws = self._done
        ranks = self._ranks[:, :draws]
        low, high = (max(ceil(share * draws - 1e-9) - 1, 0) for share in (LOW, HIGH))
        expected = ranks.mean(axis=1) if ranks.size else np.empty(0)
        ranks.partition((low, high), axis=1)
        in_top, same_tier = self._in_top / draws, self._same_tier / draws
        certain = (in_top >= CERTAIN) | (in_top <= 1.0 - CERTAIN + 1e-12)
        return Fates(
            in_top,
            same_tier,
            self._same_quadrant / draws,
            expected,
            ranks[:, low].astype(np.int64),
            ranks[:, high].astype(np.int64),
            certain & (same_tier >= SAME_TIER),
        )
