"""What the tests of commitments stand on: an account with its KAM, a resource with its owners, and requests for it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx

from tests.asking import a_person, ok
from tests.events.shapes import shaped
from tests.selection.ground import an_account

TODAY = datetime.now(UTC).date()
NUMBERS = count(1)


def on(days):
    """A day of the wire, so many days from today."""
    return (TODAY + timedelta(days=days)).isoformat()


def quarter_day(quarters=4):
    """A day amid a quarter well ahead, in its second month."""
    months = TODAY.year * 12 + (TODAY.month - 1) // 3 * 3 + 3 * quarters
    return f"{months // 12}-{months % 12 + 2:02d}-20"


async def a_resource(client, function="service", **fields):
    code = f"engineer-{next(NUMBERS)}"
    body = {
        "code": code, "name": code.capitalize(), "kind": "technical_expert", "function": function, "unit": "days",
        **fields,
    }  # fmt: skip
    return await ok(client.post("/v1/resources", json=body), 201)


@dataclass
class Case:
    """An account, a resource, and people: the KAM and a requester of sales, the owners of service, and others."""

    client: httpx.AsyncClient
    account: dict[str, Any]
    resource: dict[str, Any]
    people: dict[str, str] = field(default_factory=dict)

    async def asks(self, by="requester", status=201, **fields):
        body = {
            "resource_id": self.resource["id"], "quantity": 5, "due_on": on(30), "expected_outcome": "A second plant",
            "channel": "defined_process", "user_id": self.people[by], **fields,
        }  # fmt: skip
        return await ok(self.client.post(f"/v1/accounts/{self.account['id']}/resource-requests", json=body), status)

    def moving(self, commitment, act, by, *, version=None, **body):
        """The call that does something about a commitment, as it was last read."""
        headers = {"If-Match": f'"{commitment["version"] if version is None else version}"'}
        return self.client.post(
            f"/v1/commitments/{commitment['id']}/{act}", json={"user_id": self.people[by], **body}, headers=headers
        )

    async def moves(self, commitment, act, by, **body):
        return await ok(self.moving(commitment, act, by, **body))

    async def promised(self, **fields):
        """Something that was asked for and accepted."""
        day = {"on": fields["on"]} if "on" in fields else {}
        return await self.moves(await self.asks(**fields), "accept", "owner", **day)

    async def told(self, what):
        answer = await ok(self.client.get("/v1/events", params={"type": f"commitment.{what}", "limit": 500}))
        return shaped(answer["data"])


async def a_case(client, **resource) -> Case:
    functions = {
        "kam": "sales", "requester": "sales", "owner": "service", "engineer": "service", "chief": "executive",
        "outsider": "finance",
    }  # fmt: skip
    people = {name: await a_person(client, function, name.capitalize()) for name, function in functions.items()}
    account = await an_account(client, kam_user_id=people["kam"])
    return Case(client, account, await a_resource(client, **resource), people)


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of commitments, each carried out at least once; the ids that their paths name."""
    case = await a_case(client)
    given = await case.asks()
    offered = await case.moves(given, "counter", "owner", quantity=3, note="Two are booked")
    agreed = await case.moves(offered, "accept-counter", "requester")
    planned = await case.moves(agreed, "schedule", "owner", scheduled_on=on(10))
    delivered = await case.moves(planned, "deliver", "engineer")
    await case.moves(delivered, "confirm", "kam")
    used = {"quantity": 1.5, "note": "On site", "user_id": case.people["engineer"]}
    await ok(client.post(f"/v1/commitments/{given['id']}/usage", json=used), 201)
    await case.moves(await case.asks(), "decline", "owner", reason="Nobody speaks their language")
    await case.moves(await case.asks(), "withdraw", "requester", reason="They do it themselves")
    await case.moves(await case.promised(), "miss", "owner", reason="The engineer left")
    await ok(client.get(f"/v1/accounts/{case.account['id']}/commitments"))
    await ok(client.get("/v1/commitments"))
    await ok(client.get(f"/v1/commitments/{given['id']}"))
    await ok(client.get(f"/v1/commitments/{given['id']}/moves"))
    return {"account_id": case.account["id"], "commitment_id": given["id"]}
