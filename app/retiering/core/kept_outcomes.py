"""Whether it was right to keep accounts that the rules would have let go: they against those that were let go."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import ttest_ind

Verdict = Literal["kept_did_better", "let_go_did_better", "inconclusive", "insufficient_data"]
HORIZONS: Final = {6: 182, 12: 365}  # months, and days
FEWEST: Final = 5  # on either side, for an interval
CONFIDENCE: Final = 0.95
Figures = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an account in some months after a decision; None where it is unknown.

    revenue: what it spent in that time over what it spent in as much time before, less 1. health: points of 0..100.
    """

    revenue: float | None
    health: float | None


@dataclass(frozen=True, slots=True)
class Case:
    """A decision on an account that the rules would have let go. after: by months, those that have not passed left out.

    keeping_reason: why it was kept, where it was. resources_less: whether it was entitled to less of any resource by
    the day asked for than on the eve of the decision.
    """

    kept: bool
    keeping_reason: str | None
    resources_less: bool
    after: dict[int, Change]


@dataclass(frozen=True, slots=True)
class Summary:
    """A figure over cases: how many are known, their mean and median, None without any."""

    known: int
    mean: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """Cases some months after: how many, how many of them are not so old yet, and how they changed."""

    cases: int
    too_early: int
    revenue: Summary
    health: Summary


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of the kept less that of those let go, with its interval; None where too few are known."""

    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Horizon:
    """Both groups, and the kept by their reasons, so many months after."""

    months: int
    kept: Group
    let_go: Group
    revenue: Difference
    health: Difference
    reasons: tuple[tuple[str, Group], ...]


def horizons(cases: Sequence[Case]) -> list[Horizon]:
    """The comparison after each number of months; reasons come in the order of how often they were given."""
    kept, let_go = [case for case in cases if case.kept], [case for case in cases if not case.kept]
    given = [reason for reason, _ in Counter(case.keeping_reason for case in kept if case.keeping_reason).most_common()]
    return [
        Horizon(
            months=months,
            kept=group(kept, months),
            let_go=group(let_go, months),
            revenue=difference(*(_known(side, months, _revenue) for side in (kept, let_go))),
            health=difference(*(_known(side, months, _health) for side in (kept, let_go))),
            reasons=tuple(
                (reason, group([case for case in kept if case.keeping_reason == reason], months)) for reason in given
            ),
        )
        for months in HORIZONS
    ]


def group(cases: Sequence[Case], months: int) -> Group:
    """How cases changed in the months after."""
    too_early = sum(months not in case.after for case in cases)
    revenue, health = (_summary(_known(cases, months, figure)) for figure in (_revenue, _health))
    return Group(len(cases), too_early, revenue, health)


def difference(kept: Figures, let_go: Figures) -> Difference:
    """The difference of the means with Welch's interval of 95 %.

    kept, let_go: (cases,), what is known of each side. Under FEWEST on a side the answer is `insufficient_data` without
    an interval; where nobody differs from anybody on their side the interval is the difference alone.
    Source: Welch (1947), The generalization of Student's problem when several different population variances are
    involved.
    """
    if min(len(kept), len(let_go)) < FEWEST:
        both = len(kept) and len(let_go)
        return Difference(float(kept.mean() - let_go.mean()) if both else None, None, None, "insufficient_data")
    found = float(kept.mean() - let_go.mean())
    low, high = _interval(kept, let_go) if np.ptp(kept) or np.ptp(let_go) else (found, found)
    if low > 0:
        return Difference(found, low, high, "kept_did_better")
    return Difference(found, low, high, "let_go_did_better" if high < 0 else "inconclusive")


def _interval(kept: Figures, let_go: Figures) -> tuple[float, float]:
    interval = ttest_ind(kept, let_go, equal_var=False).confidence_interval(CONFIDENCE)
    return float(interval.low), float(interval.high)


def _revenue(change: Change) -> float | None:
    return change.revenue


def _health(change: Change) -> float | None:
    return change.health


def _known(cases: Sequence[Case], months: int, figure: Callable[[Change], float | None]) -> Figures:
    found = [figure(case.after[months]) for case in cases if months in case.after]
    return np.array([value for value in found if value is not None], dtype=np.float64)


def _summary(figures: Figures) -> Summary:
    if not len(figures):
        return Summary(0, None, None)
    return Summary(len(figures), float(figures.mean()), float(np.median(figures)))
