"""Decides how well a warning told of declines: precision beside the base rate, recall, and how early."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final, Literal

import numpy as np

from app.health.core.warning_backtest.outcomes import Outcomes
from app.metrics.core.measured import Mask

Verdict = Literal["supports", "contradicts", "inconclusive", "insufficient_data"]
FEWEST: Final = 20  # warnings whose outcome is known
CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Base:
    """What happens anyway: of how many account-days the outcome is known, and after how many revenue declined.

    decliners: how many accounts declined after any judged day.
    """

    known: int
    declined: int
    decliners: int

    @property
    def rate(self) -> float | None:
        return self.declined / self.known if self.known else None


@dataclass(frozen=True, slots=True)
class Record:
    """How often a warning opened, and what followed.

    at_start: warnings that stood on the first day already, so that nobody knows when they opened; they count as
    standing, and not as opened. opened: on later days; known: those whose outcome is known; declined: those followed by
    a decline. lead_days: median days from the opening to the first walked day on which revenue had declined.
    warned: decliners with the warning standing on a day that was followed by the decline.
    standing_share: of the account-days with known outcome, on how many the warning stood, 0 to 1.
    """

    at_start: int
    opened: int
    known: int
    declined: int
    lead_days: float | None
    warned: int
    standing_share: float | None

    @property
    def precision(self) -> float | None:
        """The share of warnings that a decline followed; None without one whose outcome is known."""
        return self.declined / self.known if self.known else None

    def recall(self, base: Base) -> float | None:
        """The share of decliners that were warned of; None without any."""
        return self.warned / base.decliners if base.decliners else None


def base(found: Outcomes) -> Base:
    """What happened to accounts whether they were warned of or not."""
    return Base(int(found.known.sum()), int(found.declined.sum()), int(found.declined.any(axis=0).sum()))


def record(opened: Mask, live: Mask, found: Outcomes) -> Record:
    """What followed one warning's openings; both (days, accounts): where it opened, and where it stood."""
    began = opened.copy()
    began[0] = False
    told, hits = began & found.known, began & found.declined
    days = int(found.known.sum())
    return Record(
        at_start=int(opened[0].sum()),
        opened=int(began.sum()),
        known=int(told.sum()),
        declined=int(hits.sum()),
        lead_days=float(np.median(found.after_days[hits])) if hits.any() else None,
        warned=int((live & found.declined).any(axis=0).sum()),
        standing_share=float((live & found.known).sum() / days) if days else None,
    )


def interval(declined: int, known: int) -> tuple[float, float] | None:
    """The 95 % interval of a share of `declined` in `known` trials, by Wilson's score; None without a trial.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    if not known:
        return None
    # scipy.stats has it too, and takes seconds and 60 MB to load for these few lines.
    z2 = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) ** 2
    share = declined / known
    middle = (share + z2 / (2 * known)) / (1 + z2 / known)
    half = sqrt(z2 * (share * (1 - share) / known + z2 / (4 * known**2))) / (1 + z2 / known)
    return max(0.0, middle - half), min(1.0, middle + half)


def verdict(one: Record, happens: Base) -> Verdict:
    """Whether declines follow the warning more often than they happen anyway; nothing is said under 20 warnings."""
    bounds = interval(one.declined, one.known)
    if one.known < FEWEST or bounds is None or happens.rate is None:
        return "insufficient_data"
    if bounds[0] > happens.rate:
        return "supports"
    return "contradicts" if bounds[1] < happens.rate else "inconclusive"
