"""The wire of health models."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, SkipValidation

from app.infra.wire import Answer, Code, LongText, MetricKey, Name, WireModel
from app.selection.schemas.models import BooleanValue, Linear, Log, Logistic, Percent, Piecewise, RatingScale

Side = Literal["hygiene", "health"]

ValueFunction = Annotated[
    Linear | Log | Logistic | Piecewise | RatingScale | BooleanValue,
    Field(discriminator="kind", description="How the metric's value becomes a utility from 0 to 1"),
]


class IndicatorBody(WireModel):
    """A sign of hygiene or of health: what is looked at, how much it weighs, and what its values are worth."""

    key: Code = Field(description="The indicator's own name, unique in the model")
    metric: MetricKey
    dimension: Side = Field(description="Hygiene: are the numbers met? Health: will they last?")
    weight: Annotated[float, Field(ge=0)] = Field(description="Only its share of the dimension's weight counts")
    value_function: ValueFunction
    rationale: LongText | None = Field(default=None, description="Why it is looked at, and why so")


class SideThresholds(WireModel):
    """From which score on each is high."""

    hygiene: Percent = Field(default=60, description="From which score on hygiene is high")
    health: Percent = Field(default=60, description="From which score on health is high")


EXAMPLE: dict[str, Any] = {
    "name": "Ours",
    "indicators": [
        {
            "key": "revenue",
            "metric": "revenue_attainment",
            "dimension": "hygiene",
            "weight": 3,
            "value_function": {"kind": "piecewise", "points": [[0.5, 0], [1, 0.8], [1.2, 1]]},
        },
        {
            "key": "new_executives",
            "metric": "executives_met_new",
            "dimension": "health",
            "weight": 2,
            "value_function": {"kind": "linear", "low": 0, "high": 3},
            "rationale": "Whoever keeps to the people he knows is surprised by the others",
        },
    ],
    "thresholds": {"hygiene": 60, "health": 60},
}


class HealthModelBody(WireModel):
    """A health model; all but `indicators` has a default. Both dimensions need an indicator with a weight."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: Name = "Untitled"
    missing_policy: Literal["renormalize", "pessimistic", "neutral"] = Field(
        default="renormalize", description="What an unknown indicator counts as: nothing, utility 0 or utility 0.5"
    )
    indicators: Annotated[list[IndicatorBody], Field(min_length=1, max_length=200)]
    thresholds: SideThresholds = SideThresholds()


# What a model says is judged by the core, which names each fault by its place; the shape above is for the document.
SentHealthModel = SkipValidation[HealthModelBody]


class HealthModelAnswer(Answer):
    """A health model by one of its versions."""

    id: UUID
    name: str
    model_version: int = Field(description="The version's number, from 1")
    state: Literal["draft", "published", "retired"]
    shipped: bool = Field(description="Whether it came with the product")
    in_use: bool = Field(description="Whether the organization judges health with this version")
    model: SkipValidation[HealthModelBody]
    published_at: datetime | None
    published_by: UUID | None = Field(description="The key that published it; null for the shipped model")
    publish_reason: str | None = Field(description="Why it was published")
    created_at: datetime
    updated_at: datetime
    version: int = Field(description="For If-Match; goes up with every change of the model")


class HealthModelVersions(Answer):
    """A model's versions, the newest first."""

    data: list[HealthModelAnswer]


class PublishHealthModelBody(WireModel):
    """Whether the organization is to judge with it from now on, and why."""

    use: bool = Field(default=True, description="Whether accounts are judged with it from now on")
    reason: Annotated[LongText, Field(min_length=1, max_length=2000)] | None = Field(
        default=None,
        description="Why it is published; kept for good",
        examples=["Adoption tells us more than reviews do since the new product"],
    )
