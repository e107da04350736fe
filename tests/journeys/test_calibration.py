"""Both sides through HTTP: invited, apart under seal, revealed, exploring, at odds over the level, agreed, in force."""

from dataclasses import dataclass
from typing import Any

from tests.asking import a_person, days_ago, ok
from tests.calibration.calibrations.ground import calibration, moves
from tests.calibration.compatibility.ground import guest_rates, rates, ratings
from tests.calibration.expectations.ground import guest_assesses, owes
from tests.calibration.exploration.ground import advances, logs, maps, notes
from tests.calibration.guests import SUPPLIER_SAYS, THEIRS, Talk, a_talk
from tests.calibration.levels.ground import agrees, guest_agrees, guest_proposes, look, proposes, tells
from tests.resourcing.catalogue.ground import a_resource, brings
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
# Of what both sides say in `tests.calibration.guests`: uptime 3 and 5, growth 4 beside cost 2.
THEMES = [
    {"name": "Uptime", "supplier_goals": ["uptime"], "customer_goals": ["lines"]},
    {"name": "Growth at less cost", "supplier_goals": ["share"], "customer_goals": ["cost"]},
]
SECRET = "Ask Ben first"


@dataclass
class Ground:
    """A talk with a customer, and what can be given to it: engineers of product, and a laboratory of service."""

    talk: Talk
    expert: str
    lab: str
    product: str
    service: str

    async def invests(self, *lines):
        body = {"investments": [{"from_on": days_ago(0), **line} for line in lines], "user_id": self.talk.user}
        return await ok(self.talk.client.put(f"{self.talk.url}/investments", json=body))

    async def says(self, path, user, status=201, **body):
        return await ok(self.talk.client.post(f"{self.talk.url}/{path}", json={"user_id": user, **body}), status)


async def a_ground(client) -> Ground:
    cost = {"amount": "900.00", "currency": "USD"}
    expert = await a_resource(client, name="Process engineer", function="product", unit_cost=cost)
    lab = await a_resource(client, name="Laboratory", function="service")
    await brings(client, expert, 4, basis="level", name="strategic")
    talk = await a_talk(client, "Northwind")
    return Ground(talk, expert, lab, await a_person(client, "product"), await a_person(client, "service"))


async def code(answering) -> Any:
    answer = await answering
    return answer.status_code, answer.json()["code"]


async def test_both_sides_go_from_the_first_invitation_to_a_partnership_in_force(client):
    ground = await a_ground(client)

    await each_side_speaks_under_seal(ground.talk)
    await together_they_find_what_both_want(ground.talk)
    await they_find_out_how_well_they_fit(ground.talk)
    await they_are_at_odds_over_the_level_and_agree(ground.talk)
    await the_supplier_says_what_it_invests(ground)
    await it_is_in_force(ground)
    await the_customer_reads_what_is_theirs_to_read(ground.talk)
    await what_was_owed_is_judged(ground.talk)
    await it_is_told_who_did_what(ground.talk)


async def each_side_speaks_under_seal(talk):
    assert await code(talk.guest.get(f"/v1/calibrations/{talk.id}")) == (401, "key_not_valid")
    await talk.saves()
    await talk.seals()
    assert (await talk.saves(status=409))["code"] == "submission_sealed"
    colleague = await talk.another_guest(name="Grace's colleague")
    await talk.guest_saves()
    theirs = await ok(colleague.get(f"{THEIRS}/submission"))  # who comes later sees what their own side wrote
    before = await talk.submissions()

    assert theirs["document"]["goals"][0]["title"] == "Lines that run"
    for side in (await talk.guest_submissions(), await ok(talk.guest.get(THEIRS)), await calibration(talk)):
        assert "No line stands still" not in str(side)
    assert "Lines that run" not in str(before)
    seals = (await calibration(talk))["seals"]
    assert (seals["supplier"]["sealed"], seals["customer"]["sealed"]) == (True, False)
    for_them = talk.client.put(f"{talk.url}/submissions/customer", json={"document": SUPPLIER_SAYS})
    assert await code(for_them) == (403, "speaks_for_customer")
    where = f"{THEIRS}/submission/seal"
    await ok(colleague.post(where, json={}, headers={"If-Match": f'"{theirs["version"]}"'}))

    assert "Lines that run" in str(await talk.submissions())
    assert "No line stands still" in str(await talk.guest_submissions())
    told = (await ok(talk.client.get("/v1/events", params={"type": "calibration.revealed"})))["data"]
    assert len(told) == 1
    assert "Lines that run" not in str(told)


async def together_they_find_what_both_want(talk):
    assert await code_of_points(advances(talk, 409))
    found = await maps(talk, THEMES)
    await logs(talk, supplier_goals=["uptime"], customer_goals=["lines"])
    noted = await notes(talk)

    # By hand: (3 + 2) of (5 + 4) is wanted by both, and on the whole it matters to both alike: 7 less 7.
    assert (found["potential"], found["asymmetry"]) == (55.5556, 0.0)
    await advances(talk)
    return noted


async def code_of_points(answering):
    """What is still to be done, by code."""
    refused = await answering
    assert refused["code"] == "step_not_done"
    return {one["code"] for one in refused["errors"]}


