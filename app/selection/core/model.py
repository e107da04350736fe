"""What a selection model is: criteria in two dimensions, gates, thresholds, tier rules and the missing-data policy."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from app.scoring.core.inputs import Column
from app.scoring.core.value_functions import ValueFunction
from app.scoring.core.weighted_score import MissingPolicy

Dimension = Literal["opportunity", "alignment"]
Effect = Literal["ineligible", "emerging"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
EFFECTS: tuple[Effect, ...] = get_args(Effect)

STANDARD = "standard"  # the tier of an account that matches no rule
EMERGING = "emerging"  # the tier of an account on the emerging track that matches any
RESERVED_TIERS = (STANDARD, EMERGING)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that an account is judged by. Weights are free of scale; only their shares of a dimension count."""

    key: str
    metric: str
    dimension: Dimension
    weight: float
    value_function: ValueFunction
    group: str | None = None
    rationale: str | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A requirement on one metric: exactly one of `at_least` and `at_most`; who does not meet it bears the effect."""

    metric: str
    effect: Effect
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class QuadrantThresholds:
    """From which score (0..100) on a dimension is high."""

    opportunity: float = 60.0
    alignment: float = 60.0


@dataclass(frozen=True, slots=True)
class Tier:
    """A rule: the tier's name and the scores (0..100) that it asks for at least."""

    name: str
    minimum_opportunity: float = 0.0
    minimum_alignment: float = 0.0
    minimum_composite: float = 0.0


DEFAULT_TIERS = (Tier("tier_1", 75.0, 75.0), Tier("tier_2", 60.0, 60.0), Tier("tier_3", 45.0, 45.0))


@dataclass(frozen=True, slots=True)
class SelectionModel:
    """A whole model; `tiers` from the highest down, first match wins (domain.md sections 4.1 and 4.3)."""

    criteria: tuple[Criterion, ...]
    name: str = "Untitled"
    opportunity_share: float = 0.5
    missing_policy: MissingPolicy = "renormalize"
    gates: tuple[Gate, ...] = ()
    quadrant_thresholds: QuadrantThresholds = field(default_factory=QuadrantThresholds)
    tiers: tuple[Tier, ...] = DEFAULT_TIERS

    @property
    def tier_names(self) -> tuple[str, ...]:
        """Every tier an account can be in, from the highest down: the rules', then `standard`, then `emerging`."""
        return (*(tier.name for tier in self.tiers), *RESERVED_TIERS)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that the model reads, each once, in the order of its criteria and then its gates."""
        return tuple(dict.fromkeys(column.metric for column in self.columns))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the matrix that it scores: one per criterion, then one per gate, in their order."""
        criteria = (Column(criterion.metric, criterion.value_function) for criterion in self.criteria)
        return (*criteria, *(Column(gate.metric, None) for gate in self.gates))

    def dimension_share(self, dimension: Dimension) -> float:
        """The share of the composite that a dimension has, 0..1."""
        return self.opportunity_share if dimension == "opportunity" else 1.0 - self.opportunity_share
