"""What came with sponsorship: the window since it began against the equal window before, and against the unsponsored.

Each sponsored account is compared with the accounts of its tier that nobody ever sponsored, over the very same days: so
what happened to all of them is no work of the sponsors. What is left is an association; nobody was sponsored by lot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import scipy  # its parts are loaded where they are first used: they take seconds

from app.program.core.sponsored_windows import FIGURES, Flags, History, Matrix, Vector

Verdict = Literal["better", "worse", "inconclusive", "insufficient_data"]
FEWEST_DAYS: Final = 90  # a sponsorship younger than that has no window yet
FEWEST_ACCOUNTS: Final = 20
CONFIDENCE: Final = 0.95
LOWER_IS_BETTER: Final = frozenset({"cycle_days"})


@dataclass(frozen=True, slots=True)
class Span:
    """A sponsored account: its place, the day on which it began, the last day that is looked at, who is comparable."""

    row: int
    since: int
    until: int
    comparable: Flags


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over n accounts with its interval (95 %, Student's t); low and high are None below two accounts."""

    n: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Impact:
    """What a figure was before and since, of the sponsored and of those they are compared with; None where unknown.

    change: since less before, over the sponsored accounts. difference: their change less that of the comparable ones.
    """

    figure: str
    before: float | None
    since: float | None
    change: Estimate
    compared_before: float | None
    compared_since: float | None
    difference: Estimate
    verdict: Verdict


def span(row: int, since: int, until: int, comparable: Flags, *, longest: int) -> Span | None:
    """The window of a sponsorship, `longest` days at most; None while it is younger than FEWEST_DAYS."""
    if until - since < FEWEST_DAYS:
        return None
    return Span(row, since, min(until, since + longest), comparable)


def impacts(history: History, spans: Sequence[Span]) -> list[Impact]:
    """What became of each of the FIGURES, in their order.

    An account counts for a figure that is known of it in both windows; for the difference, where it is so of a
    comparable one, too.
    """
    own = np.full((2, len(FIGURES), len(spans)), np.nan)
    theirs = np.full((2, len(FIGURES), len(spans)), np.nan)
    windows: dict[tuple[int, int], Matrix] = {}
    for at, one in enumerate(spans):
        before, since = _both(history, one, windows)
        known = ~np.isnan(before) & ~np.isnan(since)
        own[:, :, at] = np.where(known, (before, since), np.nan)[:, :, one.row]
        chosen = known & one.comparable
        number = chosen.sum(axis=1)
        for place, values in enumerate((before, since)):
            total = np.where(chosen, values, 0.0).sum(axis=1)
            theirs[place, :, at] = np.divide(total, number, out=np.full(len(FIGURES), np.nan), where=number > 0)
    return [_impact(figure, own[:, at], theirs[:, at]) for at, figure in enumerate(FIGURES)]


def _both(history: History, one: Span, windows: dict[tuple[int, int], Matrix]) -> tuple[Matrix, Matrix]:
    """The figures of the window before and of the one since."""
    for key in ((2 * one.since - one.until, one.since), (one.since, one.until)):
        if key not in windows:
            windows[key] = history.within(*key)
    return windows[2 * one.since - one.until, one.since], windows[one.since, one.until]


def _impact(figure: str, own: Matrix, theirs: Matrix) -> Impact:
    change = own[1] - own[0]
    difference = change - (theirs[1] - theirs[0])
    both = ~np.isnan(difference)
    found = estimate(difference)
    return Impact(
        figure,
        _mean(own[0]),
        _mean(own[1]),
        estimate(change),
        _mean(theirs[0][both]),
        _mean(theirs[1][both]),
        found,
        verdict(found, lower_is_better=figure in LOWER_IS_BETTER),
    )


def _mean(values: Vector) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def estimate(values: Vector) -> Estimate:
    """The mean of the known values and its 95 % interval.

    Source: Student (1908), The probable error of a mean, Biometrika 6(1).
    """
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return Estimate(len(known), _mean(values), None, None)
    mean = float(known.mean())
    quantile = float(scipy.stats.t.ppf((1 + CONFIDENCE) / 2, len(known) - 1))
    half = quantile * float(known.std(ddof=1)) / len(known) ** 0.5
    return Estimate(len(known), mean, mean - half, mean + half)


def verdict(difference: Estimate, *, lower_is_better: bool) -> Verdict:
    """Whether the whole interval lies on one side of nothing; below FEWEST_ACCOUNTS nothing can be said."""
    if difference.n < FEWEST_ACCOUNTS or difference.low is None or difference.high is None:
        return "insufficient_data"
    if difference.low > 0:
        return "worse" if lower_is_better else "better"
    if difference.high < 0:
        return "better" if lower_is_better else "worse"
    return "inconclusive"
