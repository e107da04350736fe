"""Reminders of promises: each told once, whatever the scheduler does."""

import asyncio
from datetime import UTC, datetime, time, timedelta

from app.resourcing import jobs
from app.resourcing.service import reminding
from tests.asking import ok
from tests.resourcing.commitments.ground import TODAY, a_case, on
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def turned(database, tenant, days=0):
    now = datetime.combine(TODAY + timedelta(days=days), time(9), UTC)
    async with database.transaction(tenant.id) as connection:
        found = await reminding.turn(connection, tenant.id, now)
    return found.soon, found.overdue


async def test_a_promise_is_told_to_be_due_soon_and_overdue_once_each(client, database, tenant, other_tenant):
    case = await a_case(client)
    soon = await case.promised(due_on=on(7))
    await case.promised(due_on=on(8))
    late = await case.promised(on=on(-9), due_on=on(-1))
    await case.asks(due_on=on(1))  # nobody has promised it
    await case.moves(await case.promised(due_on=on(1)), "deliver", "owner")

    at_once = await asyncio.gather(*(turned(database, tenant) for _ in range(3)))

    assert sorted(at_once) == [(0, 0), (0, 0), (1, 1)]
    assert await turned(database, other_tenant, 30) == (0, 0)
    (told,) = await case.told("due_soon")
    assert (told["subject_id"], told["data"]["function"], told["data"]["owner_user_id"]) == (
        soon["id"],
        "service",
        case.people["owner"],
    )
    assert [one["subject_id"] for one in await case.told("overdue")] == [late["id"]]
    # A day later the other one is due soon, and once its day has passed both are overdue.
    assert await turned(database, tenant, 1) == (1, 0)
    assert await turned(database, tenant, 9) == (0, 2)
    assert await turned(database, tenant, 99) == (0, 0)
    # Who holds an ETag has nothing to read anew.
    assert (await ok(client.get(f"/v1/commitments/{soon['id']}")))["version"] == soon["version"]


async def test_an_organizations_turn_reminds_and_takes_roadblocks_further_up(client, database, tenant):
    case = await a_case(client)
    late = await case.promised(on=on(-9), due_on=on(-1))
    roadblock = {
        "account_id": case.account["id"], "kind": "capacity", "function": "service", "severity": "critical",
        "title": "Nobody is free", "on": on(-9), "user_id": case.people["owner"],
    }  # fmt: skip
    stuck = await ok(client.post("/v1/roadblocks", json=roadblock), 201)

    for _ in range(2):
        await jobs.turn(database, tenant.id, datetime.now(UTC))

    assert [one["subject_id"] for one in await case.told("overdue")] == [late["id"]]
    escalated = (await ok(client.get("/v1/events", params={"type": "roadblock.escalated"})))["data"]
    assert {one["subject_id"] for one in escalated} == {stuck["id"]}
