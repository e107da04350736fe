"""What is told of scores, health, warnings, models, reviews and plans."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.events.schemas.told.fields import (
    AccountId,
    AnyTier,
    AnyUserId,
    AsOf,
    Current,
    ModelName,
    ModelVersion,
    On,
    Previous,
    Tier,
    Title,
    UserId,
)
from app.infra.wire import Answer

Inheritable = Literal["standing", "tier_override", "plan", "calibrations", "entitlements", "sponsorships"]


class ToldFactor(Answer):
    """What a criterion added to the composite before, and adds now."""

    criterion: str = Field(description="The key of the criterion in the model", examples=["goal_fit"])
    dimension: Literal["opportunity", "alignment"] = Field(description="The dimension that it counts for")
    from_: float | None = Field(
        alias="from", description="Points of the composite before; null where it was no part of one", examples=[12.5]
    )
    to: float | None = Field(
        description="Points of the composite now; null where it is no part of one", examples=[20.0]
    )


class ToldFigures(Answer):
    """A score's figures, each from 0 to 100; null where too little is known."""

    composite: float | None = Field(description="The composite score", examples=[71.25])
    opportunity: float | None = Field(description="The score of opportunity", examples=[80.0])
    alignment: float | None = Field(description="The score of alignment", examples=[62.5])


class _Scored(Answer):
    account_id: AccountId
    score_id: UUID = Field(description="The new score")
    model_id: UUID = Field(description="The model that judged, which is the one in use")
    model_version: ModelVersion
    as_of: AsOf
    previous_as_of: date = Field(description="The day of the score that `previous` is of")


_FACTORS = Field(
    max_length=3,
    description="The criteria whose parts in the composite moved most, the farthest first",
    examples=[[{"criterion": "goal_fit", "dimension": "alignment", "from": 12.5, "to": 20.0}]],
)


class ScoreChanged(_Scored):
    """An account's score moved."""

    previous: ToldFigures
    current: ToldFigures
    top_factors: list[ToldFactor] = _FACTORS


class TierChanged(_Scored):
    """The tier that an account's score gives it is another one; a manual or decided tier is not touched by it."""

    previous: str = Field(description="The computed tier before", examples=["tier_2"])
    current: str = Field(description="The computed tier now", examples=["tier_1"])
    top_factors: list[ToldFactor] = _FACTORS


class QuadrantChanged(_Scored):
    """An account moved to another quadrant of opportunity and alignment."""

    previous: str | None = Field(description="The quadrant before; null where it was unknown", examples=["cultivate"])
    current: str | None = Field(description="The quadrant now; null where it is unknown", examples=["invest"])
    top_factors: list[ToldFactor] = _FACTORS


class HealthStateChanged(Answer):
    """An account moved to another quadrant of hygiene and health."""

    account_id: AccountId
    previous: str | None = Field(description="The quadrant before; null where it was unknown", examples=["coasting"])
    current: str | None = Field(description="The quadrant now; null where it is unknown", examples=["thriving"])
    hygiene: float | None = Field(description="The score of hygiene now, from 0 to 100", examples=[66.0])
    health: float | None = Field(description="The score of health now, from 0 to 100", examples=[72.5])
    as_of: AsOf


class _Warned(Answer):
    account_id: AccountId
    warning_id: UUID = Field(description="The warning")
    code: str = Field(description="Which sign it warns of", examples=["detractor"])
    severity: str = Field(description="How grave it is", examples=["high"])


class WarningOpened(_Warned):
    """An early warning sign was seen at an account."""

    as_of: AsOf
    ways: list[str] = Field(description="In which ways it was seen", examples=[["nps"]])
    previous: None = Field(description="There was no such warning before")
    current: Current


class WarningAcknowledged(_Warned):
    """Somebody has seen a warning."""

    user_id: UserId
    previous: Previous
    current: Current


class WarningCleared(_Warned):
    """An early warning sign is gone."""

    as_of: AsOf
    first_seen_on: date = Field(description="Since when it was seen")
    previous: Previous
    current: Current


class HealthModelPublished(Answer):
    """A version of a health model came into force."""

    name: ModelName
    model_version: ModelVersion
    in_use: bool = Field(description="Whether the organization judges with the model")


