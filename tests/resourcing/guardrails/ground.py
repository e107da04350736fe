"""What the tests of guardrails stand on: an account, a KAM with another beside, an approver and an executive."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.asking import a_person, ok
from tests.selection.ground import an_account


@dataclass
class Case:
    """An account and people."""

    client: httpx.AsyncClient
    account: dict[str, Any]
    people: dict[str, str]

    async def guards(self, kind="discount", up_to=0.1, whose=None, approver="approver", **fields):
        body = {"kind": kind, "up_to": up_to, "approver_user_id": self.people[approver], **fields}
        if whose is not None:
            body["user_id"] = self.people[whose]
        return await ok(self.client.put("/v1/guardrails", json=body))

    def asking(self, kind="discount", amount=0.2, by="kam", **fields):
        body = {"kind": kind, "amount": amount, "reason": "Three years", "user_id": self.people[by], **fields}
        return self.client.post(f"/v1/accounts/{self.account['id']}/guarded-requests", json=body)

    async def asks(self, kind="discount", amount=0.2, by="kam", **fields):
        return await ok(self.asking(kind, amount, by, **fields), 201)

    def answering(self, request, how, by, **fields):
        body = {"user_id": self.people[by], **fields}
        return self.client.post(f"/v1/guarded-requests/{request['id']}/{how}", json=body)


async def a_case(client) -> Case:
    functions = {"kam": "sales", "other": "sales", "approver": "sales", "chief": "executive"}
    people = {name: await a_person(client, function, name.capitalize()) for name, function in functions.items()}
    return Case(client, await an_account(client), people)


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of guardrails, each carried out at least once; the ids that their paths name."""
    case = await a_case(client)
    own = await case.guards(whose="other", up_to=0.2)
    await ok(client.delete(f"/v1/guardrails/{own['id']}"), 204)
    kept = await case.guards()
    await ok(client.get("/v1/guardrails"))
    await ok(client.get(f"/v1/guardrails/{kept['id']}"))
    await case.asks(amount=0.05)
    for how, by in (("approve", "approver"), ("refuse", "chief"), ("withdraw", "kam")):
        await ok(case.answering(await case.asks(), how, by, note="So it is"))
    waiting = await case.asks()
    await ok(client.get(f"/v1/guarded-requests/{waiting['id']}"))
    await ok(client.get("/v1/guarded-requests"))
    await ok(client.get(f"/v1/accounts/{case.account['id']}/guarded-requests"))
    await ok(client.get("/v1/resourcing/approval-latency"))
    return {"account_id": case.account["id"], "guardrail_id": kept["id"], "request_id": waiting["id"]}
