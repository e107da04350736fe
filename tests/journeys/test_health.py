"""An account that meets its numbers and is coasting: what says so, what is done about it, and what comes of that."""

import asyncio
from datetime import timedelta

import pytest

from app.health.service.refreshing import refresh
from tests.asking import ok
from tests.events.shapes import shaped
from tests.journeys.coasting_ground import CENTERS, TODAY, UNMET, a_coasting_account, deal, on, saved

PATIENCE_SECONDS = 60
BEFORE = 30  # days ago, when nothing had been done yet
# What a coasting account is warned of, each with its cause in the ground.
COASTING = {"comfort_zone", "concentrated", "engagement_lapsed", "thin_relationships", "untapped_whitespace"}
HORIZON = {"starts_on": f"{TODAY.year}-01-01", "ends_on": f"{TODAY.year + 1}-12-31"}


async def judged(client, account):
    """Its health, as soon as the worker has judged what is known of it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await client.get(f"/v1/accounts/{account}/health")
            if answer.status_code == 200 and answer.json()["kept"] and not answer.json()["stale"]:
                return answer.json()
            await asyncio.sleep(0.1)


async def live_warnings(client, account):
    page = await ok(client.get(f"/v1/accounts/{account}/warnings", params={"limit": 100}))
    return {one["code"]: one for one in page["data"] if one["state"] != "resolved"}


async def test_a_coasting_account_is_seen_worked_on_and_thrives(client, database, tenant, working):
    ground = await a_coasting_account(client)
    assert (
        await client.post("/v1/selection/runs", json={})
    ).status_code == 202  # the first; the others come by themselves

    before = await it_meets_its_numbers_and_is_coasting(client, ground)
    await the_questions_say_why(client, ground)
    await the_warnings_name_their_causes(client, ground)
    await the_plan_begins_with_the_customer(client, ground)
    await the_whitespace_gets_owners(client, ground)
    await doors_are_opened(client, ground)
    after = await health_has_risen(client, ground, before)
    await the_answers_are_proven_by_records(client, ground)
    await the_change_is_explained(client, ground, after)
    await the_next_night_clears_what_is_over(client, database, tenant, ground)
    await it_was_told_once(client, ground)


async def it_meets_its_numbers_and_is_coasting(client, ground):
    health = await judged(client, ground.account)

    assert health["quadrant"] == "coasting"
    assert health["hygiene"]["score"] >= 80
    assert health["health"]["score"] < 50
    assert not health["provisional"] or health["health"]["coverage"] < 1
    coasting = await ok(client.get("/v1/health", params={"state": "coasting"}))
    assert [one["account_id"] for one in coasting["data"]] == [ground.account]
    return health


async def the_questions_say_why(client, ground):
    questions = await ok(client.get(f"/v1/accounts/{ground.account}/health/questions"))
    for new in ("new_offerings", "new_executives", "new_proposals", "new_referrals"):
        assert questions[new]["value"] == 0, new
        assert questions[new]["records"] == []
    assert questions["advocates"]["value"] == 0
    assert questions["sole_sourced"]["value"] == pytest.approx(0.25, abs=0.05)


async def the_warnings_name_their_causes(client, ground):
    found = await live_warnings(client, ground.account)

    assert set(found) == COASTING
    for warning in found.values():
        assert warning["figures"], warning["code"]
        assert warning["plays"], warning["code"]
    figures = {one["metric"]: one["value"] for one in found["comfort_zone"]["figures"]}
    assert figures["revenue_attainment"] == pytest.approx(1.2, abs=0.15)
    assert figures["executives_met_new"] == 0
    assert ground.people["Ines Brandt"] in {one["id"] for one in found["thin_relationships"]["records"]}
    assert {way["code"] for way in found["concentrated"]["ways"]} == {"by_decision_maker"}

    seen = await ok(
        client.post(
            f"/v1/warnings/{found['comfort_zone']['id']}/acknowledge",
            json={"note": "We begin with their executives", "user_id": ground.kam},
        )
    )
    assert seen["state"] == "acknowledged"


async def the_plan_begins_with_the_customer(client, ground):
    objectives = [
        {"key": "uptime", "title": "No line stands still", "outcome": "customer", "owner_side": "supplier",
         "metric": "on_time_delivery", "baseline": 0.9, "target": 1.0, "due_on": HORIZON["ends_on"]},
        {"key": "grow", "title": "Grow beyond the plants", "outcome": "supplier", "owner_side": "supplier",
         "metric": "revenue_ltm", "baseline": 240_000.0, "target": 480_000.0, "due_on": HORIZON["ends_on"]},
    ]  # fmt: skip
    document = {"customer_objectives": {"items": objectives}}
    url = f"/v1/accounts/{ground.account}/plan"
    plan = await ok(client.put(url, json={**HORIZON, "user_id": ground.kam, "document": document}))
    assert plan["figures"]["customer_outcome_share"] == 0.5
    await ok(client.post(f"{url}/approvals", json={"number": 1, "contact_id": ground.people["Olga Hart"]}), 201)

    plan = await ok(client.get(url))
    assert plan["figures"]["co_created"]
    progress = await ok(client.get(f"{url}/progress"))
    uptime = next(one for one in progress["objectives"] if one["key"] == "uptime")
    assert uptime["current"] == pytest.approx(0.97)


async def the_whitespace_gets_owners(client, ground):
    """Every open cell of the grid is given an owner, a next step and a day."""
    url = f"/v1/accounts/{ground.account}/whitespace"
    grid = await ok(client.get(url))
    assert grid["three_times_test"]["flagged"]
    vacant = [cell for cell in grid["cells"] if cell["counts_as_whitespace"]]
    assert len(vacant) == 4 * 6 - 4
    for cell in vacant:
        strategy = {"owner_user_id": ground.kam, "next_step": "Visit with a specialist", "due_on": on(-60)}
        await ok(client.put(f"{url}/cells/{cell['buying_center_id']}/{cell['offering_id']}", json=strategy))

    after = await ok(client.get(url))
    assert after["totals"]["covered_share"] == pytest.approx(1)
    assert not after["three_times_test"]["flagged"]
    assert after["totals"]["whitespace"] == pytest.approx(grid["totals"]["whitespace"])


async def doors_are_opened(client, ground):
    """Executives are met, we are passed on to new buying centers, and what is new is proposed, and in part bought."""
    people = ground.people
    await saved(client, "engagements", [
        {"account": ground.account, "kind": "referral", "held_on": on(21), "contacts": [people["Ines Brandt"]],
         "buying_center": center, "subject": f"Introduced to {center}"}
        for center in CENTERS[2:]
    ] + [
        {"account": ground.account, "kind": "executive_review", "held_on": on(14), "subject": "What they want to reach",
         "contacts": [people[name] for name in UNMET]},
        {"account": ground.account, "kind": "qbr", "held_on": on(3), "subject": "The year so far",
         "contacts": [people["Ines Brandt"], people["Paul Marsh"]]},
    ])  # fmt: skip
    await saved(client, "opportunities", [
        {**deal(ground, line, center, person, amount, 18), "stage": stage, "sole_sourced": True, **more}
        for line, center, person, amount, stage, more in (
            ("twin", "Research", "Paul Marsh", 110_000, "Proposal", {"status": "won", "closed_on": on(2)}),
            ("historian", "Logistics", "Lena Toth", 90_000, "Proposal", {"status": "won", "closed_on": on(2)}),
            ("training", "Research", "Paul Marsh", 40_000, "Proposal", {}),
            ("care", "Logistics", "Lena Toth", 60_000, "Proposal", {}),
        )
    ])  # fmt: skip
    for name in ("Ines Brandt", "Olga Hart"):
        await ok(client.patch(f"/v1/contacts/{people[name]}", json={"stance": "advocate", "effective_on": on(5)}))


async def health_has_risen(client, ground, before):
    after = await judged(client, ground.account)

    assert after["quadrant"] == "thriving"
    assert after["health"]["score"] > before["health"]["score"] + 30
    assert after["hygiene"]["score"] >= before["hygiene"]["score"] - 1
    # A warning is not over on the day on which it is worked on: it has to stay away.
    assert set(await live_warnings(client, ground.account)) == COASTING
    return after


async def the_answers_are_proven_by_records(client, ground):
    questions = await ok(client.get(f"/v1/accounts/{ground.account}/health/questions"))

    assert {one["contact_name"] for one in questions["new_executives"]["records"]} == set(UNMET)
    assert {one["offering_name"] for one in questions["new_offerings"]["records"]} == {
        "twin", "historian", "training", "care",
    }  # fmt: skip
    assert {one["buying_center_name"] for one in questions["new_referrals"]["records"]} == set(CENTERS[2:])
    assert {one["contact_name"] for one in questions["advocates"]["records"] if one["advocates"]} == {
        "Ines Brandt", "Olga Hart",
    }  # fmt: skip


async def the_change_is_explained(client, ground, after):
    """Against the days before anything was done; the parts of either side add up to what it changed by."""
    told = await ok(client.get(f"/v1/accounts/{ground.account}/health/changes", params={"since": on(BEFORE)}))

    assert (told["since"]["quadrant"], told["until"]["quadrant"]) == ("coasting", "thriving")
    assert told["health"]["after"] == pytest.approx(after["health"]["score"], abs=0.01)
    for side in ("hygiene", "health"):
        assert sum(part["delta"] for part in told[side]["parts"]) == pytest.approx(told[side]["delta"], abs=1e-6)
    lifted = {part["indicator"] for part in told["health"]["parts"] if part["delta"] > 3}
    assert {"executives_met_new", "offerings_proposed_new", "referrals_new_buying_center"} <= lifted


async def the_next_night_clears_what_is_over(client, database, tenant, ground):
    """The second clean day is the next one: here it is brought about by the night's work as of tomorrow."""
    async with database.transaction(tenant.id) as connection:
        await refresh(connection, tenant.id, None, TODAY + timedelta(days=1))

    assert await live_warnings(client, ground.account) == {}
    resolved = await ok(client.get("/v1/warnings", params={"account_id": ground.account, "state": "resolved"}))
    assert {one["code"] for one in resolved["data"]} == COASTING


async def it_was_told_once(client, ground):
    told = shaped((await ok(client.get("/v1/events", params={"limit": 500})))["data"])

    def of(type_):
        return [one for one in told if one["type"] == type_ and one["subject_id"] == ground.account]

    (moved,) = of("health_state.changed")
    assert (moved["data"]["previous"], moved["data"]["current"]) == ("coasting", "thriving")
    for type_ in ("warning.opened", "warning.cleared"):
        assert sorted(one["data"]["code"] for one in of(type_)) == sorted(COASTING), type_
    assert sum(one["type"] == "plan.saved" for one in told) == 1