class SelectionModelPublished(Answer):
    """A version of a selection model came into force."""

    name: ModelName
    model_version: ModelVersion
    in_use: bool = Field(description="Whether the organization scores with the model")
    litmus: dict[str, bool] = Field(
        description="Which parts of the litmus test it passed", examples=[{"evidence": True, "litmus": False}]
    )
    overridden: bool = Field(description="Whether it was published although it did not pass")


class AccountLifecycleMoved(Answer):
    """An account moved on in the program."""

    account_id: AccountId
    previous: Previous
    current: Current
    track: str = Field(description="The track on which it is now", examples=["key"])
    tier: AnyTier
    on: On


class AccountMerged(Answer):
    """A record of an account was merged into another one."""

    account_id: UUID = Field(description="The account that stands for both")
    merged_account_id: UUID = Field(description="The account that is gone")
    merged_at: datetime = Field(description="When the system that both come from merged them")
    taken_over: list[Inheritable] = Field(
        description="What was in force of the account that is gone, and is now of the one that stands for both",
        examples=[["standing", "plan"]],
    )
    kept_apart: list[Inheritable] = Field(
        description="What stayed with the account that is gone, as the one that stands for both has its own",
        examples=[["sponsorships"]],
    )


class TierOverride(Answer):
    """A manual tier was set, or taken back."""

    account_id: AccountId
    tier: Tier
    from_on: date = Field(description="The first day on which it holds")
    until_on: date = Field(description="The last day on which it holds")
    user_id: AnyUserId


class SelectionReviewMoved(Answer):
    """A review moved on."""

    name: Title
    previous: Previous
    current: Current
    user_id: UserId
    candidates: int = Field(description="Of how many accounts it is", examples=[12])
    participants: int = Field(description="How many people take part", examples=[5])


class SelectionDecisionRecorded(Answer):
    """It was decided whether an account becomes a key account."""

    account_id: AccountId
    review_id: UUID | None = Field(description="The review in which it was decided; null outside of any")
    decision: str = Field(description="What was decided", examples=["select"])
    tier: AnyTier
    supersedes_id: UUID | None = Field(description="The decision in whose place it stands")
    user_id: UserId
    open_objection_ids: list[UUID] = Field(description="The objections that still stood")


class FeedbackRoundMoved(Answer):
    """A round of feedback on a model's draft was opened, or given up."""

    model_id: UUID = Field(description="The model")
    model_version: ModelVersion
    name: Title


class FeedbackRoundClosed(FeedbackRoundMoved):
    """A round of feedback ended with a result."""

    functions: list[str] = Field(description="The functions that answered", examples=[["sales", "operations"]])
    kendalls_w: float | None = Field(
        description="How far they agree, from 0 to 1; null where too few answered", examples=[0.72]
    )


class PortfolioSolved(Answer):
    """The search for the best portfolio has ended."""

    portfolio_id: UUID = Field(description="The portfolio")
    status: str = Field(description="How the search ended", examples=["optimal"])
    objective: float | None = Field(description="What the best portfolio found is worth", examples=[1250.0])
    gap: float | None = Field(description="By which share a better one could be worth more", examples=[0.0])
    candidates: int = Field(description="How many accounts there were to choose from", examples=[85])
    selected: int = Field(description="How many were chosen", examples=[12])


class _OfPlan(Answer):
    account_id: AccountId
    plan_id: UUID = Field(description="The plan")


class PlanSaved(_OfPlan):
    """A version of an account's plan was written."""

    number: int = Field(description="The number of the version", examples=[4])
    substantive: bool = Field(description="Whether more than words changed")


class PlanApproved(_OfPlan):
    """Somebody signed a version of a plan."""

    number: int = Field(description="The number of the version", examples=[4])
    side: Literal["supplier", "customer"] = Field(description="For which side")


class PlanArchived(_OfPlan):
    """An account's plan was put away."""

    number: int = Field(description="The number of its newest version", examples=[4])


class PlanActionCompleted(_OfPlan):
    """An action of a plan is done."""

    action_id: UUID = Field(description="The action")
    title: Title
    goal: str | None = Field(description="The key of the goal that it serves", examples=["grow_services"])
    previous: Previous
    current: Current
