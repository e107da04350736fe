"""How far up a roadblock is taken: from its owner to the head of the program, a rung each time its days are over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

Rung = Literal["owner", "function_leader", "executive_sponsor", "cso"]
Severity = Literal["low", "medium", "high", "critical"]
LADDER: Final[tuple[Rung, ...]] = ("owner", "function_leader", "executive_sponsor", "cso")
SEVERITIES: Final[tuple[Severity, ...]] = ("low", "medium", "high", "critical")
_ABOVE: Final = dict(pairwise(LADDER))


@dataclass(frozen=True, slots=True)
class Climb:
    """A rung, and the first day on which a roadblock that still stands is taken there."""

    rung: Rung
    on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """How a roadblock stands on a day.

    age_days: since it was opened, up to its resolution. breached: it stood beyond its day, or still does.
    next_climb: the rung above, from when on; None where it is resolved or at the top.
    """

    age_days: int
    breached: bool
    next_climb: Climb | None


def due_by(opened_on: date, severity: str, days: Mapping[str, int]) -> date:
    """The day by which a roadblock is to be out of the way; `days` by severity, each 1 or more (domain.md 5.4)."""
    return opened_on + timedelta(days=days[severity])


def due_when_changed(due_on: date, on: date, severity: str, days: Mapping[str, int]) -> date:
    """The day that holds once the severity has changed on a day: a graver one may bring it forward, none puts it off.

    The days of the new severity count from the change, so that nobody is late for what they could not know.
    """
    return min(due_on, due_by(on, severity, days))


def next_climb(rung: Rung, due_on: date, days_per_rung: int) -> Climb | None:
    """The rung above `rung` and the first day on which an unresolved roadblock is taken there; None at the top.

    due_on: by when it is to be out of the way; the day itself is not over yet. days_per_rung: 1 or more; each rung has
    as many days again as the owner had by the roadblock's severity (ours: domain.md 5.4 names the rungs alone).
    """
    above = _ABOVE.get(rung)
    if above is None:
        return None
    return Climb(above, due_on + timedelta(days=1 + LADDER.index(rung) * days_per_rung))


def climbs_due(rung: Rung, due_on: date, days_per_rung: int, today: date) -> list[Climb]:
    """All rungs, lowest first, to which an unresolved roadblock on `rung` is taken by the end of a day.

    None is left out, however late somebody looks; empty where it stays where it is.
    """
    found = []
    above = next_climb(rung, due_on, days_per_rung)
    while above is not None and above.on <= today:
        found.append(above)
        above = next_climb(above.rung, due_on, days_per_rung)
    return found


def standing(  # what is told of one roadblock
    opened_on: date, due_on: date, resolved_on: date | None, rung: Rung, days_per_rung: int, today: date
) -> Standing:
    """How a roadblock stands on `today`, a day not before it was opened; see `Standing`."""
    until = today if resolved_on is None else min(resolved_on, today)
    return Standing(
        age_days=max((until - opened_on).days, 0),
        breached=until > due_on,
        next_climb=next_climb(rung, due_on, days_per_rung) if resolved_on is None else None,
    )
