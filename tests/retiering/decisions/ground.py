"""What tests of retierings stand on: key accounts with a score that a test chooses, and something on file with them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import insert

from app.calibration.tables import expectation_assessments, expectations
from app.kernel.ids import new_id
from tests.asking import a_person, days_ago, ok
from tests.calibration.calibrations.ground import on_record
from tests.selection.ground import WHY
from tests.selection.lifecycle.ground import a_key_account

TODAY = datetime.now(UTC).date()
MODEL = {
    "name": "As observed",
    "criteria": [
        {
            "key": key,
            "metric": key,
            "dimension": dimension,
            "weight": 1,
            "value_function": {"kind": "linear", "low": 0, "high": 100},
        }
        for key, dimension in (("csat", "opportunity"), ("adoption", "alignment"))
    ],
}
PEOPLE = ("sales", "finance", "executive")


@dataclass
class Key:
    """A key account, the people who decide on it by function, and the retiering that was proposed last."""

    client: httpx.AsyncClient
    account: dict[str, Any]
    people: dict[str, str]
    retiering: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self):
        return f"/v1/accounts/{self.account['id']}"

    async def scores(self, opportunity, alignment):
        """The account is scored so; None: nothing is known of that side."""
        for metric, value in (("csat", opportunity), ("adoption", alignment)):
            if value is not None:
                body = {"account": self.account["id"], "metric": metric, "value": value, "observed_on": days_ago(0)}
                await ok(self.client.post("/v1/observations", json=body), 201)
        return await ok(self.client.post(f"{self.path}/scores", json={}), 201)

    async def recommended(self, **params):
        return await ok(self.client.get(f"{self.path}/retiering-recommendation", params=params))

    async def proposed(self, **body):
        self.retiering = await ok(self.client.post(f"{self.path}/retierings", json=body), 201)
        return self.retiering

    async def acts(self, what, status=200, *, version=None, client=None, **body):
        """decide, approve or withdraw the retiering, as of the version that was read last."""
        match = {"If-Match": f'"{version or self.retiering["version"]}"'}
        url = f"/v1/retierings/{self.retiering['id']}/{what}"
        answer = await ok((client or self.client).post(url, json=body, headers=match), status)
        if status == 200:
            self.retiering = answer
        return answer

    async def decides(self, decision, status=200, *, by="sales", **fields):
        body = {"decision": decision, "rationale": "Two goals missed", **fields}
        return await self.acts("decide", status, user_id=self.people[by], **body)

    async def stands(self):
        standing = await ok(self.client.get(f"{self.path}/lifecycle"))
        return standing["state"], standing["tier"]


async def a_key(client, tier="tier_1", opportunity=80.0, alignment=80.0, **on) -> Key:
    """A key account of a tier, scored so by a model of two observed figures."""
    model = await ok(client.post("/v1/selection/models", json=MODEL), 201)
    url = f"/v1/selection/models/{model['id']}/publish"
    await ok(client.post(url, json={"use": True, **WHY}, headers={"If-Match": f'"{model["version"]}"'}))
    people = {function: await a_person(client, function, f"of {function}") for function in PEOPLE}
    key = Key(client, await a_key_account(client, tier, **on), people)
    await key.scores(opportunity, alignment)
    return key


async def agrees(key: Key, database, tenant, *, missed=0, met=0) -> None:
    """A calibration with the account is in force, by which it owes what it misses, or meets, since ten days."""
    account, since = key.account["id"], TODAY - timedelta(days=100)
    async with database.transaction(tenant.id) as connection:
        visits = [("exploring", since - timedelta(days=50)), ("active", since)]
        level = {"agreed_level": "strategic", "agreed_on": since}
        calibration = await on_record(connection, tenant.id, account, visits, active_on=since, **level)
        for at in range(missed + met):
            identity = {"tenant_id": tenant.id, "id": new_id(), "party": "supplier"}
            owed = {"account_id": account, "calibration_id": calibration, "title": f"Requirement {at}"}
            due = {"owed_by": "customer", "due_on": TODAY + timedelta(days=100)}
            await connection.execute(insert(expectations).values(**identity, **owed, **due))
            said = {"expectation_id": identity["id"], "met": at >= missed, "assessed_on": TODAY - timedelta(days=10)}
            await connection.execute(insert(expectation_assessments).values(**{**identity, "id": new_id()}, **said))


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of retierings, each carried out at least once; the ids that their paths name."""
    key = await a_key(client, opportunity=65.0, alignment=65.0)
    await key.recommended()
    await key.proposed()
    await key.acts("withdraw", reason="Wrong revenue")
    await key.proposed()
    await key.decides("downtier", to_tier="tier_2", grounds="customer_request")
    await key.acts("approve", user_id=key.people["executive"])
    await ok(client.get("/v1/retierings"))
    await ok(client.get(f"/v1/retierings/{key.retiering['id']}"))
    await ok(client.get("/v1/retierings/outcomes"))
    return {"account_id": key.account["id"], "retiering_id": key.retiering["id"]}
