"""How far people who judge one thing agree: within-group agreement on a scale of a few steps."""

from collections.abc import Sequence
from statistics import variance
from typing import Final

# From here on judges are commonly taken to agree; LeBreton and Senter, Answers to 20 questions about interrater
# reliability and interrater agreement, 2008, call .51 to .70 moderate and more than that strong.
AGREED_FROM: Final = 0.7


def within_group_agreement(ratings: Sequence[float], *, steps: int) -> float | None:
    """James, Demaree and Wolf's r_wg of one item: from 0 (no more than chance) to 1 (all say the same).

    r_wg = 1 - s² / σ², where s² is the sample variance (over n - 1) of the ratings and σ² = (steps² - 1) / 12 that of
    judges who answer at random, every step of the scale being as likely. Ratings that lie wider apart than chance have
    0, as its authors have it. steps: how many answers the scale has, at least 2; ratings lie from 1 to steps.
    None for fewer than two ratings: one alone agrees with nobody.
    Source: L. R. James, R. G. Demaree and G. Wolf, Estimating within-group interrater reliability with and without
    response bias, Journal of Applied Psychology 69, 1984, 85-98.
    """
    if len(ratings) < 2:
        return None
    by_chance = (steps**2 - 1) / 12
    return max(0.0, 1 - variance(ratings) / by_chance)
