"""Decides what of a program is in place, by its figures, and what is to be done first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.program.core.audit.checks import CHECKS, Check
from app.program.core.audit.parts import CHAIN, ELEMENTS, MINIMUM, QUESTIONS, REQUIREMENTS, Part

Status = Literal["in_place", "partly", "missing", "unknown"]
TOLERANCE: Final = 1e-9
HALF_WAY: Final = 0.5
MOST_NEXT: Final = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """What was found; value: None where there is nothing to judge by. count of of: what a share is made of."""

    value: float | None
    count: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A check with what was found; holds: None where nothing is known."""

    check: Check
    figure: Figure

    @property
    def holds(self) -> bool | None:
        return None if self.figure.value is None else self.figure.value >= self.check.at_least - TOLERANCE

    @property
    def lack(self) -> float:
        """How much is missing, as a share (0..1) of what has to be; what is not known lacks wholly."""
        if self.figure.value is None:
            return 1.0
        return min(max(0.0, 1.0 - self.figure.value / self.check.at_least), 1.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """A part with its checks, in their order."""

    part: Part
    checks: Sequence[Checked]

    @property
    def status(self) -> Status:
        """`in_place`: all hold; `partly`: some do, or come half way; `missing`: none does; `unknown`: none is known."""
        known = [one.holds for one in self.checks if one.holds is not None]
        if not known:
            return "unknown"
        if all(known) and len(known) == len(self.checks):
            return "in_place"
        return "partly" if any(one.lack <= HALF_WAY for one in self.checks) else "missing"

    @property
    def gaps(self) -> list[Checked]:
        """What does not hold, or is not known, what lacks most first."""
        return sorted((one for one in self.checks if not one.holds), key=lambda one: -one.lack)


@dataclass(frozen=True, slots=True)
class Audit:
    """All that is judged; next_actions: the gaps to close first, three at most."""

    requirements: Sequence[Judged]
    questions: Sequence[Judged]
    elements: Sequence[Judged]
    minimum: Sequence[Judged]
    next_actions: Sequence[tuple[Part, Checked]]


def audit(figures: Mapping[str, Figure]) -> Audit:
    """The audit of a program by the figures of its checks; a check without one is not known.

    What comes first is the weakest link of the chain that makes accounts a program; then the gap that most parts
    (requirements, questions, elements, the minimum) wait for, of those the one that lacks most, of those the one that
    others rest on: requirements stand in that order. What is not known comes after what is known to be missing.
    """
    checked = {code: Checked(check, figures.get(code, Figure(None))) for code, check in CHECKS.items()}
    groups = [
        [Judged(part, [checked[code] for code in part.checks]) for part in parts]
        for parts in (REQUIREMENTS, QUESTIONS, ELEMENTS, MINIMUM)
    ]
    requirements, questions, elements, minimum = groups
    return Audit(requirements, questions, elements, minimum, _next(requirements, groups))


def _next(requirements: Sequence[Judged], groups: Sequence[Sequence[Judged]]) -> list[tuple[Part, Checked]]:
    waiting = [code for group in groups for judged in group for code in judged.part.checks]
    gaps = [(judged.part, gap) for judged in requirements for gap in judged.gaps]
    links = [gap for _, gap in gaps if gap.check.code in CHAIN]
    weakest = min(links, key=lambda gap: (-gap.lack, CHAIN.index(gap.check.code)), default=None)

    def urgency(found: tuple[Part, Checked]) -> tuple[bool, bool, int, float]:
        _, gap = found
        return gap is not weakest, gap.holds is None, -waiting.count(gap.check.code), -gap.lack

    return sorted(gaps, key=urgency)[:MOST_NEXT]
