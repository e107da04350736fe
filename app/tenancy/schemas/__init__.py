"""The wire of tenancy."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from app.infra.wire import (
    Answer,
    AwareInstant,
    Code,
    CurrencyCode,
    Id,
    MetricKey,
    MoneyNotNegativeIn,
    MoneyOut,
    Name,
    Ratio01,
    WireModel,
)

Horizon = Literal["past", "current", "future"]
Track = Literal["standard", "high_potential"]
Touchpoint = Literal["qbr", "steering_committee", "executive_review"]
Severity = Literal["low", "medium", "high", "critical"]


class Me(Answer):
    """Who the key is."""

    organization_id: UUID
    organization: str
    key_id: UUID
    key_name: str
    scopes: list[str]
    user_id: UUID | None
    expires_at: datetime | None


class CustomMetricBody(WireModel):
    """A metric that the organization observes or rates beyond the shipped ones."""

    key: MetricKey
    title: Name
    kind: Literal["observation", "rating"] = "observation"
    unit: Code = "number"
    horizon: Horizon = "current"
    shelf_life_days: Annotated[int, Field(ge=1, le=3660)] = 365


class CustomMetricAnswer(Answer):
    """A metric that the organization observes or rates beyond the shipped ones."""

    key: str
    title: str
    kind: Literal["observation", "rating"]
    unit: str
    horizon: Horizon
    shelf_life_days: int


class TrackRuleBody(WireModel):
    """How many accounts may be selected on a track, and after how long each is to be reviewed."""

    capacity: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description="How many accounts at most; null for no limit"
    )
    review_days: Annotated[int, Field(ge=1, le=3660)] = Field(
        description="Days from a selection, and from each review, to the next review"
    )


class TrackRuleAnswer(Answer):
    """How many accounts may be selected on a track, and after how long each is to be reviewed."""

    capacity: int | None = Field(description="How many accounts at most; null for no limit")
    review_days: int = Field(description="Days from a selection, and from each review, to the next review")


class WarningThresholdsBody(WireModel):
    """From where on an account's figures are a warning; what is not given is as shipped."""

    goals_met_from: Annotated[float, Field(ge=0, le=10)] | None = Field(
        default=None, description="The attainment of targets from which goals count as met"
    )
    concentration_from: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="The Herfindahl index from which an account is concentrated"
    )
    concentration_deals_from: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None, description="The won deals of a year that a concentration needs"
    )
    contact_share_above: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="The share of revenue above which it hangs on one contact"
    )
    advocates_below: Annotated[int, Field(ge=0, le=1000)] | None = Field(
        default=None, description="The number of advocates and coaches below which relationships are thin"
    )
    plan_days_above: Annotated[int, Field(ge=1, le=3660)] | None = Field(
        default=None, description="The days after which a plan is stale"
    )
    qbr_days_above: Annotated[int, Field(ge=1, le=3660)] | None = Field(
        default=None, description="Days after which a review is missed, for tiers without a cadence"
    )
    whitespace_ratio_from: Annotated[float, Field(ge=1, le=1000)] | None = Field(
        default=None, description="From which ratio to visible pipeline whitespace is untapped"
    )
    whitespace_covered_below: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="Below which share with a strategy whitespace is untapped"
    )
    resources_used_below: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="The utilization below which resources are unused"
    )
    commitments_kept_below: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="The share of commitments kept below which they are missed"
    )
    expectations_met_below: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="The share of expectations met below which they are unmet"
    )
    usage_fall_from: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="The share by which usage has fallen in a quarter"
    )
    nps_below: Annotated[float, Field(ge=-100, le=100)] | None = Field(
        default=None, description="The score below which the account speaks badly of us"
    )


class WarningThresholdsAnswer(Answer):
    """From where on an account's figures are a warning."""

    goals_met_from: float = Field(description="The attainment of targets from which goals count as met")
    concentration_from: float = Field(description="The Herfindahl index from which an account is concentrated")
    concentration_deals_from: int = Field(description="The won deals of a year that a concentration needs")
    contact_share_above: float = Field(description="The share of revenue above which it hangs on one contact")
    advocates_below: int = Field(description="The number of advocates and coaches below which relationships are thin")
    plan_days_above: int = Field(description="The days after which a plan is stale")
    qbr_days_above: int = Field(description="Days after which a review is missed, for tiers without a cadence")
    whitespace_ratio_from: float = Field(description="From which ratio to visible pipeline whitespace is untapped")
    whitespace_covered_below: float = Field(description="Below which share with a strategy whitespace is untapped")
    resources_used_below: float = Field(description="The utilization below which resources are unused")
    commitments_kept_below: float = Field(description="The share of commitments kept below which they are missed")
    expectations_met_below: float = Field(description="The share of expectations met below which they are unmet")
    usage_fall_from: float = Field(description="The share by which usage has fallen in a quarter")
    nps_below: float = Field(description="The score below which the account speaks badly of us")


