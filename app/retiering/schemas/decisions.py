"""The wire of retierings: recommendations, decisions, approvals."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from app.infra.wire import Answer, Code, Id, IsoDate, LongText, Ratio01, WireModel
from app.retiering.core.deciding import Act, KeepingReason, State
from app.retiering.core.reasons import SpeaksFor
from app.retiering.core.recommendation import Block, Decision, Grounds, Recommended

AN_ID = "0192d3a4-5b6c-7d8e-9f01-23456789abcd"
Tier = Code | None
Figure = float
On = Field(
    default=None, description="The day of it, so that the past can be brought in; today when not given",
    examples=["2026-03-02"],
)  # fmt: skip
Who = Field(default=None, description="Who does it, where the key belongs to nobody", examples=[AN_ID])


class RetieringBody(WireModel):
    """An account's tier is to be decided anew."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2026-03-02"}]})

    appraisal_id: Id | None = Field(
        default=None, description="The appraisal that it comes of; the one under way when not given", examples=[AN_ID]
    )
    on: IsoDate | None = On
    user_id: Id | None = Who


class RetieringDecisionBody(WireModel):
    """What a person decides, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decision": "downtier",
                    "to_tier": "tier_2",
                    "rationale": "Two agreed goals missed, no plan to mend it",
                }
            ]
        }
    )

    decision: Decision = Field(description="What is decided; the recommendation binds nobody", examples=["downtier"])
    rationale: LongText = Field(min_length=1, description="Why; it stays on record", examples=["Two goals missed"])
    to_tier: Tier = Field(default=None, description="With uptier and downtier, the new tier", examples=["tier_2"])
    grounds: Grounds | None = Field(
        default=None,
        description="On what it is to have less; `performance` when not given, which needs requirements on file",
        examples=["performance"],
    )
    conditions: LongText | None = Field(
        default=None, description="What the account has to do to stay; needed with `retain_with_conditions`",
        examples=["Name a sponsor by June"],
    )  # fmt: skip
    dissent: LongText | None = Field(
        default=None, description="Who sees it otherwise, and why", examples=["Service would wait a quarter"]
    )
    keeping_reason: KeepingReason | None = Field(
        default=None, description="Why the account is kept although the rules recommend less; needed then, only then",
        examples=["fear_of_losing_the_customer"],
    )  # fmt: skip
    on: IsoDate | None = On
    user_id: Id | None = Who


class RetieringApprovalBody(WireModel):
    """A second person's word."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"user_id": AN_ID}]})

    on: IsoDate | None = On
    user_id: Id | None = Who


class RetieringWithdrawalBody(WireModel):
    """Why a proposal is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The score was computed on wrong revenue"}]})

    reason: LongText = Field(min_length=1, description="Why; it stays on record", examples=["Wrong revenue"])
    on: IsoDate | None = On
    user_id: Id | None = Who


class RetieringReason(Answer):
    """A reason for more, for less, or for what there is."""

    code: str = Field(description="What it is, for programs", examples=["below_margin"])
    speaks_for: SpeaksFor = Field(description="`caution`: for looking closer first", examples=["less"])
    says: str = Field(
        description="The same in words", examples=["alignment 61.0 is more than 5 points below 75 of tier_1"]
    )
    value: Figure | None = Field(description="The figure: points of 0 to 100, or a share of 0 to 1", examples=[61.0])
    threshold: Figure | None = Field(description="What the figure is held against", examples=[70.0])


class RetieringScore(Answer):
    """The newest score of the day or earlier."""

    scored_on: date = Field(description="As of when the account was scored")
    composite: Figure | None = Field(description="0 to 100; null where it is unknown", examples=[66.5])
    scores: dict[str, Figure | None] = Field(
        description="What the model's tier rules ask for, 0 to 100", examples=[{"opportunity": 72.0, "alignment": 61.0}]
    )
    tier: str = Field(description="The tier as computed, without hysteresis", examples=["tier_2"])
    provisional: bool = Field(description="Whether what is unknown could put the account into another tier")
    ineligible: bool = Field(description="Whether a gate rules the account out")
    change_90_days: Figure | None = Field(description="Of the composite, by the same model", examples=[-6.2])
    model_id: UUID | None = Field(description="The selection model")
    model_version: int | None = Field(description="Its version", examples=[1])


class TierThreshold(Answer):
    """What a tier asks for."""

    tier: str = Field(description="The tier", examples=["tier_1"])
    minima: dict[str, Figure] = Field(
        description="The scores that it asks for at least", examples=[{"opportunity": 75, "alignment": 75}]
    )


class OwedStanding(Answer):
    """How what one side owes stands."""

    met: int = Field(description="How many are met", examples=[1])
    at_risk: int = Field(description="How many are at risk", examples=[1])
    missed: int = Field(description="How many are missed", examples=[2])
    open: int = Field(description="How many are not due, with nothing against them", examples=[0])
    met_share: Ratio01 | None = Field(description="Met of all but the open ones; null without any", examples=[0.25])
    lacking: list[str] = Field(
        description="What is missed or at risk, by its title", examples=[["Joint roadmap by June"]]
    )


class RequirementsOnFile(Answer):
    """What was agreed with the customer that its status rests on."""

    on_file: int = Field(description="How many requirements of both sides are in force", examples=[4])
    customer: OwedStanding = Field(description="What the customer owes")
    supplier: OwedStanding = Field(description="What we owe")


class RetieringAppraisal(Answer):
    """The appraisal under way."""

    id: UUID
    state: str = Field(description="Where it stands; `reevaluation`: its action plan failed", examples=["reevaluation"])
    diagnosis: Literal["unable", "unwilling"] | None = Field(description="Why the customer misses what it owes")


class RetieringRecommendation(Answer):
    """What the rules recommend about an account's tier as of a day, with all that it rests on; people decide."""

    as_of: date = Field(description="As of when")
    current_tier: str | None = Field(description="The tier that the account has", examples=["tier_1"])
    decision: Recommended = Field(
        description="`review`: the rules cannot say, or may not say less; see `blocked_by`", examples=["downtier"]
    )
    tier: str | None = Field(description="The tier that would come of it", examples=["tier_2"])
    grounds: Grounds | None = Field(description="On what less is recommended", examples=["performance"])
    would_be: Decision | None = Field(
        description="With `review`, what the scores and requirements alone would come to", examples=[None]
    )
    blocked_by: list[Block] = Field(description="Why it is `review`", examples=[[]])
    reasons: list[RetieringReason] = Field(description="For and against, each with its figure")
    conditions: list[str] = Field(description="What to ask of the account", examples=[["meet: Joint roadmap by June"]])
    score: RetieringScore | None = Field(description="Null where the account was never scored by then")
    thresholds: list[TierThreshold] = Field(description="What each tier asks for, the highest first")
    margin: Figure = Field(description="How far below a threshold a tier is kept, in points", examples=[5.0])
    requirements: RequirementsOnFile
    appraisal: RetieringAppraisal | None = Field(description="Null without one under way")
    health_quadrant: str | None = Field(description="By the newest health that was kept", examples=["at_risk"])
    health: Figure | None = Field(description="0 to 100", examples=[38.0])
    resource_utilization: Figure | None = Field(
        description="The share of what it is entitled to that the account uses", examples=[0.4]
    )


