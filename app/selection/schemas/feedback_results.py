"""The wire of what a closed feedback round came to."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.accounts.schemas.words import Function
from app.infra.wire import Answer


class JudgementConsistency(Answer):
    """How well pairwise judgements fit together (Saaty)."""

    lambda_max: float = Field(description="The principal eigenvalue; the number of criteria if they fit perfectly")
    consistency_index: float = Field(
        description="How far above the number of criteria the eigenvalue lies, for each but one"
    )
    consistency_ratio: float = Field(description="The index over that of random judgements; 0.1 or less is acceptable")
    acceptable: bool = Field(description="Whether the ratio is 0.1 or less")


class ParticipantWeights(Answer):
    """What a participant said, revealed."""

    user_id: UUID = Field(description="Who said so")
    function: Function
    method: Literal["points", "ahp"] = Field(
        description="By points, or by comparing pairs (analytic hierarchy process)"
    )
    weights: dict[str, float] = Field(description="By criterion, sum 1")
    consistency: JudgementConsistency | None = Field(description="Of the judgements; null where points were given")


class FunctionWeights(Answer):
    """What a function says: the joint matrix of its judgements, or the mean of its participants' weights."""

    function: Function
    participants: int = Field(description="How many of its people answered")
    aggregation: Literal["geometric_mean", "mean"] = Field(
        description="geometric_mean: of the judgements, where all its participants compared pairs; mean: of weights"
    )
    weights: dict[str, float] = Field(description="By criterion, sum 1")
    consistency: JudgementConsistency | None = Field(description="Of the joint matrix; null where there is none")


class FeedbackDimensions(Answer):
    """What each dimension's criteria weigh together, 0 to 1; the model's own share of a dimension is not changed."""

    opportunity: float = Field(description="What its criteria weigh together")
    alignment: float = Field(description="What its criteria weigh together")


class FeedbackWeightShift(Answer):
    """How far functions would move a criterion."""

    criterion: str
    draft: float = Field(description="Its share of all weight in the draft")
    weight: float = Field(description="The functions' mean")
    shift: float = Field(description="The mean less the draft's share")


class FunctionAgreement(Answer):
    """How far functions agree on the order of the criteria: Kendall's W, corrected for ties."""

    functions: int = Field(description="How many functions answered")
    criteria: int = Field(description="How many criteria they weighed")
    kendalls_w: float | None = Field(description="0 (not at all) to 1 (the same order); null with a reason")
    chi_square: float | None = Field(description="Friedman's: functions times (criteria - 1) times W")
    degrees_of_freedom: int | None = Field(description="One less than there are criteria")
    p_value: float | None = Field(description="By the chi-square approximation, which is rough below 8 criteria")
    reason: Literal["fewer_than_two_functions", "fewer_than_two_criteria", "all_tied"] | None = Field(
        description="Why it cannot be told; null where it can"
    )


class FunctionDisagreement(Answer):
    """How far functions differ on a criterion."""

    criterion: str
    range: float = Field(description="The largest weight that a function gives it, less the smallest")
    sd: float = Field(description="The standard deviation of the functions' weights")
    highest: Function = Field(description="The function that gives it most")
    lowest: Function = Field(description="The function that gives it least")
    reversals: int = Field(
        description="Over all pairs of functions, with how many other criteria the two put it in opposite orders"
    )


class FunctionOwnership(Answer):
    """A function's part in the criteria."""

    function: Function
    consulted: bool = Field(description="One of its people answered")
    influenced: bool = Field(description="Something that it raised was accepted")
    endorsed: bool = Field(description="It was consulted, and none of its objections is open")
    index: float = Field(description="The share of these three")


class CoOwnership(Answer):
    """How far functions share in the criteria."""

    functions: list[FunctionOwnership] = Field(description="Each function that was asked")
    index: float | None = Field(description="The functions' mean, 0 to 1")


class FeedbackResult(Answer):
    """What a round came to, kept for good; every function counts once, however many of its people answered."""

    answers: int = Field(description="How many participants answered")
    participants: list[ParticipantWeights] = Field(description="What each of them said")
    functions: list[FunctionWeights] = Field(description="What each function says")
    weights: dict[str, float] = Field(description="The mean of the functions' weights, by criterion, sum 1")
    dimensions: FeedbackDimensions
    shifts: list[FeedbackWeightShift] = Field(description="Of every criterion, in the draft's order")
    agreement: FunctionAgreement
    disagreements: list[FunctionDisagreement] = Field(description="Of every criterion, the widest range first")
    most_disputed: list[str] = Field(description="The criteria on which functions differ most, five at most")
    co_ownership: CoOwnership
