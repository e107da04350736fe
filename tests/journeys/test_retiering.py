"""An account that was key, was not kept by what it agreed to, was told, and came back by what it showed."""

from tests.asking import days_ago, ok
from tests.calibration.calibrations.ground import moves as calibration_moves
from tests.calibration.expectations.ground import assesses, owes
from tests.journeys.retiering_ground import a_ground, withdrawals
from tests.resourcing.catalogue.ground import excepted
from tests.retiering.appraisals.ground import a_turn
from tests.retiering.resets.ground import FRAMING, KINDS, the_steps
from tests.selection.lifecycle.ground import a_key_account
from tests.selection.reviews.ground import METRICS, Case
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
HELD = (409, "conversation_not_recorded")


async def test_an_account_is_let_go_by_what_was_agreed_and_comes_back_by_what_it_shows(client, database, tenant):
    ground = await a_ground(client)

    await it_is_key_and_knows_what_it_owes(ground)
    await the_first_miss_is_seen(ground, database, tenant)
    await what_both_sides_plan_comes_to_nothing(ground)
    await two_people_decide_that_it_leaves(ground)
    await nothing_is_taken_before_its_people_were_told(ground)
    await its_people_are_told_and_it_leaves(ground)
    await it_is_shown_the_way_back(ground)
    await it_meets_what_was_asked(ground)
    await it_is_selected_anew(ground)
    await each_day_is_told_as_it_was_known_then(ground)


async def it_is_key_and_knows_what_it_owes(ground):
    for name, party in (("data", "customer"), ("parts", "supplier")):
        ground.owed[name] = await owes(ground.talk, party, title=f"The {name} arrive")
    await calibration_moves(ground.talk, "activate")
    for one in ground.owed.values():
        await assesses(ground.talk, one, value=0.99)

    recommended = await ground.key.recommended()
    assert await ground.key.stands() == ("selected", "tier_1")
    assert (recommended["decision"], recommended["requirements"]["on_file"]) == ("retain", 2)
    assert await ground.given() == {"Resident engineer": 12, "Consulting": 2, "Laboratory": 3}


async def the_first_miss_is_seen(ground, database, tenant):
    await ground.key.scores(60.0, 80.0)
    await assesses(ground.talk, ground.owed["data"], value=0.5)

    for _ in range(2):
        await a_turn(database, tenant)

    opened = await ground.appraisal()
    assert (opened["trigger"], opened["state"], opened["first_sign_on"]) == ("expectation_missed", "open", days_ago(0))
    found = {one["title"]: one["status"] for one in opened["findings"]["requirements"]}
    assert (found["The data arrive"], found["The parts arrive"]) == ("missed", "met")


async def what_both_sides_plan_comes_to_nothing(ground):
    appraisal = await ground.appraisal()
    url = f"/v1/appraisals/{appraisal['id']}"
    await ok(ground.client.post(f"{url}/contact", json={"contact_id": ground.contact}))
    diagnosed = {"diagnosis": "unwilling", "owner_user_id": ground.key.people["sales"]}
    await ok(ground.client.patch(url, json=diagnosed))
    theirs = {
        "title": "Open the data of the first line", "side": "customer", "owner_contact_id": ground.contact,
        "expectation_id": ground.owed["data"]["id"], "due_on": days_ago(-30),
    }  # fmt: skip
    ours = {
        "title": "Pay for the gateway", "side": "supplier", "owner_user_id": ground.key.people["sales"],
        "due_on": days_ago(-20),
    }  # fmt: skip
    made = [await ok(ground.client.post(f"{url}/actions", json=body), 201) for body in (theirs, ours)]
    assert (await ground.appraisal())["state"] == "action_plan"

    await ok(ground.client.patch(f"/v1/appraisal-actions/{made[0]['id']}", json={"state": "done"}), 409)
    for state in ("agreed", "failed"):
        await ok(ground.client.patch(f"/v1/appraisal-actions/{made[0]['id']}", json={"state": state}))

    appraisal = await ground.appraisal()
    assert (appraisal["state"], appraisal["reevaluation_on"]) == ("reevaluation", days_ago(0))
    assert (appraisal["days_to_contact"], appraisal["actions_failed"], appraisal["actions_open"]) == (0, 1, 1)
    waited = await ground.get("appraisals/timeliness")
    assert (waited["to_contact"]["n"], waited["to_contact"]["ended"], waited["to_decision"]["censored"]) == (1, 1, 1)


