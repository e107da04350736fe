"""Commitments through their doors: asked for, answered, delivered, and what each side may do."""

import asyncio

from tests.asking import counted, ok
from tests.planning.ground import Case as PlanCase
from tests.planning.ground import a_contact
from tests.resourcing.commitments.ground import NUMBERS, a_case, a_resource, a_whole_story, on, quarter_day
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def refused(answering, status, code):
    """What the call is refused with: the detail, and the fields with their codes."""
    answer = await answering
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    problem = answer.json()
    return problem["detail"], [(one["pointer"], one["code"]) for one in problem["errors"]]


async def test_a_request_is_countered_taken_up_planned_delivered_late_and_confirmed(client):
    case = await a_case(client)
    asked = await case.asks(on=on(-40), due_on=on(-20), starts_on=on(-35), note="For the pilot")
    offered = await case.moves(asked, "counter", "owner", on=on(-37), quantity=3, due_on=on(-10), note="Two are booked")
    agreed = await case.moves(offered, "accept-counter", "kam", on=on(-36))
    planned = await case.moves(agreed, "schedule", "engineer", on=on(-30), scheduled_on=on(-12))
    assert (await ok(client.get("/v1/commitments", params={"overdue": "true"})))["data"][0]["id"] == asked["id"]
    delivered = await case.moves(planned, "deliver", "owner", on=on(-7))
    confirmed = await case.moves(delivered, "confirm", "requester", on=on(-6))

    assert (asked["state"], asked["legal_moves"]) == ("requested", ["accept", "decline", "counter", "withdraw"])
    assert (asked["unplanned"], asked["function"], asked["unit"]) == (True, "service", "days")
    assert (offered["quantity"], offered["countered"]) == (5, {"quantity": 3, "due_on": on(-10)})
    assert (offered["response_days"], offered["legal_moves"]) == (3, ["accept_counter", "withdraw"])
    assert (agreed["quantity"], agreed["due_on"], agreed["owner_name"]) == (3, on(-10), "Owner")
    assert (planned["overdue"], planned["days_late"], planned["scheduled_on"]) == (True, 10, on(-12))
    assert (delivered["overdue"], delivered["days_late"], delivered["kept"]) == (False, 3, False)
    assert (confirmed["state"], confirmed["confirmed_on"], confirmed["legal_moves"]) == ("delivered", on(-6), [])
    moves = (await ok(client.get(f"/v1/commitments/{asked['id']}/moves")))["data"]
    assert [(one["act"], one["to_state"], one["quantity"], one["user_name"]) for one in moves] == [
        ("confirm", "delivered", 3, "Requester"),
        ("deliver", "delivered", 3, "Owner"),
        ("schedule", "accepted", 3, "Engineer"),
        ("accept_counter", "accepted", 3, "Kam"),
        ("counter", "countered", 3, "Owner"),
        ("request", "requested", 5, "Requester"),
    ]
    assert [(one["function"], one["note"], one["moved_on"]) for one in moves[-2:]] == [
        ("service", "Two are booked", on(-37)),
        ("sales", "For the pilot", on(-40)),
    ]
    for what in ("requested", "countered", "accepted", "scheduled", "delivered", "confirmed"):
        assert [one["subject_id"] for one in await case.told(what)] == [asked["id"]], what


