"""How a customer is told that it gets less: in order, with a contact, mapped, and only then taken."""

from tests.asking import a_record, days_ago, ok
from tests.retiering.resets.ground import KINDS, a_case, the_steps
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def events(client, type_):
    found = await ok(client.get("/v1/events", params={"type": type_}))
    return [one["data"] for one in found["data"]]


async def told_step_by_step(case):
    """All steps are done, in their order; nothing is taken by that."""
    assert await case.given() == {case.engineer: 12}
    assert await case.key.stands() == ("under_review", "tier_1")

    planned = await case.plans()
    assert (planned["state"], planned["framing"]) == ("planned", {"completeness": 1, "missing": []})
    assert [step["place"] for step in planned["steps"]] == [1, 2, 3, 4, 5]
    (line,) = planned["realignment"]
    assert (line["resource_name"], line["quantity_before"], line["quantity_after"], line["mapped"]) == (
        "Resident engineer", 12, 6, False,
    )  # fmt: skip

    await case.done(2, 409)
    assert (await case.done(1, contact_id=None))["withdrawal_allowed"] is False
    assert (await case.done(2, 422, contact_id=None))["errors"][0]["pointer"] == "/contact_id"
    told = await case.done(2, on=days_ago(0), note="They took it well")
    assert (told["state"], told["conversation_on"], told["withdrawal_allowed"]) == ("under_way", days_ago(0), True)
    assert (told["steps"][1]["contact_name"], told["steps"][1]["note"]) == ("Grace Hopper", "They took it well")
    assert await case.given() == {case.engineer: 12}

    await case.done(2, 409)
    await case.does("steps/2", 409, method="PATCH", message="Otherwise")
    changed = await case.does("steps/3", method="PATCH", message="Otherwise", customer_gains=None)
    assert changed["framing"] == {"completeness": 0.8889, "missing": ["steps/3/customer_gains"]}
    for place in (3, 4, 5):
        await case.done(place)


async def test_less_comes_into_force_step_by_step_and_only_when_the_customer_was_told(client):
    case = await a_case(client)
    await told_step_by_step(case)
    refused = await case.does("complete", 409, user_id=case.owner)
    assert [one["pointer"] for one in refused["errors"]] == ["/realignment"]
    await case.maps(422, none_reason="It has never been used")
    await case.maps(422, quantity_after=13)
    mapped = await case.maps(customer_need="Answers at once")
    assert mapped["realignment"][0]["replacement"] == "The desk, day and night"

    complete = await case.does("complete", user_id=case.owner)
    assert (complete["state"], complete["completed_on"]) == ("complete", days_ago(0))
    assert complete["realignment"] == mapped["realignment"]
    assert await case.key.stands() == ("retiered", "tier_2")
    assert await case.given() == {case.engineer: 6}
    await case.does("cancel", 409, reason="Too late")
    for what in ("planned", "conversation_recorded", "completed"):
        (said,) = await events(client, f"reset.{what}")
        assert said["account_id"] == case.account

    outcome = await ok(client.get(f"{case.url}/outcome"))
    assert [(one["months"], one["status"]) for one in outcome["checkpoints"]] == [
        (3, "too_early"), (6, "too_early"), (12, "too_early"),
    ]  # fmt: skip


async def test_who_leaves_the_program_is_told_first_and_then_on_the_way_back(client):
    case = await a_case(client, "exit_program")
    assert await case.key.stands() == ("reset", "tier_1")
    await case.plans(steps=the_steps(case.owner, KINDS[2:3]))
    assert (await case.look())["framing"]["missing"] == ["written_summary"]
    await case.done(1)
    await case.maps(replacement=None, none_reason="They leave the program")
    await case.does("complete", user_id=case.owner)
    assert await case.key.stands() == ("reselection", None)
    assert await case.given() == {}


async def test_a_reset_belongs_to_a_decision_for_less_and_to_its_organization(client, other_client):
    case = await a_case(client)
    await ok(client.get(case.url), 404)
    for kinds, code in ((KINDS[3:1:-1], "order"), (KINDS[0::3], "no_conversation")):
        refused = await case.plans(422, steps=the_steps(case.owner, kinds))
        assert [one["code"] for one in refused["errors"]] == [code]
    await case.plans()
    await case.plans(409)
    await ok(other_client.get(case.url), 404)
    await ok(other_client.get(f"{case.url}/outcome"), 404)
    await ok(client.get(f"{case.url}/outcome"), 409)
    await ok(client.post(f"{case.url}/complete", json={}), 428)
    await ok(client.post(f"{case.url}/complete", json={}, headers={"If-Match": '"9"'}), 412)
    await case.done(7, 404)
    await case.done(1, 422, on=days_ago(3))

    cancelled = await case.does("cancel", reason="They have been bought")
    assert (cancelled["state"], cancelled["withdrawal_allowed"]) == ("cancelled", False)
    await case.does("complete", 409)


async def test_what_became_of_it_is_held_against_what_was_feared_as_far_as_it_is_known(client):
    case = await a_case(client, on=days_ago(200))
    await case.plans(steps=the_steps(case.owner, ("kam_meeting",)), on=days_ago(200), feared_loss_share=0.3)
    await case.done(1, on=days_ago(195))
    await case.maps()
    await case.does("complete", on=days_ago(190), user_id=case.owner)
    # 100 in the three months before, 60 in the three after.
    for amount, closed in ((60, 270), (40, 195), (60, 120), (80, 20)):
        deal = {"name": "Deal", "status": "won", "created_on": days_ago(280), "closed_on": days_ago(closed)}
        money = {"amount": str(amount), "currency": "USD"}
        await a_record(client, "opportunities", account=case.account, amount=money, **deal)
    said = {"account": case.account, "metric": "nps", "value": 7, "observed_on": days_ago(192)}
    await a_record(client, "observations", **said)

    states = [(await case.look(as_of=days_ago(days)))["state"] for days in (200, 195, 190)]
    assert states == ["planned", "under_way", "complete"]
    assert (await case.look(as_of=days_ago(196)))["steps"][0]["done_on"] is None
    first, second, last = (await ok(client.get(f"{case.url}/outcome")))["checkpoints"]
    assert (first["revenue_before"], first["revenue_after"], first["revenue_change"]) == (100, 60, -0.4)
    assert (first["lost_share"], first["worse_than_feared"], first["retained"]) == (0.4, True, True)
    assert (second["revenue_after"], second["worse_than_feared"]) == (140, False)  # 60, and 80 in the next three
    assert first["nps"] == {"at_reset": 7, "then": 7, "change": 0}
    assert (last["status"], last["revenue_after"]) == ("too_early", None)
    before = (await ok(client.get(f"{case.url}/outcome", params={"as_of": days_ago(150)})))["checkpoints"]
    assert [one["status"] for one in before] == ["too_early"] * 3
    await ok(client.get(f"{case.url}/outcome", params={"as_of": days_ago(191)}), 409)
