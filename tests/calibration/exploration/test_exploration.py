"""Both sides map their goals once they are revealed, log what they could do together, and test what they assume."""

import pytest

from tests.asking import days_ago, ok
from tests.calibration.exploration.ground import (
    ASSUMPTION,
    OPPORTUNITY,
    THEMES,
    a_whole_story,
    advances,
    explored,
    logs,
    maps,
    notes,
)
from tests.calibration.guests import THEIRS, a_talk
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


def pointers(problem):
    return {each["pointer"]: each["code"] for each in problem["errors"]}


async def test_nothing_is_explored_before_the_reveal(client):
    talk = await a_talk(client)
    await talk.saves()
    await talk.guest_saves()
    await talk.seals()
    for found in (await ok(client.get(f"{talk.url}/themes")), await ok(talk.guest.get(f"{THEIRS}/themes"))):
        assert found["revealed"] is False
        assert [found[name] for name in ("themes", "unmapped", "exchanges")] == [[], [], []]
        assert [found[name] for name in ("potential", "asymmetry", "commitment_gap")] == [None] * 3
    assert (await maps(talk, status=409))["code"] == "not_revealed"
    assert (await logs(talk, status=409))["code"] == "not_revealed"
    assert (await notes(talk, status=409))["code"] == "not_revealed"
    assert (await ok(talk.guest.post(f"{THEIRS}/opportunities", json=OPPORTUNITY), 409))["code"] == "not_revealed"


async def test_themes_show_how_much_both_want_the_same(client):
    talk = await a_talk(client)
    await talk.reveals()
    unmapped = await ok(client.get(f"{talk.url}/themes"))
    assert [(goal["party"], goal["key"]) for goal in unmapped["unmapped"]] == [
        ("supplier", "share"), ("supplier", "uptime"), ("customer", "lines"), ("customer", "cost"),
    ]  # fmt: skip
    assert (unmapped["revealed"], unmapped["complete"], unmapped["potential"]) == (True, False, None)

    # The customer maps what both want; two goals are left, each a theme of its own until somebody maps it.
    partly = await ok(talk.guest.put(f"{THEIRS}/themes", json={"themes": THEMES[:1]}))
    assert (partly["complete"], partly["potential"]) == (False, pytest.approx(300 / 11, abs=1e-4))
    found = await maps(talk, headers={"If-Match": f'"{partly["version"]}"'})
    assert (await maps(talk, [], status=412, headers={"If-Match": f'"{partly["version"]}"'}))["status"] == 412
    assert found["themes"][0]["id"] == partly["themes"][0]["id"]  # it says what it said
    # min 3; max 5 + 4 + 2; s - c: -2 + 4 - 2; named by both 8 of 14
    assert found["potential"] == pytest.approx(300 / 11, abs=1e-4)
    assert found["overlap"] == pytest.approx(3 / 11, abs=1e-4)
    assert (found["asymmetry"], found["leans"], found["complete"]) == (0, False, True)
    assert found["joint_share"] == pytest.approx(8 / 14, abs=1e-4)
    assert [theme["kind"] for theme in found["themes"]] == ["matched", "supplier_only", "customer_only"]
    assert sum(theme["potential"] for theme in found["themes"]) == pytest.approx(found["potential"], abs=1e-3)
    assert sum(theme["asymmetry"] for theme in found["themes"]) == pytest.approx(0, abs=1e-3)
    # The team serves uptime, 4 against nothing; access serves no goal, nothing against 3.
    assert found["commitment_gap"] == pytest.approx(1 / 7, abs=1e-4)
    assert [(side["sought"], side["offered"], side["seeks_more"]) for side in found["exchanges"]] == [
        (4, 4, False), (5, 3, True),
    ]  # fmt: skip
    assert found["exchange_ratio"] == 0.75
    assert await ok(talk.guest.get(f"{THEIRS}/themes")) == found == await ok(client.get(f"{talk.url}/themes"))


