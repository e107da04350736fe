"""The wire of accountability over a period, and of how much support varies from account to account."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, MoneyOut, Ratio01
from app.resourcing.core.accountability import AccountabilityGrouping

VariabilityGrouping = Literal["function", "kam"]


class AccountabilityFigures(Answer):
    """What was asked for, promised, kept, used and in the way. Costs are of resources that have a price."""

    requested: int = Field(description="Requests made on these days", examples=[24])
    answered: int = Field(description="How many of them were answered", examples=[22])
    accepted: int = Field(description="How many were accepted, as asked for or otherwise", examples=[18])
    declined: int = Field(description="How many were declined", examples=[3])
    unanswered: int = Field(description="How many still wait for an answer", examples=[2])
    accepted_share: Ratio01 | None = Field(
        description="The accepted of the answered; null where none was answered", examples=[0.8182]
    )
    median_response_days: float | None = Field(
        description="Median days from request to first answer; null without answers", examples=[4.0]
    )
    median_help_days: float | None = Field(
        description="Median days from request to first help: the first use, or the delivery; null without any",
        examples=[11.0],
    )
    unplanned_share: Ratio01 | None = Field(
        description="The share of requests behind which no action of a plan stands; null without requests",
        examples=[0.25],
    )
    personal_share: Ratio01 | None = Field(
        description="The share of requests made by way of somebody known personally; null without requests",
        examples=[0.6],
    )
    fell_due: int = Field(description="Promises that fell due on these days", examples=[15])
    kept: int = Field(description="How many of them were delivered in time", examples=[11])
    kept_share: Ratio01 | None = Field(description="The kept of those; null where none fell due", examples=[0.7333])
    late: int = Field(description="How many were delivered, but late", examples=[2])
    late_days: int = Field(description="By how many days, added up", examples=[9])
    missed: int = Field(description="How many were given up", examples=[1])
    overdue_now: int = Field(description="Promises that are overdue today, whenever they fell due", examples=[1])
    roadblocks_opened: int = Field(description="Roadblocks opened on these days", examples=[5])
    roadblocks_resolved: int = Field(description="Roadblocks resolved on these days", examples=[3])
    roadblocks_open: int = Field(description="Roadblocks that stood in the way at the end of the last", examples=[4])
    roadblocks_breached: int = Field(description="Of these, how many beyond their day", examples=[2])
    committed_cost: MoneyOut = Field(description="What it costs that was promised for these days")
    entitled_cost: MoneyOut = Field(description="What it costs that accounts were entitled to")
    used_cost: MoneyOut = Field(description="What it costs that they used")
    wasted_cost: MoneyOut = Field(description="What it costs that they were entitled to and did not use")
    wasted_share: Ratio01 | None = Field(
        description="The wasted of what they were entitled to; null where nothing costs", examples=[0.3]
    )
    unpriced: int = Field(
        description="Promises, and resources of accounts in a quarter, that count in no cost", examples=[0]
    )


class AccountabilityGroup(AccountabilityFigures):
    """The same of one group."""

    key: str | None = Field(
        description="The function, or the id; null: no leader, account or resource", examples=["service"]
    )
    name: str | None = Field(description="What the leader, account or resource is called", examples=["Ada Lovelace"])


class PersonalChannel(Answer):
    """How resources were obtained, beside a published figure."""

    share: Ratio01 | None = Field(
        description="The share of requests made by way of somebody known personally; null without requests",
        examples=[0.6],
    )
    benchmark: BenchmarkAnswer = Field(description="What was found elsewhere")


class AccountabilityReport(Answer):
    """Who promised what in a period, did it arrive, was it used, and what stood in the way."""

    from_on: date = Field(description="The first day", examples=["2026-01-01"])
    to_on: date = Field(description="The last day", examples=["2026-03-31"])
    group_by: AccountabilityGrouping = Field(description="What the groups are of")
    currency: str = Field(description="The reporting currency, in which costs are told", examples=["EUR"])
    missing_rates: list[str] = Field(description="Currencies of prices without a rate into it", examples=[["CHF"]])
    total: AccountabilityFigures = Field(description="Of all groups; counts, days and costs add up over them")
    groups: list[AccountabilityGroup] = Field(description="Where most was not kept first, as many as `limit`")
    groups_total: int = Field(description="How many groups there are", examples=[4])
    personal_channel: PersonalChannel = Field(description="How resources were obtained")


class Spread(Answer):
    """How much a figure differs from account to account."""

    accounts: int = Field(description="How many accounts have one", examples=[12])
    mean: float | None = Field(description="The mean over the accounts; null without any", examples=[0.8])
    deviation: float | None = Field(
        description="The standard deviation of a sample (n - 1); null under two accounts", examples=[0.2]
    )
    variation: float | None = Field(
        description="The coefficient of variation: deviation / mean; null where either is missing or the mean is 0",
        examples=[0.25],
    )


class SupportSpreads(Answer):
    """How much support differs from account to account."""

    kept_share: Spread = Field(description="Of an account's promises that fell due: the share kept")
    response_days: Spread = Field(description="An account's median days from request to first answer")
    help_days: Spread = Field(description="An account's median days from request to first help")


class SupportVariabilityGroup(SupportSpreads):
    """The same by one function, or for the accounts of one KAM."""

    key: str | None = Field(
        description="The function, or the KAM's id; null: accounts without one", examples=["service"]
    )
    name: str | None = Field(description="What the KAM is called", examples=["Ada Lovelace"])


class TierSupportVariability(SupportSpreads):
    """How much support differs among the accounts of one tier."""

    tier: str | None = Field(description="The tier on the last day; null: accounts without one", examples=["tier_1"])
    groups: list[SupportVariabilityGroup] = Field(description="By function or by KAM")


class SupportVariability(Answer):
    """How much support varies among accounts that are to be treated alike."""

    from_on: date = Field(description="The first day", examples=["2026-01-01"])
    to_on: date = Field(description="The last day", examples=["2026-12-31"])
    group_by: VariabilityGrouping = Field(description="What the groups of each tier are of")
    tiers: list[TierSupportVariability] = Field(description="By the tier's name; accounts without a tier last")
