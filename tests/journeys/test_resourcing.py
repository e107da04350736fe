"""From a line of the growth plan to the report: asked for, countered, promised, in the way, late, used, told of."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import pytest

from app.resourcing.service import escalating, reminding
from tests.asking import a_person, a_record, days_ago, ok
from tests.planning.ground import objectives
from tests.resourcing.catalogue.ground import a_resource, excepted, used
from tests.selection.ground import an_account
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


@dataclass
class Ground:
    """An account, the people around it, and a resource that service owns."""

    client: Any
    account: str
    people: dict[str, str]
    expert: str

    async def act(self, commitment, act, by, **body):
        """Somebody does something about a commitment, as it was read last."""
        headers = {"If-Match": f'"{commitment["version"]}"'}
        body = {"user_id": self.people[by], **body}
        return await ok(self.client.post(f"/v1/commitments/{commitment['id']}/{act}", json=body, headers=headers))

    async def report(self, **params):
        return await ok(self.client.get("/v1/resourcing/accountability", params=params))

    async def events(self, type_):
        return (await ok(self.client.get("/v1/events", params={"type": type_})))["data"]


async def a_ground(client) -> Ground:
    functions = {"kam": "sales", "engineer": "service", "leader": "service", "sponsor": "finance", "head": "executive"}
    people = {name: await a_person(client, function, name.capitalize()) for name, function in functions.items()}
    account = (await an_account(client, "Northwind", kam_user_id=people["kam"]))["id"]
    expert = await a_resource(
        client, name="Field engineer", kind="technical_expert", function="service", capacity=40,
        unit_cost={"amount": "800.00", "currency": "USD"},
    )  # fmt: skip
    leaders = [
        {"function": function, "user_id": people[name], "on": days_ago(400)}
        for function, name in (("service", "leader"), ("executive", "head"))
    ]
    await ok(client.put("/v1/function-leaders", json={"leaders": leaders}))
    sponsor = {"user_id": people["sponsor"], "level": "vp", "started_on": days_ago(300)}
    await ok(client.post(f"/v1/accounts/{account}/sponsorships", json=sponsor), 201)
    return Ground(client, account, people, expert)


async def test_what_was_promised_is_followed_from_the_growth_plan_to_the_report(client, database, tenant):
    ground = await a_ground(client)

    asked = await the_growth_plan_asks_for_engineers(ground)
    promised = await their_leader_offers_less_and_the_kam_agrees(ground, asked)
    roadblock = await something_stands_in_the_way(ground, promised)
    await the_scheduler_reminds_and_takes_it_up(database, tenant, ground, roadblock)
    await it_is_cleared_and_delivered_late(ground, promised, roadblock)
    await the_customer_uses_some_of_it(ground, promised)
    await the_report_says_who_answers_for_what(ground)
    await the_metrics_know_it(ground)


async def the_growth_plan_asks_for_engineers(ground):
    url = f"/v1/accounts/{ground.account}/plan"
    plan = {"starts_on": days_ago(200), "ends_on": days_ago(-400), "user_id": ground.people["kam"]}
    await ok(ground.client.put(url, json={**plan, "document": objectives()}))
    line = {"title": "Convert their second plant", "goal": "uptime", "due_on": days_ago(-90)}
    action = await ok(ground.client.post(f"{url}/actions", json={**line, "owner_user_id": ground.people["kam"]}), 201)
    body = {
        "resource_id": ground.expert, "quantity": 8, "due_on": days_ago(20), "starts_on": days_ago(50),
        "expected_outcome": "Their second plant runs on our platform", "channel": "personal_relationship",
        "plan_action_id": action["id"], "user_id": ground.people["kam"], "on": days_ago(60),
    }  # fmt: skip
    asked = await ok(ground.client.post(f"/v1/accounts/{ground.account}/resource-requests", json=body), 201)

    assert (asked["state"], asked["unplanned"], asked["function"]) == ("requested", False, "service")
    return asked


async def their_leader_offers_less_and_the_kam_agrees(ground, asked):
    offer = {"quantity": 5, "due_on": days_ago(15), "note": "Three are booked", "on": days_ago(55)}
    countered = await ground.act(asked, "counter", "leader", **offer)
    promised = await ground.act(countered, "accept-counter", "kam", on=days_ago(52))

    assert (countered["state"], countered["response_days"]) == ("countered", 5)
    assert (promised["state"], promised["quantity"], promised["due_on"]) == ("accepted", 5, days_ago(15))
    assert (promised["overdue"], promised["legal_moves"]) == (True, ["schedule", "deliver", "miss", "withdraw"])
    return promised


async def something_stands_in_the_way(ground, promised):
    body = {
        "commitment_id": promised["id"], "kind": "capacity", "function": "service", "severity": "high",
        "title": "No engineer has a permit for their site", "owner_user_id": ground.people["engineer"],
        "on": days_ago(30),
    }  # fmt: skip
    roadblock = await ok(ground.client.post("/v1/roadblocks", json=body), 201)

    assert (roadblock["account_id"], roadblock["due_on"], roadblock["breached"]) == (ground.account, days_ago(23), True)
    return roadblock


async def the_scheduler_reminds_and_takes_it_up(database, tenant, ground, roadblock):
    """Seven days each rung had: the leader after the 23rd day before today, the sponsor a week later, then the head."""
    now = datetime.combine(datetime.now(UTC).date(), time(4), UTC)
    for _ in range(2):  # whoever comes again does nothing
        async with database.transaction(tenant.id) as connection:
            await reminding.turn(connection, tenant.id, now)
            await escalating.turn(connection, tenant.id, now)

    climbed = [one["data"] for one in reversed(await ground.events("roadblock.escalated"))]
    people = ground.people
    assert [(one["rung"], one["to_user_id"]) for one in climbed] == [
        ("function_leader", people["leader"]),
        ("executive_sponsor", people["sponsor"]),
        ("cso", people["head"]),
    ]
    assert len(await ground.events("commitment.overdue")) == 1
    found = await ok(ground.client.get("/v1/roadblocks", params={"rung": "cso"}))
    assert [one["id"] for one in found["data"]] == [roadblock["id"]]


async def it_is_cleared_and_delivered_late(ground, promised, roadblock):
    body = {"resolution": "The head had two permits issued", "user_id": ground.people["head"]}
    await ok(ground.client.post(f"/v1/roadblocks/{roadblock['id']}/resolve", json=body))
    delivered = await ground.act(promised, "deliver", "engineer", on=days_ago(4))
    confirmed = await ground.act(delivered, "confirm", "kam", on=days_ago(2))

    assert (confirmed["kept"], confirmed["days_late"], confirmed["legal_moves"]) == (False, 11, [])


async def the_customer_uses_some_of_it(ground, promised):
    await excepted(ground.client, ground.account, ground.expert, 5, on=days_ago(200), user_id=ground.people["head"])
    usage = {"quantity": 2, "on": days_ago(3), "user_id": ground.people["engineer"]}
    await ok(ground.client.post(f"/v1/commitments/{promised['id']}/usage", json=usage), 201)
    await used(ground.client, ground.account, ground.expert, 1, days_ago(1))
    contact = await a_record(ground.client, "contacts", account=ground.account, name="Their chief")
    rating = {"resource_id": ground.expert, "value": 2, "contact_id": contact}
    await ok(ground.client.post(f"/v1/accounts/{ground.account}/resource-ratings", json=rating), 201)

    found = await ok(ground.client.get("/v1/resourcing/utilization", params={"from": days_ago(89)}))
    # Five days a quarter were due, and three were used; at 800 a day the rest is wasted.
    assert float(found["total"]["used_cost"]["amount"]) == 2400
    assert float(found["total"]["wasted_cost"]["amount"]) > 0
    assert [one["resource_name"] for one in found["expensive_low_value"]] == ["Field engineer"]


async def the_report_says_who_answers_for_what(ground):
    reports = {by: await ground.report(group_by=by) for by in ("function", "leader", "account", "resource")}

    for by, key in (
        ("function", "service"), ("leader", ground.people["leader"]), ("account", ground.account),
        ("resource", ground.expert),
    ):  # fmt: skip
        told = next(one for one in reports[by]["groups"] if one["key"] == key)
        assert (told["requested"], told["accepted"], told["median_response_days"]) == (1, 1, 5.0), by
        assert (told["fell_due"], told["kept"], told["late"], told["late_days"]) == (1, 0, 1, 11), by
        assert (told["kept_share"], told["overdue_now"], told["unplanned_share"]) == (0.0, 0, 0.0), by
        assert (told["personal_share"], told["committed_cost"]["amount"]) == (1.0, "4000.00"), by
    of_service = next(one for one in reports["function"]["groups"] if one["key"] == "service")
    assert (of_service["roadblocks_opened"], of_service["roadblocks_resolved"]) == (1, 1)
    assert of_service["roadblocks_open"] == 0
    earlier = await ground.report(to=days_ago(70))
    assert earlier["total"]["requested"] == 0


async def the_metrics_know_it(ground):
    found = (await ok(ground.client.get(f"/v1/accounts/{ground.account}/metrics")))["metrics"]
    known = {key: one["value"] for key, one in found.items()}

    assert known["commitments_kept"] == 0.0
    assert known["resource_utilization"] == pytest.approx(0.6)
    assert known["collaboration_breadth"] >= 1
