"""Decisions: what they want, what they freeze, how they follow each other, and that they never change."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS
from app.kernel.ids import AccountId
from app.selection.service.reviews import decisions
from app.selection.service.reviews.objections import open_objections
from tests.asking import ok
from tests.selection.ground import a_published_model, an_account
from tests.selection.reviews.ground import NOBODY, SOON, a_joint_review, a_review, a_voted_review
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


def body_of(case, **fields):
    return {
        "user_id": case.people["sales"],
        "decision": "select",
        "tier": "tier_1",
        "rationale": "Two markets",
        **fields,
    }


async def asked(case, **fields):
    return await case.client.post(f"{case.candidate()}/decision", json=body_of(case, **fields))


async def newest(database, tenant, account):
    async with database.transaction(tenant.id) as connection:
        return await decisions.newest(connection, tenant.id, AccountId(UUID(account["id"])))


async def test_a_decision_keeps_all_that_it_rests_on(client):
    case = await a_joint_review(client)
    model = await a_published_model(client)
    await case.agrees(goal_fit=4)
    await case.votes("sales")
    await case.votes("finance", "object", reason="The margin is thin")
    score = await ok(client.post(f"/v1/accounts/{case.accounts[0]['id']}/scores", json={}), 201)
    objection = await case.objects("finance", owner="operations")

    made = await case.decides()
    read = await ok(client.get(f"/v1/selection/decisions/{made['id']}"))

    assert read == made
    assert (made["decision"], made["tier"], made["rationale"]) == ("select", "tier_1", "Two markets")
    assert (made["model_id"], made["model_version"]) == (model["id"], 1)
    grounds = made["grounds"]
    assert grounds["score"]["id"] == score["id"]
    assert (grounds["score"]["composite"], grounds["score"]["stale"]) == (score["composite"]["score"], False)
    assert grounds["score"]["alignment"] == score["alignment"]["score"] == 75.0
    fit = next(one for one in grounds["metrics"] if one["metric"] == "goal_fit")
    assert (fit["blind_mean"], fit["unified"], fit["shift"]) == (3.0, 4, 1.0)
    assert len(grounds["ratings"]) == 6
    assert [(one["function"], one["vote"]) for one in grounds["votes"]] == [("finance", "object"), ("sales", "support")]
    assert [(one["function"], one["reason"]) for one in grounds["dissent"]] == [("finance", "The margin is thin")]
    assert [(one["id"], one["owner_function"], one["due_on"]) for one in grounds["objections"]] == [
        (objection["id"], "operations", SOON)
    ]
    assert [one["function"] for one in grounds["participants"]] == ["finance", "operations", "sales"]
    assert (grounds["calibration"], grounds["lacking"], grounds["override_reason"]) == (None, [], None)


async def test_what_happens_afterwards_changes_no_decision(client):
    case = await a_voted_review(client)
    objection = await case.objects()
    made = await case.decides()

    settled = {"user_id": case.people["operations"], "resolution": "A hub is opened"}
    await ok(client.post(f"/v1/selection/objections/{objection['id']}/resolve", json=settled))
    await ok(client.post(f"/v1/accounts/{case.accounts[0]['id']}/scores", json={}), 201)

    assert await ok(client.get(f"/v1/selection/decisions/{made['id']}")) == made


async def test_it_is_told_with_the_objections_that_stand(client):
    case = await a_voted_review(client)
    standing, withdrawn = await case.objects(), await case.objects()
    await ok(
        client.post(f"/v1/selection/objections/{withdrawn['id']}/withdraw", json={"user_id": case.people["finance"]})
    )
    made = await case.decides()

    (event,) = (await ok(client.get("/v1/events?type=selection_decision.recorded")))["data"]
    assert event["subject_id"] == made["id"]
    assert event["data"]["open_objection_ids"] == [standing["id"]]
    assert event["data"]["account_id"] == case.accounts[0]["id"]
    assert event["data"]["tier"] == "tier_1"


async def test_one_functions_word_is_no_decision_unless_somebody_answers_for_it(client):
    case = await a_joint_review(client)
    await case.votes("sales")

    early = await asked(case)
    made = await asked(case, override_reason="The board asked for it")

    assert (early.status_code, early.json()["code"]) == (409, "not_ready_to_decide")
    assert early.json()["detail"].startswith("no rating was agreed on in the joint session; 1 of at least 2 functions")
    grounds = made.json()["grounds"]
    assert (len(grounds["lacking"]), grounds["override_reason"]) == (2, "The board asked for it")
    assert grounds["score"] is None


async def test_the_tier_fits_the_decision(client):
    case = await a_voted_review(client)
    for change, code in (
        ({"tier": None}, "missing"),
        ({"tier": "standard"}, "unknown_tier"),
        ({"decision": "defer"}, "unexpected"),
    ):
        answer = await asked(case, **change)
        assert (answer.status_code, answer.json()["code"]) == (422, "unusable_decision")
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/tier", code)]


async def test_what_was_said_is_settled_once_it_is_decided(client):
    case = await a_voted_review(client)
    await case.decides()
    who = {"user_id": case.people["sales"]}

    for answer in (
        await client.put(f"{case.candidate()}/vote", json={**who, "vote": "object", "reason": "x"}),
        await client.put(f"{case.candidate()}/unified", json={**who, "ratings": [{"metric": "goal_fit", "value": 1}]}),
        await client.post(
            f"{case.candidate()}/objections",
            json={**who, "body": "x", "owner_user_id": case.people["sales"], "due_on": SOON},
        ),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "candidate_decided")


async def test_a_review_decides_once_unless_it_names_the_decision_that_is_to_be_followed(client):
    case = await a_voted_review(client)
    first = await case.decides()

    again = await asked(case)
    wrong = await asked(case, supersedes_id=NOBODY)
    second = await asked(case, decision="defer", tier=None, supersedes_id=first["id"])
    outrun = await asked(case, supersedes_id=first["id"])

    for answer in (again, wrong, outrun):
        assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")
    assert first["id"] in again.json()["detail"]
    assert second.json()["supersedes_id"] == first["id"]
    look = await case.look()
    assert [one["decision"] for one in look["decisions"]] == ["defer", "select"]
    assert await ok(client.get(f"/v1/selection/decisions/{first['id']}")) == first


async def test_a_later_reviews_decision_follows_the_one_before_it(client, database, tenant):
    case = await a_voted_review(client)
    account = case.accounts[0]
    assert await newest(database, tenant, account) is None
    first = await case.decides()
    later = await a_review(client)
    await ok(client.post(f"{later.url}/candidates", json={"accounts": [account["id"]]}))
    later.accounts.insert(0, account)
    await later.reveals(reason="x")

    second = await later.decides(decision="reject", tier=None, override_reason="x")

    assert second["supersedes_id"] == first["id"]
    listed = (await ok(client.get(f"/v1/accounts/{account['id']}/decisions")))["data"]
    assert [one["id"] for one in listed] == [second["id"], first["id"]]
    found = await newest(database, tenant, account)
    assert found is not None
    assert (found.id, found.decision, found.tier) == (UUID(second["id"]), "reject", None)
    assert found.review_id == UUID(later.id)


async def test_a_candidate_that_is_merged_is_decided_by_its_old_id_and_found_by_the_new_one(client, database, tenant):
    case = await a_voted_review(client)
    survivor = await an_account(client, "Survivor")
    loser = UUID(case.accounts[0]["id"])
    async with database.transaction(tenant.id) as connection:
        await accounts.merge(connection, tenant.id, ACCOUNTS, loser, UUID(survivor["id"]), datetime.now(UTC))

    await case.agrees(goal_fit=5)
    objection = await case.objects()
    made = await case.decides()

    facts = (await ok(client.get(f"/v1/accounts/{survivor['id']}/ratings")))["data"]
    assert [one["value"] for one in facts if one["external_id"].endswith("/2")] == [5, 5, 5]
    assert made["account_id"] == case.accounts[0]["id"]
    for way in (survivor["id"], case.accounts[0]["id"]):
        listed = (await ok(client.get(f"/v1/accounts/{way}/decisions")))["data"]
        assert [one["id"] for one in listed] == [made["id"]]
    found = await newest(database, tenant, survivor)
    assert found is not None
    assert found.id == UUID(made["id"])
    async with database.transaction(tenant.id) as connection:
        (stands,) = await open_objections(connection, tenant.id, AccountId(UUID(survivor["id"])))
    assert (stands.id, stands.decision_id, stands.decision) == (UUID(objection["id"]), UUID(made["id"]), "select")
    assert (str(stands.owner), stands.owner_function) == (case.people["operations"], "operations")


async def test_the_database_itself_lets_nobody_change_a_decision(client, database, tenant):
    case = await a_voted_review(client)
    made = await case.decides()

    for change in ("UPDATE decision_records SET rationale = 'x'", "DELETE FROM decision_records"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with database.transaction(tenant.id) as connection:
                await connection.execute(text(change))

    assert await ok(client.get(f"/v1/selection/decisions/{made['id']}")) == made


async def test_an_account_that_is_removed_takes_its_reviews_and_decisions_along(client):
    case = await a_joint_review(client, accounts=2)
    made = await case.decides(at=1, override_reason="x")

    removed = await client.delete(f"/v1/accounts/{case.accounts[1]['id']}")

    assert removed.status_code == 204, removed.text
    assert (await client.get(f"/v1/selection/decisions/{made['id']}")).status_code == 404
    assert len((await ok(client.get(case.url)))["candidates"]) == 1
