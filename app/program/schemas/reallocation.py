"""The wire of moves of resources: where they lie idle, where they would serve, what a move brings and costs."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, Id, MoneyOut

Quadrant = Literal["invest", "cultivate", "serve", "sustain"]
_WORTH = "Composite times the benefit of its tier; null without a score"


class ResourceMove(Answer):
    """Units of a resource that are to change hands, with the opportunity cost of it.

    What they would be missed by is the worth of who gives times the share of what it holds that it uses.
    """

    resource_id: Id = Field(description="The resource")
    resource_code: str = Field(description="The resource's code", examples=["SME-DAYS"])
    from_account_id: Id | None = Field(description="Who gives; null: they are spare")
    from_account_name: str | None = Field(description="What that account is called", examples=["Cancity"])
    to_account_id: Id = Field(description="Who gets")
    to_account_name: str | None = Field(description="What that account is called", examples=["Konex"])
    units: float = Field(description="How many units, per quarter", examples=[4.0])
    lost: float = Field(description="What they are missed by: worth, for all units", examples=[21.5])
    gained: float = Field(description="What they bring: worth, for all units", examples=[248.0])
    net: float = Field(description="`gained` less `lost`", examples=[226.5])


class ResourceBalance(Answer):
    """A resource over all accounts, in its units per quarter."""

    resource_id: Id = Field(description="The resource")
    code: str = Field(description="Its code", examples=["SME-DAYS"])
    name: str = Field(description="What it is called", examples=["Days of subject experts"])
    unit: str = Field(description="What is counted", examples=["day"])
    unit_cost: MoneyOut | None = Field(
        description="The direct cost of a unit in the reporting currency; null where it is not known"
    )
    capacity: float | None = Field(description="What there is in this quarter; null without a limit", examples=[120.0])
    entitled: float = Field(description="What accounts were entitled to in the last 90 days", examples=[110.0])
    used: float = Field(description="What they used", examples=[64.0])
    unused: float = Field(description="What they left of their own entitlements", examples=[50.0])
    movable: float = Field(description="How much of that may be moved", examples=[31.0])
    unmet: float = Field(description="What is asked for and not promised", examples=[28.0])
    wanted: float = Field(description="How much of that is where resources are to go", examples=[22.0])
    moved: float = Field(description="How much the moves bring there", examples=[22.0])
    shadow_price: float | None = Field(
        description="The worth that one unit of capacity more would bring in the best place; null without a limit",
        examples=[62.0],
    )


class IdleResource(Answer):
    """What an account left of a resource in the last 90 days."""

    resource_id: Id = Field(description="The resource")
    resource_code: str = Field(description="The resource's code", examples=["SME-DAYS"])
    account_id: Id = Field(description="The account's id")
    account_name: str | None = Field(description="What the account is called", examples=["Cancity"])
    quadrant: Quadrant | None = Field(description="Where its newest score puts it; null without one")
    worth: float | None = Field(description=_WORTH, examples=[21.5])
    entitled: float = Field(description="What it was entitled to", examples=[10.0])
    used: float = Field(description="What it used", examples=[1.0])
    unused: float = Field(description="What it left", examples=[9.0])
    utilization: float = Field(description="used / entitled, at most 1", examples=[0.1])
    wasted_cost: MoneyOut | None = Field(description="What the unused units cost; null where that is not known")
    movable: bool = Field(
        description="Whether it may be moved: used below a half, or below 0.9 in `serve` or `sustain`"
    )


class UnmetRequest(Answer):
    """What is asked for on behalf of an account, or was declined lately."""

    resource_id: Id = Field(description="The resource")
    resource_code: str = Field(description="The resource's code", examples=["SME-DAYS"])
    account_id: Id = Field(description="The account's id")
    account_name: str | None = Field(description="What the account is called", examples=["Konex"])
    quadrant: Quadrant | None = Field(description="Where its newest score puts it; null without one")
    worth: float | None = Field(description=_WORTH, examples=[62.0])
    quantity: float = Field(description="How many units", examples=[4.0])
    served: bool = Field(description="Whether resources are to go there: it is in `invest` or `cultivate`")


class ReallocationAnswer(Answer):
    """Where resources lie idle and where they would serve, and the moves within capacity that bring most."""

    as_of: date = Field(description="The day that it is of", examples=["2026-10-31"])
    lost: float = Field(description="What all moves would be missed by: worth", examples=[180.4])
    gained: float = Field(description="What all moves would bring: worth", examples=[1204.0])
    net: float = Field(description="`gained` less `lost`", examples=[1023.6])
    moves_total: int = Field(description="How many moves there are", examples=[14])
    moves: list[ResourceMove] = Field(description="The moves that bring most, as many as were asked for")
    resources: list[ResourceBalance] = Field(
        description="The resources, those first of which one unit more would bring most"
    )
    idle: list[IdleResource] = Field(description="What lies idle, the dearest first, as much as was asked for")
    unmet: list[UnmetRequest] = Field(description="What is asked for in vain, where it would serve first")
    accounts_without_score: int = Field(
        description="Accounts that neither give nor get, since nothing is known of their worth", examples=[3]
    )
    benchmarks: list[BenchmarkAnswer] = Field(description="Published figures of those who moved resources")
