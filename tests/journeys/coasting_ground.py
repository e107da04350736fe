"""An account that meets its numbers and is coasting, as a CRM would tell of it; and one beside it that buys more."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.asking import ok

TODAY = datetime.now(UTC).date()
SINCE = 1_200
LINES = {"sensors": 20_000, "valves": 20_000, "historian": 60_000, "twin": 90_000, "training": 15_000, "care": 30_000}
OLD_LINES = ("sensors", "valves")  # what it has always bought
CENTERS = ("Plant North", "Plant South", "Research", "Logistics")
OLD_CENTERS = CENTERS[:2]
# Seniority, buying center and stance; the first decides for both plants, and the last three nobody has ever met.
PEOPLE = {
    "Ines Brandt": ("manager", "Plant North", "supporter"),
    "Omar Keller": ("functional", "Plant South", "neutral"),
    "Paul Marsh": ("director", "Research", "unknown"),
    "Lena Toth": ("director", "Logistics", "unknown"),
    "Olga Hart": ("c_level", None, "unknown"),
}
UNMET = ("Paul Marsh", "Lena Toth", "Olga Hart")
OBSERVED = {
    "margin": 0.36, "delivery_quality": 4.6, "on_time_delivery": 0.97, "csat": 4.3, "nps": 8.1, "adoption": 0.7,
    "decision_confidence": 3.0,
}  # fmt: skip
EVERY_DAYS = 30
ORDER = 20_000
GOAL, MARGIN_GOAL = 200_000, 65_000  # of the 240,000 that its orders come to in a year


def on(days_ago):
    return (TODAY - timedelta(days=days_ago)).isoformat()


def euros(amount):
    return {"amount": f"{amount:.2f}", "currency": "USD"}


@dataclass
class Ground:
    """The ids of what is there."""

    account: str
    kam: str
    people: dict[str, str]
    offerings: dict[str, str]


async def saved(client, path, items):
    """The ids of records made at once."""
    made = await ok(client.post(f"/v1/{path}/batch", json={"items": items}))
    assert {one["status"] for one in made["results"]} == {201}, made
    return [one["id"] for one in made["results"]]


async def a_coasting_account(client):
    """Two years of the same orders, from the same person, for the same two plants."""
    kam = (await ok(client.post("/v1/users", json={"name": "Ada Vogel", "function": "sales"}), 201))["id"]
    names = [{"name": name, "code": name, "list_price": euros(price)} for name, price in LINES.items()]
    offerings = dict(zip(LINES, await saved(client, "offerings", names), strict=True))
    account, peer = await saved(client, "accounts", [
        {"name": "Alderberg Foods", "industry": "Food", "kam_user_id": kam, "effective_on": on(SINCE)},
        {"name": "Bramdale Dairies", "industry": "Food", "effective_on": on(SINCE)},
    ])  # fmt: skip
    centers = [{"account": account, "name": name} for name in CENTERS] + [{"account": peer, "name": "Dairy"}]
    dairy = (await saved(client, "buying-centers", centers))[-1]
    people = dict(zip(PEOPLE, await saved(client, "contacts", [
        {"account": account, "name": name, "seniority": seniority, "buying_center": center, "stance": stance,
         "active": True, "effective_on": on(SINCE)}
        for name, (seniority, center, stance) in PEOPLE.items()
    ]), strict=True))  # fmt: skip
    ground = Ground(account, kam, people, offerings)
    await saved(client, "opportunities", [*_orders(ground), *_of_the_peer(peer)])
    await saved(client, "engagements", [*_old_contacts(ground), *_of_elsewhere(peer)])
    await saved(client, "targets", [*_targets(account)])
    await saved(client, "observations", [
        {"account": account, "metric": metric, "value": value, "observed_on": on(40)}
        for metric, value in OBSERVED.items()
    ])  # fmt: skip
    # Elsewhere whitespace is worked on: that nobody works on it here is known.
    cell = f"/v1/accounts/{peer}/whitespace/cells/{dairy}/{offerings['sensors']}"
    await ok(client.put(cell, json={"owner_user_id": kam, "next_step": "Visit", "due_on": on(-30), "said_on": on(200)}))
    return ground


def _orders(ground):
    """An order every month, all alike; the next is on its way."""
    for number, closed in enumerate(range(EVERY_DAYS // 2, 900, EVERY_DAYS)):
        yield {
            **deal(ground, OLD_LINES[number % 2], OLD_CENTERS[number // 2 % 2], "Ines Brandt", ORDER, closed + 15),
            "stage": "Order", "status": "won", "closed_on": on(closed), "sole_sourced": number % 4 == 0,
        }  # fmt: skip
    yield {**deal(ground, "sensors", "Plant North", "Ines Brandt", ORDER, 10), "stage": "Order", "sole_sourced": False}


def deal(ground, line, center, person, amount, created):
    return {
        "account": ground.account, "name": f"{line} for {center}", "offering": line, "buying_center": center,
        "primary_contact": ground.people[person], "amount": euros(amount), "created_on": on(created),
    }  # fmt: skip


def _of_the_peer(peer):
    """One deal of each line: what a buying center of the trade buys in a year."""
    for line, price in LINES.items():
        yield {
            "account": peer, "offering": line, "buying_center": "Dairy", "amount": euros(price), "stage": "Order",
            "status": "won", "created_on": on(160), "closed_on": on(120),
        }  # fmt: skip


def _old_contacts(ground):
    ines = [ground.people["Ines Brandt"]]
    for held in range(20, 900, 60):
        yield {"account": ground.account, "kind": "meeting", "held_on": on(held), "contacts": ines,
               "buying_center": "Plant North", "subject": "Next order"}  # fmt: skip
    yield {"account": ground.account, "kind": "meeting", "held_on": on(500), "contacts": [ground.people["Omar Keller"]],
           "buying_center": "Plant South", "subject": "Technical questions"}  # fmt: skip
    yield {"account": ground.account, "kind": "qbr", "held_on": on(150), "contacts": ines, "subject": "Last year"}


def _of_elsewhere(peer):
    """That referrals and proposals are recorded at all: where there are none there were none."""
    yield {"account": peer, "kind": "referral", "held_on": on(300), "buying_center": "Dairy", "subject": "Introduced"}
    yield {"account": peer, "kind": "proposal", "held_on": on(140), "buying_center": "Dairy", "subject": "All lines"}


def _targets(account):
    for year in range(TODAY.year - 2, TODAY.year + 2):
        for metric, amount in (("revenue", GOAL), ("margin", MARGIN_GOAL)):
            yield {
                "account": account, "metric": metric, "amount": euros(amount), "effective_on": on(SINCE - 1),
                "period": {"from": f"{year}-01-01", "to": f"{year}-12-31"},
            }  # fmt: skip
