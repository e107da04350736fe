"""Where each account stands among those scored together: rank and percentile of the composite."""

from dataclasses import dataclass

import numpy as np

from app.scoring.core.arrays import Indices, Vector
from app.scoring.core.value_functions import mid_rank_shares

# Composites that agree to this many decimals are a tie; what differs beyond is the order of additions.
TIE_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Standing:
    """rank: (accounts,), 1 = best, 0 = null. percentile: (accounts,), 0..1, NaN = null.

    ranked: how many accounts have a composite. together: how many were scored together, the unscored included.
    """

    rank: Indices
    ranked: int
    percentile: Vector
    together: int

    def of(self, accounts: Indices) -> "Standing":
        """That of some of the accounts, by their positions, still among all."""
        return Standing(self.rank[accounts], self.ranked, self.percentile[accounts], self.together)


def standing(composite: Vector) -> Standing:
    """Rank and percentile by composite, (accounts,), NaN = unscored.

    Ties share the lower rank number (1, 2, 2, 4). The percentile is the mid-rank share (less + 0.5 * equal) / ranked,
    the same figure that the percentile value function gives: rank 7 of 85 without ties has (78 + 0.5) / 85 = 0.9235.
    The unscored have neither.
    """
    keys = np.round(composite, TIE_DECIMALS)
    scored = np.flatnonzero(~np.isnan(keys))
    falling = np.sort(-keys[scored])
    rank = np.zeros(composite.shape, dtype=np.int64)
    rank[scored] = np.searchsorted(falling, -keys[scored], side="left") + 1
    return Standing(rank, len(scored), mid_rank_shares(keys), len(composite))


def unranked(count: int) -> Standing:
    """The standing of accounts that have nobody to stand among: no rank, no percentile."""
    return Standing(np.zeros(count, dtype=np.int64), 0, np.full(count, np.nan), together=1)


def best_first(composite: Vector) -> Indices:
    """The accounts' positions from the best composite down, ties in their given order, the unscored last."""
    return np.argsort(-np.round(composite, TIE_DECIMALS), kind="stable")
