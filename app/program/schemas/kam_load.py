"""The wire of what key account managers look after."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, Id, MoneyOut, Ratio01


class ManagedAccount(Answer):
    """A key account in a manager's hands, and what of it nobody else holds."""

    account_id: Id = Field(description="The account's id")
    account_name: str | None = Field(description="What it is called", examples=["Konex"])
    tier: str = Field(description="Its tier", examples=["tier_1"])
    effort: float = Field(
        description="What it asks for: 1, 0.7 or 0.4 by tier, a tenth more per further active buying center",
        examples=[1.2],
    )
    revenue: MoneyOut | None = Field(description="What it spent in the last twelve months; null where unknown")
    contacts: int = Field(description="People of the customer engaged in the last year", examples=[6])
    contacts_alone: int = Field(
        description="Those of them whom nobody but the manager is known to have met: not in an executive review or a"
        " steering committee, nor as a sponsor's counterpart",
        examples=[5],
    )
    advocates_alone: int = Field(description="Those of them who are advocates or coaches", examples=[1])
    executives_alone: int = Field(description="Those of them from director up", examples=[1])
    sponsored: bool = Field(description="Whether an executive other than the manager sponsors it")
    second_function: bool | None = Field(
        description="Whether another function edited its plan, voted on it or answered a request for it in the last"
        " year; null where the organization records no such work"
    )


class ManagerLoad(Answer):
    """How much a manager has to look after."""

    key_accounts: int = Field(description="Key accounts", examples=[8])
    accounts: int = Field(description="Accounts of any kind", examples=[21])
    by_tier: dict[str, int] = Field(description="Key accounts by tier", examples=[{"tier_1": 3, "tier_2": 5}])
    band: Literal["under", "within", "over"] = Field(
        description="Fewer than 5 key accounts, 5 to 10, or more", examples=["within"]
    )
    effort: float = Field(description="The sum of what they ask for, in accounts of the first tier", examples=[6.9])
    load: float = Field(
        description="That effort of what one can do (8 accounts of the first tier); above 1 is too much",
        examples=[0.8625],
    )


class ManagerTime(Answer):
    """What a manager spent the last 90 days on; shares are null without recorded hours."""

    hours: float = Field(description="Recorded hours", examples=[412.5])
    by_activity: dict[str, float] = Field(
        description="Share of the hours by activity", examples=[{"senior_relationships": 0.4, "escalations": 0.6}]
    )
    dedication: Ratio01 | None = Field(
        description="Of the hours that were for an account, those for key accounts", examples=[0.85]
    )
    tacked_on: bool | None = Field(
        description="Whether key accounts come on top of another job: dedication below 0.8; null without key accounts"
    )
    reactive: Ratio01 | None = Field(description="Share of escalations", examples=[0.12])
    growth: Ratio01 | None = Field(
        description="Share of senior relationships, negotiation and joint roadmaps", examples=[0.44]
    )
    coordination: Ratio01 | None = Field(
        description="Share of coordinating inside the own organization", examples=[0.31]
    )
    crowded_out: bool | None = Field(
        description="Whether coordinating takes more hours than joint roadmaps and data analysis together"
    )


class ManagerRisk(Answer):
    """What is lost if the manager leaves."""

    contacts: int = Field(description="People at the key accounts engaged in the last year", examples=[41])
    contacts_alone: int = Field(description="Those whom nobody else is known to have met", examples=[29])
    advocates_alone: int = Field(description="Those of them who are advocates or coaches", examples=[6])
    executives_alone: int = Field(description="Those of them from director up", examples=[9])
    accounts_without_sponsor: int = Field(description="Key accounts that no other executive sponsors", examples=[3])
    accounts_without_second_function: int | None = Field(
        description="Key accounts that no other function worked for; null where no such work is recorded", examples=[2]
    )
    accounts_by_one_person: int = Field(
        description="Key accounts with neither a sponsor nor a second function", examples=[2]
    )
    revenue_by_one_person: MoneyOut | None = Field(
        description="What those spent in the last twelve months; null where it is known of none"
    )
    revenue_share: Ratio01 | None = Field(
        description="Of what all the manager's key accounts spent; null where they spent nothing", examples=[0.35]
    )


class Manager(Answer):
    """A manager with load, time and risk."""

    user_id: Id = Field(description="Who it is")
    user_name: str | None = Field(description="What they are called", examples=["Mia Berg"])
    load: ManagerLoad = Field(description="How much they have to look after")
    time: ManagerTime = Field(description="What they spend their hours on")
    risk: ManagerRisk = Field(description="What hangs on them")
    accounts: list[ManagedAccount] = Field(description="Their key accounts, the largest first; at most 25")


class UnmanagedAccount(Answer):
    """A key account that nobody looks after."""

    account_id: Id = Field(description="The account's id")
    account_name: str | None = Field(description="What it is called", examples=["Konex"])


class KamLoadReport(Answer):
    """What key account managers look after, as it was known at the end of a day."""

    as_of: date = Field(description="The day", examples=["2026-10-31"])
    managers_total: int = Field(description="How many look after accounts, or recorded hours", examples=[6])
    key_accounts: int = Field(description="Key accounts that somebody looks after", examples=[31])
    mean: float | None = Field(description="Key accounts per manager who has any; null without one", examples=[5.2])
    median_accounts: float | None = Field(
        description="Accounts of any kind that the manager in the middle has, of those with key accounts",
        examples=[9.0],
    )
    median_accounts_of_others: float | None = Field(
        description="The same of account managers without a key account", examples=[34.0]
    )
    median_cycle_days: float | None = Field(
        description="Days from creation to close of deals won in the last twelve months, of the account in the middle"
        " of those whose managers have key accounts; null where nothing was won",
        examples=[64.0],
    )
    median_cycle_days_of_others: float | None = Field(
        description="The same of the accounts of managers without a key account", examples=[81.0]
    )
    under: int = Field(description="Managers with one to four key accounts", examples=[2])
    over: int = Field(description="Managers with more than ten", examples=[1])
    overloaded: int = Field(description="Managers whose accounts ask for more than one can do", examples=[1])
    crowded_out: int = Field(description="Managers who coordinate more than they work on strategy", examples=[2])
    with_hours: int = Field(description="Managers with recorded hours, among whom these are counted", examples=[5])
    without_manager: list[UnmanagedAccount] = Field(description="Key accounts that nobody looks after; at most 25")
    without_manager_total: int = Field(description="How many there are", examples=[1])
    data: list[Manager] = Field(description="The managers, the greatest load first, as many as were asked for")
    benchmarks: list[BenchmarkAnswer] = Field(
        description="What is published: accounts per manager, and how many say that coordinating limits their strategy"
    )
