"""The wire of objections, of decisions with all that they rest on, and of a candidate as a whole."""

from datetime import date, datetime
from typing import Literal

from pydantic import ConfigDict, Field

from app.infra.wire import Answer, Code, Id, IsoDate, WireModel
from app.selection.schemas.reviews import (
    AN_ID,
    AgreedRating,
    AxisOfCandidate,
    CandidateVote,
    Figure,
    MetricOfCandidate,
    OwnRatings,
    Reason,
    RevealedRating,
    ReviewState,
    Speaker,
    VoteWord,
)

ObjectionState = Literal["open", "resolved", "withdrawn"]
DecisionWord = Literal["select", "defer", "reject"]


class ObjectionBody(WireModel):
    """What is foreseen to stand in the way, who is to clear it, and by when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"body": "No service team in Asia", "owner_user_id": AN_ID, "due_on": "2027-03-31"}]
        }
    )

    user_id: Speaker = None
    body: Reason
    owner_user_id: Id = Field(description="The user who is to clear it; its function is the owner's")
    due_on: IsoDate


class ResolveBody(WireModel):
    """What was done about an objection; its owner or its author says so."""

    user_id: Speaker = None
    resolution: Reason


class WithdrawBody(WireModel):
    """Who takes the objection back: its author."""

    user_id: Speaker = None


class DecisionBody(WireModel):
    """What is decided on a candidate, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"decision": "select", "tier": "tier_1", "rationale": "Grows with us in two markets"}]
        }
    )

    user_id: Speaker = None
    decision: DecisionWord
    tier: Code | None = Field(default=None, description="One of the model's tiers, or `emerging`; to select alone")
    rationale: Reason
    supersedes_id: Id | None = Field(
        default=None,
        description="The account's newest decision, where this one is to follow it; needed if this review made it",
    )
    override_reason: Reason | None = Field(
        default=None, description="Why to decide without an agreed rating, or without the votes of two functions"
    )


class ReviewObjection(Answer):
    """An objection to a candidate, with who is to clear it and by when."""

    id: Id
    review_id: Id
    account_id: Id
    user_id: Id = Field(description="Who raised it")
    function: str
    body: str
    owner_user_id: Id
    owner_function: str
    due_on: date
    state: ObjectionState
    resolution: str | None
    resolved_at: datetime | None = Field(description="When it was resolved or withdrawn")
    resolved_by_user_id: Id | None
    created_at: datetime
    updated_at: datetime


class DecisionSummary(Answer):
    """A decision on an account; it never changes, a later one follows it."""

    id: Id
    review_id: Id
    account_id: Id = Field(description="The account as it was reviewed")
    decision: DecisionWord
    tier: str | None
    rationale: str
    model_id: Id | None = Field(description="The selection model in use when it was decided")
    model_version: int | None
    supersedes_id: Id | None = Field(description="The decision on the account that it follows")
    user_id: Id = Field(description="Who decided")
    key_id: Id
    created_at: datetime


class CandidateLook(Answer):
    """A candidate as the caller may see it: before the reveal no more than the ratings of the key's own person."""

    review_id: Id
    review_state: ReviewState
    account_id: Id
    account_name: str
    revealed: bool
    functions: list[str] = Field(description="The functions that take part")
    functions_rated: list[str]
    functions_voted: list[str]
    own_ratings: OwnRatings | None = Field(description="What the key's own person rated; null for a key of nobody")
    metrics: list[MetricOfCandidate] | None = Field(description="Null before the reveal, as are the next three")
    axes: list[AxisOfCandidate] | None
    ratings: list[RevealedRating] | None
    votes: list[CandidateVote] | None
    agreed: list[AgreedRating] = Field(description="What the joint session agreed on so far")
    agreed_at: datetime | None
    agreed_by_user_id: Id | None = Field(description="Who recorded it last")
    objections: list[ReviewObjection]
    decisions: list[DecisionSummary] = Field(description="Of this review, the newest first")


class ScoreGround(Answer):
    """The account's newest score when it was decided."""

    id: Id
    as_of: date
    scored_at: datetime
    model_id: Id
    model_version: int
    opportunity: Figure | None
    alignment: Figure | None
    composite: Figure | None
    low: Figure | None
    high: Figure | None
    coverage: Figure
    quadrant: str | None
    tier: str
    provisional: bool
    rank: int | None
    ranked: int | None
    stale: bool = Field(description="Whether facts had changed that the score did not know")


class VoteGround(Answer):
    """A vote as it was when it was decided."""

    user_id: Id
    function: str
    vote: VoteWord
    reason: str
    conditions: str | None


class ObjectionGround(Answer):
    """An objection as it was when it was decided."""

    id: Id
    user_id: Id
    function: str
    body: str
    owner_user_id: Id
    owner_function: str
    due_on: date
    state: ObjectionState
    resolution: str | None


class ParticipantGround(Answer):
    """Who took part, and for which function."""

    user_id: Id
    function: str


class CalibrationGround(Answer):
    """The calibration with the customer that was in force when it was decided."""

    id: Id
    level: str = Field(description="The partnership level that it agrees on", examples=["strategic"])
    since: date = Field(description="Since when it was in force")


class DecisionGrounds(Answer):
    """All that a decision rests on, as it was then."""

    score: ScoreGround | None = Field(description="Null where the account had none")
    metrics: list[MetricOfCandidate]
    axes: list[AxisOfCandidate]
    agreed: list[AgreedRating]
    ratings: list[RevealedRating]
    votes: list[VoteGround]
    dissent: list[VoteGround] = Field(description="The votes that object")
    objections: list[ObjectionGround]
    participants: list[ParticipantGround]
    calibration: CalibrationGround | None = Field(
        description="Null where the account was not calibrated with the customer first"
    )
    lacking: list[str] = Field(description="What the decision should have waited for")
    override_reason: str | None = Field(description="Why it did not")


class DecisionRecord(DecisionSummary):
    """A decision with all that it rests on; neither ever changes."""

    grounds: DecisionGrounds
