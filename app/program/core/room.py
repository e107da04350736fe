"""What is left to give while accounts are being allotted."""

from copy import copy
from dataclasses import dataclass

import numpy as np

from app.program.core.problem import NOBODY, SLACK, Flags, Places, Problem, Vector


@dataclass(frozen=True, slots=True)
class Allotment:
    """Each account's tier and KAM, by position; NOBODY where it is left out. (accounts,) both."""

    tier: Places
    kam: Places


def nothing(accounts: int) -> Allotment:
    """Nobody is selected."""
    return Allotment(np.full(accounts, NOBODY), np.full(accounts, NOBODY))


class Room:
    """The places of KAMs and the units of limits that an allotment has left; both may be below 0 where it breaks them.

    places: (kams,). left: (limits,). held: (kams,), accounts that each KAM has.
    """

    def __init__(self, problem: Problem, allotment: Allotment) -> None:
        chosen = allotment.tier >= 0
        tier, kam = allotment.tier[chosen], allotment.kam[chosen]
        counts = np.bincount(tier, minlength=problem.tiers)
        self.problem = problem
        self.taken: Vector = np.array([limit.per_account for limit in problem.limits]).reshape(-1, problem.tiers)
        self._spare = SLACK * np.array([limit.scale for limit in problem.limits])
        self._spare_places = SLACK * (float(problem.effort.max(initial=0.0)) or 1.0)
        self.load: Vector = np.bincount(kam, problem.effort[tier], problem.kams).astype(np.float64)
        self.places: Vector = problem.capacity - self.load
        self.held = np.bincount(kam, minlength=problem.kams)
        self.used: Vector = self.taken @ counts.astype(np.float64)
        self.left: Vector = np.array([limit.available for limit in problem.limits]) - self.used

    @property
    def kept(self) -> bool:
        """Whether no capacity and no limit is exceeded."""
        return bool((self.places >= -self._spare_places).all() and (self.left >= -self._spare).all())

    def short(self, tier: int) -> Vector:
        """By how much each limit lacks what one more account at the tier takes; (limits,), 0 where it does not."""
        missing = self.taken[:, tier] - self.left
        return np.where((missing > self._spare) & (self.taken[:, tier] > 0.0), missing, 0.0)

    def has_place(self, tier: int) -> Flags:
        """Which KAMs have the places for one more account at the tier: (kams,)."""
        found: Flags = self.places >= self.problem.effort[tier] - self._spare_places
        return found

    def kam_for(self, tier: int, home: int) -> int:
        """Who would take one more account at the tier: its home, else whoever is the least loaded; NOBODY if none."""
        able = self.has_place(tier)
        if home != NOBODY:
            return home if able[home] else NOBODY
        if not able.any():
            return NOBODY
        capacity = np.maximum(self.problem.capacity, 1e-9)
        # Tiers without effort leave no load behind: who has fewer accounts comes first then.
        order = np.where(able, self.load / capacity + 1e-6 * self.held / capacity, np.inf)
        return int(order.argmin())

    def give(self, tier: int, kam: int) -> None:
        """One more account at the tier is the KAM's."""
        self.load[kam] += self.problem.effort[tier]
        self.places[kam] -= self.problem.effort[tier]
        self.held[kam] += 1
        self.left = self.left - self.taken[:, tier]
        self.used = self.used + self.taken[:, tier]

    def without(self, tier: int, kam: int) -> "Room":
        """The room when one account at the tier has left the KAM."""
        freed = copy(self)
        freed.load, freed.places, freed.held = self.load.copy(), self.places.copy(), self.held.copy()
        freed.load[kam] -= self.problem.effort[tier]
        freed.places[kam] += self.problem.effort[tier]
        freed.held[kam] -= 1
        freed.left = self.left + self.taken[:, tier]
        freed.used = self.used - self.taken[:, tier]
        return freed