CadenceBody = Annotated[dict[Touchpoint, Annotated[int, Field(ge=1, le=3660)]], Field(max_length=3)]


# As a policy of pages has it, and nothing that could end it: no path, no other scheme, no `*` alone.
FrameAncestor = Annotated[
    str,
    StringConstraints(
        max_length=260,
        pattern=r"^https://(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}(:[0-9]{1,5})?$",
    ),
]


class OrganizationBody(WireModel):
    """What an organization may settle; what is not given stays as it is."""

    reporting_currency: CurrencyCode | None = None
    key_account_revenue_threshold: MoneyNotNegativeIn | None = Field(
        default=None, description="Accounts below it take the `emerging` track; in the reporting currency"
    )
    stage_probabilities: Annotated[dict[Code, Ratio01], Field(max_length=200)] | None = Field(
        default=None, description="The probability of a deal in a stage, by the CRM's word, where the deal has none"
    )
    proposal_stages: Annotated[list[Code], Field(max_length=50)] | None = Field(
        default=None, description="The stages in which an offer is on the table"
    )
    custom_metrics: Annotated[list[CustomMetricBody], Field(max_length=200)] | None = None
    tracks: dict[Track, TrackRuleBody] | None = Field(
        default=None, description="The rules of the tracks on which accounts are selected; one not given is as shipped"
    )
    warning_thresholds: WarningThresholdsBody | None = Field(
        default=None, description="From where on an account's figures are a warning; one not given is as shipped"
    )
    cadences: Annotated[dict[Code, CadenceBody], Field(max_length=50)] | None = Field(
        default=None,
        description="By tier: after how many days each touchpoint is due again; a tier not given is as shipped",
    )
    roadblock_days: dict[Severity, Annotated[int, Field(ge=1, le=366)]] | None = Field(
        default=None,
        description="By severity: within how many days a roadblock is to be resolved; one not given is as shipped",
    )
    appraisal_days: Annotated[dict[Code, Annotated[int, Field(ge=7, le=3660)]], Field(max_length=50)] | None = Field(
        default=None,
        description="By tier: after how many days an account is appraised again; a tier not given is as shipped",
    )
    frame_ancestors: Annotated[list[FrameAncestor], Field(max_length=20)] | None = Field(
        default=None,
        description="The origins whose pages may frame an account's page; none until some are given",
        examples=[["https://app.hubspot.com", "https://*.lightning.force.com"]],
    )

    @field_validator("custom_metrics")
    @classmethod
    def each_key_once(cls, metrics: list[CustomMetricBody] | None) -> list[CustomMetricBody] | None:
        if metrics is not None and len({metric.key for metric in metrics}) < len(metrics):
            raise PydanticCustomError("repeated_key", "Each metric has a key of its own")
        return metrics

    def values(self) -> dict[str, Any]:
        """The columns that the body gives."""
        values = {name: value for name, value in self.model_dump().items() if name in self.model_fields_set}
        if self.warning_thresholds is not None:
            values["warning_thresholds"] = self.warning_thresholds.model_dump(exclude_none=True)
        if self.key_account_revenue_threshold is not None:
            values["key_account_revenue_threshold"] = self.key_account_revenue_threshold.amount
        return values


class OrganizationAnswer(Answer):
    """The supplier, and what it has settled."""

    id: UUID
    name: str
    reporting_currency: str
    key_account_revenue_threshold: MoneyOut | None
    stage_probabilities: dict[str, float]
    proposal_stages: list[str]
    custom_metrics: list[CustomMetricAnswer]
    tracks: dict[Track, TrackRuleAnswer] = Field(description="The rules of the tracks on which accounts are selected")
    warning_thresholds: WarningThresholdsAnswer = Field(description="From where on figures are a warning")
    cadences: dict[str, dict[Touchpoint, int]] = Field(
        description="By tier: after how many days each touchpoint is due again"
    )
    roadblock_days: dict[Severity, int] = Field(
        description="By severity: within how many days a roadblock is to be resolved"
    )
    appraisal_days: dict[str, int] = Field(description="By tier: after how many days an account is appraised again")
    frame_ancestors: list[str] = Field(
        description="The origins whose pages may frame an account's page", examples=[["https://app.hubspot.com"]]
    )
    simulated: bool = Field(description="Whether its data are a simulation")
    version: int


class ApiKeyBody(WireModel):
    """A key to be made."""

    name: Name
    scopes: Annotated[list[Code], Field(min_length=1, max_length=50)]
    expires_at: AwareInstant | None = None
    user_id: Id | None = Field(default=None, description="The user who acts with it")


class ApiKeyAnswer(Answer):
    """A key, without its secret."""

    id: UUID
    public_id: str = Field(description="The part of the key that may be shown")
    name: str
    scopes: list[str]
    user_id: UUID | None
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute")
    created_at: datetime


class NewApiKey(ApiKeyAnswer):
    """A new key, with its text, which is shown this once."""

    key: str
