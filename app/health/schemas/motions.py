"""How the motions of revenue look on the wire."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.health.core.motions import MOTIONS, OPEN, MotionName, Portfolio, RevenueMotions, Told
from app.infra.wire import Answer

DECIMALS = 4


class MotionFigures(Answer):
    """One motion; money is in the organization's reporting currency."""

    motion: MotionName = Field(
        description=(
            "`continuation`: an offering in a buying center that had bought it before the period; `cross_sell`: one new"
            " to a buying center that had bought something; `expansion`: in a buying center that had bought nothing"
        )
    )
    amount: float | None = Field(description="Won in the period; null where no amount of any such deal is known")
    deals: int
    deals_without_amount: int = Field(description="Those whose amount is missing, or has no exchange rate")
    share: float | None = Field(description="Of the period's revenue", examples=[0.8])
    amount_before: float | None = Field(description="In the period of the same length before")
    change: float | None = Field(description="`amount` / `amount_before` - 1; null unless that is above 0")
    share_change: float | None = Field(description="Against the share in the period before", examples=[-0.05])
    open_amount: float | None = Field(description="Of open deals, by what was bought when the period ended")
    open_deals: int


class MotionTotals(Answer):
    """Revenue by motion; every deal is in exactly one, so that they add up to the revenue."""

    revenue: float | None
    revenue_before: float | None = Field(description="Of the period of the same length before")
    open_amount: float | None = Field(description="Of the deals that are open when the period ends")
    motions: list[MotionFigures]
    gross_retention: float | None = Field(
        description="min(continuation, revenue before) / revenue before, account by account", examples=[0.9]
    )
    net_retention: float | None = Field(description="Revenue / revenue before", examples=[1.1])


class AccountRevenueMotions(MotionTotals):
    """An account's revenue by motion, as it was known when the period ended."""

    account_id: UUID
    period_from: date
    period_to: date
    currency: str = Field(description="The reporting currency", examples=["USD"])


class AccountMotions(MotionTotals):
    """The motions of one of the accounts that have most."""

    account_id: UUID
    account_name: str | None


class PortfolioRevenueMotions(MotionTotals):
    """The portfolio's revenue by motion, and that of the accounts with most of what was asked for."""

    period_from: date
    period_to: date
    currency: str = Field(description="The reporting currency", examples=["USD"])
    accounts: list[AccountMotions]


class MotionDeal(Answer):
    """A deal with its motion."""

    id: UUID
    name: str | None
    state: Literal["won", "open"]
    motion: MotionName
    amount: float | None = Field(
        description="In the reporting currency; of an open deal without amount its offering's list price"
    )
    stage: str | None
    created_on: date | None
    closed_on: date | None = Field(description="Null while it is open")
    buying_center_id: UUID | None
    buying_center_name: str | None
    offering_id: UUID | None
    offering_name: str | None


def account_motions(told: Told) -> dict[str, Any]:
    return {"account_id": told.account_id, **_days(told), **_totals(told.motions)}


def portfolio_motions(found: Portfolio) -> dict[str, Any]:
    each = [
        {"account_id": account_id, "account_name": name, **_totals(motions)}
        for account_id, name, motions in found.accounts
    ]
    return {**_days(found.told), **_totals(found.told.motions), "accounts": each}


def motion_deal(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in MotionDeal.model_fields if name not in {"state", "motion", "amount"}},
        "state": "open" if row["span"] == OPEN else "won",
        "motion": MOTIONS[row["motion"]],
        "amount": _rounded(row["amount"]),
    }


def _days(told: Told) -> dict[str, Any]:
    return {"period_from": told.period.first, "period_to": told.period.last, "currency": told.currency}


def _totals(found: RevenueMotions) -> dict[str, Any]:
    return {
        "revenue": _rounded(found.revenue),
        "revenue_before": _rounded(found.before),
        "open_amount": _rounded(found.open_amount),
        "motions": [
            {
                "motion": one.name,
                "amount": _rounded(one.amount),
                "deals": one.deals,
                "deals_without_amount": one.without_amount,
                "share": _rounded(one.share),
                "amount_before": _rounded(one.before),
                "change": _rounded(one.change),
                "share_change": _rounded(one.share_change),
                "open_amount": _rounded(one.open_amount),
                "open_deals": one.open_deals,
            }
            for one in found.motions
        ],
        "gross_retention": _rounded(found.gross_retention),
        "net_retention": _rounded(found.net_retention),
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DECIMALS)