async def test_a_mapping_that_cannot_be_is_refused_with_its_places(client):
    talk = await a_talk(client)
    await talk.reveals()
    wrong = [{"name": "Uptime", "supplier_goals": ["lines"]}, {"name": "None"}]
    assert pointers(await maps(talk, wrong[:1], status=422)) == {"/themes/0/supplier_goals/0": "unknown_goal"}
    assert set(pointers(await maps(talk, wrong[1:], status=422)).values()) == {"no_goal"}
    twice = [THEMES[0], {"name": "uptime", "customer_goals": ["lines"]}]
    assert set(pointers(await maps(talk, twice, status=422)).values()) == {"named_twice", "in_two_themes"}
    assert (await ok(client.get(f"{talk.url}/themes")))["themes"] == []


async def test_the_step_is_left_with_every_goal_in_a_theme_and_a_joint_opportunity(client):
    talk = await a_talk(client)
    await talk.reveals()
    await maps(talk, THEMES[:2])
    refused = await advances(talk, status=409)
    assert {each["code"] for each in refused["errors"]} == {"unmapped_goals", "no_joint_opportunity"}
    await maps(talk)
    made = await logs(talk)
    assert (await advances(talk))["state"] == "assessing"
    # What is likely is looked at in the next step, too; what was agreed to explore is not taken back.
    here = f"{talk.url}/opportunities/{made['id']}"
    assert (await ok(client.patch(here, json={"likelihood": 0.7})))["likelihood"] == 0.7
    assert (await ok(client.delete(here), 409))["code"] == "not_in_step"
    assert (await maps(talk, status=409))["code"] == "not_in_step"


async def test_who_goes_back_explores_anew_under_seal(client):
    talk = await explored(client)
    noted = await notes(talk)
    version = (await advances(talk))["version"]
    body = {"to": "exploring", "reason": "Their board has changed", "user_id": talk.user}
    await ok(client.post(f"{talk.url}/go-back", json=body, headers={"If-Match": f'"{version}"'}))
    found = await ok(client.get(f"{talk.url}/themes"))
    assert (found["round"], found["revealed"], found["themes"], found["potential"]) == (2, False, [], None)
    assert (await ok(client.get(f"{talk.url}/opportunities")))["data"] == []
    assert (await logs(talk, status=409))["code"] == "not_revealed"
    # What was assumed holds in whichever round they are.
    assert [each["id"] for each in (await ok(client.get(f"{talk.url}/assumptions")))["data"]] == [noted["id"]]


async def test_both_sides_log_and_change_what_they_could_do_together(client):
    talk = await a_talk(client)
    await talk.reveals()
    made = await logs(talk, worth={"amount": "1200.00", "currency": "EUR"})
    assert (made["party"], made["user_id"], made["worth"]["amount"]) == ("supplier", talk.user, "1200.0000")
    listed = await ok(talk.guest.get(f"{THEIRS}/opportunities"))
    assert [(each["id"], each["user_id"]) for each in listed["data"]] == [(made["id"], None)]

    here, theirs = f"{talk.url}/opportunities/{made['id']}", f"{THEIRS}/opportunities/{made['id']}"
    none = {"limitations": [], "no_limitation_found": True}
    changed = await ok(talk.guest.patch(theirs, json=none, headers={"If-Match": '"1"'}))
    assert (changed["no_limitation_found"], changed["title"], changed["version"]) == (True, made["title"], 2)
    stale = await ok(client.patch(here, json={"likelihood": 1}, headers={"If-Match": '"1"'}), 412)
    assert stale["code"] == "joint_opportunity_changed"
    # Limitations that are named say that some were found.
    changed = await ok(client.patch(here, json={"limitations": ["Few sensors"], "worth": None}))
    assert (changed["no_limitation_found"], changed["worth"]) == (False, None)
    await ok(talk.guest.delete(theirs), 204)
    assert (await ok(client.get(here), 404))["code"] == "joint_opportunity_not_found"
    history = (await ok(client.get(f"{talk.url}/history", params={"step": "exploring"})))["data"]
    assert made["id"] in {each["id"] for each in history}