async def test_what_is_not_legal_is_refused_with_what_is_and_by_whom(client):
    case = await a_case(client)
    asked = await case.asks()

    detail, _ = await refused(case.moving(asked, "deliver", "owner"), 409, "illegal_commitment_move")
    assert detail == "it is requested: deliver is not done then; legal: accept, decline, counter, withdraw"
    detail, _ = await refused(case.moving(asked, "accept", "requester"), 403, "not_your_move")
    assert "people of service or executive" in detail
    reason = {"reason": "No"}
    await refused(case.moving(asked, "withdraw", "owner", **reason), 403, "not_your_move")
    for act in ("accept", "decline"):
        await refused(case.moving(asked, act, "outsider", **(reason if act == "decline" else {})), 403, "not_your_move")
    _, fields = await refused(case.moving(asked, "accept", "owner", on=on(-1)), 422, "before_last_move")
    assert fields == [("/on", "before_last_move")]
    await refused(case.moving(asked, "accept", "owner", on=on(1)), 422, "in_the_future")
    _, fields = await refused(case.moving(asked, "counter", "owner", quantity=5, note="Same"), 422, "unusable_terms")
    assert fields == [("/quantity", "nothing_offered")]
    await refused(client.post(f"/v1/commitments/{asked['id']}/accept", json={}), 428, "if_match_needed")
    accepted = await case.moves(asked, "accept", "chief", owner_user_id=case.people["engineer"])
    await refused(case.moving(asked, "deliver", "owner"), 412, "commitment_changed")
    assert (accepted["owner_name"], accepted["override_reason"]) == ("Engineer", None)
    lost = await case.moves(accepted, "miss", "kam", reason="They left")
    detail, _ = await refused(case.moving(lost, "deliver", "owner"), 409, "illegal_commitment_move")
    assert detail.endswith("legal: nothing")
    assert (lost["kept"], lost["overdue"], lost["days_late"]) == (False, False, None)
    used = client.post(f"/v1/commitments/{lost['id']}/usage", json={"quantity": 1})
    await refused(used, 409, "not_in_use")


async def test_a_request_names_what_is_there(client, other_client):
    case, retired = await a_case(client), await a_resource(client, active=False)
    elsewhere = await a_case(other_client)

    async def codes(status, code, **fields):
        body = {
            "resource_id": case.resource["id"], "quantity": 1, "due_on": on(9), "expected_outcome": "More",
            "channel": "own_authority", "user_id": case.people["kam"], **fields,
        }  # fmt: skip
        return (
            await refused(client.post(f"/v1/accounts/{case.account['id']}/resource-requests", json=body), status, code)
        )[1]

    assert await codes(422, "unusable_terms", due_on=on(-1)) == [("/due_on", "before_request")]
    assert await codes(422, "unusable_terms", starts_on=on(10)) == [("/starts_on", "after_due")]
    assert await codes(422, "unknown_plan_action", plan_action_id=case.account["id"]) == [
        ("/plan_action_id", "unknown_plan_action")
    ]
    assert await codes(404, "resource_not_found", resource_id=elsewhere.resource["id"]) == []
    assert await codes(409, "resource_not_given", resource_id=retired["id"]) == []
    assert await codes(422, "invalid_request", quantity=0)
    mine = await case.asks()
    assert (await other_client.get(f"/v1/commitments/{mine['id']}")).status_code == 404
    move = {"json": {"user_id": elsewhere.people["owner"]}, "headers": {"If-Match": '"1"'}}
    assert (await other_client.post(f"/v1/commitments/{mine['id']}/accept", **move)).status_code == 404


async def test_a_request_for_a_line_of_the_growth_plan_is_planned(client):
    case = await a_case(client)
    plan = PlanCase(client, case.account, case.people["kam"], await a_contact(client, case.account))
    await plan.saves()
    action = await plan.acts(goal="uptime")

    planned = await case.asks(plan_action_id=action["id"])

    assert (planned["plan_action_id"], planned["unplanned"]) == (action["id"], False)
    other = await an_account(client, f"Other {next(NUMBERS)}")
    foreign = {
        "resource_id": case.resource["id"], "quantity": 1, "due_on": on(9), "expected_outcome": "More",
        "channel": "own_authority", "user_id": case.people["kam"], "plan_action_id": action["id"],
    }  # fmt: skip
    call = client.post(f"/v1/accounts/{other['id']}/resource-requests", json=foreign)
    await refused(call, 422, "unknown_plan_action")


