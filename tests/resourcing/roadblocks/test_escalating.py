"""The scheduler takes what is beyond its day further up, once a rung, and what recurs to the whole program."""

import asyncio
from datetime import timedelta

from tests.asking import counted, days_ago, ok
from tests.resourcing.roadblocks.ground import TODAY, a_case, a_turn, days_on
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
RUNGS = ["function_leader", "executive_sponsor", "cso"]


async def test_each_rung_is_climbed_once_by_whoever_comes_and_told_to_who_stands_there(client, database, tenant):
    case = await a_case(client)
    made = await case.opens()  # due in seven days
    resolved = await case.opens()
    await ok(client.post(f"/v1/roadblocks/{resolved['id']}/resolve", json={"resolution": "Gone"}))

    climbed = [(await a_turn(database, tenant, days_on(day))).climbed for day in (7, 8, 8, 14, 15, 21, 22, 90)]

    assert climbed == [0, 1, 0, 0, 1, 0, 1, 0]
    shown = await case.look(made)
    assert (shown["rung"], shown["next_escalation"]) == ("cso", None)
    assert [(one["rung"], one["user_name"]) for one in shown["escalations"]] == list(
        zip(RUNGS, ["Leader", "Sponsor", "Head"], strict=True)
    )
    told = await case.told(made)
    assert [(one["rung"], one["to_user_id"], one["days_over"]) for one in told] == [
        ("function_leader", case.people["leader"], 1),
        ("executive_sponsor", case.people["sponsor"], 8),
        ("cso", case.people["cso"], 15),
    ]
    assert await case.told(resolved) == []


async def test_who_was_away_catches_up_rung_by_rung_and_two_at_once_do_no_more(client, database, tenant):
    case = await a_case(client)
    made = await case.opens(on=days_ago(30))
    program = await case.opens(account_id=None, on=days_ago(10))

    turns = await asyncio.gather(*(a_turn(database, tenant) for _ in range(3)))

    assert sorted(one.climbed for one in turns) == [0, 0, 4]
    assert [one["rung"] for one in await case.told(made)] == RUNGS
    assert [one["kind"] for one in await case.moves(made)] == ["opened", *["escalated"] * 3]
    shown = await case.look(program)
    assert (shown["rung"], shown["next_escalation"]["on"]) == ("function_leader", days_on(5).isoformat())


async def test_nobody_is_told_where_nobody_is_named_and_a_day_put_off_is_waited_for(client, database, tenant):
    case = await a_case(client)
    made = await case.opens(function="legal", on=days_ago(9))
    await a_turn(database, tenant)
    assert [(one["rung"], one["user_id"]) for one in (await case.look(made))["escalations"]] == [
        ("function_leader", None)
    ]

    await ok(client.patch(f"/v1/roadblocks/{made['id']}", json={"due_on": days_on(30).isoformat()}))
    assert (await a_turn(database, tenant, days_on(30))).climbed == 0
    assert (await a_turn(database, tenant, days_on(38))).climbed == 1
    assert [one["rung"] for one in await case.told(made)] == RUNGS[:2]


async def test_what_stands_in_the_way_of_three_accounts_becomes_the_programs_once_and_again_when_it_recurs(
    client, database, tenant
):
    case = await a_case(client)
    others = [(await an_account(client, f"Account {at}"))["id"] for at in range(5)]
    await case.opens(on=days_ago(179), severity="low")
    await case.opens(on=days_ago(2))
    await case.opens(account_id=others[0], on=days_ago(5), severity="medium")
    await case.opens(account_id=others[1], on=days_ago(180))  # too long ago
    await case.opens(account_id=others[1], on=days_ago(1), function="legal")  # elsewhere
    assert (await ok(client.get("/v1/roadblocks/recurring")))["data"] == []
    assert (await a_turn(database, tenant)).opened == 0

    await case.opens(account_id=others[1])
    opened = [(await a_turn(database, tenant)).opened for _ in range(2)]
    (found,) = (await ok(client.get("/v1/roadblocks/recurring")))["data"]
    (program,) = (await ok(client.get("/v1/roadblocks", params={"program": "true"})))["data"]

    assert opened == [1, 0]
    assert (found["kind"], found["function"], found["severity"], found["roadblocks"]) == (
        "capacity", "service", "high", 4,
    )  # fmt: skip
    assert {one["account_id"] for one in found["accounts"]} == {case.account, *others[:2]}
    assert (found["roadblock_id"], found["roadblock_state"]) == (program["id"], "open")
    assert (program["severity"], program["owner_name"], program["account_id"]) == ("high", "Leader", None)
    await ok(client.post(f"/v1/roadblocks/{program['id']}/resolve", json={"resolution": "Two engineers hired"}))
    assert (await a_turn(database, tenant)).opened == 0  # the old ones are answered
    assert (await a_turn(database, tenant, TODAY + timedelta(days=1))).opened == 0


async def test_a_turn_sends_as_many_statements_for_many_roadblocks_as_for_few(client, database, tenant):
    case = await a_case(client)
    sent = []
    for many in (2, 8):
        for _ in range(many):
            await case.opens(on=days_ago(40))
        with counted(database) as statements:
            await a_turn(database, tenant)
        sent.append(len(statements))
        with counted(database) as listed:
            await ok(client.get("/v1/roadblocks"))
        sent.append(len(listed))

    assert sent[:2] == sent[2:]
