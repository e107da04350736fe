"""What the tests of reviews stand on: people of three functions, two accounts, and reviews brought as far as wanted."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.asking import a_person, ok
from tests.selection.ground import an_account

TODAY = datetime.now(UTC).date()
SOON = (TODAY + timedelta(days=30)).isoformat()
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"
METRICS = ["goal_fit", "willingness_to_partner"]


@dataclass
class Case:
    """A review with its people by function, its accounts, and its URL."""

    client: httpx.AsyncClient
    url: str
    people: dict[str, str]
    accounts: list[dict[str, Any]]

    @property
    def id(self):
        return self.url.rpartition("/")[2]

    def candidate(self, at=0):
        return f"{self.url}/candidates/{self.accounts[at]['id']}"

    async def rates(self, function, at=0, *, client=None, **values):
        """A function's person rates a candidate: `goal_fit=4`."""
        body: dict[str, Any] = {
            "ratings": [{"metric": metric, "value": value} for metric, value in values.items()],
        }
        if client is None:
            body["user_id"] = self.people[function]
        return await ok((client or self.client).put(f"{self.candidate(at)}/ratings", json=body))

    async def reveals(self, **body):
        return await ok(self.client.post(f"{self.url}/reveal", json={"user_id": self.people["sales"], **body}))

    async def agrees(self, at=0, function="sales", **values):
        body = {
            "user_id": self.people[function],
            "ratings": [{"metric": metric, "value": value} for metric, value in values.items()],
        }
        return await ok(self.client.put(f"{self.candidate(at)}/unified", json=body))

    async def votes(self, function, vote="support", at=0, reason="It grows with us", **fields):
        body = {"user_id": self.people[function], "vote": vote, "reason": reason, **fields}
        return await ok(self.client.put(f"{self.candidate(at)}/vote", json=body))

    async def objects(self, function="finance", at=0, owner="operations", **fields):
        body = {
            "user_id": self.people[function],
            "body": "No service team in Asia",
            "owner_user_id": self.people[owner],
            "due_on": SOON,
            **fields,
        }
        return await ok(self.client.post(f"{self.candidate(at)}/objections", json=body), 201)

    async def decides(self, at=0, status=201, **fields):
        body = {
            "user_id": self.people["sales"],
            "decision": "select",
            "tier": "tier_1",
            "rationale": "Two markets",
            **fields,
        }
        return await ok(self.client.post(f"{self.candidate(at)}/decision", json=body), status)

    async def look(self, at=0, client=None):
        return await ok((client or self.client).get(self.candidate(at)))


async def a_review(client, *, accounts=1, functions=("sales", "finance", "operations"), **fields) -> Case:
    """A review in which nobody has rated yet."""
    people = {function: await a_person(client, function, f"of {function}") for function in functions}
    made = [await an_account(client, f"Account {at}") for at in range(accounts)]
    body = {
        "name": "Key accounts",
        "accounts": [account["id"] for account in made],
        "participants": list(people.values()),
        "metrics": METRICS,
        **fields,
    }
    answer = await client.post("/v1/selection/reviews", json=body)
    assert answer.status_code == 201, answer.text
    return Case(client, answer.headers["location"], people, made)


async def a_rated_review(client, **fields) -> Case:
    """A review in which every function has rated every candidate: sales 5, finance 2, operations 2."""
    case = await a_review(client, **fields)
    for at in range(len(case.accounts)):
        for place, function in enumerate(case.people):
            await case.rates(function, at, goal_fit=5 if place == 0 else 2, willingness_to_partner=4)
    return case


async def a_joint_review(client, **fields) -> Case:
    case = await a_rated_review(client, **fields)
    await case.reveals()
    return case


async def a_voted_review(client, **fields) -> Case:
    """A joint review whose first candidate has an agreed rating and the votes of three functions."""
    case = await a_joint_review(client, **fields)
    await case.agrees(goal_fit=3)
    await case.votes("sales")
    await case.votes("finance", "object", reason="The margin is thin")
    await case.votes("operations", "support_with_conditions", conditions="With a hub in Asia")
    return case


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of reviews, each carried out at least once; the ids that their paths name."""
    case = await a_review(client, accounts=2)
    more, person = await an_account(client, "One more"), await a_person(client, "legal", "of legal")
    await ok(client.post(f"{case.url}/candidates", json={"accounts": [more["id"]]}))
    await ok(client.post(f"{case.url}/participants", json={"participants": [person]}))
    case.accounts.append(more)
    await ok(client.get("/v1/selection/reviews"))
    await ok(client.get(case.url))
    await case.rates("sales", goal_fit=4)
    await case.reveals(reason="The others are away")
    await case.agrees(goal_fit=4)
    await case.votes("sales")
    objection_id = await _objections(case)
    decision_id = await _decisions(case)
    given_up = await a_review(client)
    await ok(client.post(f"{given_up.url}/abandon", json={"user_id": given_up.people["sales"], "reason": "Too early"}))
    return {
        "review_id": case.id,
        "account_id": case.accounts[0]["id"],
        "objection_id": objection_id,
        "decision_id": decision_id,
    }


async def _objections(case: Case) -> str:
    """Two that are raised and settled, each in its way."""
    at, who = "/v1/selection/objections", {"user_id": case.people["finance"]}
    first, second = await case.objects(), await case.objects()
    await ok(case.client.post(f"{at}/{second['id']}/withdraw", json=who))
    await ok(case.client.post(f"{at}/{first['id']}/resolve", json={**who, "resolution": "A hub is opened"}))
    await ok(case.client.get(at))
    return str(first["id"])


async def _decisions(case: Case) -> str:
    """One for each candidate, and the end of the review."""
    made = await case.decides(override_reason="The board asked for it")
    for at in (1, 2):
        await case.decides(at, decision="defer", tier=None, override_reason="Nobody has rated it")
    await case.look()
    await ok(case.client.get(f"/v1/selection/decisions/{made['id']}"))
    await ok(case.client.get(f"/v1/accounts/{case.accounts[0]['id']}/decisions"))
    await ok(case.client.post(f"{case.url}/close", json={"user_id": case.people["sales"]}))
    return str(made["id"])
