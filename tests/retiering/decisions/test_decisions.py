"""Tiers decided anew: what the rules recommend, and what it takes to decide."""

import asyncio

from tests.asking import a_person, days_ago, ok
from tests.retiering.decisions.ground import a_key, agrees
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
NEVER = days_ago(4000)


def codes(recommendation):
    return {reason["code"]: reason for reason in recommendation["reasons"]}


async def told(client, kind):
    return [one["data"] for one in (await ok(client.get("/v1/events", params={"type": kind})))["data"]]


async def test_the_recommendation_follows_score_and_requirements_with_its_figures(client, database, tenant):
    key = await a_key(client, opportunity=66.0, alignment=80.0)
    nothing_agreed = await key.recommended()
    before_it_was_scored = await key.recommended(as_of=NEVER)
    await agrees(key, database, tenant, missed=2, met=1)
    recommended = await key.recommended()
    before_they_were_missed = await key.recommended(as_of=days_ago(11))

    assert (nothing_agreed["decision"], nothing_agreed["blocked_by"]) == ("review", ["no_requirements_on_file"])
    assert nothing_agreed["would_be"] == "downtier"
    assert (before_it_was_scored["decision"], before_it_was_scored["blocked_by"]) == ("review", ["not_scored"])
    assert (recommended["decision"], recommended["tier"]) == ("downtier", "tier_2")
    below = codes(recommended)["below_margin"]
    assert (below["value"], below["threshold"], below["speaks_for"]) == (66.0, 70.0, "less")
    assert codes(recommended)["requirements_missed"]["value"] == 0.3333
    assert recommended["requirements"]["customer"]["lacking"] == ["Requirement 0", "Requirement 1"]
    earlier = before_they_were_missed["requirements"]
    assert (earlier["on_file"], earlier["customer"]["missed"], earlier["customer"]["met_share"]) == (3, 0, None)


async def test_less_than_before_is_decided_by_two_people(client, database, tenant):
    key = await a_key(client, opportunity=66.0, alignment=80.0)
    await agrees(key, database, tenant, missed=1)
    proposed = await key.proposed()
    under_review = await key.stands()
    await ok(client.post(f"{key.path}/retierings", json={}), 409)
    url, body = f"/v1/retierings/{proposed['id']}", {"decision": "downtier", "rationale": "Why", "to_tier": "tier_2"}
    await ok(client.post(f"{url}/decide", json=body), 428)
    refused = [
        await key.acts("decide", 422, **body),
        await key.decides("downtier", 422, to_tier="tier_1"),
        await key.decides("retain", 422),
    ]
    decided = await key.decides("downtier", to_tier="tier_2", dissent="Service would wait")
    await key.acts("approve", 403, user_id=key.people["sales"])
    same_function = await key.acts("approve", 403, user_id=await a_person(client, "sales", "Bob"))
    await key.acts("approve", 422, user_id=key.people["finance"], on=days_ago(1))
    approved = await key.acts("approve", user_id=key.people["finance"])
    twice = await key.acts("approve", 409, user_id=key.people["finance"])

    assert under_review == ("under_review", "tier_1")
    pointers = [(error["pointer"], error["code"]) for one in refused for error in one["errors"]]
    assert pointers == [("/user_id", "missing"), ("/to_tier", "wrong_side"), ("/keeping_reason", "missing")]
    assert (decided["state"], decided["legal_moves"]) == ("awaiting_approval", ["approve", "withdraw"])
    assert same_function["code"] == "second_person_needed"
    assert (approved["state"], approved["grounds"], approved["against_recommendation"]) == (
        "decided", "performance", False,
    )  # fmt: skip
    assert (approved["decided_by"], approved["approved_by"]) == ("of sales", "of finance")
    assert twice["detail"] == "it is decided; legal: nothing any more"
    # It has all that it had until its customer was told.
    assert await key.stands() == ("under_review", "tier_1")
    assert [one["decision"] for one in await told(client, "retiering.decided")] == ["downtier"]
    assert [one["recommended"] for one in await told(client, "retiering.proposed")] == ["downtier"]


async def test_who_keeps_an_account_that_the_rules_would_let_go_says_why(client, database, tenant):
    key = await a_key(client, opportunity=60.0, alignment=60.0)
    await agrees(key, database, tenant, missed=1)
    await key.proposed()
    kept = await key.decides("retain", keeping_reason="strategic_reference")

    found = await ok(client.get("/v1/retierings", params={"decision": "retain", "recommended": "downtier"}))
    others = await ok(client.get("/v1/retierings", params={"decision": "downtier"}))
    assert (kept["state"], kept["against_recommendation"]) == ("decided", True)
    assert await key.stands() == ("selected", "tier_1")
    assert [one["id"] for one in found["data"]] == [kept["id"]]
    assert others["data"] == []


async def test_without_anything_on_file_nobody_is_let_go_for_performance(client):
    key = await a_key(client, opportunity=60.0, alignment=60.0)
    await key.proposed()
    refused = await key.decides("exit_program", 409)
    meant = await key.decides("exit_program", grounds="strategy", by="finance")
    gone = await key.acts("approve", user_id=key.people["executive"])

    assert refused["code"] == "no_requirements_on_file"
    assert (meant["recommended"], meant["against_recommendation"]) == ("review", None)
    assert gone["grounds"] == "strategy"
    assert await key.stands() == ("reset", "tier_1")


async def test_a_higher_tier_is_given_at_once_and_a_proposal_can_be_taken_back(client, other_client):
    key = await a_key(client, "tier_2", opportunity=76.0, alignment=75.0)
    await key.proposed()
    await key.acts("withdraw", 412, version=7, reason="Too early")
    await key.acts("withdraw", reason="Too early")
    back = await key.stands()
    proposed = await key.proposed()
    risen = await key.decides("uptier", to_tier="tier_1")
    now = await key.stands()
    await ok(other_client.get(f"/v1/retierings/{risen['id']}"), 404)

    assert back == ("selected", "tier_2")
    assert (proposed["recommended"], proposed["recommended_tier"]) == ("uptier", "tier_1")
    assert codes(proposed["recommendation"])["at_higher_threshold"]["speaks_for"] == "more"
    assert now == ("retiered", "tier_1")


async def test_of_two_who_propose_at_once_one_comes_too_late(client):
    key = await a_key(client)
    answers = await asyncio.gather(*(client.post(f"{key.path}/retierings", json={}) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "retiering_under_way"}


async def test_a_score_that_depends_on_what_is_unknown_lets_nobody_go(client, database, tenant):
    key = await a_key(client, opportunity=50.0, alignment=None)
    await agrees(key, database, tenant, missed=1)
    recommended = await key.recommended()

    assert recommended["decision"] == "review"
    assert recommended["blocked_by"] == ["provisional_score"]