async def two_people_decide_that_it_leaves(ground):
    key = ground.key
    recommended = (await key.proposed())["recommendation"]
    codes = {one["code"] for one in recommended["reasons"]}
    await key.decides("retain", 422)
    await key.decides("exit_program", rationale="They keep their data, and have found another", dissent="Service")
    alone = await key.acts("approve", 403, user_id=key.people["sales"])
    await key.acts("approve", user_id=key.people["finance"])

    assert recommended["decision"] in {"downtier", "exit_program"}
    assert codes >= {"below_margin", "requirements_missed", "action_plan_failed"}
    assert alone["code"] == "second_person_needed"
    assert await key.stands() == ("reset", "tier_1")
    appraisal = await ground.appraisal()
    assert (appraisal["state"], appraisal["outcome"], appraisal["closed_on"]) == ("closed", "decided", days_ago(0))
    assert (await ground.get("appraisals/timeliness"))["to_decision"]["ended"] == 1


async def nothing_is_taken_before_its_people_were_told(ground):
    given = await ground.given()
    tried = await withdrawals(ground)
    assert tried == dict.fromkeys(tried, HELD)

    steps = the_steps(ground.key.people["sales"])
    planned = await ok(
        ground.client.post(ground.reset, json={**FRAMING, "steps": steps, "feared_loss_share": 0.3}), 201
    )
    await ground.resets("steps/2/done", 409, contact_id=ground.contact)
    await ground.resets("steps/1/done")
    await ground.resets("steps/2/done", 422)
    await ground.resets("complete", 409)

    assert (planned["framing"]["completeness"], planned["withdrawal_allowed"]) == (1, False)
    assert set((await withdrawals(ground)).values()) == {HELD}
    assert await ground.given() == given
    # More is free at any time.
    await excepted(ground.client, ground.account, ground.lab, 4, user_id=ground.key.people["finance"])


async def its_people_are_told_and_it_leaves(ground):
    told = await ground.resets("steps/2/done", contact_id=ground.contact, note="They took it well")
    assert (told["conversation_on"], told["withdrawal_allowed"]) == (days_ago(0), True)
    less = {
        "resource_id": ground.lab,
        "quantity": 0,
        "reason": "As they were told",
        "user_id": ground.key.people["sales"],
    }
    assert (await ground.tries("POST", f"/v1/accounts/{ground.account}/entitlements", less))[0] == 200
    for place in range(3, len(KINDS) + 1):
        await ground.resets(f"steps/{place}/done", contact_id=ground.contact)
    unmapped = await ground.resets("complete", 409)
    line = {
        "resource_id": ground.engineer, "replacement": "The desk, day and night",
        "customer_need": "Answers at once",
    }  # fmt: skip
    await ground.resets("realignment", method="PUT", lines=[line])

    complete = await ground.resets("complete", user_id=ground.key.people["sales"])
    outcome = await ok(ground.client.get(f"{ground.reset}/outcome"))

    assert [one["pointer"] for one in unmapped["errors"]] == ["/realignment"]
    assert complete["state"] == "complete"
    assert {one["status"] for one in outcome["checkpoints"]} == {"too_early"}
    assert await ground.key.stands() == ("reselection", None)
    assert "Resident engineer" not in await ground.given()


async def of_way_back(ground, what, status=200, method="POST", **body):
    read = await ok(ground.client.get(ground.way_back))
    headers = {"If-Match": f'"{read["version"]}"'}
    return await ok(ground.client.request(method, f"{ground.way_back}/{what}", json=body, headers=headers), status)


