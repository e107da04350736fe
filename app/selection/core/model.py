"""What a selection model is: criteria in two dimensions, gates, thresholds, tiers and the missing-data policy."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from app.scoring.core.inputs import Column
from app.scoring.core.value_functions import ValueFunction
from app.scoring.core.weighted_score import MissingPolicy

Dimension = Literal["opportunity", "alignment"]
Effect = Literal["ineligible", "emerging"]
Band = Literal["low", "medium", "high", "very_high"]
AxisName = Literal["revenue", "potential"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
EFFECTS: tuple[Effect, ...] = get_args(Effect)
BANDS: tuple[Band, ...] = get_args(Band)
AXES: tuple[AxisName, ...] = get_args(AxisName)

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
QUARTERS = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of a tier table: a metric, what its values are worth (0..1), and the bands of that worth.

    bands: from which worth on a value is medium, high and very high; below the first it is low. at_least: a value below
    it is worth nothing here, whatever the value function says, and percentiles are found among the others alone: so
    accounts without any revenue are low, and the quarters are those of the accounts that have some.
    """

    metric: str
    value_function: ValueFunction
    bands: tuple[float, float, float] = QUARTERS
    at_least: float | None = None


@dataclass(frozen=True, slots=True)
class BandRule:
    """A rule of a tier table: the tier's name and the bands that it asks for at least."""

    name: str
    minimum_revenue: Band = "low"
    minimum_potential: Band = "low"


@dataclass(frozen=True, slots=True)
class HighPotential:
    """The separate track of accounts with much potential and little current revenue: which cells belong to it."""

    minimum_potential: Band = "very_high"
    maximum_revenue: Band = "medium"


DEFAULT_BAND_RULES = (
    BandRule("tier_1", "very_high", "very_high"),
    BandRule("tier_2", "high", "high"),
    BandRule("tier_3", "medium", "medium"),
)


@dataclass(frozen=True, slots=True)
class TierTable:
    """Tiers by bands of current revenue and growth potential instead of by scores; `rules` from the highest down.

    The cells of `high_potential` are on the emerging track, whatever the rules say of them; of any other cell the first
    rule whose both minima are met decides, and where none is the tier is `standard`.
    """

    revenue: Axis
    potential: Axis
    rules: tuple[BandRule, ...] = DEFAULT_BAND_RULES
    high_potential: HighPotential | None = None

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Both axes, in the order of AXES."""
        return self.revenue, self.potential


@dataclass(frozen=True, slots=True)
class SelectionModel:
    """A whole model; `tiers` from the highest down, first match wins (domain.md sections 4.1 and 4.3).

    Its tiers are those of `tiers`, by score, or those of `tier_table`; with a table there are no `tiers`.
    """

    criteria: tuple[Criterion, ...]
    name: str = "Untitled"
    opportunity_share: float = 0.5
    missing_policy: MissingPolicy = "renormalize"
    gates: tuple[Gate, ...] = ()
    quadrant_thresholds: QuadrantThresholds = field(default_factory=QuadrantThresholds)
    tiers: tuple[Tier, ...] = DEFAULT_TIERS
    tier_table: TierTable | None = None

    @property
    def tier_names(self) -> tuple[str, ...]:
        """Every tier an account can be in, from the highest down: the rules', then `standard`, then `emerging`."""
        rules = self.tiers if self.tier_table is None else self.tier_table.rules
        return (*(rule.name for rule in rules), *RESERVED_TIERS)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of its tier table, none without one."""
        return () if self.tier_table is None else self.tier_table.axes

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that the model reads, each once, in the order of its columns."""
        return tuple(dict.fromkeys(column.metric for column in self.columns))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the matrix that it scores: one per criterion, one per gate, one per axis, in their order."""
        criteria = (Column(criterion.metric, criterion.value_function) for criterion in self.criteria)
        axes = (Column(axis.metric, axis.value_function) for axis in self.axes)
        return (*criteria, *(Column(gate.metric, None) for gate in self.gates), *axes)

    def dimension_share(self, dimension: Dimension) -> float:
        """The share of the composite that a dimension has, 0..1."""
        return self.opportunity_share if dimension == "opportunity" else 1.0 - self.opportunity_share
