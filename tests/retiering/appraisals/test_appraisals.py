"""Appraisals through their doors: opened, told to the customer, worked on by both sides, and closed."""

from tests.asking import a_record, days_ago, ok
from tests.retiering.appraisals.ground import a_case, a_turn, a_whole_story, day, said, used
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_every_operation_can_be_carried_out_and_the_account_counts_as_looked_at(client):
    await a_whole_story(client)
    found = await ok(client.get("/v1/appraisals/timeliness"))
    assert found["reviewed"] == {"accounts": 1, "in_time": 1, "share": 1.0}
    assert (found["settled_without_decision"], found["to_decision"]["n"]) == (1, 0)


async def test_a_miss_is_appraised_once_and_the_days_until_the_customer_hears_are_counted(
    client, other_client, database, tenant
):
    case = await a_case(client, database, tenant, "We deliver", "They plan with us", "They pay", tier=None)
    await said(database, tenant, case.requirements["We deliver"], (True, 40))
    await said(
        database, tenant, case.requirements["They plan with us"], (False, 90), (True, 60), (False, 9), (False, 2)
    )

    assert (await a_turn(database, tenant)).opened == 1
    assert (await a_turn(database, tenant)).opened == 0
    (listed,) = await case.listed()
    assert (listed["trigger"], listed["state"]) == ("expectation_missed", "open")
    assert (listed["first_sign_on"], listed["opened_on"]) == (days_ago(9), days_ago(0))
    statuses = {one["title"]: one["status"] for one in listed["findings"]["requirements"]}
    assert statuses == {"We deliver": "met", "They plan with us": "missed", "They pay": "open"}
    assert [one["account_id"] for one in await case.told("appraisal.opened")] == [case.account]
    here = f"/v1/appraisals/{listed['id']}"
    await ok(other_client.get(here), 404)
    await case.opens(409)

    await ok(client.post(f"{here}/contact", json={"contact_id": case.contact, "on": days_ago(10)}), 422)
    await ok(client.post(f"{here}/contact", json={"contact_id": case.user}), 422)
    heard = await ok(client.post(f"{here}/contact", json={"contact_id": case.contact, "on": days_ago(6)}))
    assert (heard["days_to_contact"], heard["contact_name"]) == (3, "Grace")
    await ok(client.post(f"{here}/contact", json={"contact_id": case.contact}), 409)


async def test_both_sides_act_each_with_an_owner_of_its_own(client, database, tenant):
    case = await a_case(client, database, tenant, "They plan with us", tier=None)
    await said(database, tenant, case.requirements["They plan with us"], (False, 9))
    listed = await case.opens()
    await case.acts(listed, 422, due_on=days_ago(-50), owner_contact_id=None, owner_user_id=case.user)
    await case.acts(listed, 422, due_on=days_ago(-50), expectation_id=case.user)
    missed = str(case.requirements["They plan with us"])
    theirs = await case.acts(listed, due_on=days_ago(-50), expectation_id=missed)
    ours = await case.acts(
        listed, due_on=days_ago(-5), side="supplier", owner_contact_id=None, owner_user_id=case.user, title="A workshop"
    )
    planned = await case.look(listed)
    assert (planned["state"], planned["due_on"], planned["actions_open"]) == ("action_plan", days_ago(-50), 2)
    refused = await case.moves(ours, "done", status=409)
    assert "agreed, failed" in refused["detail"]
    await case.moves(ours, "agreed", "in_progress", "done")
    await ok(
        client.patch(f"/v1/appraisal-actions/{theirs['id']}", json={"note": "-"}, headers={"If-Match": '"9"'}), 412
    )


async def test_a_plan_that_fails_is_looked_at_anew_and_closed_as_the_record_bears_out(client, database, tenant):
    case = await a_case(client, database, tenant, "They plan with us", tier=None)
    await said(database, tenant, case.requirements["They plan with us"], (False, 9))
    listed = await case.opens()
    here = f"/v1/appraisals/{listed['id']}"
    theirs = await case.acts(listed, due_on=days_ago(-50))
    diagnosis = {"diagnosis": "unwilling", "diagnosis_note": "They plan with another"}
    assert (await ok(client.patch(here, json=diagnosis)))["diagnosis"] == "unwilling"
    await ok(client.patch(here, json={"due_on": days_ago(-20)}), 422)
    await case.closes(listed, "improved", 409)
    await case.moves(theirs, "failed")
    failed = await case.look(listed)
    assert (failed["state"], failed["reevaluation_on"], failed["actions_failed"]) == ("reevaluation", days_ago(0), 1)
    assert [one["why"] for one in await case.told("appraisal.reevaluation")] == ["failed"]

    assert "missed: 1" in (await case.closes(listed, "met", 409))["detail"]
    await case.closes(listed, "decided", 409)
    closed = await case.closes(listed, "unfounded", note="They were right")
    assert (closed["state"], closed["closed_on"], closed["overdue"]) == ("closed", days_ago(0), False)
    await case.closes(listed, "unfounded", 409)
    await case.acts(listed, 409, due_on=days_ago(-50))
    assert (await a_turn(database, tenant)).opened == 0, "what was there before the last word is no news"


