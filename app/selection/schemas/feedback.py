"""The wire of feedback rounds: what is asked and answered, and what is seen of a round."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from app.accounts.schemas.words import Function
from app.infra.wire import Answer, Code, FiniteNumber, Id, IsoDate, LongText, MetricKey, Name, WireModel, at_most
from app.selection.schemas.feedback_results import CoOwnership, FeedbackResult, JudgementConsistency
from app.selection.schemas.models import Dimension

RoundState = Literal["open", "closed", "abandoned"]
ItemKind = Literal["objection", "proposal"]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Speaker = Annotated[
    Id | None,
    Field(description="Who speaks; left out by a key that belongs to a person, needed by a key that belongs to nobody"),
]
People = Annotated[list[Id], Field(min_length=1, max_length=200, description="Users, each for the user's own function")]
Percentage = Annotated[float, Field(ge=0, le=100)]


OBJECTION: dict[str, Any] = {
    "kind": "objection",
    "body": "It rewards what was bought, not what will be",
    "criterion": "spend",
    "blocking": True,
}


class FeedbackRoundBody(WireModel):
    """A round of feedback on the criteria of the model's newest version, which is not published yet."""

    name: Name = Field(description="What the round is called", examples=["First round"])
    participants: People
    closes_on: IsoDate | None = Field(
        default=None, description="The day by which answers are wanted; the round itself stays open until it is closed"
    )


class FeedbackParticipantsBody(WireModel):
    """Who else is asked."""

    participants: People


class CriteriaComparisonBody(WireModel):
    """How many times as important criterion `a` is as `b`."""

    a: Code = Field(description="A criterion's key", examples=["goal_fit"])
    b: Code = Field(description="Another criterion's key", examples=["spend"])
    ratio: FiniteNumber = Field(
        description="Saaty's scale, 1/9 to 9: 1 equally, 3 moderately, 5 strongly, 7 very strongly, 9 extremely more",
        examples=[3],
    )