async def they_find_out_how_well_they_fit(talk):
    await rates(talk, ratings(4, culture=5))
    hidden = await ok(talk.guest.get(f"{THEIRS}/compatibility"))
    assert hidden["compatibility"] is None
    assert await code_of_points(advances(talk, 409))

    await guest_rates(talk, ratings(4, culture=2))
    found = await ok(talk.client.get(f"{talk.url}/compatibility"))

    # By hand: seven dimensions fit to 75; culture, rated 5 and 2, to 62.5 less 30.
    assert found["compatibility"] == 69.6875
    await advances(talk)


async def they_are_at_odds_over_the_level_and_agree(talk):
    assert (await look(talk))["recommended"]["level"] == "preferred"
    await proposes(talk, "preferred")
    await guest_proposes(talk, "strategic")
    stand = await look(talk)
    assert stand["disagreement"]
    assert (stand["supplier_proposal"]["level"], stand["customer_proposal"]["level"]) == ("preferred", "strategic")
    assert (await calibration(talk))["disagreement"]
    assert (await ok(talk.guest.get(f"{THEIRS}/levels")))["disagreement"]
    await agrees(talk, "preferred")
    assert (await guest_agrees(talk, "strategic", 409))["code"] == "other_level_agreed"

    # They talk. The supplier comes up to what the customer wants; what is taken for granted is to be tried first.
    await proposes(talk, "strategic")
    await agrees(talk, "strategic")
    await guest_agrees(talk, "strategic")
    stand = await look(talk)
    assert (stand["agreed_level"], stand["disagreement"], stand["recommended"]["level"]) == (
        "strategic", False, "preferred",
    )  # fmt: skip
    assert await code_of_points(advances(talk, 409)) == {"level_not_communicated", "assumptions_untested"}
    await tells(talk, "strategic")
    (noted,) = (await ok(talk.guest.get(f"{THEIRS}/assumptions")))["data"]
    trial = {"outcome": "confirmed", "result": "A week of data came"}
    await ok(talk.guest.post(f"{THEIRS}/assumptions/{noted['id']}/test", json=trial))
    await advances(talk)


async def the_supplier_says_what_it_invests(ground):
    within = {"resource_id": ground.expert, "quantity": 3, "internal_note": SECRET, "purpose": "Two lines"}
    beyond = {"resource_id": ground.lab, "quantity": 1, "exception_reason": "A third plant opens"}
    await ground.invests(within, beyond)
    refused = await moves(ground.talk, "activate", 409)
    assert {one["code"] for one in refused["errors"]} == {
        "exceptions_not_approved", "functions_not_acknowledged", "no_expectation_of_supplier",
        "no_expectation_of_customer",
    }  # fmt: skip

    await ground.says(f"investments/{ground.lab}/approve", ground.service, 200)
    await ground.says("acknowledgements", ground.product)
    await ground.says("acknowledgements", ground.service)
    await owes(ground.talk, "supplier", title="Spare parts within a day")
    await owes(ground.talk, "customer", title="Data of every line")


async def it_is_in_force(ground):
    talk = ground.talk
    active = await moves(talk, "activate")

    assert (active["state"], active["agreed_level"], active["open_points"]) == ("active", "strategic", [])
    given = await ok(talk.client.get(f"/v1/accounts/{talk.account['id']}/entitlements"))
    held = {line["resource_id"]: line["quantity"] for line in given["data"]}
    assert held == {ground.expert: 3.0, ground.lab: 1.0}
    again = talk.client.post(f"/v1/accounts/{talk.account['id']}/calibrations", json={"user_id": talk.user})
    assert await code(again) == (422, "trigger_not_fitting")


async def the_customer_reads_what_is_theirs_to_read(talk):
    ours = await ok(talk.client.get(f"{talk.url}/summary", params={"audience": "internal"}))
    theirs = await ok(talk.client.get(f"{talk.url}/summary", params={"audience": "customer"}))

    assert SECRET in str(ours)
    assert ours["internal"]["costs_per_quarter"] == [{"amount": "2700.00", "currency": "USD"}]
    assert theirs["internal"] is None
    for hidden in (SECRET, "2700", "900.00", "Ada"):
        assert hidden not in str(theirs)
    assert {one["resource"] for one in theirs["investments"]} == {"Process engineer", "Laboratory"}


async def what_was_owed_is_judged(talk):
    owed = (await ok(talk.guest.get(f"{THEIRS}/expectations")))["data"]
    ours = next(one for one in owed if one["owed_by"] == "supplier")
    await guest_assesses(talk, ours, met=False, note="Two parts took a week")

    known = await ok(talk.client.get(f"/v1/accounts/{talk.account['id']}/metrics"))
    assert known["metrics"]["expectations_met"]["value"] == 0.0
    missed = (await ok(talk.client.get("/v1/events", params={"type": "expectation.missed"})))["data"]
    assert len(missed) == 1


async def it_is_told_who_did_what(talk):
    told = (await ok(talk.client.get(f"{talk.url}/moves", params={"limit": 50})))["data"]
    steps = [(one["kind"], one["party"], one["to_state"]) for one in reversed(told)]
    assert steps == [
        ("started", "supplier", "exploring"),
        ("revealed", "customer", "exploring"),
        ("advanced", "supplier", "assessing"),
        ("advanced", "supplier", "aligning"),
        ("agreed", "customer", "aligning"),
        ("advanced", "supplier", "investing"),
        ("advanced", "supplier", "active"),
    ]
    analytics = await ok(talk.client.get("/v1/calibrations/analytics"))
    assert analytics["as_of"] == days_ago(0)
