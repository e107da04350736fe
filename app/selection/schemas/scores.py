"""The wire of scores: what is sent to be scored, what comes back, runs, the map, manual tiers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, SkipValidation, WithJsonSchema

from app.infra.wire import Answer, Code, Id, IsoDate, LongText, WireModel
from app.selection.schemas.models import EXAMPLE_MODEL, Band, Dimension, SentModel, Thresholds

Axis = Literal["revenue", "potential"]

Quadrant = Literal["invest", "cultivate", "sustain", "serve"]

DIMENSIONS = ("opportunity", "alignment", "composite")

InputValue = Annotated[
    Any, WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "boolean"}, {"type": "string"}, {"type": "null"}]})
]


class AccountInputs(WireModel):
    """An account to be scored: the caller's own name for it, and what is known, by metric."""

    ref: Annotated[str, Field(max_length=255)] | None = None
    inputs: Annotated[dict[str, InputValue], Field(max_length=500)]


class ScoreRequest(WireModel):
    """Accounts to be scored, with a model or a published one's id; else the organization's own counts."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": EXAMPLE_MODEL,
                    "accounts": [
                        {
                            "ref": "0015g00000XyZ",
                            "inputs": {"goal_fit": 4, "future_spend": 410000, "revenue_ltm": 90000},
                        }
                    ],
                }
            ]
        }
    )

    model: SentModel | None = None
    model_id: Id | None = None
    accounts: Annotated[list[AccountInputs], Field(min_length=1, max_length=10_000)]


class DimensionScore(Answer):
    """A score from 0 to 100 with its bounds: what it would be if all that is unknown turned out worst, or best."""

    score: float | None
    low: float | None
    high: float | None
    coverage: float = Field(description="The share of the weight whose metrics are known")


class GateOutcome(Answer):
    """What came of a gate."""

    metric: str
    effect: Literal["ineligible", "emerging", "unknown"]
    triggered: bool


class Source(Answer):
    """Where a value comes from."""

    fact: str
    as_of: date = Field(description="The day of the latest fact")
    facts: int


class Contribution(Answer):
    """What a criterion adds to the composite, and what it could add; contributions add up to the composite."""

    criterion: str
    dimension: Dimension
    value: InputValue
    utility: float | None
    weight: float
    contribution: float | None
    headroom: float | None = Field(description="What the composite would gain if the utility rose to 1")
    source: Source | None


class NextTier(Answer):
    """The nearest tier above that a rise of one criterion, or on one axis of the tier table, reaches."""

    tier: str
    criterion: str = Field(description="The criterion's key; with a tier table, the metric of the axis")
    utility_needed: float
    value_needed: InputValue
    axis: Axis | None = Field(description="The axis of the tier table; null without one")
    band: Band | None = Field(description="The band that the axis must reach; null without a tier table")


class AxisStanding(Answer):
    """An account's standing on one axis of the tier table; utility and band are null where the value is unknown."""

    metric: str
    value: InputValue
    utility: float | None
    band: Band | None = Field(description="From low to very high; null while the value is unknown")
    source: Source | None = Field(description="Where the value comes from; null where it was sent along")


class TierAxes(Answer):
    """What the tier follows from, where the model has a tier table."""

    revenue: AxisStanding
    potential: AxisStanding


class Previous(Answer):
    """The score before."""

    composite: float | None
    tier: str
    as_of: date


class Remark(Answer):
    """Something to know about a score."""

    code: str
    message: str


class Score(Answer):
    """An account's score, explained."""

    ref: str | None
    account_id: UUID | None
    as_of: date | None
    model_id: UUID | None
    model_version: int | None
    opportunity: DimensionScore
    alignment: DimensionScore
    composite: DimensionScore
    quadrant: Quadrant | None
    tier: str
    provisional: bool = Field(description="Whether the tier may still change with what is unknown")
    tier_axes: TierAxes | None = Field(description="Null where tiers follow from scores")
    rank: int | None = Field(description="Among the accounts scored together; 1 is best")
    ranked: int | None
    percentile: float | None
    previous: Previous | None
    gates: list[GateOutcome]
    contributions: list[Contribution]
    next_tier: NextTier | None
    warnings: list[Remark]


class ScoreAnswers(Answer):
    """The scores, in the order of the accounts."""

    model_id: UUID | None
    model_version: int | None
    results: list[Score]


class KeptScore(Score):
    """A score that is kept; it never changes."""

    id: UUID
    account_name: str | None
    scored_at: datetime
    simulated: bool = Field(description="Whether the organization's data are a simulation")


class Override(Answer):
    """A tier that somebody set by hand."""

    id: UUID
    tier: str
    reason: str
    user_id: UUID | None
    key_id: UUID
    from_on: date
    until_on: date
    withdrawn_at: datetime | None


class AccountScore(KeptScore):
    """An account's newest score, with the manual tier that holds beside it, if one does."""

    override: Override | None
    effective_tier: str = Field(description="The manual tier while one holds, else the computed one")
    stale: bool = Field(
        description=(
            "Whether facts have changed that this score does not know; where scores are kept up to date, a new one is"
            " on its way"
        )
    )
    changed_at: datetime | None = Field(description="When the first of these changes came; null when it is not stale")


class OverrideBody(WireModel):
    """A tier that is to hold whatever is computed, until its end."""

    tier: Code
    reason: Annotated[LongText, Field(min_length=1)]
    until_on: IsoDate


class ScoreAccountBody(WireModel):
    """As of when, and with which model: today and the organization's own unless given."""

    as_of: IsoDate | None = None
    model_id: Id | None = None


class SelectionRunAnswer(Answer):
    """A run of the whole portfolio; its job has the same id."""

    id: UUID
    as_of: date
    model_id: UUID
    model_version: int
    accounts: int | None = Field(description="How many were scored; null until it is carried out")
    ranked: int | None
    created_at: datetime


class MatrixPoint(Answer):
    """Where an account stands."""

    account_id: UUID
    name: str
    source: str | None
    external_id: str | None
    opportunity: float | None
    alignment: float | None
    composite: float | None
    quadrant: Quadrant | None
    tier: str
    provisional: bool
    as_of: date
    model_id: UUID
    model_version: int


class Matrix(Answer):
    """The opportunity and alignment of every scored account, best first, with what divides the quadrants."""

    as_of: date
    simulated: bool = Field(description="Whether the organization's data are a simulation")
    quadrant_thresholds: SkipValidation[Thresholds]
    points: list[MatrixPoint]


class ScoreAt(Answer):
    """One end of a change."""

    id: UUID
    as_of: date
    model_id: UUID
    model_version: int
    composite: float | None
    tier: str


class ChangePart(Answer):
    """A part of the change; parts add up to the delta."""

    kind: Literal["input", "coverage", "weight", "opportunity_share", "missing_policy", "value_function"]
    criterion: str | None
    delta: float


class ScoreChanges(Answer):
    """Why a score changed: inputs, what became known, weights, value functions, what was lost, in this order."""

    before: ScoreAt
    after: ScoreAt
    delta: float | None
    parts: list[ChangePart]


def point(row: Any) -> dict[str, Any]:
    """A point of the map, with numbers as they are shown."""
    figures = {name: None if row[name] is None else round(row[name], 4) for name in DIMENSIONS}
    return {**{name: row[name] for name in MatrixPoint.model_fields}, **figures}
