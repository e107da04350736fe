"""Beginning calibrations, moving them, and what is refused."""

import asyncio
from datetime import UTC, datetime, timedelta

from app.calibration.service.standing import in_force
from tests.asking import a_person, days_ago, ok
from tests.calibration.calibrations.ground import (
    a_calibration_in,
    aligns,
    assesses,
    calibration,
    expects,
    guest_rates,
    moves,
    on_record,
    rates,
)
from tests.calibration.guests import a_calibration, a_talk
from tests.conftest import client_with
from tests.selection.ground import an_account
from tests.selection.reviews.ground import NOBODY
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


def codes(problem):
    return [one["code"] for one in problem["errors"]]


async def test_one_calibration_is_in_progress_at_a_time_and_begins_for_a_reason_only_where_one_is_in_force(client):
    kam = await a_person(client, "sales", "Kim")
    account = await an_account(client, kam_user_id=kam)
    where, other = f"/v1/accounts/{account['id']}/calibrations", await a_person(client, "sales")

    unasked = await ok(client.post(where, json={"user_id": other, "trigger": "other"}), 422)
    nobody = await ok(client.post(where, json={"user_id": other, "owner_user_id": NOBODY}), 422)
    ahead = await ok(client.post(where, json={"user_id": other, "on": days_ago(-1)}), 422)
    made = await a_calibration(client, account["id"], other, on=days_ago(40))
    twice = await ok(client.post(where, json={"user_id": other}), 409)

    assert (codes(unasked), codes(nobody), codes(ahead)) == (["unexpected"], ["unknown_user"], ["in_the_future"])
    assert (made["owner_user_id"], made["owner_name"], made["started_on"]) == (kam, "Kim", days_ago(40))
    assert (made["state"], made["round"], made["days_in_step"], made["stuck"]) == ("exploring", 1, 40, True)
    assert made["id"] in twice["detail"]
    await ok(client.post(f"/v1/accounts/{NOBODY}/calibrations", json={"user_id": other}), 404)

    beside = f"/v1/accounts/{(await an_account(client, 'Beside'))['id']}/calibrations"
    at_once = await asyncio.gather(*(client.post(beside, json={"user_id": other}) for _ in range(3)))
    assert sorted(answer.status_code for answer in at_once) == [201, 409, 409]
    assert {one.json()["code"] for one in at_once if one.status_code == 409} == {"calibration_in_progress"}


async def test_a_step_that_is_not_done_is_not_left_and_all_that_is_open_is_told(client, other_client):
    talk = await a_talk(client, on=days_ago(3))
    asked = {"json": {"user_id": talk.user}}

    early = await moves(talk, status=409)
    await ok(client.post(f"{talk.url}/advance", **asked), 428)
    await moves(talk, status=412, version=7)
    theirs = {"json": {"user_id": await a_person(other_client, "sales")}, "headers": {"If-Match": '"1"'}}
    await ok(other_client.post(f"{talk.url}/advance", **theirs), 404)
    await ok(other_client.get(talk.url), 404)
    skipped = await moves(talk, "activate", 409)
    back = await moves(talk, "go-back", 409, to="exploring", reason="Why not")
    before = await moves(talk, "end", 422, reason="It came to nothing", on=days_ago(4))

    assert early["code"] == "step_not_done"
    assert codes(early) == ["supplier_not_sealed", "customer_not_sealed", "no_joint_opportunity"]
    assert [one["code"] for one in (await calibration(talk))["open_points"]] == codes(early)
    assert "only what is investing is activated" in skipped["detail"]
    assert back["detail"] == "it is exploring, and may go back to: nothing"
    assert codes(before) == ["before_the_last_move"]
    ended = await moves(talk, "end", reason="It came to nothing", on=days_ago(2))
    assert (ended["state"], ended["ended_on"], ended["legal_moves"]) == ("ended", days_ago(2), [])
    await moves(talk, "end", 409, reason="Again")
    await moves(talk, status=409)


async def test_the_figures_that_the_parties_align_by_are_kept_and_forgotten_with_the_steps_that_they_come_from(client):
    talk = await a_calibration_in(client, "aligning")
    kept = await calibration(talk)
    # Uptime 3 and 5, growth 4 and 2: five of nine points are common. All fives fit wholly.
    assert (round(kept["potential"], 2), kept["compatibility"]) == (55.56, 100)
    assert kept["recommended_level"] == "preferred"

    await aligns(talk)
    await expects(talk)
    again = await moves(talk, "go-back", to="aligning", reason="Their board wants more")
    assert (again["state"], again["agreed_level"], again["recommended_level"]) == ("aligning", None, "preferred")
    assert again["proposed_levels"] == {"supplier": "preferred", "customer": "preferred"}
    assert [one["code"] for one in again["open_points"]] == ["level_not_agreed"]
    history = (await ok(client.get(f"{talk.url}/history", params={"sort": "-invalidated_at"})))["data"]
    assert sorted(one["kind"] for one in history) == [
        "expectations", "expectations", "level_agreements", "level_agreements", "level_communications",
    ]  # fmt: skip
    assert {one["record"]["level"] for one in history if one["step"] == "aligning"} == {"preferred"}

    earlier = await moves(talk, "go-back", to="assessing", reason="They have a new culture")
    assert earlier["recommended_level"] is None
    assert earlier["proposed_levels"] == {"supplier": None, "customer": None}
    assert earlier["compatibility"] == 100, "what each thinks of the other stays until they say otherwise"


