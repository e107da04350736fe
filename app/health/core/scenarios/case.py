"""What an event changes about an account's facts."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from app.health.core.scenarios.facts import Facts, Flags, Floats


@dataclass(frozen=True, slots=True)
class Case:
    """The facts as they would be.

    kept: (deals,), 0..1: which share of a deal's amount remains, of deals won in the last 365 days and of open ones.
    at_risk: (deals,), 0..1: which share of it is in danger; at least what is not kept.
    competitive: (deals,), those that would be sole-sourced no more. inactive: contacts who would be there no more.
    foothold: the buying center in which a competitor would stand. level_trend: whether revenue would rise no more.
    outlook_falls: by how many points (of 1..5) the judgement of the customer's growth would fall.
    """

    kept: Floats
    at_risk: Floats
    competitive: Flags
    inactive: frozenset[UUID] = frozenset()
    foothold: UUID | None = None
    level_trend: bool = False
    outlook_falls: float = 0.0


def unchanged(facts: Facts) -> Case:
    """The facts as they are."""
    count = len(facts.deals)
    return Case(np.ones(count), np.zeros(count), np.zeros(count, dtype=np.bool_))


def losing(facts: Facts, kept: Floats) -> Case:
    """Deals of which only a share remains; what does not is at risk."""
    return Case(kept, 1 - kept, np.zeros(len(facts.deals), dtype=np.bool_))
