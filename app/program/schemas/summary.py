"""The wire of the program in figures."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, MoneyOut, Ratio01
from app.program.core.key_accounts import RULE, KeyBasis
from app.program.core.premium import Verdict


class TierCount(Answer):
    """How many key accounts a tier has."""

    tier: str = Field(description="The tier's name", examples=["tier_1"])
    accounts: int = Field(description="How many accounts", examples=[6])


class KeyAccountFigures(Answer):
    """How much of the business stands on the key accounts."""

    basis: KeyBasis = Field(description=f"{RULE} `scored`: none was selected yet", examples=["chosen"])
    accounts: int = Field(description="Key accounts on the day", examples=[18])
    by_tier: list[TierCount] = Field(description="The same by tier")
    customers: int = Field(description="Accounts that spent anything in the last two years, or are key", examples=[120])
    customer_share: Ratio01 | None = Field(
        description="Key accounts of all customers; null without customers", examples=[0.15]
    )
    revenue: MoneyOut | None = Field(
        description="What key accounts spent in the last twelve months; null where it is known of none"
    )
    total_revenue: MoneyOut | None = Field(description="What all accounts spent; null where it is known of none")
    revenue_share: Ratio01 | None = Field(
        description="The first of the second; null where nothing was spent", examples=[0.58]
    )
    hhi: Ratio01 | None = Field(
        description="Sum of squared shares of the key accounts' revenue (Herfindahl): 1 is all in one account",
        examples=[0.11],
    )
    accounts_with_unknown_revenue: int = Field(
        description="Customers whose revenue is not known, as an exchange rate is missing or no deal is recorded",
        examples=[0],
    )
    benchmarks: list[BenchmarkAnswer] = Field(description="What is published of such shares")


class GrowthOfGroup(Answer):
    """A group of accounts, this year beside the one before."""

    accounts: int = Field(description="How many with a known figure in both years that spent anything", examples=[17])
    revenue: MoneyOut = Field(description="What they spent in the last twelve months")
    revenue_before: MoneyOut = Field(description="What they spent in the twelve months before")
    growth: float | None = Field(
        description="The first over the second, less 1; null where they spent nothing before", examples=[0.08]
    )
    median_growth: float | None = Field(
        description="That of the account in the middle, of those that spent anything before", examples=[0.03]
    )


class GrowthPremium(Answer):
    """Whether key accounts grow faster than the others."""

    cohort_on: date = Field(description="Followed are the accounts that were key on this day", examples=["2025-10-31"])
    hindsight: bool = Field(
        description="Nobody was key a year ago, and those of today are taken: they may be key because they grew"
    )
    key_accounts: GrowthOfGroup = Field(description="The key accounts")
    other_accounts: GrowthOfGroup = Field(description="All others")
    premium: float | None = Field(
        description="Growth of the key accounts less that of the others, as a difference of shares", examples=[0.05]
    )
    low: float | None = Field(
        description="Where its 95 % interval begins (Welch, for ratios of sums); null below two accounts in a group",
        examples=[-0.02],
    )
    high: float | None = Field(description="Where it ends", examples=[0.12])
    verdict: Verdict = Field(
        description="By the interval; `insufficient_data` below 5 accounts in a group, or 20 in both",
        examples=["inconclusive"],
    )
    benchmark: BenchmarkAnswer = Field(description="What chief sales officers expect")


class QuotaFigures(Answer):
    """Whether the revenue planned for the key accounts came."""

    accounts_with_target: int = Field(description="Key accounts with a target in the last twelve months", examples=[14])
    missed: int = Field(description="How many of them won less than planned", examples=[8])
    planned: MoneyOut = Field(description="What was planned for them, by the share of its days in the twelve months")
    won: MoneyOut = Field(description="What they spent on those days")
    attainment: float | None = Field(description="The second of the first; null without a target", examples=[0.94])
    is_met: bool | None = Field(description="Whether all of them together met it; null without a target")
    targets_without_rate: int = Field(
        description="Targets whose currency has no exchange rate; their accounts are left out", examples=[0]
    )
    benchmark: BenchmarkAnswer = Field(description="How many organizations miss it")


class RetentionFigures(Answer):
    """Of what the key accounts spent the year before, what came again."""

    gross: float | None = Field(
        description="At most what the same buying centers bought of the same; null where nothing was spent before",
        examples=[0.91],
    )
    net: float | None = Field(description="All that those accounts spent since", examples=[1.06])


class LoadFigures(Answer):
    """How many key accounts those have who look after any."""

    managers: int = Field(description="People with at least one key account", examples=[4])
    mean: float | None = Field(description="Key accounts per person; null without any", examples=[4.3])
    fewest: int | None = Field(description="The fewest that one has", examples=[2])
    most: int | None = Field(description="The most that one has", examples=[11])
    under: int = Field(description="People with fewer than 5", examples=[1])
    within: int = Field(description="People with 5 to 10", examples=[2])
    over: int = Field(description="People with more than 10", examples=[1])
    accounts_without_manager: int = Field(description="Key accounts that nobody looks after", examples=[1])
    benchmarks: list[BenchmarkAnswer] = Field(description="What is published of such loads")


class UseFigures(Answer):
    """How far accounts use what they are entitled to."""

    from_on: date = Field(description="The first day that is looked at", examples=["2026-08-03"])
    to_on: date = Field(description="The last", examples=["2026-10-31"])
    accounts: int = Field(description="Accounts that were entitled to anything", examples=[16])
    fully_using: int = Field(description="How many of them used all of it to 0.9 or more", examples=[3])
    share: Ratio01 | None = Field(description="The second of the first; null without accounts", examples=[0.1875])
    utilization: Ratio01 | None = Field(description="The mean over what they are entitled to", examples=[0.54])
    wasted_cost: MoneyOut = Field(description="What costs that was due to them and not used")
    benchmark: BenchmarkAnswer = Field(description="What was found elsewhere")


class LivingPlans(Answer):
    """Whether the key accounts' plans are alive."""

    with_plan: int = Field(description="Key accounts with a plan", examples=[15])
    without_plan: int = Field(description="Key accounts without", examples=[3])
    fresh: int = Field(description="Plans that said something new within `fresh_days`", examples=[11])
    fresh_days: int = Field(
        description="After how many days a plan is stale, as the organization set it", examples=[90]
    )
    fresh_share: Ratio01 | None = Field(
        description="Fresh plans of all key accounts; null without key accounts", examples=[0.6111]
    )


