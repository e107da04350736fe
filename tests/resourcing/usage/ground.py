"""A small book of entitlements and usage made by chance, and the report on it worked out a second way, day by day."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from sqlalchemy import insert

from app.accounts.tables import accounts, exchange_rates
from app.kernel.ids import new_id
from app.resourcing.tables import account_entitlements, resources, usage_entries

FIRST, LAST = date(2025, 2, 10), date(2025, 11, 20)
PRICES = (("10", "USD"), ("8", "EUR"), ("7", "CHF"), (None, None))  # EUR has a rate, CHF has none
EUR = Fraction(5, 4)
LATER = date(2100, 1, 1)
_AGES_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Book:
    """Rows as they go into the tables."""

    def __init__(self, seed, *, people=4):
        self.chance = random.Random(seed)
        self.accounts = [new_id() for _ in range(people)]
        self.resources: list[dict[str, Any]] = [
            {
                "id": new_id(), "code": f"r{at}", "name": f"Resource {at}", "kind": "other", "unit": "days",
                "function": ("product", "service")[at % 2], "unit_cost": price and float(price), "currency": currency,
            }
            for at, (price, currency) in enumerate(PRICES)
        ]  # fmt: skip
        self.held: list[dict[str, Any]] = []
        self.used: list[dict[str, Any]] = []
        self.gone = {self.accounts[-1]: LAST - timedelta(days=50)} if people > 1 else {}
        for account in self.accounts:
            for resource in self.chance.sample(self.resources, 3):
                self.give(account, resource["id"])
                self.use(account, resource["id"])
        for row in [each for each in self.held if each["account_id"] == self.accounts[0]]:
            # Whoever takes it all at once wastes it in other quarters, and has made full use of it all the same.
            self.used.append(
                {
                    "id": new_id(), "account_id": self.accounts[0], "resource_id": row["resource_id"],
                    "quantity": 90.0, "used_on": LAST - timedelta(days=30),
                }
            )  # fmt: skip

    def day(self):
        return FIRST + timedelta(days=self.chance.randint(-60, 320))

    def give(self, account, resource):
        turn = self.day()
        tiers = [("tier_1", date(2024, 1, 1), turn), ("tier_2", turn, None)]
        lines: list[tuple[Any, ...]] = [("tier", name, begun, until) for name, begun, until in tiers]
        for basis in self.chance.sample(["agreement", "level", "exception", "exception"], self.chance.randint(0, 3)):
            begun = self.day()
            lines.append((basis, None, begun, self.chance.choice([None, begun + timedelta(days=45), begun])))
        for basis, name, begun, until in lines:
            self.held.append(
                {
                    "id": new_id(), "account_id": account, "resource_id": resource, "from_on": begun, "until_on": until,
                    "quantity": float(self.chance.randint(1, 12)), "basis": basis, "basis_name": name,
                }
            )  # fmt: skip

    def use(self, account, resource):
        for _ in range(self.chance.randint(0, 12)):
            quantity = self.chance.randint(1, 16) / 4
            self.used.append(
                {
                    "id": new_id(), "account_id": account, "resource_id": resource, "quantity": quantity,
                    "used_on": self.day(),
                }
            )  # fmt: skip

    def removal(self, account):
        day = self.gone.get(account)
        if day is None:
            return {"valid_from": _AGES_AGO, "removed_at": None}
        forever = datetime.max.replace(tzinfo=UTC)  # as the driver has infinity
        return {"valid_from": forever, "removed_at": datetime(day.year, day.month, day.day, 9, tzinfo=UTC)}

    async def saved(self, database, tenant):
        named = [
            {
                "id": each,
                "name": str(each),
                "name_key": str(each),
                "attributes": {},
                **self.removal(each),
            }
            for each in self.accounts
        ]
        rate = {"id": new_id(), "currency": "EUR", "into_currency": "USD", "rate": 1.25, "from_on": date(2020, 1, 1)}
        async with database.transaction(tenant.id) as connection:
            for table, rows in (
                (accounts, named), (exchange_rates, [rate]), (resources, self.resources),
                (account_entitlements, self.held), (usage_entries, self.used),
            ):  # fmt: skip
                await connection.execute(insert(table), [{**row, "tenant_id": tenant.id} for row in rows])

    @cached_property
    def lines(self):
        """By account, resource and quarter: what was due and what was used, from FIRST to LAST."""
        found: dict[Any, list[Fraction]] = defaultdict(lambda: [Fraction(), Fraction()])
        for account in self.accounts:
            for resource in self.resources:
                mine = [
                    row for row in self.held if (row["account_id"], row["resource_id"]) == (account, resource["id"])
                ]
                day = FIRST
                while day <= LAST:
                    due = _due(mine, day) if day < self.gone.get(account, LATER) else 0
                    if due:
                        found[account, resource["id"], _quarter(day)][0] += due / _days_of(_quarter(day))
                    day += timedelta(days=1)
        for row in self.used:
            if FIRST <= row["used_on"] <= LAST:
                found[row["account_id"], row["resource_id"], _quarter(row["used_on"])][1] += Fraction(row["quantity"])
        return found

    def tier(self, account):
        """Of the newest statement of a tier on the last day; all of an account have the same start or another."""
        mine = [row for row in self.held if row["account_id"] == account and row["basis"] == "tier"]
        held = [row for row in mine if row["from_on"] <= LAST and (row["until_on"] is None or row["until_on"] > LAST)]
        return max(held, key=lambda row: (row["from_on"], row["id"]))["basis_name"]

    def group_of(self, by, account, resource, quarter):
        row = next(each for each in self.resources if each["id"] == resource)
        return {
            "account": str(account), "resource": str(resource), "function": row["function"], "kind": row["kind"],
            "tier": self.tier(account), "quarter": quarter.isoformat(),
        }[by]  # fmt: skip

    def price(self, resource):
        row = next(each for each in self.resources if each["id"] == resource)
        return {"USD": Fraction(1), "EUR": EUR}.get(row["currency"], Fraction()) * Fraction(row["unit_cost"] or 0)

    def groups(self, by):
        """By group: how many lines, the mean of their shares, and what was due, used and wasted in money."""
        parts = defaultdict(list)
        for (account, resource, quarter), (due, used) in self.lines.items():
            parts[self.group_of(by, account, resource, quarter)].append((due, used, self.price(resource)))
        return {name: _summed(lines) for name, lines in parts.items()}

    def fully(self):
        """How many accounts were entitled to anything, and how many of them used nine tenths of each resource."""
        whole: dict[Any, list[Fraction]] = defaultdict(lambda: [Fraction(), Fraction()])
        for (account, resource, _), amounts in self.lines.items():
            whole[account, resource] = [
                pair[0] + pair[1] for pair in zip(whole[account, resource], amounts, strict=True)
            ]
        shares = defaultdict(list)
        for (account, _), (due, used) in whole.items():
            if due:
                shares[account].append(used / due)
        return len(shares), sum(min(each) >= Fraction(9, 10) for each in shares.values())


def _summed(lines):
    shares = [min(used / due, Fraction(1)) for due, used, _ in lines if due]
    return {
        "lines": len(shares),
        "utilization": float(sum(shares) / len(shares)) if shares else None,
        "entitled_cost": float(sum(due * price for due, _, price in lines)),
        "used_cost": float(sum(used * price for _, used, price in lines)),
        "wasted_cost": float(sum(max(due - used, 0) * price for due, used, price in lines)),
        "unused": sum(share == 0 for share in shares),
        "full": sum(share >= Fraction(9, 10) for share in shares),
    }


def _due(statements, day):
    held = [row for row in statements if row["from_on"] <= day and (row["until_on"] is None or day < row["until_on"])]
    exceptions = [Fraction(row["quantity"]) for row in held if row["basis"] == "exception"]
    return max((Fraction(row["quantity"]) for row in held if row["basis"] != "exception"), default=Fraction()) + sum(
        exceptions, Fraction()
    )


def _quarter(day):
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _days_of(quarter):
    later = quarter + timedelta(days=95)
    return (_quarter(later) - quarter).days
