"""Guardrails through their doors: what is inside goes at once, what is beyond waits for somebody else."""

from tests.asking import days_ago, ok
from tests.resourcing.commitments.test_commitments import refused
from tests.resourcing.guardrails.ground import a_case, a_whole_story
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_inside_is_approved_at_once_and_beyond_waits_for_the_approver(client):
    case = await a_case(client)
    await refused(case.asking(), 409, "no_guardrail")
    await case.guards()
    await case.guards(whose="other", up_to=0.3)

    inside, beyond, others = await case.asks(amount=0.1), await case.asks(amount=0.11), await case.asks(by="other")

    assert (inside["state"], inside["approver_user_id"], inside["waited_hours"]) == ("auto_approved", None, 0)
    assert (beyond["state"], beyond["approver_name"], beyond["up_to"], beyond["answered_at"]) == (
        "pending", "Approver", 0.1, None,
    )  # fmt: skip
    assert (others["state"], others["up_to"]) == ("auto_approved", 0.3)
    await refused(case.answering(beyond, "approve", "other"), 403, "not_your_request")
    await refused(case.answering(beyond, "approve", "kam"), 403, "not_your_request")
    approved = await ok(case.answering(beyond, "approve", "approver", note="It pays"))
    assert (approved["state"], approved["answer_note"]) == ("approved", "It pays")
    assert approved["waited_hours"] is not None
    detail, _ = await refused(case.answering(beyond, "refuse", "approver"), 409, "request_answered")
    assert detail == "it is approved; legal: nothing"
    told = await ok(client.get("/v1/events", params={"type": "guarded_request.approved"}))
    assert [one["subject_id"] for one in told["data"]] == [beyond["id"]]


async def test_guardrails_are_changed_and_removed_and_what_was_asked_stays_as_it_was(client, other_client):
    case = await a_case(client)
    general, own = await case.guards(), await case.guards(whose="kam", up_to=0.5)
    asked = await case.asks(amount=0.4)
    changed = await case.guards(whose="kam", up_to=0.2)

    assert (changed["id"], changed["version"], changed["up_to"]) == (own["id"], 2, 0.2)
    assert (await ok(client.get(f"/v1/guarded-requests/{asked['id']}")))["up_to"] == 0.5
    listed = (await ok(client.get("/v1/guardrails")))["data"]
    assert {(one["id"], one["user_name"]) for one in listed} == {(general["id"], None), (own["id"], "Kam")}
    stale = {"If-Match": '"1"'}
    await refused(client.delete(f"/v1/guardrails/{own['id']}", headers=stale), 412, "guardrail_changed")
    assert (await other_client.delete(f"/v1/guardrails/{own['id']}")).status_code == 404
    await ok(client.delete(f"/v1/guardrails/{own['id']}"), 204)
    assert (await case.asks(amount=0.2))["up_to"] == 0.1
    body = {"kind": "discount", "user_id": case.people["kam"], "up_to": 1, "approver_user_id": case.people["kam"]}
    await refused(client.put("/v1/guardrails", json=body), 422, "approves_own")
    assert (await other_client.get(f"/v1/guarded-requests/{asked['id']}")).status_code == 404


async def test_contract_values_are_compared_at_the_rate_of_the_day_and_wait_without_one(client):
    case = await a_case(client)
    await case.guards("contract_value", 1000, currency="USD")
    rate = {"currency": "EUR", "into_currency": "USD", "rate": "2", "from_on": days_ago(10)}
    await ok(client.post("/v1/exchange-rates", json=rate), 201)

    async def state(amount, currency, **fields):
        return (await case.asks("contract_value", amount, currency=currency, **fields))["state"]

    assert await state(1000, "USD") == "auto_approved"
    assert await state(500, "EUR") == "auto_approved"
    assert await state(501, "EUR") == "pending"
    assert await state(500, "EUR", on=days_ago(11)) == "pending"
    assert await state(1, "CHF") == "pending"
    _, fields = await refused(case.asking("contract_value", 5), 422, "unusable_amount")
    assert fields == [("/currency", "missing")]


async def test_latency_is_that_of_what_waited(client):
    case = await a_case(client)
    await case.guards()
    for asked, answered, how in ((9, 8, "approve"), (9, 6, "refuse"), (20, 18, "approve")):
        request = await case.asks(on=days_ago(asked))
        await ok(case.answering(request, how, "approver", on=days_ago(answered)))
    await case.asks(amount=0.05, on=days_ago(9))
    await ok(case.answering(await case.asks(on=days_ago(9)), "withdraw", "kam"))
    await case.asks(on=days_ago(400))

    report = await ok(client.get("/v1/resourcing/approval-latency"))
    lately = await ok(client.get("/v1/resourcing/approval-latency", params={"from": days_ago(10)}))

    assert report["requests"] == {"approved": 2, "refused": 1, "auto_approved": 1, "withdrawn": 1}
    # By hand: waits of 24, 48 and 72 hours.
    assert report["latency"] == {
        "answered": 3, "lower_quartile_hours": 36, "median_hours": 48, "upper_quartile_hours": 60,
    }  # fmt: skip
    assert lately["latency"]["median_hours"] == 48
    assert lately["requests"]["approved"] == 1
    by = {one["approver_name"]: one for one in report["data"]}
    assert (by["Approver"]["latency"]["answered"], by[None]["requests"]) == (3, {"auto_approved": 1})


async def test_a_whole_story_goes_well(client):
    assert set(await a_whole_story(client)) == {"account_id", "guardrail_id", "request_id"}
