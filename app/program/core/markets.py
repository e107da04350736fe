"""One resource as a market: who gives, who gets, and what a unit more of it would bring (HiGHS through SciPy)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import scipy  # its parts are loaded where they are first used: they take seconds

from app.program.core.holdings import LEAST_UNITS, Holding, Standing, Wish


@dataclass(frozen=True, slots=True)
class Move:
    """Units that change hands; from_account_id: None where they are spare. lost, gained: worth, for all units."""

    resource_id: UUID
    from_account_id: UUID | None
    to_account_id: UUID
    units: float
    lost: float
    gained: float

    @property
    def net(self) -> float:
        return self.gained - self.lost


@dataclass(frozen=True, slots=True)
class Balance:
    """A resource as a whole, in its units.

    capacity: None without a limit. movable: unused units of those who may give. unmet: asked for and not promised, of
    whoever; wanted: that part of it that may be served. shadow_price: what one unit of capacity more would bring; None
    without a limit.
    """

    resource_id: UUID
    capacity: float | None
    entitled: float
    used: float
    unused: float
    movable: float
    unmet: float
    wanted: float
    moved: float
    shadow_price: float | None


@dataclass(frozen=True, slots=True)
class Market:
    """One resource with its totals; capacity: None without a limit. giving, getting: those who may."""

    resource_id: UUID
    capacity: float | None
    holdings: Sequence[Holding]
    giving: Sequence[Holding]
    getting: Sequence[Wish]
    unmet: float

    @property
    def entitled(self) -> float:
        return sum(one.entitled for one in self.holdings)

    @property
    def used(self) -> float:
        return sum(one.used for one in self.holdings)

    @property
    def wanted(self) -> float:
        return sum(wish.quantity for wish in self.getting)

    @property
    def spare(self) -> float:
        """Units that nobody is entitled to."""
        return self.wanted if self.capacity is None else max(self.capacity - self.entitled, 0.0)

    @property
    def room(self) -> float:
        """How much more can be used."""
        return self.wanted if self.capacity is None else max(self.capacity - self.used, 0.0)

    def cleared(self, standings: Mapping[UUID, Standing]) -> tuple[list[Move], Balance]:
        """The moves that bring most together, and the resource as a whole."""
        gains = [standings[wish.account_id].worth or 0.0 for wish in self.getting]
        losses = [(standings[one.account_id].worth or 0.0) * one.utilization for one in self.giving]
        got, price = self._best(gains, losses) if self.getting else ([], 0.0)
        moves = self._moves(gains, losses, got)
        return moves, Balance(
            self.resource_id, self.capacity, self.entitled, self.used,
            unused=sum(one.unused for one in self.holdings),
            movable=sum(one.unused for one in self.giving),
            unmet=self.unmet,
            wanted=self.wanted,
            moved=sum(move.units for move in moves),
            shadow_price=None if self.capacity is None else price,
        )  # fmt: skip

    def _best(self, gains: Sequence[float], losses: Sequence[float]) -> tuple[list[float], float]:
        """How much each wish gets, and what a unit of capacity more would bring.

        Maximises gains less losses: what is got is given or spare, and no more than there is room for.
        """
        gives, gets = len(losses), len(gains)
        got = np.concatenate([np.zeros(gives), np.ones(gets), [0.0]])
        given = np.concatenate([np.ones(gives), np.zeros(gets), [1.0]])
        most = [*(one.unused for one in self.giving), *(wish.quantity for wish in self.getting), self.spare]
        answer: Any = scipy.optimize.linprog(
            np.concatenate([losses, -np.array(gains), [0.0]]),
            A_ub=np.stack([got - given, got]),
            b_ub=[0.0, self.room],
            bounds=[(0.0, bound) for bound in most],
            method="highs",
        )
        return np.maximum(answer.x[gives:-1], 0.0).tolist(), self._price(answer)

    def _price(self, answer: Any) -> float:
        """With one unit more there is room for one more, and one more is spare: unless it is owed to others first."""
        capacity = np.inf if self.capacity is None else self.capacity
        room = -float(answer.ineqlin.marginals[1]) if capacity >= self.used else 0.0
        spare = -float(answer.upper.marginals[-1]) if capacity >= self.entitled else 0.0
        return max(room + spare, 0.0)

    def _moves(self, gains: Sequence[float], losses: Sequence[float], got: Sequence[float]) -> list[Move]:
        """Who gives to whom: what is spare first, then the least loss; the greatest gain first."""
        offered = sorted(zip(losses, self.giving, strict=True), key=lambda one: (one[0], one[1].account_id))
        gives = [(0.0, None, self.spare), *((loss, one.account_id, one.unused) for loss, one in offered)]
        asked = sorted(zip(gains, self.getting, got, strict=True), key=lambda one: (-one[0], one[1].account_id))
        found = []
        for giver, getter, units in _paired([one[2] for one in gives], [one[2] for one in asked]):
            (loss, from_account, _), (gain, wish, _) = gives[giver], asked[getter]
            if gain > loss:
                found.append(Move(self.resource_id, from_account, wish.account_id, units, units * loss, units * gain))
        return found


def _paired(gives: Sequence[float], gets: Sequence[float]) -> Iterator[tuple[int, int, float]]:
    """Both lists of units laid side by side from their beginning on: who gives so many units to whom, by places."""
    giver, left = 0, list(gives)
    for getter, asked in enumerate(gets):
        lacking = asked
        while lacking > LEAST_UNITS and giver < len(left):
            units = min(lacking, left[giver])
            if units > LEAST_UNITS:
                yield giver, getter, units
            lacking -= units
            left[giver] -= units
            giver += left[giver] <= LEAST_UNITS
