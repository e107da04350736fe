"""The collaboration index through its door: from what colleagues did, as it was known on a day."""

from datetime import timedelta
from uuid import UUID

from app.kernel.ids import new_id
from tests.asking import a_person, days_ago, ok
from tests.resourcing.accountability.ground import TODAY, World, write
from tests.selection.ground import a_rating, an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


def a_request(account, resource, asked_days_ago, **fields):
    """A request for the resource, as a row."""
    asked = TODAY - timedelta(days=asked_days_ago)
    row = {
        "id": new_id(), "account_id": UUID(account), "resource_id": resource["id"], "quantity": 2.0,
        "due_on": asked + timedelta(days=30), "expected_outcome": "It runs", "channel": "defined_process",
        "state": "accepted", "requested_on": asked, "answered_on": asked, "accepted_on": asked,
    }  # fmt: skip
    return {**row, **fields}


async def test_the_index_knows_help_input_and_shared_success_as_of_a_day(client, database, tenant):
    account, other = [(await an_account(client, name))["id"] for name in ("Northwind", "Elsewhere")]
    here = f"/v1/accounts/{account}/collaboration"
    nothing = await ok(client.get(here))
    assert (nothing["index"], nothing["collaboration_class"], nothing["proactive_inputs"]) == (None, None, None)
    assert nothing["benchmark"]["value"] == 215

    engineer = await a_person(client, "service", "Eve")
    resources = [
        {"id": new_id(), "code": kind, "name": kind, "kind": kind, "function": "service", "unit": "days"}
        for kind in ("technical_expert", "executive_access")
    ]
    expert, access = resources
    delivered = TODAY - timedelta(days=28)
    asked = [
        a_request(account, expert, 100),  # helped after 20 days
        a_request(account, expert, 40, requested_by_user_id=UUID(engineer)),  # offered by her; helped after 12
        a_request(account, access, 50, state="delivered", delivered_on=delivered),  # nobody's knowledge
        a_request(other, expert, 31),
        a_request(other, expert, 50, state="withdrawn", closed_on=TODAY - timedelta(days=45)),  # nobody waits for it
    ]
    world = World([], [], {"resources": resources, "commitments": asked})
    world.rows["usage_entries"] = [
        {
            "id": new_id(), "account_id": UUID(account), "resource_id": expert["id"], "quantity": 1.0,
            "commitment_id": asked[at]["id"], "used_on": TODAY - timedelta(days=day),
        }
        for at, day in ((0, 80), (0, 70), (1, 28))
    ]  # fmt: skip
    await write(database, tenant, world)
    for value, day, function in ((5, 95, "finance"), (3, 30, "sales"), (4, 10, "finance")):
        await a_rating(client, {"id": account}, value, metric="goal_fit", rated_on=days_ago(day), function=function)

    now = await ok(client.get(here))
    then = await ok(client.get(here, params={"as_of": days_ago(75)}))

    assert (now["specialist_requests"], now["specialist_access_days"]) == (2, 16)
    assert (now["proactive_inputs"], now["proactive_functions"]) == (2, 2)  # finance rated, service offered
    # (30 - 16) / 27 and 2 of 4, by hand.
    assert (now["components"], now["known"]) == (
        {"specialist_access": 0.5185, "proactive_input": 0.5, "shared_success": None}, 2,
    )  # fmt: skip
    assert (now["index"], now["collaboration_class"]) == (50.9259, "mediocre")
    assert (then["specialist_requests"], then["specialist_access_days"]) == (1, 20)
    # Elsewhere help was asked for a month ago and has not come, which is worse than help that came late.
    waiting = await ok(client.get(f"/v1/accounts/{other}/collaboration"))
    assert (waiting["specialist_requests"], waiting["specialist_access_days"]) == (2, 31)
    assert (waiting["index"], waiting["collaboration_class"]) == (0, "poor")
    assert (then["proactive_inputs"], then["proactive_functions"]) == (1, 1)


async def test_success_is_shared_as_far_as_each_functions_last_word_says(client):
    other = (await an_account(client, "Elsewhere"))["id"]
    custom = {"key": "shared_success", "title": "Their success is ours", "kind": "rating"}
    await ok(client.patch("/v1/organization", json={"custom_metrics": [custom]}))
    for value, day, function in ((1, 12, "legal"), (4, 11, "legal"), (2, 11, "product"), (5, 400, "service")):
        await a_rating(client, {"id": other}, value, metric="shared_success", rated_on=days_ago(day), function=function)

    shared = await ok(client.get(f"/v1/accounts/{other}/collaboration"))

    # (4 + 2) / 2: each function's last word, of a year at most.
    assert (shared["shared_success"], shared["components"]["shared_success"]) == (3, 0.5)
