"""How well the supplier's functions work together for an account: one index of three signs, and its class.

CRI-16 of the catalogue names the signs and the classes; where they begin is ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

CollaborationClass = Literal["poor", "mediocre", "high"]
Component = Literal["specialist_access", "proactive_input", "shared_success"]
# Days from a request to the first help: at once is all that can be asked for, a month is none.
BEST_DAYS: Final = 3.0
WORST_DAYS: Final = 30.0
TOLERANCE: Final = 1e-12  # products of shares are no exact halves
# Inputs that nobody had asked for, in 90 days.
ENOUGH_INPUTS: Final = 4
# One sign alone makes no class: who is asked for nothing is no example of working together.
SIGNS_FOR_CLASS: Final = 2
MEDIOCRE_FROM: Final = 40.0
HIGH_FROM: Final = 70.0


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of an account; None where nothing is.

    help_days: median days from requests to a specialist's first help, see `typical_wait`. proactive_inputs: how often
    colleagues outside sales did something for the account unasked, in 90 days. shared_success: 1 to 5.
    """

    help_days: float | None
    proactive_inputs: int | None
    shared_success: float | None


@dataclass(frozen=True, slots=True)
class Index:
    """The components in 0..1 (None: not known), and their mean times 100, which is None where none is known.

    known: how many of the components are.
    """

    components: Mapping[Component, float | None]
    index: float | None
    kind: CollaborationClass | None
    known: int


def collaboration(signs: Signs) -> Index:
    """The index of an account by what is known of it; what is not known counts neither for nor against it.

    It never falls when help comes sooner, when there is more input, or when success is shared more.
    """
    components: dict[Component, float | None] = {
        "specialist_access": _access(signs.help_days),
        "proactive_input": None if signs.proactive_inputs is None else min(signs.proactive_inputs / ENOUGH_INPUTS, 1.0),
        "shared_success": None if signs.shared_success is None else (signs.shared_success - 1) / 4,
    }
    known = [value for value in components.values() if value is not None]
    index = 100 * sum(known) / len(known) if known else None
    kind = class_of(index) if len(known) >= SIGNS_FOR_CLASS else None
    return Index(components, index, kind, len(known))


@dataclass(frozen=True, slots=True)
class Wait:
    """Days from a request to the first help; where none came (`helped` is false), the days so far. Not negative."""

    days: int
    helped: bool


def typical_wait(waits: Sequence[Wait]) -> float | None:
    """The median days to help, with those who still wait: who is never helped must not look better than who was late.

    By the Kaplan-Meier estimate; the plain median where everybody was helped. Where more than half still wait it is not
    reached: then the longest wait stands for it, once that is as long as counts for nothing (WORST_DAYS), else None.
    """
    left = 1.0
    halved_on: int | None = None
    for days in sorted({one.days for one in waits if one.helped}):
        if halved_on is not None:
            return (halved_on + days) / 2
        helped = sum(one.helped and one.days == days for one in waits)
        left *= 1 - helped / sum(one.days >= days for one in waits)
        if left < 0.5 - TOLERANCE:
            return float(days)
        if left < 0.5 + TOLERANCE:
            halved_on = days
    if halved_on is not None:
        return float(halved_on)
    longest = max((one.days for one in waits), default=0)
    return float(longest) if longest >= WORST_DAYS else None


def _access(days: float | None) -> float | None:
    """1 up to BEST_DAYS, 0 from WORST_DAYS on, falling evenly in between."""
    if days is None:
        return None
    return min(max((WORST_DAYS - days) / (WORST_DAYS - BEST_DAYS), 0.0), 1.0)


def class_of(index: float | None) -> CollaborationClass | None:
    """`poor` below 40, `mediocre` below 70, `high` from there on; None where there is no index."""
    if index is None:
        return None
    if index < MEDIOCRE_FROM:
        return "poor"
    return "mediocre" if index < HIGH_FROM else "high"
