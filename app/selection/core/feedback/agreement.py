"""How far functions agree on which criteria matter more: Kendall's coefficient of concordance."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import scipy

Reason = Literal["fewer_than_two_functions", "fewer_than_two_criteria", "all_tied"]
DECIMALS: Final = 9  # weights that differ less are tied; sums of shares are never exact


@dataclass(frozen=True, slots=True)
class Agreement:
    """Kendall's W over `functions` rankings of `criteria`; what cannot be told is None, and `reason` says why."""

    functions: int
    criteria: int
    kendalls_w: float | None
    chi_square: float | None
    degrees_of_freedom: int | None
    p_value: float | None
    reason: Reason | None


def agreement(weights: npt.NDArray[np.float64]) -> Agreement:
    """Kendall's W of the rankings that the rows of `weights` (functions x criteria) give, corrected for ties.

    W = 12 S / (m² (n³ - n) - m ΣT), where S is the sum of squared departures of the rank sums from their mean, and
    T = Σ (t³ - t) over the groups of tied criteria of a ranking; from 0 (none) to 1 (the same ranking). chi_square =
    m (n - 1) W with n - 1 degrees of freedom; p_value = the chance of no less agreement among rankings at random (an
    approximation, rough below 8 criteria). None where m or n is below 2, or every ranking ties all criteria (0 / 0).
    Source: M. G. Kendall, Rank Correlation Methods, 1948; S. Siegel and N. J. Castellan, Nonparametric Statistics,
    2nd ed. 1988, section 9.4.
    """
    functions, criteria = weights.shape
    if functions < 2 or criteria < 2:
        reason: Reason = "fewer_than_two_functions" if functions < 2 else "fewer_than_two_criteria"
        return _untold(functions, criteria, reason)
    ranks = scipy.stats.rankdata(np.round(weights, DECIMALS), axis=1)
    sums = ranks.sum(axis=0)
    spread = float(((sums - sums.mean()) ** 2).sum())
    most = functions**2 * (criteria**3 - criteria) - functions * sum(_ties(ranking) for ranking in ranks)
    if most <= 0:
        return _untold(functions, criteria, "all_tied")
    coefficient = min(12.0 * spread / most, 1.0)
    chi_square = functions * (criteria - 1) * coefficient
    p_value = float(scipy.stats.chi2.sf(chi_square, criteria - 1))
    return Agreement(functions, criteria, coefficient, chi_square, criteria - 1, p_value, None)


def _ties(ranking: npt.NDArray[np.float64]) -> int:
    counts = np.unique(ranking, return_counts=True)[1]
    return int((counts**3 - counts).sum())


def _untold(functions: int, criteria: int, reason: Reason) -> Agreement:
    return Agreement(functions, criteria, None, None, None, None, reason)
