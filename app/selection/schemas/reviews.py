"""The wire of cross-functional reviews: who judges whom, what is said of a candidate, and what comes of it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, PlainSerializer

from app.infra.wire import Answer, Id, IsoDate, LongText, MetricKey, Name, WireModel
from app.selection.core.reviews.ratings import HIGHEST, LOWEST

Reason = Annotated[LongText, Field(min_length=1)]
Comment = Annotated[LongText, Field(max_length=2_000)]
Speaker = Annotated[
    Id | None, Field(description="Who speaks: a user; needed where the key belongs to nobody, else the key's own")
]
ReviewState = Literal["rating", "joint", "closed", "abandoned"]
VoteWord = Literal["support", "support_with_conditions", "object"]
Accounts = Annotated[list[Id], Field(min_length=1, max_length=200)]
People = Annotated[list[Id], Field(min_length=1, max_length=100)]
Value = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]
AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def _rounded(figure: float) -> float:
    return round(figure, 4) + 0.0


Figure = Annotated[float, PlainSerializer(_rounded, return_type=float)]


class NewReviewBody(WireModel):
    """A review: which accounts are judged on which metrics, and who takes part."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Key accounts 2027",
                    "accounts": [AN_ID],
                    "participants": [AN_ID],
                    "metrics": ["willingness_to_partner", "goal_fit"],
                    "due_on": "2027-01-31",
                }
            ]
        }
    )

    name: Name
    accounts: Accounts = Field(description="The candidates; for a merged account the one that stands for it")
    participants: People = Field(description="Users, who speak for the function that they have now")
    metrics: Annotated[list[MetricKey], Field(min_length=1, max_length=50)] | None = Field(
        default=None, description="Metrics that are ratings; those of the organization's selection model if absent"
    )
    due_on: IsoDate | None = Field(default=None, description="By when it is to be decided")


class CandidatesBody(WireModel):
    """Further accounts to be judged."""

    accounts: Accounts


class ParticipantsBody(WireModel):
    """Further people who take part."""

    participants: People


class RevealBody(WireModel):
    """Who ends the blind rating; a reason where not every function has rated every candidate."""

    user_id: Speaker = None
    reason: Reason | None = None


class CloseBody(WireModel):
    """Who closes the review."""

    user_id: Speaker = None
    reason: Reason | None = Field(default=None, description="Anything to keep with it")


class AbandonBody(WireModel):
    """Who gives the review up, and why."""

    user_id: Speaker = None
    reason: Reason


class GivenRating(WireModel):
    """A judgement on a metric."""

    metric: MetricKey
    value: Value
    comment: Comment | None = None


class RatingsBody(WireModel):
    """Judgements of a candidate, each metric at most once."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"ratings": [{"metric": "goal_fit", "value": 4, "comment": "Same markets"}]}]}
    )

    user_id: Speaker = None
    ratings: Annotated[list[GivenRating], Field(min_length=1, max_length=50)]


class VoteBody(WireModel):
    """A vote on a candidate, and why."""

    user_id: Speaker = None
    vote: VoteWord
    reason: Reason
    conditions: Reason | None = Field(
        default=None, description="What has to hold; with `support_with_conditions` alone"
    )


class SelectionReviewSummary(Answer):
    """A review in a list."""

    id: Id
    name: str
    state: ReviewState = Field(description="Rated blind, then joint, then closed or abandoned")
    metrics: list[str] = Field(description="What is judged")
    candidates: int = Field(description="How many accounts are judged")
    participants: int = Field(description="How many people take part")
    due_on: date | None
    key_id: Id = Field(description="The key that set it up")
    revealed_at: datetime | None = Field(description="When the blind rating ended")
    closed_at: datetime | None = Field(description="When it was closed or abandoned")
    created_at: datetime
    updated_at: datetime


class ReviewParticipant(Answer):
    """Somebody who takes part, and the function that they spoke for when they joined."""

    user_id: Id
    name: str
    function: str


class ReviewCandidate(Answer):
    """How far a candidate is; never what was said of it."""

    account_id: Id
    account_name: str
    functions_rated: list[str] = Field(description="Functions of which at least one person has rated")
    functions_voted: list[str] = Field(description="Functions of which at least one person has voted")
    agreed: bool = Field(description="Whether the joint session agreed on a rating")
    open_objections: int
    decision_id: Id | None = Field(description="The newest decision of this review on it")
    decision: str | None


class SelectionReview(Answer):
    """A review with its people and its candidates; nothing of what anybody said."""

    id: Id
    name: str
    state: ReviewState
    metrics: list[str] = Field(description="What is judged")
    participants: list[ReviewParticipant]
    candidates: list[ReviewCandidate]
    due_on: date | None
    key_id: Id = Field(description="The key that set it up")
    revealed_at: datetime | None = Field(description="When the blind rating ended")
    revealed_by_user_id: Id | None
    reveal_reason: str | None = Field(description="Why it ended, where not every function had rated every candidate")
    closed_at: datetime | None = Field(description="When it was closed or abandoned")
    closed_by_user_id: Id | None
    close_reason: str | None
    created_at: datetime
    updated_at: datetime


class RatingOfCandidate(Answer):
    """A judgement on a metric."""

    metric: str
    value: int
    comment: str | None


class OwnRatings(Answer):
    """One person's blind ratings of a candidate."""

    user_id: Id
    function: str
    ratings: list[RatingOfCandidate]
    updated_at: datetime


class RevealedRating(RatingOfCandidate):
    """Somebody's judgement, once the review is revealed."""

    user_id: Id
    function: str


class FunctionMean(Answer):
    """What a function says: the mean of its people's ratings."""

    function: str
    mean: Figure
    raters: int = Field(description="How many of its people rated")


class SpreadOfRatings(Answer):
    """How far ratings lie apart, in points of the scale."""

    range: Figure = Field(description="The largest less the smallest")
    sd: Figure = Field(description="Their standard deviation; they are all there are, so it is divided by n")


class MetricOfCandidate(Answer):
    """The ratings on one metric: blind, agreed, and what lies between."""

    metric: str
    by_function: list[FunctionMean]
    raters: int
    blind_mean: Figure | None = Field(description="The mean over functions; each has one voice")
    between_functions: SpreadOfRatings | None = Field(description="Null with fewer than two functions")
    between_raters: SpreadOfRatings | None = Field(description="Null with fewer than two people")
    single_rater: bool = Field(description="Whether one person alone rated: no second judgement bears it out")
    unified: int | None = Field(description="What the joint session agreed on")
    shift: Figure | None = Field(description="What was agreed less the blind mean")


class AxisOfCandidate(Answer):
    """The blind ratings of the metrics of one dimension of the organization's model."""

    axis: Literal["opportunity", "alignment"]
    by_function: list[FunctionMean] = Field(description="Over the metrics that the function rated")
    mean: Figure | None
    between_functions: SpreadOfRatings | None


class AgreedRating(RatingOfCandidate):
    """What the joint session agreed on."""


class CandidateVote(Answer):
    """Somebody's vote on a candidate."""

    user_id: Id
    function: str
    vote: VoteWord
    reason: str
    conditions: str | None
    updated_at: datetime
