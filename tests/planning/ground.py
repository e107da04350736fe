"""What the tests of plans stand on: an account with people of both sides, and plans brought as far as wanted."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.asking import a_person, ok
from tests.selection.ground import an_account
from tests.selection.reviews.ground import NOBODY

TODAY = datetime.now(UTC).date()
STARTS, ENDS = "2027-01-01", "2028-12-31"
SOON = (TODAY + timedelta(days=30)).isoformat()
__all__ = ["ENDS", "NOBODY", "SOON", "STARTS", "TODAY", "Case", "a_case", "a_contact", "a_person", "a_plan", "ok"]


def an_objective(key="uptime", **fields) -> dict[str, Any]:
    return {
        "key": key,
        "title": "No line stands still",
        "outcome": "customer",
        "owner_side": "supplier",
        "due_on": "2027-06-30",
        **fields,
    }


def objectives(*items, **fields) -> dict[str, Any]:
    return {"customer_objectives": {"items": list(items) or [an_objective()], **fields}}


def a_whole_document(**fields) -> dict[str, Any]:
    """All six components, complete."""
    return {
        **objectives(),
        "growth_targets": {
            "items": [
                {
                    "metric": "revenue",
                    "period": "quarter",
                    "starts_on": "2027-01-01",
                    "ends_on": "2027-03-31",
                    "amount": {"amount": "250000.00", "currency": "USD"},
                }
            ]
        },
        "swot": {
            "strengths": ["We know their lines"],
            "weaknesses": ["No team in Asia"],
            "opportunities": ["A third plant"],
            "threats": ["A rival is on site"],
        },
        "stakeholder_map": {"items": [{"key": "coo", "name": "Chief of operations", "influence": 5}]},
        "value_plan": {
            "items": [
                {
                    "key": "pilot",
                    "title": "Pilot",
                    "objective": "uptime",
                    "owner_side": "customer",
                    "due_on": "2027-03-01",
                }
            ]
        },
        "risks": {
            "items": [
                {
                    "key": "sponsor",
                    "title": "The sponsor leaves",
                    "likelihood": 2,
                    "impact": 4,
                    "mitigation": "Know three",
                }
            ]
        },
        **fields,
    }


@dataclass
class Case:
    """An account with a user of ours and a contact of theirs."""

    client: httpx.AsyncClient
    account: dict[str, Any]
    user: str
    contact: str

    @property
    def url(self):
        return f"/v1/accounts/{self.account['id']}/plan"

    async def saves(self, document=None, *, headers=None, **fields):
        """The plan is saved, over what is there; the answer, which has to go well."""
        read = headers or await self.read()
        return await ok(self.client.put(self.url, json=self.body(document, **fields), headers=read))

    async def read(self):
        """The header that says which version was read, if there is a plan."""
        seen = await self.client.get(self.url)
        there = seen.status_code == 200 and seen.json()["state"] == "active"
        return {"If-Match": seen.headers["etag"]} if there else {}

    async def archives(self, status=200):
        return await ok(self.client.post(f"{self.url}/archive", headers=await self.read()), status)

    def body(self, document=None, **fields):
        given = objectives() if document is None else document
        return {"starts_on": STARTS, "ends_on": ENDS, "user_id": self.user, "document": given, **fields}

    async def look(self, **params):
        return await ok(self.client.get(self.url, params=params))

    async def acts(self, **fields):
        body = {"title": "Walk the line", "owner_user_id": self.user, "due_on": SOON, **fields}
        return await ok(self.client.post(f"{self.url}/actions", json=body), 201)

    async def signs(self, number=1, status=201, **fields):
        """The customer signs, unless somebody else is named."""
        body = {"number": number, **(fields or {"contact_id": self.contact})}
        return await ok(self.client.post(f"{self.url}/approvals", json=body), status)

    async def reads(self, number=1, **fields):
        return await ok(self.client.post(f"{self.url}/readers/acknowledge", json={"number": number, **fields}))


async def a_contact(client, account, name="Their Chief", **fields):
    body = {"account": account["id"], "name": name, "effective_on": "2024-01-01", **fields}
    return (await ok(client.post("/v1/contacts", json=body), 201))["id"]


async def a_case(client) -> Case:
    """An account without a plan."""
    account = await an_account(client)
    return Case(client, account, await a_person(client, "sales"), await a_contact(client, account))


async def a_plan(client, document=None, **fields) -> Case:
    """An account with a plan."""
    case = await a_case(client)
    await case.saves(document, **fields)
    return case


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of plans, each carried out at least once; the ids that their paths name."""
    case = await a_plan(client, a_whole_document())
    await case.saves(a_whole_document(**objectives(an_objective(target=0.98))), headers={"If-Match": '"1"'})
    await case.look()
    await ok(client.get(f"{case.url}/versions"))
    await ok(client.get(f"{case.url}/versions/1"))
    await ok(client.get(f"{case.url}/versions/2/diff"))
    action = await case.acts(goal="uptime")
    await ok(client.get(f"{case.url}/actions"))
    here = f"/v1/plan-actions/{action['id']}"
    await ok(client.get(here))
    await ok(client.patch(here, json={"state": "done", "outcome": "They know the line"}))
    await case.signs(2)
    await ok(client.get(f"{case.url}/approvals"))
    await ok(client.put(f"{case.url}/readers", json={"users": [case.user], "contacts": [case.contact]}))
    await case.reads(2, contact_id=case.contact)
    await ok(client.get(f"{case.url}/readers"))
    await ok(client.get("/v1/plans"))
    await ok(client.get("/v1/plays"))
    given_up = await a_plan(client)
    await given_up.archives()
    return {"account_id": case.account["id"], "number": "1", "action_id": action["id"]}
