"""Who stands behind a plan's goals, and which figures were agreed with the customer, through HTTP."""

from datetime import date
from typing import Any

from app.kernel.ids import AccountId
from tests.asking import ok
from tests.health.alignment.ground import a_case, a_whole_story
from tests.metrics.ground import World
from tests.planning.ground import an_objective
from tests.resourcing.commitments.ground import on
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
LATER = on(120)


async def test_each_goal_says_which_of_us_does_something_for_it(client):
    case = await a_case(client)
    people = case.promises.people
    leads = {"leaders": [{"function": "sales", "user_id": people["chief of sales"]}]}
    await ok(client.put("/v1/function-leaders", json=leads))
    walk = await case.acts("uptime", by="kam")
    await case.acts("uptime", by="chief of sales")
    await case.acts("uptime")  # the customer's own
    dropped = await case.acts("scrap", by="outsider")
    await ok(client.patch(f"/v1/plan-actions/{dropped['id']}", json={"state": "dropped"}))
    await case.acts("scrap", by="chief")
    await case.acts("ours", by="kam")
    await case.promises.promised(plan_action_id=walk["id"])
    await case.promises.asks(plan_action_id=walk["id"])  # nobody has promised it yet

    found = await case.alignment()

    told = {
        goal["key"]: {one["party"]: (one["actions"], one["commitments"]) for one in goal["parties"] if one["covered"]}
        for goal in found["goals"]
    }
    assert told == {
        "uptime": {"account_team": (1, 0), "sales_leadership": (1, 0), "organization": (0, 1), "customer": (1, 0)},
        "scrap": {"sales_leadership": (1, 0)},
    }
    assert [goal["lacking"] for goal in found["goals"]] == [[], ["account_team", "organization"]]
    assert (found["coverage"], found["aligned_goals"], found["elsewhere"]) == (0.6667, 1, 1)


async def test_figures_agreed_with_the_customer_are_counted_once_wherever_they_were_agreed(client, database, tenant):
    case = await a_case(
        client,
        an_objective("uptime", metric="on_time_delivery", target=0.98, due_on=LATER),
        an_objective("again", metric="on_time_delivery", target=0.99, due_on=on(200)),
        an_objective("words", due_on=LATER),
        an_objective("over", metric="csat", target=5, due_on=on(-1)),
        *(an_objective(f"own-{at}", metric=f"own_{at}", target=1, due_on=on(150)) for at in range(5)),
    )
    account = AccountId(case.promises.account["id"])
    world, today = World(database, tenant.id), date.fromisoformat(on(0))
    calibration = world.calibration(account, date.fromisoformat(on(-90)))
    due_on = date.fromisoformat(on(60))
    measured: dict[str, Any] = {"metric": "nps", "comparison": "at_least", "target": 8.0, "due_on": due_on}
    world.expectation(calibration, account, **measured)
    world.expectation(calibration, account, **{**measured, "metric": "adoption", "withdrawn_on": today})
    world.observation(account, "nps", 7, date.fromisoformat(on(-5)))
    world.engagement(account, date.fromisoformat(on(-40)), kind="qbr")
    world.engagement(account, date.fromisoformat(on(-3)), kind="call")
    await world.save()

    found = await case.kpis()

    assert [one["metric"] for one in found["kpis"]] == ["nps", "on_time_delivery", *(f"own_{at}" for at in range(5))]
    nps, delivery, own, *_ = found["kpis"]
    assert (nps["current"], nps["agreements"][0]["agreed_in"], nps["agreements"][0]["target"]) == (7, "calibration", 8)
    assert [one["target"] for one in delivery["agreements"]] == [0.98, 0.99]
    assert (own["title"], own["current"]) == (None, None)
    assert (found["count"], found["at_most"], found["too_many"]) == (7, 7, False)
    assert (found["reviewed_on"], found["days_since_review"]) == (on(-40), 40)

    world.expectation(calibration, account, **{**measured, "metric": "margin"})
    await world.save()
    assert (await case.kpis())["too_many"] is True
    before = await case.kpis(as_of=on(-100))
    assert (before["count"], before["reviewed_on"]) == (0, None)


async def test_what_the_customer_cannot_see_was_not_agreed_with_them(client, other_client):
    objective = an_objective("uptime", metric="on_time_delivery", target=0.98, due_on=LATER)
    case = await a_case(client, objective, visibility="internal")

    assert (await case.kpis())["kpis"] == []
    for what in ("kpis", "plan/alignment"):
        assert (await other_client.get(f"{case.url}/{what}")).json()["code"] == "account_not_found"


async def test_both_operations_answer(client):
    assert set(await a_whole_story(client)) == {"account_id"}
