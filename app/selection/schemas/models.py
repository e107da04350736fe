"""The wire of selection models."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, SkipValidation, StringConstraints

from app.infra.wire import Answer, Code, FiniteNumber, LongText, MetricKey, Name, Ratio01, WireModel
from app.selection.schemas.litmus import PublicationAnswer

Dimension = Literal["opportunity", "alignment"]

Effect = Literal["ineligible", "emerging"]

Band = Literal["low", "medium", "high", "very_high"]

State = Literal["draft", "in_review", "published", "retired"]

Percent = Annotated[float, Field(ge=0, le=100)]


class Linear(WireModel):
    """From 0 at `low` to 1 at `high`; falling where `low` is above `high`."""

    kind: Literal["linear"]
    low: FiniteNumber
    high: FiniteNumber


class Log(WireModel):
    """As linear, on a logarithmic scale; both ends above 0."""

    kind: Literal["log"]
    low: FiniteNumber
    high: FiniteNumber


class Logistic(WireModel):
    """1 / (1 + exp(-steepness * (x - midpoint)))."""

    kind: Literal["logistic"]
    midpoint: FiniteNumber
    steepness: FiniteNumber


class Piecewise(WireModel):
    """Straight lines between points [x, u], x strictly rising, u from 0 to 1; constant outside."""

    kind: Literal["piecewise"]
    points: Annotated[
        list[Annotated[list[FiniteNumber], Field(min_length=2, max_length=2)]], Field(min_length=2, max_length=100)
    ]


class RatingScale(WireModel):
    """A judgement from 1 to `maximum`."""

    kind: Literal["rating"]
    maximum: FiniteNumber = 5


class BooleanValue(WireModel):
    """1 if true, else 0."""

    kind: Literal["boolean"]


class Categories(WireModel):
    """A utility for each label; an unknown label counts as missing."""

    kind: Literal["categories"]
    map: Annotated[dict[str, Ratio01], Field(min_length=1, max_length=200)]


class PercentileValue(WireModel):
    """The mid-rank share among the accounts that are scored together."""

    kind: Literal["percentile"]


ValueFunction = Annotated[
    Linear | Log | Logistic | Piecewise | RatingScale | BooleanValue | Categories | PercentileValue,
    Field(discriminator="kind"),
]


class CriterionBody(WireModel):
    """What is looked at, how much it weighs, and how its value becomes a utility from 0 to 1."""

    key: Code
    metric: MetricKey
    dimension: Dimension
    weight: Annotated[float, Field(ge=0)]
    value_function: ValueFunction
    group: Code | None = None
    rationale: LongText | None = None


class GateBody(WireModel):
    """A condition on a metric, and what follows where it is not met."""

    metric: MetricKey
    at_least: FiniteNumber | None = None
    at_most: FiniteNumber | None = None
    effect: Effect


class Thresholds(WireModel):
    """From where on a dimension counts as high."""

    opportunity: Percent = 60
    alignment: Percent = 60


class TierBody(WireModel):
    """A tier and what it takes; the first rule that matches counts."""

    name: Code
    minimum_opportunity: Percent = 0
    minimum_alignment: Percent = 0
    minimum_composite: Percent = 0


class BandsBody(WireModel):
    """From which utility on a value is medium, high, very high; below the first it is low. Strictly rising, above 0."""

    medium: Ratio01 = Field(description="From which utility on it is medium", examples=[0.25])
    high: Ratio01 = Field(description="From which utility on it is high", examples=[0.5])
    very_high: Ratio01 = Field(description="From which utility on it is very high", examples=[0.75])


class AxisBody(WireModel):
    """One side of a tier table: a metric, its utility from 0 to 1, and the bands of that utility."""

    metric: MetricKey
    value_function: ValueFunction = Field(
        description="Percentiles give bands by the portfolio, such as quarters; others give fixed limits"
    )
    bands: BandsBody = Field(
        default=BandsBody(medium=0.25, high=0.5, very_high=0.75), description="Quarters by default"
    )
    at_least: FiniteNumber | None = Field(
        default=None,
        description=(
            "A value below it is worth nothing here, so its band is low, and percentiles are found among the others"
            " alone; needs a value function of numbers that does not fall"
        ),
    )


class BandRuleBody(WireModel):
    """A tier and the bands that it asks for at least; the first rule that matches counts."""

    name: Code
    minimum_revenue: Band = Field(default="low", description="The least band of current revenue")
    minimum_potential: Band = Field(default="low", description="The least band of growth potential")


class HighPotentialBody(WireModel):
    """The cells whose accounts are on the emerging track, whatever the rules say: much potential, little revenue."""

    minimum_potential: Band = Field(default="very_high", description="The least band of growth potential")
    maximum_revenue: Band = Field(default="medium", description="The highest band of current revenue")


EXAMPLE_TABLE: dict[str, Any] = {
    "revenue": {
        "metric": "revenue_ltm",
        "value_function": {"kind": "percentile"},
        "bands": {"medium": 0.25, "high": 0.5, "very_high": 0.75},
        "at_least": 50000,
    },
    "potential": {
        "metric": "future_spend",
        "value_function": {"kind": "piecewise", "points": [[0, 0], [100000, 0.25], [500000, 0.5], [2000000, 0.75]]},
    },
    "rules": [
        {"name": "tier_1", "minimum_revenue": "very_high", "minimum_potential": "very_high"},
        {"name": "tier_2", "minimum_revenue": "high", "minimum_potential": "high"},
        {"name": "tier_3", "minimum_revenue": "medium", "minimum_potential": "medium"},
    ],
    "high_potential": {"minimum_potential": "very_high", "maximum_revenue": "medium"},
}


class TierTableBody(WireModel):
    """Tiers by bands of current revenue and growth potential, instead of by scores.

    Each of the 16 cells has one tier: `emerging` where `high_potential` says so, else that of the first rule whose both
    minima are met, else `standard`.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_TABLE]})

    revenue: AxisBody
    potential: AxisBody
    rules: Annotated[list[BandRuleBody], Field(min_length=1, max_length=20)] | None = Field(
        default=None,
        description=(
            "Unless given: tier_1 very high in both, tier_2 high in both, tier_3 medium in both. A rule that decides no"
            " cell is refused"
        ),
    )
    high_potential: HighPotentialBody | None = Field(default=None, description="Null for no such track")