async def test_what_was_found_stays_and_how_it_stands_is_told_as_of_any_day(client, database, tenant):
    case = await a_case(client, database, tenant, "They plan with us")
    await said(database, tenant, case.requirements["They plan with us"], (False, 20))
    made = await case.opens(on=days_ago(15), first_sign_on=days_ago(20), owner_user_id=case.user)
    assert (made["trigger"], made["due_on"], made["owner_name"]) == ("manual", day(-15).isoformat(), "Ada")
    assert [sign["trigger"] for sign in made["findings"]["signs"]] == ["expectation_missed"]
    await said(database, tenant, case.requirements["They plan with us"], (True, 5))

    def status(findings):
        return [one["status"] for one in findings["requirements"]]

    now, then = await case.look(made), await case.look(made, as_of=days_ago(10))
    assert (status(now["now"]), status(then["now"]), status(now["findings"])) == (["met"], ["missed"], ["missed"])
    await ok(client.get(f"/v1/appraisals/{made['id']}", params={"as_of": days_ago(-1)}), 422)
    await case.closes(made, "met", 422, on=days_ago(16))
    await case.closes(made, "met", 409, on=days_ago(10))
    await case.closes(made, "met", on=days_ago(4))
    await case.opens(422, on=days_ago(5))
    assert [len(await case.listed(open_on=days_ago(ago))) for ago in (16, 15, 5, 4)] == [0, 1, 1, 0]


async def test_key_status_is_in_question_while_the_customer_misses_and_what_it_is_given_costs(client, database, tenant):
    case = await a_case(client, database, tenant, "They plan with us")
    made = await case.opens()
    assert (made["eligibility_review"], made["cost"]["entitled"]) == (False, 0)
    await used(database, tenant, case.account, (4, 20), (4, 120))
    assert (await case.look(made))["eligibility_review"] is False
    await said(database, tenant, case.requirements["They plan with us"], (False, 2))
    now = await case.look(made)
    assert now["eligibility_review"] is True
    assert now["cost"]["currency"] == "USD"
    assert now["cost"]["used"] == 400, "four days at 100"
    assert 950 < now["cost"]["entitled"] < 1_010, "90 days of a quarter's ten at 100"
    assert (await case.look(made, as_of=days_ago(3)))["eligibility_review"] is False


async def test_only_who_is_in_the_program_is_appraised_and_lists_are_narrowed(client, database, tenant):
    outside = await an_account(client, "Outside")
    await ok(client.post(f"/v1/accounts/{outside['id']}/appraisals", json={}), 409)
    case = await a_case(client, database, tenant)
    await ok(client.patch(f"/v1/accounts/{case.account}", json={"kam_user_id": case.user}))
    await case.opens(422, on=days_ago(-1))
    await case.opens(422, due_on=days_ago(1))
    made = await case.opens(on=days_ago(20), due_on=days_ago(1))
    assert (made["overdue"], made["owner_user_id"]) == (True, case.user)

    async def found(**params):
        return [one["id"] for one in (await ok(client.get("/v1/appraisals", params=params)))["data"]]

    for yes in ({"state": "open"}, {"trigger": "manual"}, {"due": True}, {"kam_user_id": case.user}):
        assert await found(**yes) == [made["id"]]
    for no in ({"state": "closed"}, {"trigger": "at_risk"}, {"due": False}, {"kam_user_id": made["id"]}):
        assert await found(**no) == []


async def test_who_still_waits_counts_for_how_long_they_have(client, database, tenant):
    """Three first signs: heard after 2 and 10 days, and one not heard of for 5: a product-limit estimate by hand."""
    for at, (sign, opened, heard) in enumerate(((30, 30, 28), (20, 18, 10), (5, 5, None))):
        case = await a_case(client, database, tenant, name=f"Number {at}")
        made = await case.opens(on=days_ago(opened), first_sign_on=days_ago(sign))
        if heard is not None:
            body = {"contact_id": case.contact, "on": days_ago(heard)}
            await ok(client.post(f"/v1/appraisals/{made['id']}/contact", json=body))
    found = await ok(client.get("/v1/appraisals/timeliness"))
    waited = found["to_contact"]
    assert (waited["n"], waited["ended"], waited["censored"]) == (3, 2, 1)
    assert [(one["days"], one["at_risk"], round(one["share"], 4)) for one in waited["curve"]] == [
        (2, 3, 0.6667),
        (10, 1, 0.0),
    ]
    assert (waited["lower_quartile_days"], waited["median_days"], waited["upper_quartile_days"]) == (2, 10, 10)
    assert (found["to_decision"]["n"], found["to_decision"]["ended"]) == (3, 0)

    before = await ok(client.get("/v1/appraisals/timeliness", params={"as_of": days_ago(15)}))
    assert (before["to_contact"]["n"], before["to_contact"]["ended"]) == (2, 1)
    later = await ok(client.get("/v1/appraisals/timeliness", params={"sign_from": days_ago(20)}))
    assert later["to_contact"]["n"] == 2
    assert (await ok(client.get("/v1/appraisals/timeliness", params={"trigger": "at_risk"})))["to_contact"]["n"] == 0


async def test_an_action_of_another_account_s_contact_is_refused(client, database, tenant):
    case = await a_case(client, database, tenant)
    stranger = await a_record(client, "contacts", account=(await an_account(client, "Other"))["id"], name="Eve")
    made = await case.opens()
    refused = await case.acts(made, 422, owner_contact_id=stranger, due_on=days_ago(-3))
    assert refused["errors"][0]["pointer"] == "/owner_contact_id"
