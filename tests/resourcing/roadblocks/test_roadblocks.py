"""Roadblocks through their doors: opened, changed, cleared, listed, told."""

from tests.asking import a_person, days_ago, ok, own_client
from tests.planning.test_plans import refused
from tests.resourcing.roadblocks.ground import NOBODY, TODAY, a_case, a_whole_story, days_on
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_every_operation_is_carried_out_once_and_what_happened_is_told(client, other_client):
    ids = await a_whole_story(client)

    events = (await ok(client.get("/v1/events")))["data"]
    mine = [one["type"] for one in reversed(events) if one["type"].startswith("roadblock")]

    assert mine == ["roadblock.opened", "roadblock.mitigating", "roadblock.resolved"]
    here = f"/v1/roadblocks/{ids['roadblock_id']}"
    for path in (here, f"{here}/moves"):
        await refused(other_client.get(path), 404, "roadblock_not_found")
    await refused(other_client.patch(here, json={}), 404, "roadblock_not_found")
    assert (await ok(other_client.get("/v1/roadblocks")))["data"] == []


async def test_a_roadblock_is_due_by_its_severity_changed_by_version_and_resolved_once(client):
    case = await a_case(client)
    made = await case.opens(owner_user_id=case.people["owner"], on=days_ago(5))
    here = f"/v1/roadblocks/{made['id']}"

    assert (made["due_on"], made["age_days"], made["breached"]) == (days_on(2).isoformat(), 5, False)
    assert made["next_escalation"] == {"rung": "function_leader", "on": days_on(3).isoformat()}
    assert (made["account_name"], made["owner_name"], made["state"]) == ("Northwind", "Owner", "open")
    graver = await ok(client.patch(here, json={"severity": "critical", "on": days_ago(4)}, headers={"If-Match": '"1"'}))
    await refused(client.patch(here, json={"title": "x"}, headers={"If-Match": '"1"'}), 412, "roadblock_changed")
    assert (graver["due_on"], graver["breached"], graver["version"]) == (days_ago(2), True, 2)
    assert await refused(client.patch(here, json={"note": "x", "on": days_ago(5)}), 422, "unusable_roadblock") == [
        ("/on", "before_last_move")
    ]
    milder = await ok(client.patch(here, json={"severity": "low", "owner_user_id": None, "impact": "A quarter"}))
    assert (milder["due_on"], milder["owner_user_id"]) == (days_ago(2), None)
    assert (await ok(client.patch(here, json={"severity": "low"})))["version"] == 3

    body = {"resolution": "An engineer moved", "user_id": case.people["leader"]}
    done = await client.post(f"{here}/resolve", json=body, headers={"If-Match": '"3"'})
    assert (done.status_code, done.headers["etag"]) == (200, '"4"')
    shown = await case.look(made)
    assert (shown["state"], shown["resolved_on"], shown["next_escalation"]) == ("resolved", TODAY.isoformat(), None)
    assert (shown["breached"], shown["age_days"]) == (True, 5)
    await refused(client.post(f"{here}/resolve", json=body), 409, "roadblock_resolved")
    await refused(client.patch(here, json={"title": "y"}), 409, "roadblock_resolved")
    told = [(one["kind"], one["user_name"], one["note"]) for one in await case.moves(made)]
    assert told == [
        ("opened", None, None),
        ("changed", None, f"severity high -> critical; due_on {days_on(2)} -> {days_ago(2)}"),
        ("changed", None, "severity critical -> low; impact changed; owner_user_id changed"),
        ("resolved", "Leader", None),
    ]


async def test_what_a_roadblock_names_has_to_be_there(app, client):
    case = await a_case(client)

    async def codes(status, code, **fields):
        body = {"kind": "legal", "function": "legal", "severity": "low", "title": "A clause", **fields}
        return await refused(client.post("/v1/roadblocks", json=body), status, code)

    assert await codes(422, "unusable_roadblock", account_id=NOBODY) == [("/account_id", "unknown_account")]
    assert await codes(422, "unusable_roadblock", commitment_id=NOBODY) == [("/commitment_id", "unknown_commitment")]
    assert await codes(422, "unusable_roadblock", on=days_on(1).isoformat()) == [("/on", "in_the_future")]
    assert await codes(422, "unusable_roadblock", due_on=days_ago(1)) == [("/due_on", "before_opening")]
    assert await codes(422, "unknown_people", owner_user_id=NOBODY) == [("/owner_user_id/0", "unknown_user")]
    made = await case.opens()
    assert await refused(
        client.patch(f"/v1/roadblocks/{made['id']}", json={"title": None}), 422, "unusable_roadblock"
    ) == [("/title", "missing")]
    ada = await a_person(client, "legal")
    async with await own_client(app, client, ada, ("resourcing:read", "resourcing:write")) as own:
        here = f"/v1/roadblocks/{made['id']}"
        await refused(own.patch(here, json={"note": "x", "user_id": case.people["cso"]}), 403, "speaks_for_another")
        await ok(own.patch(here, json={"note": "I look into it"}))
    assert (await case.moves(made))[-1]["user_name"] == "Ada"


async def test_roadblocks_are_listed_by_what_is_asked_for(client):
    case = await a_case(client)
    late = await case.opens(on=days_ago(20), owner_user_id=case.people["owner"])
    soon = await case.opens(severity="critical", function="legal", kind="legal")
    program = await case.opens(account_id=None, severity="low", kind="policy")
    gone = await case.opens(severity="low", on=days_ago(3))
    await ok(client.post(f"/v1/roadblocks/{gone['id']}/resolve", json={"resolution": "It went"}))

    async def found(**params):
        return [one["id"] for one in (await ok(client.get("/v1/roadblocks", params=params)))["data"]]

    assert await found() == [late["id"], soon["id"], gone["id"], program["id"]]
    assert await found(standing="true") == [late["id"], soon["id"], program["id"]]
    assert await found(breached="true") == await found(owner_user_id=case.people["owner"]) == [late["id"]]
    assert await found(program="true") == await found(kind="policy") == [program["id"]]
    assert await found(account_id=case.account, function="legal") == await found(severity="critical") == [soon["id"]]
    assert await found(state="resolved") == [gone["id"]]
    assert await found(sort="-opened_on", limit="1", program="false") == [soon["id"]]

    now = await ok(client.get("/v1/roadblocks/ageing"))
    then = await ok(client.get("/v1/roadblocks/ageing", params={"as_of": days_ago(2)}))
    assert (now["open"], now["breached"], now["oldest_days"], now["median_days"]) == (3, 1, 20, 0)
    assert [band["open"] for band in now["bands"]] == [2, 0, 1, 0, 0]
    assert [(one["function"], one["open"]) for one in now["functions"]] == [("legal", 1), ("service", 2)]
    assert (then["open"], then["breached"], [band["open"] for band in then["bands"]]) == (2, 1, [1, 0, 1, 0, 0])
    await refused(client.get("/v1/roadblocks/ageing", params={"as_of": days_on(1).isoformat()}), 422, "in_the_future")