EXAMPLE_MODEL: dict[str, Any] = {
    "name": "Potential first",
    "criteria": [
        {
            "key": "goal_fit",
            "metric": "goal_fit",
            "dimension": "alignment",
            "weight": 20,
            "value_function": {"kind": "rating", "maximum": 5},
            "group": "relationship",
        },
        {
            "key": "spend",
            "metric": "future_spend",
            "dimension": "opportunity",
            "weight": 30,
            "value_function": {"kind": "piecewise", "points": [[0, 0], [100000, 0.5], [1000000, 1]]},
            "group": "economics",
        },
    ],
    "gates": [{"metric": "revenue_ltm", "at_least": 50000, "effect": "emerging"}],
}


class SelectionModelBody(WireModel):
    """A selection model; all but `criteria` has a default."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_MODEL]})

    name: Name = "Untitled"
    opportunity_share: Ratio01 = 0.5
    missing_policy: Literal["renormalize", "pessimistic", "neutral"] = "renormalize"
    criteria: Annotated[list[CriterionBody], Field(min_length=1, max_length=200)]
    gates: Annotated[list[GateBody], Field(max_length=50)] = Field(default=[])
    quadrant_thresholds: Thresholds = Thresholds()
    tiers: Annotated[list[TierBody], Field(max_length=50)] | None = None
    tier_table: TierTableBody | None = Field(
        default=None, description="Decides on tiers in place of `tiers`; the criteria still score and rank"
    )


# What a model says is judged by the core, which names each fault by its place; the shape above is for the document.
SentModel = SkipValidation[SelectionModelBody]


class SelectionModelAnswer(Answer):
    """A selection model by one of its versions."""

    id: UUID
    name: str
    model_version: int
    state: State
    shipped: bool = Field(description="Whether it came with the product")
    in_use: bool = Field(description="Whether the organization scores with this version")
    model: SkipValidation[SelectionModelBody]
    published_at: datetime | None
    publication: PublicationAnswer | None = Field(description="How it came to be published; null while it is not")
    created_at: datetime
    updated_at: datetime
    version: int = Field(description="For If-Match; goes up with every change of the model")


class ModelVersions(Answer):
    """A model's versions, the newest first."""

    data: list[SelectionModelAnswer]


class PublishBody(WireModel):
    """Whether the organization is to score with it from now on, and why it may although it fails the litmus test."""

    use: bool = True
    override_reason: Annotated[LongText, StringConstraints(min_length=1, max_length=2000)] | None = Field(
        default=None,
        description="Needed where the litmus test is not passed, and kept for good; not kept where it is",
        examples=["The board wants the pilot to start before the feedback round ends"],
    )
