"""The demonstration shows how accounts are selected, kept, lowered, let go and brought back, and on what grounds."""

from collections import defaultdict

import pytest_asyncio

from tests.asking import ok
from tests.conftest import client_of
from tests.demo.filled import ENDS_ON, filled
from tests.demo.test_service import everything
from tests.shared_app import ONE_LOOP, app, one_app

__all__ = ["app", "one_app"]
pytestmark = ONE_LOOP


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(app):
    async with client_of(app, await filled(app.state.doorkeeper.database)) as made:
        yield made


async def by_state(client, path):
    found = defaultdict(list)
    for one in await everything(client, path):
        found[one["state"]].append(one)
    return found


async def test_accounts_stand_in_every_state_and_some_were_tested_before_they_were_promoted(client):
    stands = await by_state(client, "selection/lifecycle")
    promotions = await ok(client.get("/v1/selection/lifecycle/promotions"))

    assert set(stands) == {
        "candidate", "shortlisted", "calibrated", "selected", "under_review", "retiered", "reselection", "exited",
    }  # fmt: skip
    assert 0 < promotions["tested"] < promotions["promotions"]
    for one in (stands["retiered"][0], stands["exited"][0]):
        account = one["account_id"]
        moves = (await ok(client.get(f"/v1/accounts/{account}/lifecycle/moves")))["data"]
        assert [move["from_state"] for move in moves] == [*(move["to_state"] for move in moves[1:]), "prospect"]
        (decision,) = (await ok(client.get(f"/v1/accounts/{account}/decisions")))["data"]
        shown = await ok(client.get(f"/v1/selection/decisions/{decision['id']}"))
        assert shown["grounds"]["lacking"]
        assert shown["grounds"]["override_reason"]


async def test_appraisals_are_shown_in_every_state_with_what_they_found(client):
    appraisals = await by_state(client, "appraisals")

    assert set(appraisals) == {"open", "action_plan", "reevaluation", "closed"}
    for one in (*appraisals["action_plan"], *appraisals["reevaluation"]):
        shown = await ok(client.get(f"/v1/appraisals/{one['id']}"))
        assert "missed" in {found["status"] for found in shown["findings"]["requirements"]}
        assert shown["days_to_contact"] is not None
    (planned,) = appraisals["action_plan"]
    actions = (await ok(client.get(f"/v1/appraisals/{planned['id']}/actions")))["data"]
    assert {one["state"] for one in actions} == {"offered", "agreed", "in_progress", "done"}
    waited = await ok(client.get("/v1/appraisals/timeliness"))
    assert waited["to_contact"]["median_days"] > 0


async def test_what_was_decided_rests_on_what_was_known_then(client):
    retierings = await by_state(client, "retierings")
    decided = {one["decision"] for one in retierings["decided"]}
    kept = [one for one in retierings["decided"] if one["keeping_reason"]]

    assert set(retierings) == {"proposed", "awaiting_approval", "decided", "withdrawn"}
    assert decided == {"retain", "uptier", "downtier", "exit_program"}
    assert kept
    assert all(one["against_recommendation"] and one["recommended"] == "downtier" for one in kept)
    for one in retierings["decided"]:
        shown = await ok(client.get(f"/v1/retierings/{one['id']}"))
        again = await ok(
            client.get(
                f"/v1/accounts/{one['account_id']}/retiering-recommendation", params={"as_of": one["proposed_on"]}
            )
        )
        assert shown["recommendation"]["decision"] == again["decision"] == one["recommended"]
        assert shown["recommendation"]["reasons"]
        assert shown["recommendation"]["as_of"] == one["proposed_on"]


async def test_resets_are_shown_from_the_first_step_to_what_came_of_them(client):
    found = defaultdict(list)
    for one in (await by_state(client, "retierings"))["decided"]:
        answer = await client.get(f"/v1/retierings/{one['id']}/reset")
        if answer.status_code == 200:
            found[answer.json()["state"]].append(answer.json())

    (waiting,) = found["under_way"]
    assert (waiting["withdrawal_allowed"], waiting["conversation_on"]) == (False, None)
    for one in found["complete"]:
        assert one["framing"] == {"completeness": 1, "missing": []}
        assert all(line["mapped"] for line in one["realignment"])
        url = f"/v1/retierings/{one['retiering_id']}/reset/outcome"
        outcome = await ok(client.get(url, params={"as_of": ENDS_ON.isoformat()}))
        seen = {point["months"]: point["status"] for point in outcome["checkpoints"]}
        assert seen[12] == "too_early"
        assert any(status != "too_early" for status in seen.values())


async def test_one_account_has_come_back_one_is_on_its_way_and_one_has_gone(client):
    asked = {"as_of": ENDS_ON.isoformat()}
    found = {}
    for one in await everything(client, "reselections"):
        found[one["state"]] = await ok(client.get(f"/v1/retierings/{one['retiering_id']}/reselection", params=asked))

    assert set(found) == {"open", "readmitted", "abandoned"}
    assert (found["readmitted"]["readiness_pct"], found["readmitted"]["eligible"]) == (100, True)
    assert not found["open"]["eligible"]
    assert found["open"]["peers"]


async def test_who_was_kept_against_the_rules_stands_beside_who_was_not(client):
    outcomes = await ok(client.get("/v1/retierings/outcomes", params={"as_of": ENDS_ON.isoformat()}))
    half_a_year = outcomes["horizons"][0]

    assert outcomes["kept"] == 2
    assert {one["keeping_reason"] for one in half_a_year["keeping_reasons"]} == {
        "expected_turnaround", "fear_of_losing_the_customer",
    }  # fmt: skip
    assert half_a_year["kept"]["revenue_change"]["known"] == 2
    assert half_a_year["let_go"]["revenue_change"]["known"] > 0
    assert half_a_year["revenue_difference"]["verdict"] == "insufficient_data"
    assert outcomes["resources_reduced"]["reduced"] > 0


async def test_the_program_itself_is_told_of(client):
    asked = {"as_of": ENDS_ON.isoformat()}
    summary, load, audit = [
        await ok(client.get(f"/v1/program/{what}", params=asked)) for what in ("summary", "kam-load", "audit")
    ]

    assert summary
    assert load
    assert audit
