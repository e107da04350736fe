"""How well the supplier's functions work together for an account: one index of three signs, and its class.

CRI-16 of the catalogue names the signs and the classes; where they begin is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

CollaborationClass = Literal["poor", "mediocre", "high"]
Component = Literal["specialist_access", "proactive_input", "shared_success"]
# Days from a request to the first help: at once is all that can be asked for, a month is none.
BEST_DAYS: Final = 3.0
WORST_DAYS: Final = 30.0
# Inputs that nobody had asked for, in 90 days.
ENOUGH_INPUTS: Final = 4
MEDIOCRE_FROM: Final = 40.0
HIGH_FROM: Final = 70.0


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of an account; None where nothing is.

    help_days: median days from requests to a specialist's first help, not negative. proactive_inputs: how often
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
    return Index(components, index, class_of(index), len(known))


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
