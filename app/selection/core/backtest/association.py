"""How strongly a figure of accounts goes along with their growth: rank correlations, and the top quartile's lead."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy

from app.scoring.core.arrays import Vector
from app.scoring.core.value_functions import mid_rank_shares

FEWEST_TO_CORRELATE = 3  # two accounts always rise or fall together
FEWEST_TO_JUDGE = 20  # below, neither p nor an interval is given
FEWEST_TO_QUARTER = 4
QUARTER = 0.25
Gap = Literal["too_few_accounts", "constant", "constant_growth"]


@dataclass(frozen=True, slots=True)
class TopQuartile:
    """The best quarter of accounts by a figure against the rest.

    accounts: how many are in it, a quarter of n rounded up. growth, rest_growth: mean ln growth of either.
    """

    accounts: int
    growth: float
    rest_growth: float

    @property
    def difference(self) -> float:
        """By how much the quarter's mean growth lies above that of the rest, in ln."""
        return self.growth - self.rest_growth

    @property
    def lift(self) -> float:
        """The same as a factor: 1.2 is a fifth more growth than the rest (of geometric means)."""
        return math.exp(self.difference)


@dataclass(frozen=True, slots=True)
class Association:
    """A figure against growth over the n accounts of which both are known.

    rho: Spearman's, tau_b: Kendall's, both -1..1, NaN when `gap` says why there is none. p: two-sided, of rho, by the t
    distribution with n - 2 degrees of freedom; tau_p: of tau_b, by its normal approximation with ties; both NaN under
    20 accounts.
    """

    n: int
    rho: float = math.nan
    tau_b: float = math.nan
    p: float = math.nan
    tau_p: float = math.nan
    top: TopQuartile | None = None
    gap: Gap | None = None

    @property
    def judged(self) -> bool:
        """Whether there is enough to judge by."""
        return self.n >= FEWEST_TO_JUDGE and self.gap is None


def association(figure: Vector, growth: Vector) -> Association:
    """The association of a figure with growth, both (accounts,), NaN = unknown; accounts lacking either are left out.

    Ties have mid-ranks. Under 3 accounts, or where all have the same figure or growth, there is no correlation.
    """
    known = ~np.isnan(figure) & ~np.isnan(growth)
    x, y = figure[known], growth[known]
    gap = _gap(x, y)
    if gap is not None:
        return Association(len(x), gap=gap)
    spearman, kendall = scipy.stats.spearmanr(x, y), scipy.stats.kendalltau(x, y)
    enough = len(x) >= FEWEST_TO_JUDGE
    return Association(
        n=len(x),
        rho=float(spearman.statistic),
        tau_b=float(kendall.statistic),
        p=float(spearman.pvalue) if enough else math.nan,
        tau_p=float(kendall.pvalue) if enough else math.nan,
        top=top_quartile(x, y),
    )


def lead_in_rho(first: Vector, second: Vector, growth: Vector) -> tuple[int, float, float]:
    """Spearman's rho with growth of two figures, over the same accounts: those of which all three are known.

    All (accounts,), NaN = unknown. Returns how many accounts that are, and both; NaN where there is none.
    """
    known = ~(np.isnan(first) | np.isnan(second) | np.isnan(growth))
    y = growth[known]
    return len(y), _rho(first[known], y), _rho(second[known], y)


def _rho(x: Vector, y: Vector) -> float:
    if _gap(x, y) is not None:
        return math.nan
    first, second = (mid_rank_shares(one) - 0.5 for one in (x, y))
    return float(first @ second / np.sqrt((first @ first) * (second @ second)))


def _gap(x: Vector, y: Vector) -> Gap | None:
    if len(x) < FEWEST_TO_CORRELATE:
        return "too_few_accounts"
    if np.ptp(x) == 0:
        return "constant"
    return "constant_growth" if np.ptp(y) == 0 else None


def top_quartile(figure: Vector, growth: Vector) -> TopQuartile | None:
    """The best quarter by a figure, both (accounts,) without unknowns; None under 4 accounts.

    Accounts that tie at the edge share the places that are left to them, so that no order of accounts decides.
    """
    if len(figure) < FEWEST_TO_QUARTER:
        return None
    places = math.ceil(len(figure) * QUARTER)
    edge = np.sort(figure)[-places]
    above, at_edge = figure > edge, figure == edge
    share = (places - np.count_nonzero(above)) / np.count_nonzero(at_edge)
    inside = above + share * at_edge
    return TopQuartile(places, float(np.average(growth, weights=inside)), _rest(growth, inside))


def _rest(growth: Vector, inside: Vector) -> float:
    return float(np.average(growth, weights=1.0 - inside))
