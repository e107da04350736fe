"""Actions of plans through their doors: who does what by when, for which goal of the customer's."""

from datetime import timedelta

from tests.asking import a_person, ok
from tests.planning.ground import NOBODY, SOON, TODAY, a_case, a_plan, an_objective, objectives
from tests.planning.test_plans import refused
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
BOTH = objectives(an_objective(), an_objective("margin", outcome="supplier"))


async def test_an_action_that_serves_no_goal_of_the_customers_pushes_a_product(client):
    case = await a_plan(client, BOTH)
    serves, ours, none = await case.acts(goal="uptime"), await case.acts(goal="margin"), await case.acts()
    theirs = await case.acts(owner_user_id=None, owner_contact_id=case.contact)

    assert [one["product_push"] for one in (serves, ours, none, theirs)] == [False, True, True, False]
    assert (theirs["side"], theirs["owner_name"], serves["owner_name"]) == ("customer", "Their Chief", "Ada")
    figures = (await case.look())["figures"]
    assert (figures["product_push"], figures["actions"]["open"]) == (2, 4)
    await ok(client.patch(f"/v1/plan-actions/{none['id']}", json={"state": "dropped"}))
    assert (await case.look())["figures"]["product_push"] == 1


async def test_an_action_is_done_once_and_told_once(client):
    case = await a_plan(client)
    made = await case.acts(goal="uptime")
    here = f"/v1/plan-actions/{made['id']}"

    done = await client.patch(here, json={"state": "done", "outcome": "They know it"}, headers={"If-Match": '"1"'})
    await ok(client.patch(here, json={"outcome": "They know it well"}))
    await refused(client.patch(here, json={"title": "x"}, headers={"If-Match": '"1"'}), 412, "action_changed")

    assert (done.json()["closed_on"], done.headers["etag"]) == (TODAY.isoformat(), '"2"')
    told = (await ok(client.get("/v1/events", params={"type": "plan_action.completed"})))["data"]
    assert [one["data"]["action_id"] for one in told] == [made["id"]]
    found = await ok(client.get(here))
    assert (found["state"], found["outcome"]) == ("done", "They know it well")
    await refused(client.patch(here, json={"state": "open", "closed_on": SOON}), 422, "unusable_action")


async def test_actions_past_their_day_are_found(client):
    case = await a_plan(client)
    late = await case.acts(due_on=(TODAY - timedelta(days=1)).isoformat())
    today, soon = await case.acts(due_on=TODAY.isoformat()), await case.acts()

    listed = (await ok(client.get(f"{case.url}/actions")))["data"]
    overdue = (await ok(client.get(f"{case.url}/actions", params={"overdue": "true"})))["data"]

    assert [one["id"] for one in listed] == [late["id"], today["id"], soon["id"]]
    assert [(one["id"], one["overdue"]) for one in overdue] == [(late["id"], True)]
    assert (await case.look())["figures"]["actions"] == {"open": 3, "overdue": 1, "done": 0, "dropped": 0}
    await ok(client.patch(f"/v1/plan-actions/{late['id']}", json={"state": "done"}))
    assert [one["id"] for one in (await ok(client.get(f"{case.url}/actions", params={"state": "done"})))["data"]] == [
        late["id"]
    ]


async def test_what_actions_are_worth_is_compared_in_the_organizations_currency(client):
    case = await a_plan(client)
    rate = {"currency": "EUR", "into_currency": "USD", "rate": "2", "from_on": "2020-01-01"}
    await ok(client.post("/v1/exchange-rates", json=rate), 201)
    for amount, currency, due_on in (
        ("100", "EUR", "2027-06-30"),
        ("600", "USD", "2028-01-31"),
        ("9", "CHF", "2027-02-01"),
    ):
        await case.acts(worth={"amount": amount, "currency": currency}, due_on=due_on)

    found = (await case.look())["figures"]["quick_wins"]

    assert found == {"by_worth": 0.25, "by_count": 0.6667, "without_rate": 1}


async def test_an_action_names_what_is_there(client):
    case = await a_plan(client)
    other = await a_case(client)

    async def codes(code, **fields):
        body = {"title": "Walk", "owner_user_id": case.user, "due_on": SOON, **fields}
        return await refused(client.post(f"{case.url}/actions", json=body), 422, code)

    assert await codes("unusable_action", goal="wealth") == [("/goal", "unknown_objective")]
    assert await codes("unusable_action", owner_contact_id=case.contact) == [
        ("/owner_user_id", "two_owners"),
        ("/owner_contact_id", "two_owners"),
    ]
    assert await codes("unusable_plan", offering_id=NOBODY) == [("/offering_id", "unknown_offering")]
    assert await codes("unusable_plan", owner_user_id=None, owner_contact_id=other.contact) == [
        ("/owner_contact_id", "unknown_contact")
    ]
    await ok(client.patch(f"/v1/users/{case.user}", json={"active": False}))
    assert await codes("unknown_people") == [("/owner_user_id/0", "unknown_user")]


async def test_an_action_of_somebody_who_left_can_still_be_changed_and_handed_over(client):
    case = await a_plan(client)
    action = await case.acts()
    await ok(client.patch(f"/v1/users/{case.user}", json={"active": False}))
    ben = await a_person(client, "finance", "Ben")
    here = f"/v1/plan-actions/{action['id']}"

    await ok(client.patch(here, json={"due_on": "2027-02-02", "owner_user_id": case.user}))
    handed = await ok(client.patch(here, json={"owner_user_id": ben}))

    assert (handed["owner_name"], handed["due_on"]) == ("Ben", "2027-02-02")