async def test_a_joint_opportunity_states_its_limits_and_a_goal_of_each_side(client):
    talk = await a_talk(client)
    await talk.reveals()
    assert pointers(await logs(talk, status=422, limitations=[])) == {"/limitations": "limits_unstated"}
    both = await logs(talk, status=422, no_limitation_found=True)
    assert both["code"] == "limits_unstated"
    assert pointers(await logs(talk, status=422, customer_goals=[])) == {"/customer_goals": "no_goal"}
    assert pointers(await logs(talk, status=422, customer_goals=["uptime"])) == {"/customer_goals/0": "unknown_goal"}
    assert (await logs(talk, status=422, likelihood=1.1))["code"] == "invalid_request"


async def test_what_is_assumed_is_tested_or_waived(client):
    talk = await a_talk(client)
    await talk.reveals()
    ours = await notes(talk)
    theirs = await ok(talk.guest.post(f"{THEIRS}/assumptions", json={**ASSUMPTION, "assumption": "They stay"}), 201)
    assert [(each["side"], each["state"]) for each in (ours, theirs)] == [
        ("supplier", "untested"), ("customer", "untested"),
    ]  # fmt: skip
    here = f"{talk.url}/assumptions"
    await ok(client.patch(f"{here}/{ours['id']}", json={"assumption": "They share some data"}))
    early = {"outcome": "refuted", "result": "No", "on": days_ago(400), "user_id": talk.user}
    assert (await ok(client.post(f"{here}/{ours['id']}/test", json=early), 422))["code"] == "before_the_last_move"
    late = {**early, "on": days_ago(-2)}
    assert (await ok(client.post(f"{here}/{ours['id']}/test", json=late), 422))["code"] == "in_the_future"

    tested = await ok(talk.guest.post(f"{THEIRS}/assumptions/{ours['id']}/test", json={
        "outcome": "confirmed", "result": "A week of data came",
    }))  # fmt: skip
    assert (tested["state"], tested["tested_on"], tested["user_id"]) == ("confirmed", days_ago(0), None)
    settled = await ok(client.patch(f"{here}/{ours['id']}", json={"assumption": "Otherwise"}), 409)
    assert settled["code"] == "assumption_settled"

    reason = {"reason": "The pilot shows it", "user_id": talk.user}
    waived = await ok(client.post(f"{here}/{theirs['id']}/waive", json=reason))
    assert (waived["state"], waived["waived_by_user_id"]) == ("waived", talk.user)
    seen = await ok(talk.guest.get(f"{THEIRS}/assumptions", params={"state": "waived"}))
    assert [(each["id"], each["waive_reason"], each["waived_by_user_id"]) for each in seen["data"]] == [
        (theirs["id"], None, None)
    ]
    assert (await ok(client.post(f"{here}/{theirs['id']}/waive", json=reason), 409))["code"] == "assumption_settled"


async def test_nobody_else_reaches_what_two_sides_explore(client, other_client):
    talk = await explored(client)
    stranger = await explored(other_client)
    made = (await ok(client.get(f"{talk.url}/opportunities")))["data"][0]
    assert (await ok(other_client.get(f"{talk.url}/themes"), 404))["code"] == "calibration_not_found"
    assert (await ok(other_client.get(f"{talk.url}/opportunities"), 404))["code"] == "calibration_not_found"
    await ok(other_client.patch(f"{stranger.url}/opportunities/{made['id']}", json={"likelihood": 0}), 404)
    await ok(stranger.guest.patch(f"{THEIRS}/opportunities/{made['id']}", json={"likelihood": 0}), 404)
    await ok(talk.guest.get(f"{talk.url}/themes"), 401)


async def test_the_whole_story(client):
    assert set(await a_whole_story(client)) == {"calibration_id", "opportunity_id", "assumption_id"}
