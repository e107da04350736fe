"""The main metrics worked out a second way: plain Python over the facts, one account at a time, in exact arithmetic."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from statistics import median
from typing import Any
from uuid import UUID

from tests.metrics.ground import World

LEVELS = {"functional": 1, "manager": 2, "director": 3, "vp": 4, "c_level": 5}


class Oracle:
    """What is known in a world at the end of a day."""

    def __init__(self, world: World, day: date) -> None:
        self.day = day
        self.world = world
        self.end = datetime.combine(day + timedelta(days=1), time(), UTC)
        self.deals = [
            deal
            for deal in self.states("opportunities")
            if deal["account_id"] and (deal["created_on"] is None or deal["created_on"] <= day)
        ]
        self.contacts = {contact["id"]: contact for contact in self.states("contacts")}
        self.engagements = [row for row in world.known["engagements"] if row["held_on"] <= day]
        self.participants = defaultdict(list)
        for row in world.known["engagement_contacts"]:
            self.participants[row["engagement_id"]].append(row["contact_id"])
        self.offerings = {row["id"]: row for row in world.known["offerings"]}
        self.industries = {row["id"]: row.get("industry") for row in self.states("accounts")}

    def states(self, table: str) -> list[dict[str, Any]]:
        return [
            row
            for row in self.world.known[table]
            if row["valid_from"] < self.end and row.get("valid_to", self.end) >= self.end
        ]

    def since(self, days: int) -> date:
        return self.day - timedelta(days=days)

    def outcome(self, deal: dict[str, Any]) -> str:
        decided = deal["status"] != "open" and deal["closed_on"] <= self.day
        return str(deal["status"]) if decided else "open"

    def of(
        self, account: UUID | None, outcome: str, after: date = date.min, until: date = date.max
    ) -> list[dict[str, Any]]:
        return [
            deal
            for deal in self.deals
            if account in {None, deal["account_id"]}
            and self.outcome(deal) == outcome
            and (outcome == "open" or after < deal["closed_on"] <= until)
        ]

    def converted(self, amount: Any, currency: str | None, day: date) -> Fraction | None:
        if amount is None:
            return None
        if currency == "USD":
            return Fraction(amount)
        rates = [
            row
            for row in self.world.known["exchange_rates"]
            if row["currency"] == currency and row["into_currency"] == "USD" and row["from_on"] <= day
        ]
        return Fraction(amount) * Fraction(max(rates, key=lambda row: row["from_on"])["rate"]) if rates else None

    def worth(self, deal: dict[str, Any]) -> Fraction | None:
        on = self.day if self.outcome(deal) == "open" else deal["closed_on"]
        return self.converted(deal["amount"], deal["currency"], on)

    def price(self, deal: dict[str, Any]) -> Fraction | None:
        if deal["amount"] is not None or deal.get("offering_id") is None:
            return self.worth(deal)
        offering = self.offerings[deal["offering_id"]]
        return self.converted(offering["list_price"], offering["list_price_currency"], self.day)

    def total(self, worths: Iterable[Fraction | None]) -> float | None:
        listed = list(worths)
        known = [worth for worth in listed if worth is not None]
        return float(sum(known)) if known or not listed else None

    def revenue(self, account: UUID, after: int, until: int) -> float | None:
        return self.total(map(self.worth, self.of(account, "won", self.since(after), self.since(until))))

    def answers(self, account: UUID) -> dict[str, float | None]:
        won = self.of(account, "won", self.since(365))
        ltm, prior = self.revenue(account, 365, 0), self.revenue(account, 730, 365)
        lost = self.of(account, "lost", self.since(365))
        retention = ltm / prior if ltm is not None and prior is not None and prior > 0 else None
        cycles = [(deal["closed_on"] - deal["created_on"]).days for deal in won if deal["created_on"]]
        ever = self.of(account, "won")
        return {
            "revenue_ltm": ltm,
            "revenue_prior_ltm": prior,
            "net_retention": retention,
            "revenue_growth": None if retention is None else retention - 1,
            "revenue_trend": self.trend(account),
            "win_rate": len(won) / (len(won) + len(lost)) if len(won) + len(lost) >= 3 else None,
            "deal_count_ltm": len(won),
            "lost_amount_ltm": self.total(map(self.worth, lost)),
            "tenure_years": (self.day - min(deal["closed_on"] for deal in ever)).days / 365.25 if ever else None,
            "cycle_days": median(cycles) if cycles else None,
            "open_pipeline": self.total(map(self.price, self.of(account, "open"))),
            "future_spend": self.future_spend(account),
            "gross_retention": self.gross_retention(account, prior),
            "concentration_offering": self.concentration(won, "offering_id"),
            "concentration_buying_center": self.concentration(won, "buying_center_id"),
            "concentration_decision_maker": self.concentration(won, "primary_contact_id"),
            "sole_source_share": self.sole_source_share(account),
            "offerings_proposed_new": self.offerings_proposed_new(account),
            "cross_sell_potential": self.cross_sell(ever),
            "largest_contact_share": self.largest_contact_share(won),
            "buying_centers_new": self.buying_centers_new(account),
            **self.meetings(account),
            **self.sides(account),
            **self.plans(account),
            "commitments_kept": self.commitments_kept(account),
            "expectations_met": self.expectations_met(account),
            "resource_utilization": self.utilization(account),
            **self.size(account),
        }

    def size(self, account: UUID) -> dict[str, float | None]:
        said = next((row for row in self.states("accounts") if row["id"] == account), {})
        worth = self.converted(said.get("annual_revenue"), said.get("annual_revenue_currency"), self.day)
        return {"employees": said.get("employees"), "annual_revenue": None if worth is None else float(worth)}

    def trend(self, account: UUID) -> float | None:
        deals = [deal for deal in self.deals if deal["account_id"] == account]
        if not deals:
            return None
        began = min(
            deal["created_on"] or (deal["valid_from"].date() if self.outcome(deal) == "open" else deal["closed_on"])
            for deal in deals
        )
        quarters = min(8, ((self.day - began).days + 1) // 90)
        revenues = [self.revenue(account, 90 * (back + 1), 90 * back) for back in range(quarters)]
        if quarters < 4 or None in revenues:
            return None
        points = [(-back, math.log1p(revenue)) for back, revenue in enumerate(revenues) if revenue is not None]
        mean_x = sum(x for x, _ in points) / quarters
        mean_y = sum(y for _, y in points) / quarters
        rise = sum((x - mean_x) * (y - mean_y) for x, y in points)
        return float(rise / sum((x - mean_x) ** 2 for x, _ in points))

    def future_spend(self, account: UUID) -> float | None:
        won, lost = len(self.of(None, "won")), len(self.of(None, "lost"))
        parts: list[Fraction | None] = []
        for deal in self.of(account, "open"):
            chance = deal.get("probability")
            if chance is None:
                chance = Fraction(won, won + lost) if won + lost else None
            price = self.price(deal)
            parts.append(None if chance is None or price is None else price * Fraction(chance))
        expected = [
            row
            for row in self.world.known["observations"]
            if row["account_id"] == account
            and row["metric"] == "expected_spend"
            and self.since(365) < row["observed_on"] <= self.day
        ]
        total = self.total(parts)
        latest = max(expected, key=lambda row: (row["observed_on"], row["id"]))["value"] if expected else None
        known = [float(value) for value in (total, latest) if value is not None]
        return max(known, default=None)

    def gross_retention(self, account: UUID, prior: float | None) -> float | None:
        if prior is None or prior <= 0:
            return None
        before = {
            (deal.get("buying_center_id"), deal.get("offering_id"))
            for deal in self.of(account, "won", until=self.since(365))
        }
        again = [
            deal
            for deal in self.of(account, "won", self.since(365))
            if (deal.get("buying_center_id"), deal.get("offering_id")) in before
        ]
        continued = self.total(map(self.worth, again))
        return None if continued is None else min(continued, prior) / prior

    def concentration(self, won: list[dict[str, Any]], part: str) -> float | None:
        shares: dict[Any, Fraction] = defaultdict(Fraction)
        for deal in won:
            worth = self.worth(deal)
            if deal.get(part) and worth is not None:
                shares[deal[part]] += worth
        amounts = [amount for amount in shares.values() if amount > 0]
        return float(sum(amount**2 for amount in amounts) / sum(amounts) ** 2) if amounts else None

    def largest_contact_share(self, won: list[dict[str, Any]]) -> float | None:
        shares: dict[Any, Fraction] = defaultdict(Fraction)
        for deal in won:
            worth = self.worth(deal)
            if deal.get("primary_contact_id") and worth is not None and worth > 0:
                shares[deal["primary_contact_id"]] += worth
        return float(max(shares.values()) / sum(shares.values(), Fraction())) if shares else None

    def buying_centers_new(self, account: UUID) -> float | None:
        if not any(deal.get("buying_center_id") for deal in self.deals):
            return None
        wins = [(deal.get("buying_center_id"), deal["closed_on"]) for deal in self.of(account, "won")]
        first = {center: min(day for other, day in wins if other == center) for center, _ in wins if center}
        return len([day for day in first.values() if day > self.since(90)])

    def said(self, attribute: str, unsaid: Any, until: datetime) -> bool:
        """Whether any contact's attribute was known by then."""
        return any(row[attribute] != unsaid and row["valid_from"] < until for row in self.world.known["contacts"])

    def sides(self, account: UUID) -> dict[str, float | None]:
        present = [row for row in self.contacts.values() if row["account_id"] == account and row["active"]]
        against = [row for row in present if row["stance"] == "detractor" and LEVELS.get(str(row["seniority"]), 0) >= 3]
        then = Oracle(self.world, self.since(90))
        kind = {"advocate", "coach", "supporter"}
        mine = [row for row in then.contacts.values() if row["account_id"] == account]
        supporters = {row["id"] for row in mine if row["active"] and row["stance"] in kind}
        still = {row["id"] for row in present if row["stance"] in kind}
        stances = self.said("stance", "unknown", self.end)
        ranked = stances and self.said("seniority", None, self.end)
        return {
            "advocates": sum(row["stance"] in {"advocate", "coach"} for row in present) if stances else None,
            "detractors_deciding": len(against) if ranked else None,
            "supporters_left": len(supporters - still) if self.said("stance", "unknown", then.end) else None,
        }

    def sole_source_share(self, account: UUID) -> float | None:
        deals = [*self.of(account, "open"), *self.of(account, "won", self.since(365))]
        flagged = [(deal["sole_sourced"], self.worth(deal)) for deal in deals if deal.get("sole_sourced") is not None]
        known = [(flag, worth) for flag, worth in flagged if worth is not None]
        total = sum(worth for _, worth in known)
        return float(sum(worth for flag, worth in known if flag) / total) if total > 0 else None

    def offerings_proposed_new(self, account: UUID) -> float:
        new = set()
        for deal in self.deals:
            created, offering = deal["created_on"], deal.get("offering_id")
            if deal["account_id"] == account and offering and created and created > self.since(90):
                bought = [w for w in self.of(account, "won") if w.get("offering_id") == offering]
                if not any(w["closed_on"] < created for w in bought):
                    new.add(offering)
        return len(new)

    def plans(self, account: UUID) -> dict[str, float | None]:
        """How long ago the plan was updated, and how many functions had a hand in it; no plan here is archived."""
        written = [row for row in self.world.known["plan_versions"] if row["saved_on"] <= self.day]
        mine = {row["id"] for row in self.world.known["account_plans"] if row["account_id"] == account}
        own = [row for row in written if row["plan_id"] in mine]
        updates = [row["saved_on"] for row in own if row["substantive"]]
        year = self.since(365)
        hands = {row["function"] for row in own if row["saved_on"] > year} - {None}
        promises = [row for row in self.world.known["commitments"] if row["accepted_on"] <= self.day]
        lately = {row["id"] for row in promises if row["account_id"] == account and row["accepted_on"] > year}
        hands |= {row["function"] for row in self.world.known["commitment_moves"] if row["commitment_id"] in lately}
        known = promises or any(row["function"] for row in written)
        return {
            "days_since_plan_update": (self.day - max(updates)).days if updates else None,
            "collaboration_breadth": len(hands) if known else None,
        }

    def commitments_kept(self, account: UUID) -> float | None:
        """Of the promises that fell due within a year, how many had arrived by their day."""
        verdicts = []
        for row in self.world.known["commitments"]:
            done, closed = (row.get(name, date.max) for name in ("delivered_on", "closed_on"))
            fell = min(closed, row["due_on"]) if row["state"] == "missed" and closed <= self.day else row["due_on"]
            withdrawn = row["state"] == "withdrawn" and closed <= min(row["due_on"], self.day)
            if row["account_id"] != account or row["accepted_on"] > self.day or withdrawn:
                continue
            over = fell < self.day or (fell == self.day and min(done, closed) <= self.day)
            if over and fell > self.since(365):
                verdicts.append(done <= min(row["due_on"], self.day))
        return sum(verdicts) / len(verdicts) if verdicts else None

    def expectations_met(self, account: UUID) -> float | None:
        """Of the expectations of the calibration in force, how many of those assessed were met when last assessed."""
        in_force = {
            row["id"]
            for row in self.world.known["calibrations"]
            if row["account_id"] == account
            and row["activated_on"] <= self.day < row.get("ended_on", self.day + timedelta(days=1))
        }
        last = {}
        for said in sorted(
            self.world.known["expectation_assessments"], key=lambda row: (row["assessed_on"], row["id"])
        ):
            if said["assessed_on"] <= self.day:
                last[said["expectation_id"]] = said["met"]
        counted = [
            last[row["id"]]
            for row in self.world.known["expectations"]
            if row["calibration_id"] in in_force
            and row["id"] in last
            and (row["withdrawn_on"] is None or row["withdrawn_on"] > self.day)
        ]
        return sum(counted) / len(counted) if counted else None

    def utilization(self, account: UUID) -> float | None:
        """Day by day over the 90 days: what was due of each resource, and what was used of it."""
        entries = [row for row in self.world.known["usage_entries"] if row["used_on"] <= self.day]
        held = [row for row in self.world.known["account_entitlements"] if row["account_id"] == account]
        shares = []
        for resource in {row["resource_id"] for row in held}:
            mine = [row for row in held if row["resource_id"] == resource]
            due = sum((_due(mine, self.since(back)) for back in range(90)), Fraction()) / 90
            used = sum(
                Fraction(row["quantity"])
                for row in entries
                if (row["account_id"], row["resource_id"]) == (account, resource) and row["used_on"] > self.since(90)
            )
            if due > 0:
                shares.append(min(used / due, Fraction(1)))
        return float(sum(shares) / len(shares)) if shares and entries else None

    def proposals_new(self, account: UUID, stages: Collection[str]) -> int:
        """How many deals entered one of `stages` in the quarter, and how many engagements were proposals."""
        begins = datetime.combine(self.since(89), time(), UTC)
        entered = {
            row["id"]
            for row in self.world.known["opportunities"]
            if row["stage"] in stages and row["valid_from"] < self.end and begins <= row["stage_entered_at"] < self.end
        }
        mine = {row["id"] for row in self.states("opportunities") if row["account_id"] == account}
        held = [row for row in self.engagements if (row["account_id"], row["kind"]) == (account, "proposal")]
        return len(entered & mine) + len([row for row in held if row["held_on"] > self.since(90)])

    def referrals_new(self, account: UUID) -> int:
        """How many referrals of the quarter named a buying center that nobody had dealt with before that day."""
        found = [
            row
            for row in self.engagements
            if (row["account_id"], row["kind"]) == (account, "referral") and row["held_on"] > self.since(90)
        ]
        first = {
            center: min(row["held_on"] for row in self.engagements if row.get("buying_center_id") == center)
            for center in {row.get("buying_center_id") for row in found} - {None}
        }
        return len([row for row in found if row["held_on"] == first.get(row.get("buying_center_id"))])

    def active(self) -> set[UUID]:
        return {
            key
            for key, row in self.offerings.items()
            if (row.get("active_from") or date.min) <= self.day <= (row.get("active_to") or date.max)
        }

    def cross_sell(self, ever: list[dict[str, Any]]) -> float | None:
        active = self.active()
        return 1 - len({deal.get("offering_id") for deal in ever} & active) / len(active) if active else None

    def meetings(self, account: UUID) -> dict[str, float | None]:
        held = [row for row in self.engagements if row["account_id"] == account]
        met = defaultdict(list)
        for row in held:
            for contact in self.participants[row["id"]]:
                met[contact].append(row["held_on"])
        recent = [
            self.contacts.get(contact, {"seniority": None, "active": True})
            for contact, days in met.items()
            if max(days) > self.since(180)
        ]
        levels = [LEVELS.get(contact["seniority"]) for contact in recent if contact["active"]]
        ranked = [level for level in levels if level is not None]
        executives = [
            days
            for contact, days in met.items()
            if LEVELS.get(str(self.contacts.get(contact, {}).get("seniority")), 0) >= 3 and min(days) > self.since(90)
        ]
        reviews = [row["held_on"] for row in held if row["kind"] == "qbr"]
        stances = [
            contact["stance"]
            for contact in self.contacts.values()
            if contact["account_id"] == account and contact["active"] and contact["stance"] != "unknown"
        ]
        said = any(self.participants[row["id"]] for row in self.engagements)  # whether anybody ever says who was met
        depth = (max(ranked) if ranked else None) if levels else 0
        return {
            "relationship_depth": depth if said else None,
            "executives_met_new": len(executives) if said else None,
            "days_since_qbr": (self.day - max(reviews)).days if reviews else None,
            "advocacy": sum(s in {"advocate", "coach"} for s in stances) / len(stances) if stances else None,
        }


def _due(statements: list[dict[str, Any]], day: date) -> Fraction:
    """What statements of one resource come to on a day, per quarter."""
    held = [row for row in statements if row["from_on"] <= day and (row["until_on"] is None or day < row["until_on"])]
    exceptions = [Fraction(row["quantity"]) for row in held if row["basis"] == "exception"]
    others = [Fraction(row["quantity"]) for row in held if row["basis"] != "exception"]
    return max(others, default=Fraction()) + sum(exceptions)
