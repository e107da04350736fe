"""Investments through their doors: within the level, beyond it by approval, known to each function, then granted."""

from tests.asking import days_ago, ok
from tests.calibration.expectations.ground import owes
from tests.calibration.guests import THEIRS
from tests.calibration.investments.ground import a_case, activates
from tests.planning.ground import NOBODY
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


def places(refused):
    return [(one["pointer"], one["code"]) for one in refused["errors"]]


async def test_what_is_invested_is_approved_beyond_the_level_known_to_all_and_granted_at_last(client, other_client):
    case = await a_case(client)
    beyond = {"resource_id": case.lab, "quantity": 1}
    within = {"resource_id": case.expert, "quantity": 4, "internal_note": "Ask Ben first", "purpose": "Lines"}
    refused = await case.invests(within, beyond, status=422)
    assert (refused["code"], places(refused)) == (
        "unusable_investments", [("/investments/1/exception_reason", "missing")],
    )  # fmt: skip
    wrong = await case.invests(within, within, {**beyond, "resource_id": NOBODY}, status=422)
    assert places(wrong) == [
        ("/investments/1/resource_id", "resource_twice"), ("/investments/2/resource_id", "unknown_resource"),
    ]  # fmt: skip

    excepted = {**beyond, "exception_reason": "A third plant opens"}
    asked = await case.invests(within, excepted)
    assert [(one["resource_name"], one["exception"], one["approved_by"]) for one in asked["investments"]] == [
        ("Expert", False, None), ("Lab", True, None),
    ]  # fmt: skip
    assert (asked["costs_per_quarter"], asked["without_cost"]) == ([{"amount": "3600.00", "currency": "USD"}], 1)
    await is_shown_to_the_customer(case)

    for resource, by, code in (
        (case.lab, case.talk.user, "approves_own_request"),
        (case.expert, case.service, "no_exception"),
        (NOBODY, case.service, "no_such_investment"),
    ):
        assert (await case.approves(resource, by, 409))["code"] == code
    approved = await case.approves(case.lab, case.service)
    assert approved["investments"][1]["approved_by"] == "Sam"
    assert (await case.approves(case.lab, case.service, 409))["code"] == "approved_already"

    # Another quantity is another request; another word of what it is for is not.
    same = await case.invests(within, {**excepted, "purpose": "Try it"})
    assert same["investments"][1]["approved_by"] == "Sam"
    more = await case.invests(within, {**excepted, "quantity": 2})
    assert more["investments"][1]["approved_by"] is None
    stale = await case.invests(within, headers={"If-Match": f'"{asked["version"]}"'}, status=412)
    assert stale["code"] == "calibration_changed"

    await becomes_active(client, case, within, excepted)
    assert (await other_client.get(case.url)).status_code == 404


async def is_shown_to_the_customer(case):
    """Without what is internal, and what is not approved yet."""
    theirs = await ok(case.talk.guest.get(f"{THEIRS}/investments"))
    assert [one["resource_name"] for one in theirs["investments"]] == ["Expert"]
    assert "Ask Ben first" not in str(theirs)
    assert not {"internal_note", "unit_cost", "function"} & theirs["investments"][0].keys()


async def becomes_active(client, case, within, excepted):
    """Once all know, and each side owes something measurable."""
    assert (await case.knows(case.talk.user, 409))["code"] == "function_not_involved"
    await owes(case.talk, "customer", metric=None, comparison=None, target=None)
    refused = await activates(case.talk, 409)
    assert [one["code"] for one in refused["errors"]] == [
        "exceptions_not_approved", "functions_not_acknowledged", "no_expectation_of_supplier",
        "no_expectation_of_customer",
    ]  # fmt: skip
    for side in ("supplier", "customer"):
        await owes(case.talk, side)
    await case.knows(case.product, note="Two engineers")
    known = await case.knows(case.service)
    assert known["acknowledged_share"] == 1
    assert (await case.knows(case.service, 409))["code"] == "acknowledged_already"
    later = {**excepted, "from_on": days_ago(-30)}
    changed = await case.invests(within, later)
    assert [(one["function"], one["acknowledged_by"]) for one in changed["acknowledgements"]] == [
        ("product", "Pat"), ("service", None),
    ]  # fmt: skip
    await case.knows(case.service)
    await case.approves(case.lab, case.product)
    await ends(client, case, await activates(case.talk))
    told = (await ok(client.get("/v1/events", params={"type": "investments.delineated"})))["data"]
    assert [one["data"]["functions"] for one in reversed(told)] == [["product", "service"], ["service"], ["service"]]
    assert (await case.invests(within, status=409))["code"] == "not_in_step"


async def ends(client, case, made):
    """What begins later is granted later; all of it ends with the calibration."""
    assert await granted(case) == [(case.expert, 4)]
    body = {"reason": "They were bought", "user_id": case.talk.user}
    await ok(client.post(f"{case.talk.url}/end", json=body, headers={"If-Match": f'"{made["version"]}"'}))
    assert await granted(case) == []


async def granted(case):
    """What the account is entitled to today."""
    found = await ok(case.talk.client.get(f"/v1/accounts/{case.talk.account['id']}/entitlements"))
    return [(one["resource_id"], one["quantity"]) for one in found["data"] if one["quantity"]]
