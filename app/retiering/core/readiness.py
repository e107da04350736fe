"""How near an account that was let go is to becoming key again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.kernel.errors import Conflict, FieldProblem, Invalid

Comparison = Literal["at_least", "at_most"]


class UnusableCriterion(Invalid):
    """The re-entry criterion cannot be told to be met or not."""


class NotEligible(Conflict):
    """The account does not meet all re-entry criteria yet."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a metric is to come to, from where it was when the way back began (None: not known then)."""

    comparison: Comparison
    target: float
    baseline: float | None = None

    def is_met(self, value: float) -> bool:
        """Whether a value is on target."""
        return value >= self.target if self.comparison == "at_least" else value <= self.target


@dataclass(frozen=True, slots=True)
class Standing:
    """How a criterion stands: whether it is met (None: not known), and how far the way is gone, 0 to 1."""

    met: bool | None
    progress: float


@dataclass(frozen=True, slots=True)
class Readiness:
    """How ready an account is: how far it is on the way, how many criteria are met, of how many.

    percent: the mean of the progress of each criterion, 0 to 100; None without criteria. eligible: all are met, and
    there is one at least.
    """

    percent: float | None
    met: int
    criteria: int
    eligible: bool


def measured(target: Target, value: float | None) -> Standing:
    """How a criterion that a metric measures stands with the metric's value; None: not known.

    Met: all of the way. Else the share of the way from the baseline to the target, 0 where the value is behind the
    baseline, or no baseline is known, or the baseline was on target. Not known: nothing of the way, as it proves none.
    """
    if value is None:
        return Standing(None, 0.0)
    if target.is_met(value):
        return Standing(met=True, progress=1.0)
    if target.baseline is None or target.is_met(target.baseline):
        return Standing(met=False, progress=0.0)
    share = (value - target.baseline) / (target.target - target.baseline)
    return Standing(met=False, progress=min(1.0, max(0.0, share)))


def judged(met: bool | None) -> Standing:  # noqa: FBT001  # what people say, yes or no
    """How a criterion that people judge stands; None: nobody did yet."""
    return Standing(met, 1.0 if met else 0.0)


def readiness(standings: Sequence[Standing]) -> Readiness:
    """How ready an account is by how its criteria stand; each weighs the same."""
    met = sum(one.met is True for one in standings)
    percent = 100 * sum(one.progress for one in standings) / len(standings) if standings else None
    return Readiness(percent, met, len(standings), eligible=bool(standings) and met == len(standings))


def check_criterion(metric: str | None, comparison: str | None, target: float | None, pointer: str = "") -> None:
    """Raises UnusableCriterion unless metric, comparison and target come together, or none of them does."""
    given = {"metric": metric, "comparison": comparison, "target": target}
    missing = [name for name, value in given.items() if value is None]
    if 0 < len(missing) < len(given):
        problems = [FieldProblem(f"{pointer}/{name}", "missing", "goes with the others") for name in missing]
        raise UnusableCriterion("metric, comparison and target go together", errors=problems)
    if target is not None and not math.isfinite(target):
        raise UnusableCriterion("see errors", errors=[FieldProblem(f"{pointer}/target", "not_finite", "is no number")])


def check_eligible(found: Readiness, unmet: Sequence[str]) -> None:
    """Raises NotEligible, naming what is not met, unless the account is."""
    if not found.eligible:
        named = "; ".join(unmet) or "it has no criteria"
        raise NotEligible(f"{found.met} of {found.criteria} criteria are met; not yet: {named}")
