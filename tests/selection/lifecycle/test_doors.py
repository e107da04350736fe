"""Accounts go through the program one step at a time, by decision, and every step stays on record."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.asking import a_person, days_ago, ok, own_client
from tests.selection.ground import an_account
from tests.selection.lifecycle.ground import UP, a_decision, a_key_account, a_whole_story, moves, path_of
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def refused(client, account, status, code, **fields):
    answer = await client.post(f"{path_of(account)}/moves", json={"reason": "It is time", **fields})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return answer.json()


async def test_every_operation_is_carried_out(client):
    ids = await a_whole_story(client)

    listed = await ok(client.get("/v1/selection/lifecycle", params={"state": "selected", "tier": "tier_1"}))
    assert [one["account_id"] for one in listed["data"]] == [ids["account_id"]]
    told = (await ok(client.get("/v1/events", params={"type": "account.lifecycle_moved"})))["data"]
    assert [one["data"]["current"] for one in told] == ["selected", "calibrated", "shortlisted", "candidate"]


async def test_an_account_that_never_moved_is_a_prospect(client):
    account = await an_account(client)

    answer = await client.get(path_of(account))

    assert answer.json() == {
        "account_id": account["id"],
        "state": "prospect",
        "track": "standard",
        "tier": None,
        "since": None,
        "review_due_on": None,
        "review_overdue": False,
        "legal_moves": ["candidate"],
        "warnings": [],
        "version": 0,
    }
    assert answer.headers["etag"] == '"0"'
    assert (await ok(client.get("/v1/selection/lifecycle")))["data"] == []


async def test_an_illegal_move_names_the_legal_ones_and_changes_nothing(client):
    account = await an_account(client)
    before = await moves(client, account, "candidate")

    problem = await refused(client, account, 409, "illegal_lifecycle_move", to="selected")

    assert problem["detail"] == "it is candidate; it may become: shortlisted, prospect"
    assert await ok(client.get(path_of(account))) == before
    assert len((await ok(client.get(f"{path_of(account)}/moves")))["data"]) == 1


async def test_a_selection_acts_on_a_decision_once_and_has_its_tier(client):
    account, decision, case = await a_decision(client, "tier_2")
    other = await an_account(client, "Nobody decided")
    await moves(client, other, *UP)
    await refused(client, other, 409, "decision_needed", to="selected")

    selected = await moves(client, account, *UP, "selected")

    assert (selected["state"], selected["tier"], selected["track"]) == ("selected", "tier_2", "standard")
    due = datetime.now(UTC).date() + timedelta(days=365)
    assert selected["review_due_on"] == due.isoformat()
    newest = (await ok(client.get(f"{path_of(account)}/moves")))["data"][0]
    assert (newest["from_state"], newest["to_state"], newest["decision_id"]) == (
        "calibrated", "selected", decision["id"],
    )  # fmt: skip
    await moves(client, account, "under_review", "reset", "reselection")
    await refused(client, account, 409, "decision_needed", to="selected")
    again = await case.decides(decision="select", tier="tier_1", supersedes_id=decision["id"])
    back = await moves(client, account, "selected")
    assert back["tier"] == "tier_1"
    assert (await ok(client.get(f"{path_of(account)}/moves")))["data"][0]["decision_id"] == again["id"]


async def test_a_decision_not_to_select_selects_nobody(client):
    account, _, _ = await a_decision(client, decision="defer")
    await moves(client, account, *UP)

    await refused(client, account, 409, "decision_needed", to="selected")


async def test_retiering_names_another_tier_of_the_model(client):
    account = await a_key_account(client)
    await moves(client, account, "under_review")

    assert (await refused(client, account, 422, "tier_not_meant", to="retiered"))["errors"][0]["pointer"] == "/tier"
    await refused(client, account, 422, "tier_not_meant", to="retiered", tier="tier_1")
    await refused(client, account, 422, "unknown_tier", to="retiered", tier="platinum")
    assert (await moves(client, account, "retiered", tier="tier_3"))["tier"] == "tier_3"


async def test_the_high_potential_track_has_room_and_a_clock_of_its_own(client):
    tracks = {"high_potential": {"capacity": 1, "review_days": 90}}
    await ok(client.patch("/v1/organization", json={"tracks": tracks}))
    first, _, _ = await a_decision(client, "emerging")
    second, _, _ = await a_decision(client, "emerging")
    key, _, _ = await a_decision(client, "tier_1")

    selected = await moves(client, first, *UP, "selected")
    await moves(client, second, *UP)
    full = await refused(client, second, 409, "track_full", to="selected")

    assert selected["track"] == "high_potential"
    assert selected["review_due_on"] == (datetime.now(UTC).date() + timedelta(days=90)).isoformat()
    assert full["detail"] == "1 accounts are on the track high_potential, which takes 1"
    assert (await moves(client, key, *UP, "selected"))["track"] == "standard"
    await moves(client, first, "under_review", "reset", "exited")
    assert (await moves(client, second, "selected"))["tier"] == "emerging"


async def test_two_who_take_the_last_place_at_once_do_not_both_get_it(client):
    await ok(client.patch("/v1/organization", json={"tracks": {"standard": {"capacity": 1, "review_days": 365}}}))
    rivals = [(await a_decision(client))[0] for _ in range(2)]
    for account in rivals:
        await moves(client, account, *UP)

    answers = await asyncio.gather(
        *(client.post(f"{path_of(one)}/moves", json={"to": "selected", "reason": "Now"}) for one in rivals)
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_who_read_an_older_standing_does_not_move_the_account(client):
    account = await an_account(client)
    read = await client.get(path_of(account))
    await moves(client, account, "candidate")

    answer = await client.post(
        f"{path_of(account)}/moves",
        json={"to": "shortlisted", "reason": "Late"},
        headers={"If-Match": read.headers["etag"]},
    )

    assert (answer.status_code, answer.json()["code"]) == (412, "standing_changed")


async def test_a_key_of_one_person_moves_accounts_in_that_persons_name_alone(app, client):
    account = await an_account(client)
    ada, ben = await a_person(client, "sales", "Ada"), await a_person(client, "finance", "Ben")
    async with await own_client(app, client, ada) as own:
        await refused(own, account, 403, "speaks_for_another", to="candidate", user_id=ben)
        await moves(own, account, "candidate")
    await refused(client, account, 422, "unknown_people", to="shortlisted", user_id=account["id"])

    assert (await ok(client.get(f"{path_of(account)}/moves")))["data"][0]["user_id"] == ada


async def test_accounts_that_are_due_for_review_are_found(client):
    soon = await a_key_account(client)
    await ok(client.patch("/v1/organization", json={"tracks": {"standard": {"capacity": None, "review_days": 3000}}}))
    await a_key_account(client)
    until = (datetime.now(UTC).date() + timedelta(days=400)).isoformat()

    due = await ok(client.get("/v1/selection/lifecycle", params={"review_due_until": until, "sort": "review_due_on"}))

    assert [(one["account_id"], one["account_name"], one["review_overdue"]) for one in due["data"]] == [
        (soon["id"], soon["name"], False)
    ]


@pytest.mark.parametrize("statement", ["UPDATE lifecycle_moves SET reason = 'none'", "DELETE FROM lifecycle_moves"])
async def test_what_led_there_cannot_be_changed_in_the_database(client, database, tenant, statement):
    await moves(client, await an_account(client), "candidate")

    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.transaction(tenant.id) as connection:
            await connection.execute(text(statement))


async def test_an_account_of_another_organization_is_not_there(client, other_client):
    account = await an_account(client)

    for answer in (
        await other_client.get(path_of(account)),
        await other_client.post(f"{path_of(account)}/moves", json={"to": "candidate", "reason": "Mine"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


async def test_a_past_is_brought_in_by_its_days_and_each_day_is_told_by_them(client):
    account, _, _ = await a_decision(client)
    for to, ago in zip(UP, (90, 60, 60), strict=True):
        await moves(client, account, to, on=days_ago(ago))
    standing = await moves(client, account, "selected", on=days_ago(40))
    early = await refused(client, account, 422, "moved_later", to="under_review", on=days_ago(41))
    await refused(client, account, 422, "in_the_future", to="under_review", on=days_ago(-2))

    assert early["errors"][0]["pointer"] == "/on"
    assert (standing["since"], standing["review_due_on"]) == (f"{days_ago(40)}T00:00:00Z", days_ago(40 - 365))
    told = (await ok(client.get(f"{path_of(account)}/moves")))["data"]
    assert [one["moved_on"] for one in reversed(told)] == [days_ago(ago) for ago in (90, 60, 60, 40)]
    summaries = [await ok(client.get("/v1/program/summary", params={"as_of": days_ago(ago)})) for ago in (41, 40)]
    assert [one["key_accounts"]["accounts"] for one in summaries] == [0, 1]
    counted = [{"from": days_ago(40), "to": days_ago(40)}, {"from": days_ago(39)}, {"to": days_ago(41)}]
    promoted = [await ok(client.get("/v1/selection/lifecycle/promotions", params=one)) for one in counted]
    assert [one["promotions"] for one in promoted] == [1, 0, 0]
