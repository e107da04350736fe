"""The wire of what key account managers are paid for."""

from datetime import date
from typing import Any, Final

from pydantic import ConfigDict, Field

from app.infra.wire import Answer, Id, IsoDate, Ratio01, WireModel

_MIX: Final[dict[str, Any]] = {
    "short_term_revenue": 0.4,
    "retention": 0.15,
    "growth": 0.2,
    "profitability": 0.05,
    "satisfaction_and_health": 0.1,
    "new_business": 0.1,
}


class MixBody(WireModel):
    """Shares of variable pay, that add up to 1."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MIX]})

    short_term_revenue: Ratio01 = Field(description="What is sold in the period itself", examples=[0.4])
    retention: Ratio01 = Field(default=0.0, description="What is kept", examples=[0.15])
    growth: Ratio01 = Field(default=0.0, description="How accounts expand", examples=[0.2])
    profitability: Ratio01 = Field(default=0.0, description="What is left of it", examples=[0.05])
    satisfaction_and_health: Ratio01 = Field(
        default=0.0, description="How content customers are, and how healthy the accounts", examples=[0.1]
    )
    new_business: Ratio01 = Field(default=0.0, description="What is landed anew", examples=[0.1])


class IncentivesBody(WireModel):
    """What somebody is paid for from a day on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"from_on": "2026-01-01", "mix": _MIX}]})

    mix: MixBody = Field(description="The shares of variable pay")
    user_id: Id | None = Field(default=None, description="Whose it is; when left out it holds for all who have no own")
    from_on: IsoDate | None = Field(
        default=None, description="From which day on; today when left out", examples=["2026-01-01"]
    )


class MixAnswer(Answer):
    """Shares of variable pay, that add up to 1."""

    short_term_revenue: float = Field(description="What is sold in the period itself", examples=[0.4])
    retention: float = Field(description="What is kept", examples=[0.15])
    growth: float = Field(description="How accounts expand", examples=[0.2])
    profitability: float = Field(description="What is left of it", examples=[0.05])
    satisfaction_and_health: float = Field(
        description="How content customers are, and how healthy the accounts", examples=[0.1]
    )
    new_business: float = Field(description="What is landed anew", examples=[0.1])


class IncentivePlan(Answer):
    """A mix that holds, and what it rewards."""

    from_on: date = Field(description="Since when it holds", examples=["2026-01-01"])
    mix: MixAnswer = Field(description="The shares of variable pay")
    above_cap: bool = Field(description="Whether more than the cap hangs on short-term revenue")
    rewards_landing_and_expanding: bool = Field(description="Whether new business and growth are both paid for")
    lasting_share: float = Field(
        description="What hangs on retention, growth, satisfaction and health together", examples=[0.45]
    )


class ManagerIncentives(Answer):
    """What a manager is paid for."""

    user_id: Id = Field(description="Who it is")
    user_name: str | None = Field(description="What they are called", examples=["Mia Berg"])
    own: bool = Field(description="Whether by a plan of their own, rather than the one for all")
    plan: IncentivePlan | None = Field(description="The plan that holds for them; null: none does")


class Incentives(Answer):
    """What key account managers are paid for, on a day."""

    as_of: date = Field(description="The day", examples=["2026-10-31"])
    short_term_cap: float = Field(
        description="The share of short-term revenue above which a mix is flagged; the product's own choice",
        examples=[0.5],
    )
    general: IncentivePlan | None = Field(description="The plan for all who have no own; null without one")
    managers: list[ManagerIncentives] = Field(
        description="Everybody who looks after accounts, or has a plan of their own"
    )
    managers_above_cap: int = Field(description="How many are paid above the cap", examples=[1])
    managers_without_plan: int = Field(description="For how many no plan holds", examples=[0])
    mean: MixAnswer | None = Field(description="The mean over the managers with a plan; null without any")