async def test_ratings_that_one_side_never_saw_stay_hidden_when_the_parties_go_back(client):
    talk = await a_calibration_in(client, "assessing")
    await rates(talk, 2)
    await guest_rates(talk, 4, ["culture", "risk"])
    await moves(talk, "go-back", to="exploring", reason="Their goals have changed")

    found = (await ok(client.get(f"{talk.url}/history", params={"step": "assessing", "limit": 50})))["data"]

    assert len(found) == 8
    assert {one["record"]["party"] for one in found} == {"supplier"}
    explored = (await ok(client.get(f"{talk.url}/history", params={"step": "exploring", "limit": 50})))["data"]
    assert {one["kind"] for one in explored} == {"calibration_submissions", "calibration_themes", "joint_opportunities"}


async def test_the_next_takes_the_place_of_the_one_in_force_once_however_many_activate_it(
    app, client, database, tenant
):
    account, user = await an_account(client), await a_person(client, "sales")
    where = f"/v1/accounts/{account['id']}/calibrations"
    agreed_on = datetime.now(UTC).date() - timedelta(days=400)
    async with database.transaction(tenant.id) as connection:
        fields = {"active_on": agreed_on, "agreed_level": "strategic", "agreed_on": agreed_on}
        first = await on_record(connection, tenant.id, account["id"], [("active", agreed_on)], **fields)

    unsaid = await ok(client.post(where, json={"user_id": user}), 422)
    early = {"user_id": user, "trigger": "other", "on": days_ago(401)}
    before = await ok(client.post(where, json=early), 422)
    talk = await a_calibration_in(client, account=account, user=user, trigger="other", reason="A new board")
    still = await ok(client.get(f"/v1/calibrations/{first}"))
    await expects(talk)
    answers = await activated_twice(app, tenant, talk)

    assert (codes(unsaid), codes(before)) == (["missing"], ["before_the_last_move"])
    assert (talk.calibration["supersedes_id"], talk.calibration["trigger"]) == (str(first), "other")
    assert (still["state"], still["legal_moves"]) == ("active", ["superseded", "ended"])
    assert sorted(one.status_code for one in answers) == [200, 412]
    listed = (await ok(client.get(where)))["data"]
    assert [(one["id"], one["state"]) for one in listed] == [(talk.id, "active"), (str(first), "superseded")]
    assert listed[1]["ended_on"] == listed[0]["activated_on"] == days_ago(0)
    events = (await ok(client.get("/v1/events", params={"limit": 100})))["data"]
    told = [one["type"] for one in events if one["type"] in {"calibration.activated", "calibration.superseded"}]
    assert told == ["calibration.activated", "calibration.superseded"]
    assert await in_force_on(database, tenant, 0, 1, 400, 401) == [talk.id, str(first), str(first), None]


async def in_force_on(database, tenant, *days):
    """What was in force so many days ago."""
    found = []
    async with database.transaction(tenant.id) as connection:
        for day in days:
            there = await in_force(connection, tenant.id, None, datetime.now(UTC).date() - timedelta(days=day))
            found.append(next((str(one.calibration_id) for one in there.values()), None))
    return found


async def activated_twice(app, tenant, talk):
    version = (await calibration(talk))["version"]
    body, headers = {"user_id": talk.user}, {"If-Match": f'"{version}"'}
    async with client_with(app, tenant.key) as another:
        return await asyncio.gather(
            talk.client.post(f"{talk.url}/activate", json=body, headers=headers),
            another.post(f"{talk.url}/activate", json=body, headers=headers),
        )


async def test_who_leads_it_can_be_changed_and_weights_only_until_the_parties_align(client):
    talk = await a_calibration_in(client, "assessing")
    other = await a_person(client, "product", "Grace")

    nothing = dict.fromkeys(
        ["strategy_horizon", "culture", "decision_process", "governance", "technology", "commercial_terms"], 0
    )
    none = await ok(client.patch(talk.url, json={"weights": {**nothing, "data_sharing": 0, "risk": 0}}), 422)
    await ok(client.patch(talk.url, json={"owner_user_id": other}, headers={"If-Match": '"1"'}), 412)
    weights = {**nothing, "data_sharing": 3}
    changed = await ok(client.patch(talk.url, json={"owner_user_id": other, "weights": weights}))
    same = await ok(client.patch(talk.url, json={"owner_user_id": other}))
    await assesses(talk)

    assert codes(none) == ["all_zero"]
    assert (changed["owner_name"], changed["weights"]) == ("Grace", weights)
    assert same["version"] == changed["version"]
    late = await ok(client.patch(talk.url, json={"weights": {}}), 409)
    assert late["code"] == "not_in_step"