class AccountRetieringRecommendation(RetieringRecommendation):
    """The same for an account that is asked about."""

    account_id: UUID


class Retiering(Answer):
    """A proposal to decide an account's tier anew, and what became of it."""

    id: UUID
    account_id: UUID
    account_name: str | None = Field(description="The account's name", examples=["Acme Corp"])
    appraisal_id: UUID | None = Field(description="The appraisal that it came of")
    state: State = Field(description="Where it stands", examples=["decided"])
    legal_moves: list[Act] = Field(description="What may be done now", examples=[["approve", "withdraw"]])
    proposed_on: date = Field(description="The day of the proposal")
    from_tier: str | None = Field(description="The tier it had then", examples=["tier_1"])
    recommended: Recommended = Field(description="What the rules recommended then", examples=["downtier"])
    recommended_tier: str | None = Field(description="The tier that would have come of it", examples=["tier_2"])
    decision: Decision | None = Field(description="What was decided; null before that", examples=["downtier"])
    to_tier: str | None = Field(description="The new tier, with uptier and downtier", examples=["tier_2"])
    against_recommendation: bool | None = Field(
        description="Whether people decided otherwise than recommended; null before that, and where it was `review`"
    )
    grounds: Grounds | None = Field(description="On what the account is to have less", examples=["performance"])
    rationale: str | None = Field(description="Why", examples=["Two goals missed, no plan to mend it"])
    conditions: str | None = Field(description="What the account has to do", examples=["Name a sponsor by June"])
    dissent: str | None = Field(description="Who saw it otherwise", examples=["Service would wait a quarter"])
    keeping_reason: KeepingReason | None = Field(description="Why it is kept although less was recommended")
    decided_on: date | None = Field(description="The day on which it was decided")
    decided_by_user_id: UUID | None = Field(description="Who decided")
    decided_by: str | None = Field(description="What they are called", examples=["Ada Lovelace"])
    approved_on: date | None = Field(description="The day of the second person's word, where one is needed")
    approved_by_user_id: UUID | None = Field(description="Who approved")
    approved_by: str | None = Field(description="What they are called", examples=["Grace Hopper"])
    withdrawn_on: date | None = Field(description="The day on which it was taken back")
    withdraw_reason: str | None = Field(description="Why", examples=["Wrong revenue"])
    created_at: datetime
    version: int = Field(description="For If-Match")


class RetieringDetail(Retiering):
    """The same with what the rules recommended, and why."""

    recommendation: RetieringRecommendation | None = Field(
        description="As it was when the proposal was made; null for one that was brought in from before, without it"
    )