class FeedbackAnswerBody(WireModel):
    """What the criteria are worth to somebody: exactly one of `points` and `comparisons`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"points": {"goal_fit": 55, "spend": 45}}]})

    user_id: Speaker = None
    points: Annotated[dict[Code, Percentage], at_most(200)] | None = Field(
        default=None, description="100 points over the criteria, by key; a criterion that is left out has none"
    )
    comparisons: Annotated[list[CriteriaComparisonBody], Field(max_length=19_900)] | None = Field(
        default=None, description="Every pair of criteria once, in either direction"
    )


class ProposedCriterion(WireModel):
    """A criterion as far as it is thought out."""

    key: Code | None = None
    metric: MetricKey | None = None
    dimension: Dimension | None = None
    weight: Annotated[float, Field(ge=0)] | None = None
    group: Code | None = None
    rationale: LongText | None = None


class FeedbackItemBody(WireModel):
    """An objection to the criteria or one of them, or a criterion that is proposed."""

    model_config = ConfigDict(json_schema_extra={"examples": [OBJECTION]})

    kind: ItemKind
    body: Reason = Field(description="What is wrong, or missing")
    criterion: Code | None = Field(default=None, description="The key of the criterion that it is about")
    blocking: bool = Field(default=False, description="Whether the objection stands in the way of the litmus test")
    proposed: ProposedCriterion | None = Field(default=None, description="Of a proposal alone")
    user_id: Speaker = None


class FeedbackDispositionBody(WireModel):
    """What becomes of an item, and why."""

    disposition: Literal["accepted", "rejected", "deferred"] = Field(description="What becomes of it")
    reason: Reason = Field(description="Why", examples=["Spend stays in, at half the weight"])
    user_id: Speaker = None


class FeedbackWithdrawalBody(WireModel):
    """Why it is taken back."""

    reason: Reason | None = Field(default=None, description="Why", examples=["Seen otherwise by now"])
    user_id: Speaker = None


class FeedbackCriterion(Answer):
    """A criterion as the draft had it when the round was opened."""

    key: str
    metric: str
    dimension: Dimension
    weight: float = Field(description="What the draft had it count beside the other criteria of its dimension")
    share: float = Field(description="Its part of all weight, 0 to 1, each dimension at its share of the composite")
    rationale: str | None


class FeedbackParticipant(Answer):
    """Somebody who was asked; what the answer is stays blind until the round is closed."""

    user_id: UUID = Field(description="The participant")
    name: str | None = Field(description="The participant's name")
    function: Function = Field(description="The function that the participant speaks for, as when asked")
    asked_at: datetime = Field(description="When the participant was asked")
    submitted: bool = Field(description="Whether the participant has answered")
    submitted_at: datetime | None = Field(description="When the answer that counts was given")


class FeedbackFunction(Answer):
    """How many of a function were asked, and how many have answered."""

    function: Function
    asked: int = Field(description="How many of its people were asked")
    submitted: int = Field(description="How many of them have answered")


class OtherFunctions(Answer):
    """Functions other than sales; the litmus test wants answers from so many of them."""

    needed: int = Field(description="From how many the litmus test wants answers")
    asked: int = Field(description="From how many somebody was asked")
    submitted: int = Field(description="From how many somebody has answered")
    missing: int = Field(description="How many more have to answer")


class CriterionProposal(Answer):
    """A criterion as far as it was thought out."""

    key: str | None
    metric: str | None
    dimension: Dimension | None
    weight: float | None
    group: str | None
    rationale: str | None


class FeedbackItem(Answer):
    """An objection or a proposal, and what became of it."""

    id: UUID
    round_id: UUID = Field(description="The round in which it was raised")
    kind: ItemKind
    body: str = Field(description="What is wrong, or missing")
    criterion: str | None = Field(description="The key of the criterion that it is about")
    blocking: bool = Field(description="Whether it stands in the way of the litmus test while it is open")
    proposed: CriterionProposal | None = Field(
        description="The criterion that is proposed, as far as it is thought out"
    )
    user_id: UUID = Field(description="Who raised it")
    name: str | None = Field(description="The name of who raised it")
    function: Function = Field(description="The function for which it was raised")
    created_at: datetime = Field(description="When it was raised")
    disposition: Literal["accepted", "rejected", "deferred", "withdrawn"] | None = Field(
        description="What became of it; null as long as nobody has said so"
    )
    reason: str | None = Field(description="Why it was disposed of so")
    disposed_by: UUID | None = Field(description="Who disposed of it")
    disposed_by_name: str | None = Field(description="The name of who disposed of it")
    disposed_at: datetime | None = Field(description="When it was disposed of")
    open: bool = Field(description="Whether it is an objection that nobody has settled, a deferred one included")


class FeedbackRound(Answer):
    """A round of feedback; answers are blind until it is closed, and then part of `result`."""

    id: UUID
    model_id: UUID = Field(description="The model whose criteria are weighed")
    model_version: int = Field(description="The version that was the draft when the round was opened")
    name: str = Field(description="What the round is called")
    state: RoundState = Field(description="Whether it takes answers, has a result, or was ended without one")
    closes_on: date | None = Field(description="The day by which answers are wanted")
    overdue: bool = Field(description="Whether it is open still after the day by which answers were wanted")
    created_at: datetime = Field(description="When it was opened")
    closed_at: datetime | None = Field(description="When it was closed or abandoned")
    criteria: list[FeedbackCriterion] = Field(description="What is weighed, as it was when the round was opened")
    participants: list[FeedbackParticipant] = Field(description="Who was asked, by function")
    functions: list[FeedbackFunction] = Field(description="Which functions were asked")
    other_functions: OtherFunctions
    items: list[FeedbackItem] = Field(description="What was raised, the oldest first")
    undisposed: int = Field(description="Items without a disposition; the round is not closed before there are none")
    open_blocking: int = Field(description="Blocking objections that are open, deferred ones included")
    co_ownership: CoOwnership = Field(description="As it stands now; that of `result` is as it was when it was closed")
    result: FeedbackResult | None = Field(description="What it came to; null until it is closed")


class FeedbackRoundSummary(Answer):
    """A round in a list."""

    id: UUID
    model_id: UUID = Field(description="The model whose criteria are weighed")
    model_version: int = Field(description="The version that was the draft when the round was opened")
    name: str = Field(description="What the round is called", examples=["First round"])
    state: RoundState = Field(description="Whether it takes answers, has a result, or was ended without one")
    closes_on: date | None = Field(description="The day by which answers are wanted")
    created_at: datetime = Field(description="When it was opened")
    closed_at: datetime | None = Field(description="When it was closed or abandoned")
    asked: int = Field(description="How many participants it has")
    submitted: int = Field(description="How many of them have answered")
    kendalls_w: float | None = Field(description="How far functions agree, once the round is closed")


class CriteriaComparison(Answer):
    """How many times as important criterion `a` is as `b`."""

    a: str = Field(description="A criterion's key")
    b: str = Field(description="Another criterion's key")
    ratio: float = Field(description="By Saaty's scale, 1/9 to 9")


class InconsistentJudgement(Answer):
    """A judgement, and what all judgements together imply instead."""

    a: str = Field(description="A criterion's key")
    b: str = Field(description="Another criterion's key")
    ratio: float = Field(description="How many times as important `a` was said to be as `b`")
    implied: float = Field(description="How many times as important it is by all judgements together")


class InconsistencyWarning(Answer):
    """The judgements contradict each other by more than Saaty's rule allows; look at the worst of them again."""

    code: Literal["inconsistent_judgements"] = Field(description="What it is, for programs")
    message: str = Field(description="What it is, for people")
    judgements: list[InconsistentJudgement] = Field(
        description="Those that depart furthest from the rest, the worst first"
    )


class FeedbackGiven(Answer):
    """What the criteria are worth to a participant."""

    round_id: UUID = Field(description="The round that asks")
    user_id: UUID = Field(description="Whose answer it is")
    function: Function = Field(description="The function for which it was given")
    method: Literal["points", "ahp"] = Field(
        description="By points, or by comparing pairs (analytic hierarchy process)"
    )
    points: dict[str, float] | None = Field(description="The points of every criterion; null where pairs were compared")
    comparisons: list[CriteriaComparison] | None = Field(
        description="Every pair once, each criterion with those after it; null where points were given"
    )
    weights: dict[str, float] = Field(description="By criterion, sum 1")
    consistency: JudgementConsistency | None = Field(description="Of comparisons alone")
    warning: InconsistencyWarning | None = Field(description="Null where the judgements fit well enough")
    submitted_at: datetime = Field(description="When it was given")


class AppliedFeedback(Answer):
    """The draft that has the round's weights."""

    model_id: UUID = Field(description="The model that was drafted anew")
    model_version: int = Field(description="The version that is its draft")
    state: Literal["draft"] = Field(description="Where that version stands", examples=["draft"])
    version: int = Field(description="Of the model, for If-Match")