class CalibrationCount(Answer):
    """How many calibrations are in a state."""

    state: str = Field(description="The state", examples=["active"])
    calibrations: int = Field(description="How many", examples=[9])


class CalibrationFigures(Answer):
    """What is agreed with customers."""

    by_state: list[CalibrationCount] = Field(description="All calibrations, by the state they were in")
    key_accounts_in_force: int = Field(description="Key accounts with a calibration in force", examples=[9])
    key_account_share: Ratio01 | None = Field(description="Of all key accounts; null without any", examples=[0.5])


class AppraisalFigures(Answer):
    """Appraisals that are open."""

    open: int = Field(description="How many are open", examples=[5])
    due: int = Field(description="How many of them should be closed by now", examples=[2])
    reevaluation: int = Field(description="How many have an action plan whose date passed unmet", examples=[1])
    customer_not_contacted: int = Field(description="In how many the customer has not heard of it", examples=[3])


class SeverityCount(Answer):
    """How many early warnings of a severity hold."""

    severity: Literal["low", "medium", "high"] = Field(description="The severity", examples=["high"])
    warnings: int = Field(description="How many, over all accounts", examples=[12])
    of_key_accounts: int = Field(description="How many of them are of key accounts", examples=[4])


class ProgramSummary(Answer):
    """The program in figures, as it was known at the end of a day; published figures stand beside ours, never in."""

    as_of: date = Field(description="The day", examples=["2026-10-31"])
    simulated: bool = Field(description="Whether the organization's data are made up")
    key_accounts: KeyAccountFigures = Field(description="How much of the business stands on them")
    growth: GrowthPremium = Field(description="Whether they grow faster than the others")
    quota: QuotaFigures = Field(description="Whether what was planned for them came")
    retention: RetentionFigures = Field(description="What came again")
    kam_load: LoadFigures = Field(description="Who looks after them")
    utilization: UseFigures = Field(description="Whether resources are used, over all accounts")
    plans: LivingPlans = Field(description="Whether their plans are alive")
    calibrations: CalibrationFigures = Field(description="What is agreed with customers")
    appraisals: AppraisalFigures = Field(description="What is to be looked at again")
    warnings: list[SeverityCount] = Field(description="What warns, the gravest first")
