"""What the tests of appraisals stand on: key accounts with requirements on file, and turns of the scheduler."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import insert

from app.calibration.tables import expectation_assessments, expectations
from app.kernel.ids import new_id
from app.resourcing.tables import account_entitlements, resources, usage_entries
from app.retiering.service import appraising
from app.retiering.tables import retierings
from app.selection.tables import account_standings
from tests.asking import a_person, a_record, days_ago, ok
from tests.calibration.calibrations.ground import on_record
from tests.events.shapes import shaped
from tests.selection.ground import an_account
from tests.selection.lifecycle.ground import a_key_account

TODAY = datetime.now(UTC).date()


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


@dataclass
class Case:
    """A key account with somebody of theirs and somebody of ours, and what is on file with it, by title."""

    client: httpx.AsyncClient
    account: str
    contact: str
    user: str
    requirements: dict[str, UUID]

    async def opens(self, status=201, **body) -> Any:
        return await ok(self.client.post(f"/v1/accounts/{self.account}/appraisals", json=body), status)

    async def listed(self, **params) -> Any:
        return (await ok(self.client.get(f"/v1/accounts/{self.account}/appraisals", params=params)))["data"]

    async def told(self, type_) -> Any:
        found = shaped((await ok(self.client.get("/v1/events", params={"type": type_})))["data"])
        return [one["data"] for one in found if one["data"]["account_id"] == self.account]

    async def acts(self, appraisal, status=201, **body) -> Any:
        """An action of the customer's is put into the plan."""
        given = {"title": "A second shift", "side": "customer", "owner_contact_id": self.contact, **body}
        return await ok(self.client.post(f"/v1/appraisals/{appraisal['id']}/actions", json=given), status)

    async def moves(self, action, *states, status=200, **body) -> Any:
        moved = None
        for state in states:
            given = {"state": state, **body}
            moved = await ok(self.client.patch(f"/v1/appraisal-actions/{action['id']}", json=given), status)
        return moved

    async def look(self, appraisal, **params) -> Any:
        return await ok(self.client.get(f"/v1/appraisals/{appraisal['id']}", params=params))

    async def closes(self, appraisal, outcome, status=200, **body) -> Any:
        given = {"outcome": outcome, **body}
        return await ok(self.client.post(f"/v1/appraisals/{appraisal['id']}/close", json=given), status)


async def a_case(client, database, tenant, *titles, tier="tier_1", selected_ago=10, name="Northwind") -> Case:
    """An account that is selected; what the titles name is on file since 200 days, due in 100."""
    account = (await an_account(client, name))["id"]
    contact = await a_record(client, "contacts", account=account, name="Grace")
    case = Case(client, account, contact, await a_person(client, "sales"), {})
    async with database.transaction(tenant.id) as connection:
        since = datetime.combine(day(selected_ago), time(8), UTC)
        standing = {"tenant_id": tenant.id, "account_id": account, "state": "selected", "tier": tier, "since": since}
        await connection.execute(insert(account_standings).values(**standing))
        if titles:
            calibration = await on_record(
                connection, tenant.id, account, [("exploring", day(300)), ("active", day(200))], active_on=day(200),
                agreed_level="strategic", agreed_on=day(220),
            )  # fmt: skip
            for title in titles:
                case.requirements[title] = await _owed(connection, tenant.id, account, calibration, title)
    return case


async def _owed(connection, tenant_id, account, calibration, title) -> UUID:
    """What the supplier owes where the title begins with `We`, and else the customer."""
    expectation_id = new_id()
    row = {
        "tenant_id": tenant_id, "id": expectation_id, "calibration_id": calibration, "account_id": account,
        "title": title,
        "owed_by": "supplier" if title.startswith("We") else "customer", "party": "supplier", "due_on": day(-100),
    }  # fmt: skip
    await connection.execute(insert(expectations).values(**row))
    return expectation_id


async def said(database, tenant, expectation_id, *words) -> None:
    """What was said of a requirement: whether it is met, so many days ago, in this order."""
    rows = [
        {
            "tenant_id": tenant.id, "id": new_id(), "expectation_id": expectation_id, "met": met,
            "assessed_on": day(ago), "party": "supplier",
        }
        for met, ago in words
    ]  # fmt: skip
    async with database.transaction(tenant.id) as connection:
        await connection.execute(insert(expectation_assessments), rows)


async def used(database, tenant, account, *uses) -> None:
    """Ten days of work a quarter, at 100 each, are due for a year; used was so much, so many days ago."""
    resource = {
        "tenant_id": tenant.id, "id": new_id(), "code": f"work {account}", "name": "Work", "kind": "other",
        "function": "service", "unit": "days", "unit_cost": 100.0, "currency": "USD",
    }  # fmt: skip
    shared = {"tenant_id": tenant.id, "account_id": account, "resource_id": resource["id"]}
    due = {**shared, "id": new_id(), "basis": "agreement", "quantity": 10.0, "from_on": day(360)}
    async with database.transaction(tenant.id) as connection:
        await connection.execute(insert(resources).values(**resource))
        await connection.execute(insert(account_entitlements).values(**due))
        rows = [{**shared, "id": new_id(), "quantity": quantity, "used_on": day(ago)} for quantity, ago in uses]
        await connection.execute(insert(usage_entries), rows)


async def decided(database, tenant, case, appraisal, on) -> None:
    """On a day it was decided that the account stays as it is."""
    row = {
        "tenant_id": tenant.id, "id": new_id(), "account_id": case.account, "appraisal_id": appraisal["id"],
        "state": "decided", "proposed_on": on, "recommended": "retain", "recommendation": {}, "decision": "retain",
        "decided_on": on, "decided_by_user_id": case.user,
    }  # fmt: skip
    async with database.transaction(tenant.id) as connection:
        await connection.execute(insert(retierings).values(**row))


async def a_turn(database, tenant, ago=0) -> appraising.Turn:
    """The scheduler comes by, so many days ago."""
    return await appraising.turn(database, tenant.id, datetime.combine(day(ago), time(1), UTC))


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of appraisals, each carried out at least once; the ids that their paths name."""
    account = (await a_key_account(client))["id"]
    contact = await a_record(client, "contacts", account=account, name="Grace")
    case = Case(client, account, contact, await a_person(client, "sales"), {})
    made = await case.opens(reason="Their new CFO questions it")
    here = f"/v1/appraisals/{made['id']}"
    await ok(client.patch(here, json={"diagnosis": "unable", "diagnosis_note": "Their plant is being rebuilt"}))
    await ok(client.post(f"{here}/contact", json={"contact_id": contact}))
    action = await case.acts(made, due_on=days_ago(-30))
    await case.moves(action, "agreed", "in_progress", "done")
    for path in (
        here,
        f"{here}/actions",
        f"/v1/appraisal-actions/{action['id']}",
        "/v1/appraisals",
        "/v1/appraisals/timeliness",
    ):
        await ok(client.get(path))
    await case.listed()
    await case.closes(made, "improved")
    return {"account_id": account, "appraisal_id": made["id"], "action_id": action["id"]}
