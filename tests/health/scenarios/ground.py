"""What the tests of scenarios stand on: an account that grew, with two buying centers and two people who support us."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.asking import a_record, ok
from tests.selection.ground import an_account

TODAY = datetime.now(UTC).date()
LONG_AGO = "2020-01-01"


def ago(days):
    return (TODAY - timedelta(days=days)).isoformat()


def usd(amount):
    return {"amount": str(amount), "currency": "USD"}


@dataclass
class Case:
    """The account's records by what they are."""

    account: dict[str, Any]
    centers: list[str]
    offerings: list[str]
    contacts: list[str]
    deals: dict[str, str]

    @property
    def path(self):
        return f"/v1/accounts/{self.account['id']}/health/scenarios"


async def a_grown_account(client) -> Case:
    """Revenue 100 a year before, 160 in the last year: 120 of it by Ada in the plant, where 60 more are expected."""
    account = await an_account(client, effective_on=LONG_AGO)
    here = {"account": account["id"]}
    centers = [await a_record(client, "buying-centers", **here, name=name) for name in ("Plant", "Office")]
    offerings = [
        await a_record(client, "offerings", code=f"{account['id']} {at}", name=f"Offering {at}") for at in (1, 2)
    ]
    people = (("Ada", "vp", "advocate", 0), ("Ben", "manager", "supporter", 1), ("Cleo", "director", "neutral", 1))
    contacts = [
        await a_record(
            client, "contacts", **here, name=name, seniority=seniority, stance=stance, buying_center=centers[center],
            effective_on=LONG_AGO,
        )
        for name, seniority, stance, center in people
    ]  # fmt: skip
    case = Case(account, centers, offerings, contacts, {})
    await _deal(client, case, "last year", 100, 0, 0, closed_on=ago(500))
    await _deal(client, case, "this year", 120, 0, 0, closed_on=ago(100))
    await _deal(client, case, "office", 40, 1, 1, closed_on=ago(50))
    await _deal(client, case, "coming", 120, 0, 0, probability=0.5, sole_sourced=True)
    await _deal(client, case, "coming office", 40, 1, 1, probability=0.5, sole_sourced=True)
    await a_record(
        client, "targets", **here, metric="revenue", period={"from": ago(364), "to": ago(0)}, amount=usd(200)
    )
    await a_record(client, "engagements", **here, kind="meeting", held_on=ago(10), contacts=[contacts[0]])
    return case


async def _deal(client, case, name, amount, center, contact, *, closed_on=None, **fields):
    body = {
        "account": case.account["id"],
        "name": name,
        "amount": usd(amount),
        "buying_center": case.centers[center],
        "primary_contact": case.contacts[contact],
        "offering": case.offerings[center],
        "created_on": ago(520) if closed_on else ago(60),
        **fields,
    }
    if closed_on:
        body |= {"status": "won", "closed_on": closed_on}
    case.deals[name] = await a_record(client, "opportunities", **body)


async def ran(client, case, *scenarios, **fields):
    """What comes of the events: the answer, and the outcomes by kind."""
    body = {"scenarios": list(scenarios)} if scenarios else {}
    answer = await ok(client.post(case.path, json={**body, **fields}))
    return answer, {one["kind"]: one for one in answer["scenarios"]}


async def a_whole_story(client) -> dict[str, str]:
    """The operation of scenarios, carried out; the ids that its path names."""
    case = await a_grown_account(client)
    await ran(client, case)
    return {"account_id": case.account["id"]}
