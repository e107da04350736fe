"""What the tests of roadblocks stand on: an account with leaders and a sponsor, and turns of the scheduler."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx

from app.resourcing.service import escalating
from tests.asking import a_person, days_ago, ok
from tests.events.shapes import shaped
from tests.selection.ground import an_account

TODAY = datetime.now(UTC).date()
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


@dataclass
class Case:
    """An account, and the people of the ladder by name."""

    client: httpx.AsyncClient
    account: str
    people: dict[str, str]

    async def opens(self, **fields) -> Any:
        body = {
            "account_id": self.account,
            "kind": "capacity",
            "function": "service",
            "severity": "high",
            "title": "No field engineer in Asia",
            **fields,
        }
        return await ok(self.client.post("/v1/roadblocks", json=body), 201)

    async def look(self, roadblock) -> Any:
        return await ok(self.client.get(f"/v1/roadblocks/{roadblock['id']}"))

    async def moves(self, roadblock) -> Any:
        return (await ok(self.client.get(f"/v1/roadblocks/{roadblock['id']}/moves")))["data"]

    async def told(self, roadblock) -> Any:
        """The rungs that events tell of, the first first."""
        params = {"type": "roadblock.escalated", "subject_id": roadblock["id"]}
        found = shaped((await ok(self.client.get("/v1/events", params=params)))["data"])
        return [one["data"] for one in reversed(found)]


async def a_case(client) -> Case:
    """An account whose sponsor is an executive, and functions that are led."""
    account = (await an_account(client, "Northwind"))["id"]
    people = {
        "owner": await a_person(client, "service", "Owner"),
        "leader": await a_person(client, "service", "Leader"),
        "sponsor": await a_person(client, "finance", "Sponsor"),
        "cso": await a_person(client, "executive", "Head"),
    }
    leaders = [
        {"function": "service", "user_id": people["leader"], "on": days_ago(900)},
        {"function": "executive", "user_id": people["cso"], "on": days_ago(900)},
    ]
    await ok(client.put("/v1/function-leaders", json={"leaders": leaders}))
    sponsor = {"user_id": people["sponsor"], "level": "vp", "started_on": days_ago(400)}
    await ok(client.post(f"/v1/accounts/{account}/sponsorships", json=sponsor), 201)
    return Case(client, account, people)


def at(day: date) -> datetime:
    return datetime.combine(day, time(4), UTC)


async def a_turn(database, tenant, day: date = TODAY) -> escalating.Turn:
    """The scheduler comes by, on a day."""
    async with database.transaction(tenant.id) as connection:
        return await escalating.turn(connection, tenant.id, at(day))


def days_on(days: int) -> date:
    return TODAY + timedelta(days=days)


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of roadblocks, each carried out at least once; the ids that their paths name."""
    account = (await an_account(client, "Northwind"))["id"]
    body = {
        "account_id": account,
        "kind": "skills",
        "function": "service",
        "severity": "low",
        "title": "Nobody speaks their language",
    }
    made = await ok(client.post("/v1/roadblocks", json=body), 201)
    here = f"/v1/roadblocks/{made['id']}"
    await ok(client.get("/v1/roadblocks"))
    await ok(client.get(here))
    await ok(client.patch(here, json={"state": "mitigating", "note": "A colleague learns it"}))
    await ok(client.post(f"{here}/resolve", json={"resolution": "She speaks it by now"}))
    await ok(client.get(f"{here}/moves"))
    await ok(client.get("/v1/roadblocks/recurring"))
    await ok(client.get("/v1/roadblocks/ageing"))
    return {"roadblock_id": made["id"], "account_id": account}
