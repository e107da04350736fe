"""The wire of utilization over a period."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pydantic import Field

from app.infra.benchmarks import BenchmarkAnswer
from app.infra.wire import Answer, Id, MoneyOut, Ratio01
from app.kernel.money import Money
from app.resourcing.core.utilization import Grouping

CENT: Final = Decimal("0.01")


class UtilizationBands(Answer):
    """How many lines (an account's resource in a quarter) fall into each band."""

    full: int = Field(description="Used to 0.9 or more", examples=[14])
    partial: int = Field(description="To 0.5 or more, but not to 0.9", examples=[9])
    low: int = Field(description="Used, but not to 0.5", examples=[6])
    unused: int = Field(description="Not used at all", examples=[3])


class Quantities(Answer):
    """Amounts of one resource, in its unit."""

    unit: str = Field(description="What it is counted in", examples=["days"])
    entitled: float = Field(description="What was due", examples=[120])
    used: float = Field(description="What was used", examples=[96])
    overused: float = Field(description="What was used beyond what was due", examples=[4])


class UtilizationFigures(Answer):
    """What was used of what was due. Costs are of resources that have a price."""

    accounts: int = Field(description="How many accounts were entitled to anything", examples=[12])
    lines: int = Field(description="How many times an account was entitled to a resource in a quarter", examples=[32])
    utilization: Ratio01 | None = Field(
        description="The mean of used / entitled over the lines, each 1 at most; null without lines", examples=[0.64]
    )
    bands: UtilizationBands = Field(description="The lines by how far they were used")
    overused_lines: int = Field(description="How many lines were used beyond what was due", examples=[2])
    entitled_cost: MoneyOut = Field(description="What it costs that was due")
    used_cost: MoneyOut = Field(description="What it costs that was used")
    wasted_cost: MoneyOut = Field(description="What it costs that was due and not used")
    wasted_share: Ratio01 | None = Field(description="The last of the first; null where nothing costs", examples=[0.3])
    overused_cost: MoneyOut = Field(description="What it costs that was used beyond what was due")
    unpriced_lines: int = Field(description="How many lines count in no cost, for want of a price or a rate")
    full_accounts: int = Field(
        description="How many accounts used 0.9 or more of what was due of each resource", examples=[3]
    )


class UtilizationGroup(UtilizationFigures):
    """What was used of what was due in one group."""

    key: str | None = Field(description="What the group is of; null: accounts without a tier", examples=["product"])
    name: str | None = Field(description="What the account or the resource is called; else null")
    quantities: Quantities | None = Field(description="Amounts, when grouped by resource; else null")


class FullyUtilizing(Answer):
    """The share of accounts that make full use of all that they are given, beside a published figure."""

    accounts: int = Field(description="How many accounts were entitled to anything", examples=[12])
    fully: int = Field(
        description="How many of them used 0.9 or more of what was due of each resource over the days", examples=[3]
    )
    share: Ratio01 | None = Field(description="The second of the first; null without accounts", examples=[0.25])
    benchmark: BenchmarkAnswer = Field(description="What was found elsewhere")


class ResourceWorth(Answer):
    """What a resource is worth to the customers who rated it, and how far they use it."""

    resource_id: Id = Field(description="The resource")
    resource_name: str | None = Field(description="What it is called", examples=["Solution architect"])
    accounts: int = Field(description="How many accounts rated it", examples=[5])
    value: float = Field(description="The mean over the accounts, 1 to 5", examples=[3.6])
    utilization: Ratio01 | None = Field(description="Their mean utilization; null where nothing was due")
    cost: MoneyOut | None = Field(description="What costs that was due to them; null without a price")


class ExpensiveLowValue(Answer):
    """A dear resource that is worth little to a customer."""

    account_id: Id = Field(description="The account")
    account_name: str | None = Field(description="What it is called", examples=["Kirchner Pumps"])
    resource_id: Id = Field(description="The resource")
    resource_name: str | None = Field(description="What it is called", examples=["Solution architect"])
    value: float = Field(description="What it is worth to the customer, 1 to 5", examples=[2])
    ratings: int = Field(description="By how many contacts' latest ratings", examples=[2])
    utilization: Ratio01 | None = Field(description="How far it was used; null where nothing was due", examples=[0.2])
    cost: MoneyOut = Field(description="What it costs that was due")


class UtilizationReport(Answer):
    """What was used of what was due in a period."""

    from_on: date = Field(description="The first day", examples=["2026-01-01"])
    to_on: date = Field(description="The last day", examples=["2026-03-31"])
    group_by: Grouping = Field(description="What the groups are of")
    currency: str = Field(description="The reporting currency, in which costs are told", examples=["EUR"])
    missing_rates: list[str] = Field(description="Currencies of prices without a rate into it", examples=[["CHF"]])
    total: UtilizationFigures = Field(description="Of all groups")
    groups: list[UtilizationGroup] = Field(description="The most wasteful first, as many as `limit`")
    groups_total: int = Field(description="How many groups there are", examples=[4])
    fully_utilizing: FullyUtilizing = Field(description="Who makes full use of all that they are given")
    worth: list[ResourceWorth] = Field(description="What customers say of each resource, the least worth first")
    expensive_from: MoneyOut | None = Field(
        description="The cost from which a resource of an account is dear: the median of those rated; null without"
    )
    expensive_low_value: list[ExpensiveLowValue] = Field(
        description="Dear resources that are worth less than 3 of 5 to the customer, the dearest first"
    )


_COSTS = ("entitled_cost", "used_cost", "wasted_cost", "overused_cost")
_NONE: Mapping[str, Any] = {
    **dict.fromkeys(("accounts", "full_accounts", "lines", "filled", "partial", "low", "unused", "overused"), 0),
    **dict.fromkeys(("unpriced", "used", "entitled", "beyond", *_COSTS), 0),
    "utilization": None,
}


def money(amount: float, currency: str) -> MoneyOut:
    """An amount that was added up, to the cent."""
    return MoneyOut.of(Money(Decimal(amount).quantize(CENT), currency))


def figures(row: Mapping[Any, Any] | None, currency: str) -> dict[str, Any]:
    """A row of sums as it is shown; without one, nothing was due."""
    given = _NONE if row is None else row
    entitled_cost = given["entitled_cost"]
    return {
        **{name: int(given[name]) for name in ("accounts", "lines", "full_accounts")},
        "utilization": rounded(given["utilization"]),
        "bands": {
            "full": int(given["filled"]),
            **{name: int(given[name]) for name in ("partial", "low", "unused")},
        },
        "overused_lines": int(given["overused"]),
        "unpriced_lines": int(given["unpriced"]),
        "wasted_share": rounded(given["wasted_cost"] / entitled_cost) if entitled_cost > 0 else None,
        **{name: money(given[name], currency) for name in _COSTS},
    }


def quantities(row: Mapping[Any, Any], unit: str) -> dict[str, Any]:
    """What a group of one resource comes to in its unit."""
    amounts = {"entitled": row["entitled"], "used": row["used"], "overused": row["beyond"]}
    return {"unit": unit, **{name: rounded(amount) for name, amount in amounts.items()}}


def rounded(figure: float | None) -> float | None:
    """A figure to four decimals; null where it is unknown."""
    return None if figure is None else round(figure, 4)