async def test_case_68_of_two_who_promise_the_last_of_a_quarter_at_once_one_is_refused(client):
    case = await a_case(client, capacity=10)
    due = quarter_day()
    await case.promised(quantity=4, due_on=due)
    rivals = [await case.asks(quantity=6, due_on=due) for _ in range(4)]
    elsewhen = await case.asks(quantity=10, due_on=quarter_day(5))

    answers = await asyncio.gather(*(case.moving(one, "accept", "owner") for one in rivals))

    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]
    (beaten, *_) = [one.json() for one in answers if one.status_code == 409]
    assert beaten["code"] == "beyond_capacity"
    assert "10 of 10 days are promised" in beaten["detail"]
    assert (await case.moves(elsewhen, "accept", "owner"))["state"] == "accepted"

    (won,) = [one.json() for one in answers if one.status_code == 200]
    loser = next(one for one in rivals if one["id"] != won["id"])
    beyond = await case.moves(loser, "accept", "owner", override_reason="A contractor fills in")
    assert beyond["override_reason"] == "A contractor fills in"
    # What is taken back gives its room free; a quarter may have a capacity of its own.
    for one in (won, beyond):
        await case.moves(one, "withdraw", "kam", reason="Not needed")
    third, fourth = [one for one in rivals if one["id"] not in {won["id"], loser["id"]}]
    assert (await case.moves(third, "accept", "owner", override_reason="Not needed"))["override_reason"] is None
    first_day = f"{due[:5]}{int(due[5:7]) - 1:02d}-01"
    body = {"quarters": [{"quarter": first_day, "capacity": 16}]}
    await ok(client.put(f"/v1/resources/{case.resource['id']}/capacities", json=body))
    assert (await case.moves(fourth, "accept", "owner"))["state"] == "accepted"


async def test_the_same_request_is_answered_once(client):
    case = await a_case(client)
    asked = await case.asks()
    answers = await asyncio.gather(
        case.moving(asked, "accept", "owner"), case.moving(asked, "decline", "engineer", reason="No")
    )
    assert sorted(one.status_code for one in answers) == [200, 412]
    moves = (await ok(client.get(f"/v1/commitments/{asked['id']}/moves")))["data"]
    assert len(moves) == 2


async def test_commitments_are_found_by_what_matters(client, database):
    case = await a_case(client)
    late = await case.promised(on=on(-9), due_on=on(-3))
    open_ = await case.asks()
    legal = await a_resource(client, "legal")
    other = await case.asks(resource_id=legal["id"], due_on=on(5))

    async def found(**params):
        return [one["id"] for one in (await ok(client.get("/v1/commitments", params=params)))["data"]]

    assert await found() == [late["id"], other["id"], open_["id"]]
    assert await found(overdue="true") == [late["id"]]
    assert await found(overdue="false", state="requested") == [other["id"], open_["id"]]
    assert await found(function="legal") == [other["id"]]
    assert await found(owner_user_id=case.people["owner"]) == [late["id"]]
    assert len(await found(kam_user_id=case.people["kam"])) == 3
    assert await found(kam_user_id=case.people["chief"]) == []
    assert await found(resource_id=legal["id"], unplanned="true") == [other["id"]]
    assert await found(unplanned="false") == []
    assert await found(sort="-due_on", limit="1") == [open_["id"]]
    mine = await ok(client.get(f"/v1/accounts/{case.account['id']}/commitments", params={"overdue": "true"}))
    assert [one["days_late"] for one in mine["data"]] == [3]
    with counted(database) as few:
        await found(limit="1")
    with counted(database) as many:
        await found()
    assert len(few) == len(many)


async def test_what_was_promised_is_used_from_the_day_of_the_promise_on(client):
    case = await a_case(client)
    promised = await case.promised(on=on(-9))
    url = f"/v1/commitments/{promised['id']}/usage"

    entry = await ok(client.post(url, json={"quantity": 2, "on": on(-5), "note": "Review"}), 201)

    assert entry["commitment_id"] == promised["id"]
    assert (entry["quantity"], entry["used_on"], entry["user_id"]) == (2, on(-5), None)
    listed = await ok(client.get(f"/v1/accounts/{case.account['id']}/usage"))
    assert [one["id"] for one in listed["data"]] == [entry["id"]]
    await refused(client.post(url, json={"quantity": 2, "on": on(-10)}), 422, "before_last_move")


async def test_a_whole_story_goes_well(client):
    assert set(await a_whole_story(client)) == {"account_id", "commitment_id"}
