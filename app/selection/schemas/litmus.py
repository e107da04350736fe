"""The wire of the litmus test, and of what it rests on."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, Code, Id, IsoDate, LongText, WireModel
from app.metrics.core.metric import Horizon, Measures
from app.metrics.core.metric import Kind as MetricKind
from app.selection.core import evidence_warnings
from app.selection.core.model import Dimension


class LitmusFigure(Answer):
    """A figure with the one threshold that it is held against."""

    name: str = Field(description="What it is of", examples=["future_share"])
    value: float | None = Field(
        description="Shares are of all weight, from 0 to 1; null where unknown", examples=[0.475]
    )
    at_least: float | None = Field(description="It holds from here up", examples=[0.4])
    at_most: float | None = Field(description="It holds up to here", examples=[None])
    above: float | None = Field(description="It holds above this, not at it", examples=[None])
    alternative: bool = Field(
        description="Whether it is enough that one of the verdict's alternatives holds", examples=[False]
    )
    holds: bool = Field(description="Whether the threshold is met; not so where the value is unknown")


class LitmusVerdict(Answer):
    """One part of the test."""

    passed: bool = Field(description="Whether every figure holds, and of its alternatives one")
    figures: list[LitmusFigure] = Field(description="What it is decided by")
    reasons: list[str] = Field(description="What is lacking; empty where it passed", examples=[[]])


class RestsOn(Answer):
    """What the test rests on, beside the weights."""

    feedback_round_id: Id | None = Field(description="The newest closed round over exactly the version's criteria")
    backtest_id: Id | None = Field(description="The newest backtest of the version as it is that had data enough")
    evidence_note_ids: list[UUID] = Field(
        description="The evidence notes that stand: not withdrawn, a year old at most"
    )


class LitmusFindings(Answer):
    """The four verdicts, and what they rest on."""

    passed: bool = Field(description="Whether all four did")
    forward_looking: LitmusVerdict = Field(description="Whether the weight lies on what is to come")
    multidimensional: LitmusVerdict = Field(description="Whether several criteria of both kinds and dimensions count")
    enterprise_aligned: LitmusVerdict = Field(description="Whether other functions than sales agree to the weights")
    market_aligned: LitmusVerdict = Field(description="Whether the market counts, and evidence stands behind it")
    rests_on: RestsOn = Field(description="What was held against the model's weights")


class EvidenceWarningAnswer(Answer):
    """What the weights do that published evidence speaks against; it forbids nothing."""

    code: evidence_warnings.Code = Field(description="Its name, for programs", examples=["CURRENT_SPEND_HEAVY"])
    message: str = Field(description="What it says", examples=["Much of the weight lies on what accounts spend"])
    criteria: list[str] = Field(description="The keys of the criteria that it is about", examples=[["revenue"]])
    share: float = Field(description="What these have of all weight, from 0 to 1", examples=[0.3])
    limit: float | None = Field(
        description="The share from which on, exclusive, it is warned of; null without one", examples=[0.25]
    )
    benchmark: BenchmarkAnswer | None = Field(description="The figure behind the warning; null without one")


class PotentialFirst(Answer):
    """Whether a model weighs willingness to partner and future spend, and neither current spend nor size."""

    holds: bool = Field(description="Whether it is so")
    benchmark: BenchmarkAnswer = Field(description="What was found of such a choice")


class WeightShare(Answer):
    """How much of all weight a criterion has, and what its metric is."""

    criterion: str = Field(description="Its key", examples=["spend"])
    metric: str = Field(description="The metric that it reads", examples=["future_spend"])
    dimension: Dimension
    group: str | None = Field(description="The group that it belongs to", examples=["economics"])
    share: float = Field(
        description="Of all weight, from 0 to 1, with each dimension at its share of the composite", examples=[0.15]
    )
    kind: MetricKind | None = Field(description="Null where the registry has no such metric", examples=["quantitative"])
    horizon: Horizon | None = Field(description="Null where the registry has no such metric", examples=["future"])
    measures: Measures | None = Field(
        description="What stands behind the number; null where the metric is unknown", examples=["potential"]
    )


class LitmusAnswer(LitmusFindings):
    """The litmus test of a version of a model, as things stand now."""

    model_id: Id
    model_version: int
    warnings: list[EvidenceWarningAnswer] = Field(description="What published evidence says against the weights")
    potential_first: PotentialFirst
    shares: list[WeightShare] = Field(description="The weights as shares, in the order of the criteria")


class PublicationAnswer(Answer):
    """How a version came to be published; it never changes."""

    litmus: LitmusFindings | None = Field(
        description="What the litmus test said then; null for the shipped model, which the product publishes itself"
    )
    override_reason: str | None = Field(
        description="Why it was published without passing; null where it passed", examples=[None]
    )
    published_by: UUID | None = Field(description="The key by which it was published; null for the shipped model")
    review_due_on: date | None = Field(
        description="When its criteria should be gone over; null once it is retired", examples=["2026-05-02"]
    )
    review_overdue: bool = Field(description="Whether that day is past", examples=[False])


class EvidenceBody(WireModel):
    """Something learnt of the market that speaks for the model's criteria."""

    note: Annotated[LongText, StringConstraints(min_length=1)] = Field(
        description="What was learnt", examples=["Spend in the segment is to double within three years"]
    )
    source: Annotated[str, StringConstraints(min_length=1, max_length=500)] = Field(
        description="Where it can be looked up", examples=["Industry outlook of the trade association, 2025"]
    )
    dated_on: IsoDate = Field(description="The day that it holds of; not after today", examples=["2025-05-02"])
    criteria: Annotated[list[Code], Field(max_length=200)] = Field(
        default=[], description="The keys of the criteria it speaks of; none for the whole model", examples=[[]]
    )
    user_id: Id | None = Field(default=None, description="Who noted it; the key's own user when not given")


class EvidenceAnswer(Answer):
    """An evidence note."""

    id: Id
    model_id: Id
    model_version: int = Field(description="The model's newest version when it was noted")
    note: str = Field(description="What was learnt", examples=["Spend in the segment is to double within three years"])
    source: str = Field(
        description="Where it can be looked up", examples=["Industry outlook of the trade association, 2025"]
    )
    dated_on: date = Field(description="The day that it holds of", examples=["2025-05-02"])
    criteria: list[str] = Field(
        description="The keys of the criteria it speaks of; none for the whole model", examples=[["market_leadership"]]
    )
    user_id: Id | None = Field(description="Who noted it; null where nobody is named", examples=[None])
    withdrawn_at: datetime | None = Field(
        description="Since when it does not count; null while it stands", examples=[None]
    )
    created_at: datetime
