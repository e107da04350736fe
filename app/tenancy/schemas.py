"""The wire of tenancy."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, field_validator
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

    @field_validator("custom_metrics")
    @classmethod
    def each_key_once(cls, metrics: list[CustomMetricBody] | None) -> list[CustomMetricBody] | None:
        if metrics is not None and len({metric.key for metric in metrics}) < len(metrics):
            raise PydanticCustomError("repeated_key", "Each metric has a key of its own")
        return metrics

    def values(self) -> dict[str, Any]:
        """The columns that the body gives."""
        values = {name: value for name, value in self.model_dump().items() if name in self.model_fields_set}
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
