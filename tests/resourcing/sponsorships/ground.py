"""What the tests of sponsorships stand on: an account, executives of both sides, and their meetings."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.asking import a_person, a_record, days_ago, ok
from tests.selection.ground import an_account

CHARTER = {
    "scope": "Their board",
    "responsibilities": ["Meet their chief every quarter"],
    "out_of_scope": "Prices",
    "time_budget_days_per_quarter": 3.0,
    "next_review_on": "2190-01-01",
}


@dataclass
class Case:
    """An account, an executive of ours and one of theirs."""

    client: httpx.AsyncClient
    account_id: str
    user: str
    contact: str

    @property
    def url(self):
        return f"/v1/accounts/{self.account_id}/sponsorships"

    async def starts(self, **fields) -> dict[str, Any]:
        """A sponsorship of which nothing is amiss, unless the fields say otherwise."""
        given = {
            "user_id": self.user, "level": "c_level", "contact_id": self.contact, "cadence_days": 90,
            "charter": CHARTER, "started_on": days_ago(30), **fields,
        }  # fmt: skip
        made: dict[str, Any] = await ok(self.client.post(self.url, json=given), 201)
        return made

    async def look(self, sponsorship):
        return await ok(self.client.get(f"/v1/sponsorships/{sponsorship['id']}"))

    async def meet(self, kind, days, *contacts):
        body = {"account": self.account_id, "kind": kind, "held_on": days_ago(days), "contacts": list(contacts)}
        await ok(self.client.post("/v1/engagements", json=body), 201)


async def a_contact(client, account_id, seniority, name="Their Chief"):
    fields = {"account": account_id, "name": name, "seniority": seniority, "effective_on": "2024-01-01"}
    return await a_record(client, "contacts", **fields)


async def a_case(client) -> Case:
    account = await an_account(client)
    contact = await a_contact(client, account["id"], "vp")
    return Case(client, account["id"], await a_person(client, "executive"), contact)


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of sponsorships, each carried out at least once; the ids that their paths name."""
    case = await a_case(client)
    made = await case.starts()
    here = f"/v1/sponsorships/{made['id']}"
    await ok(client.patch(here, json={"cadence_days": 60}, headers={"If-Match": '"1"'}))
    await ok(client.get(here))
    for path in (case.url, f"/v1/accounts/{case.account_id}/executive-coverage", "/v1/sponsorships", "/v1/sponsors"):
        await ok(client.get(path))
    await ok(client.post(f"{here}/end", json={"reason": "They move on"}))
    return {"account_id": case.account_id, "sponsorship_id": made["id"]}
