"""What accounts hold and want of resources, and who may give and get."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

SERVED: Final = frozenset({"invest", "cultivate"})  # quadrants where resources are to go
SPARED: Final = frozenset({"serve", "sustain"})  # quadrants that give already below full use
LOW_USE: Final = 0.5
FULL_USE: Final = 0.9
LEAST_UNITS: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's worth, 0 or more, and its quadrant; None each where it has no score."""

    worth: float | None
    quadrant: str | None


@dataclass(frozen=True, slots=True)
class Holding:
    """What an account was entitled to of a resource, and what it used of it, in the same days; not negative."""

    resource_id: UUID
    account_id: UUID
    entitled: float
    used: float

    @property
    def unused(self) -> float:
        return max(self.entitled - self.used, 0.0)

    @property
    def utilization(self) -> float:
        """1 where nothing was due."""
        return min(self.used / self.entitled, 1.0) if self.entitled > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Wish:
    """How much of a resource was asked for on behalf of an account, and not promised; above 0."""

    resource_id: UUID
    account_id: UUID
    quantity: float


def may_give(holding: Holding, standing: Standing) -> bool:
    """Whether units may be taken away: they lie idle, and what they are worth there is known."""
    limit = FULL_USE if standing.quadrant in SPARED else LOW_USE
    return standing.worth is not None and holding.unused > LEAST_UNITS and holding.utilization < limit


def may_get(standing: Standing) -> bool:
    """Whether units are to go there."""
    return standing.worth is not None and standing.quadrant in SERVED
