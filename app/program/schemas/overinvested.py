"""The wire of accounts that get more than they are worth."""

from datetime import date

from pydantic import Field

from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, Id, MoneyOut
from app.program.core.overinvested import CostReason, ValueReason


class OverinvestedAccount(Answer):
    """An account that is dearer than its tier, and by its score worth less."""

    account_id: Id = Field(description="The account's id")
    account_name: str | None = Field(description="What it is called", examples=["Cancity"])
    tier: str = Field(description="The tier that it has", examples=["tier_2"])
    cost: MoneyOut = Field(description="What goes to it in a quarter: what is kept ready, or used where that is more")
    entitled_cost: MoneyOut = Field(description="What its tier and the level agreed with it bring")
    tier_median_cost: MoneyOut | None = Field(
        description="What the account in the middle of its tier costs; null below three accounts"
    )
    excess: MoneyOut = Field(description="By how much it is too dear: above what it is entitled to, or the median")
    cost_reasons: list[CostReason] = Field(
        description="What makes it dear", examples=[["beyond_entitlement", "above_tier_median"]]
    )
    value_reasons: list[ValueReason] = Field(
        description="What makes it worth less than its tier", examples=[["score_in_lower_tier"]]
    )
    score_tier: str = Field(description="The tier that its newest score would give it", examples=["tier_3"])
    composite: float | None = Field(description="Its newest score; null where it is not known", examples=[41.2])
    quadrant: str | None = Field(description="Where that puts it", examples=["serve"])
    provisional: bool = Field(description="Whether too little is known to be sure of that tier")
    revenue: MoneyOut | None = Field(description="What it spent in the last twelve months; null where unknown")


class OverinvestedAccounts(Answer):
    """The accounts that get more than they are worth, as of a day."""

    as_of: date = Field(description="The day", examples=["2026-10-31"])
    accounts_with_cost: int = Field(description="Accounts that anything with a price goes to", examples=[24])
    accounts_without_score: int = Field(description="Those of them that nothing can be said of", examples=[2])
    total: int = Field(description="How many are overinvested", examples=[3])
    excess: MoneyOut = Field(description="What all of them cost too much in a quarter")
    missing_rates: list[str] = Field(
        description="Currencies of prices that have no exchange rate; what has such a price is left out",
        examples=[["CHF"]],
    )
    data: list[OverinvestedAccount] = Field(description="The largest excess first, as many as were asked for")
    benchmarks: list[BenchmarkAnswer] = Field(description="How many reduce resources, and what they say of it")