async def it_is_shown_the_way_back(ground):
    criteria = [
        {
            "title": "Satisfied again", "metric": "csat", "comparison": "at_least", "target": 85,
            "action": "A review of open tickets each month", "owner_user_id": ground.key.people["sales"],
        },
        {"title": "A sponsor at their board", "action": "They ask for a name", "owner_contact_id": ground.contact},
    ]  # fmt: skip
    body = {"criteria": criteria, "user_id": ground.key.people["sales"]}
    opened = await ok(ground.client.post(ground.way_back, json=body), 201)
    too_early = await of_way_back(ground, "readmit", 409, reason="We miss them", user_id=ground.key.people["sales"])
    itself = await of_way_back(ground, "peers", 422, peer_account_id=ground.account)
    peer = await a_key_account(ground.client)
    met = await of_way_back(ground, "peers", 201, peer_account_id=peer["id"], contact_id=ground.contact)

    assert (opened["readiness_pct"], opened["criteria_met"], opened["eligible"]) == (0, 0, False)
    assert opened["criteria"][0]["baseline"] == 60
    assert too_early["code"] == "not_eligible"
    assert itself["code"] == "not_a_key_account"
    assert [one["peer_account_id"] for one in met["peers"]] == [peer["id"]]


async def it_meets_what_was_asked(ground):
    await ground.key.scores(75.0, 80.0)
    # By hand: 15 of 25 points of one of two criteria.
    assert (await ok(ground.client.get(ground.way_back)))["readiness_pct"] == 30
    criterion = (await ok(ground.client.get(ground.way_back)))["criteria"][1]["id"]
    named = await of_way_back(
        ground, f"criteria/{criterion}", method="PATCH", met=True, user_id=ground.key.people["finance"]
    )
    assert (named["readiness_pct"], named["eligible"]) == (80, False)
    await ground.key.scores(90.0, 80.0)
    ready = await ok(ground.client.get(ground.way_back))
    (listed,) = (await ground.get("reselections", state="open"))["data"]

    assert (ready["readiness_pct"], ready["criteria_met"], ready["eligible"]) == (100, 2, True)
    assert (listed["account_id"], listed["eligible"]) == (ground.account, True)


async def it_is_selected_anew(ground):
    who = {"reason": "All that was asked for is shown", "user_id": ground.key.people["sales"]}
    undecided = await of_way_back(ground, "readmit", 409, **who)
    assert undecided["code"] == "decision_needed"
    await the_review_selects_it(ground)

    back = await of_way_back(ground, "readmit", **who)

    assert (back["state"], back["closed_on"]) == ("readmitted", days_ago(0))
    assert await ground.key.stands() == ("selected", "tier_1")
    assert (await ground.given())["Resident engineer"] == 12


async def the_review_selects_it(ground):
    people = ground.key.people
    body = {"name": "Back again", "accounts": [ground.account], "participants": [*people.values()], "metrics": METRICS}
    made = await ground.client.post("/v1/selection/reviews", json=body)
    case = Case(ground.client, made.headers["location"], people, [ground.key.account])
    await case.rates("sales", goal_fit=5)
    await case.reveals(reason="The others know them well")
    await case.agrees(goal_fit=4)
    for function in ("sales", "finance"):
        await case.votes(function)
    await case.decides()


async def each_day_is_told_as_it_was_known_then(ground):
    moves = (await ground.get(f"accounts/{ground.account}/lifecycle/moves"))["data"]
    before = await ground.get("program/summary", as_of=days_ago(1))
    now = await ground.get("program/summary")

    assert [one["to_state"] for one in reversed(moves)] == [
        "candidate", "shortlisted", "calibrated", "selected", "under_review", "reset", "reselection", "selected",
    ]  # fmt: skip
    assert (before["key_accounts"]["accounts"], now["key_accounts"]["accounts"]) == (0, 2)
    assert (await ground.key.recommended(as_of=days_ago(1)))["blocked_by"] == ["not_scored"]
    assert (await ground.get(f"accounts/{ground.account}/appraisals", open_on=days_ago(1)))["data"] == []
    told = {one["type"] for one in (await ground.get("events", limit=500))["data"]}
    assert told >= {
        "appraisal.opened", "appraisal.reevaluation", "retiering.proposed", "retiering.decided", "reset.planned",
        "reset.conversation_recorded", "reset.completed", "account.lifecycle_moved",
    }  # fmt: skip
