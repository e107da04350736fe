"""What a health model is: indicators of hygiene and of health, never blended, and from where each is high."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from app.scoring.core.inputs import Column
from app.scoring.core.value_functions import ValueFunction
from app.scoring.core.weighted_score import MissingPolicy

Side = Literal["hygiene", "health"]
SIDES: tuple[Side, ...] = get_args(Side)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One sign by which an account's hygiene or health is told.

    Weights are free of scale; only their shares of the dimension count.
    """

    key: str
    metric: str
    dimension: Side
    weight: float
    value_function: ValueFunction
    rationale: str | None = None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score (0..100) on each is high."""

    hygiene: float = 60.0
    health: float = 60.0

    def of(self, side: Side) -> float:
        return self.hygiene if side == "hygiene" else self.health


@dataclass(frozen=True, slots=True)
class HealthModel:
    """A whole model: hygiene asks whether the numbers are met, health whether they will last (domain.md section 6.1).

    There is no blend of the two: good hygiene must never make up for bad health.
    """

    indicators: tuple[Indicator, ...]
    name: str = "Untitled"
    missing_policy: MissingPolicy = "renormalize"
    thresholds: Thresholds = field(default_factory=Thresholds)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the matrix that it scores, one per indicator, in their order."""
        return tuple(Column(one.metric, one.value_function) for one in self.indicators)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that it reads, each once, in the order of its columns."""
        return tuple(dict.fromkeys(one.metric for one in self.indicators))

    def members(self, side: Side) -> list[int]:
        """The positions of one side's indicators."""
        return [at for at, one in enumerate(self.indicators) if one.dimension == side]
