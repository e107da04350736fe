"""What the Maven export says, worked out from its files alone, with nothing of the product in it."""

import csv
import math
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from statistics import mean

AS_OF = date(2017, 12, 31)
YEAR = timedelta(days=365)
QUARTER = timedelta(days=90)


class Book:
    """The book of business as of the last day of the export."""

    def __init__(self, folder: Path) -> None:
        self.accounts = [row["account"] for row in _rows(folder / "accounts.csv")]
        self.prices = {row["product"]: float(row["sales_price"]) for row in _rows(folder / "products.csv")}
        self.deals = defaultdict(list)
        decided = {"Won": 0, "Lost": 0}
        for row in _rows(folder / "sales_pipeline.csv"):
            if row["deal_stage"] in decided:
                decided[row["deal_stage"]] += 1
            if row["account"]:
                self.deals[row["account"]].append(row)
        self.historical_win_rate = decided["Won"] / (decided["Won"] + decided["Lost"])

    def revenue(self, account: str, after: date, until: date) -> float:
        return sum(float(deal["close_value"]) for deal in self._closed(account, "Won", after, until))

    def revenue_ltm(self, account: str) -> float:
        return self.revenue(account, AS_OF - YEAR, AS_OF)

    def win_rate(self, account: str) -> float:
        won = len(self._closed(account, "Won", AS_OF - YEAR, AS_OF))
        return won / (won + len(self._closed(account, "Lost", AS_OF - YEAR, AS_OF)))

    def future_spend(self, account: str) -> float:
        """Open deals have no amount and no probability: list price, and the organization's historical win rate."""
        open_deals = [deal for deal in self.deals[account] if deal["deal_stage"] not in {"Won", "Lost"}]
        return sum(self._price(deal) * self.historical_win_rate for deal in open_deals)

    def cross_sell_potential(self, account: str) -> float:
        bought = {_product(deal) for deal in self.deals[account] if deal["deal_stage"] == "Won"}
        return 1 - len(bought) / len(self.prices)

    def revenue_trend(self, account: str) -> float | None:
        created = [date.fromisoformat(deal["engage_date"]) for deal in self.deals[account] if deal["engage_date"]]
        quarters = min(8, (AS_OF - min(created)).days // 90)
        if quarters < 4:
            return None
        values = [
            math.log1p(self.revenue(account, AS_OF - QUARTER * (back + 1), AS_OF - QUARTER * back))
            for back in reversed(range(quarters))
        ]
        places = range(quarters)
        x, y = mean(places), mean(values)
        rise = sum((at - x) * (value - y) for at, value in zip(places, values, strict=True))
        return rise / sum((at - x) ** 2 for at in places)

    def composites(self) -> dict[str, float]:
        """The default model on a bare export: of its criteria only four are known."""
        spend = {account: self.future_spend(account) for account in self.accounts}
        return {
            account: 0.5 * self._opportunity(account, spend) + 0.5 * 100 * self.win_rate(account)
            for account in self.accounts
        }

    def _opportunity(self, account: str, spend: dict[str, float]) -> float:
        less = sum(other < spend[account] for other in spend.values())
        equal = sum(other == spend[account] for other in spend.values())
        parts = [(30.0, (less + 0.5 * equal) / len(spend)), (20.0, self.cross_sell_potential(account))]
        trend = self.revenue_trend(account)
        if trend is not None:
            parts.append((10.0, min(max((trend + 0.1) / 0.2, 0.0), 1.0)))
        return 100 * sum(weight * share for weight, share in parts) / sum(weight for weight, _ in parts)

    def _closed(self, account: str, stage: str, after: date, until: date) -> list[dict[str, str]]:
        return [
            deal
            for deal in self.deals[account]
            if deal["deal_stage"] == stage and after < date.fromisoformat(deal["close_date"]) <= until
        ]

    def _price(self, deal: dict[str, str]) -> float:
        return self.prices[_product(deal)]


def _product(deal: dict[str, str]) -> str:
    """The pipeline spells one product otherwise than the catalogue."""
    return {"GTXPro": "GTX Pro"}.get(deal["product"], deal["product"])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
