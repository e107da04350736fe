"""What the doors of reviews refuse: each refusal by its code, and where it points to a field, by the field."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.asking import a_person, ok, own_client
from tests.selection.ground import MODEL, a_published_model, an_account
from tests.selection.reviews.ground import METRICS, NOBODY, SOON, TODAY, a_joint_review, a_review, a_voted_review
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()


def refused(answer, status, code, *pointers):
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == list(pointers)


def rating(metric="goal_fit", value=4, **fields):
    return {"ratings": [{"metric": metric, "value": value, **fields}]}


async def a_body(client):
    """A review that could be set up."""
    account, person = await an_account(client, f"A {uuid4()}"), await a_person(client, "sales")
    return {"name": "Key accounts", "accounts": [account["id"]], "participants": [person], "metrics": METRICS}


UNFIT_REVIEWS: list[tuple[dict[str, Any], str, str]] = [
    ({"accounts": [NOBODY]}, "unusable_review", "/accounts/0"),
    ({"participants": [NOBODY]}, "unknown_people", "/participants/0"),
    ({"metrics": ["goal_fit", "no_such"]}, "unusable_review", "/metrics/1"),
    ({"metrics": ["revenue_ltm"]}, "unusable_review", "/metrics/0"),
    ({"due_on": YESTERDAY}, "unusable_review", "/due_on"),
    ({"accounts": []}, "invalid_request", "/accounts"),
    ({"accounts": [NOBODY] * 201}, "invalid_request", "/accounts"),
    ({"participants": [NOBODY] * 101}, "invalid_request", "/participants"),
]


async def test_a_review_that_cannot_be_is_refused_by_the_field_that_is_wrong(client):
    body = await a_body(client)
    for change, code, pointer in UNFIT_REVIEWS:
        refused(await client.post("/v1/selection/reviews", json={**body, **change}), 422, code, pointer)


async def test_the_rated_metrics_of_the_organizations_model_are_judged_unless_others_are_named(client):
    body = await a_body(client)
    del body["metrics"]

    shipped = await ok(client.post("/v1/selection/reviews", json=body), 201)
    await a_published_model(client)
    own = await ok(client.post("/v1/selection/reviews", json=body), 201)

    assert {"willingness_to_partner", "goal_fit", "market_leadership"} < set(shipped["metrics"])
    assert not {"win_rate", "future_spend", "revenue_ltm"} & set(shipped["metrics"])
    assert own["metrics"] == ["goal_fit"]


async def test_a_model_that_reads_no_ratings_names_nothing_to_judge(client):
    await a_published_model(client, {**MODEL, "criteria": MODEL["criteria"][1:]})
    body = await a_body(client)
    del body["metrics"]
    refused(await client.post("/v1/selection/reviews", json=body), 422, "unusable_review", "/metrics")


async def test_what_is_named_twice_is_meant_once_and_what_is_there_stays(client):
    body = await a_body(client)
    twice = {name: value * 2 for name, value in body.items() if name in {"accounts", "participants"}}
    made = await client.post("/v1/selection/reviews", json={**body, **twice})
    assert made.status_code == 201

    added = [
        await ok(client.post(f"{made.headers['location']}/candidates", json={"accounts": body["accounts"]})),
        await ok(client.post(f"{made.headers['location']}/participants", json={"participants": body["participants"]})),
    ]

    for review in (made.json(), *added):
        assert (len(review["candidates"]), len(review["participants"])) == (1, 1)


async def test_a_review_that_is_full_takes_nobody_more_and_stays_as_it_was(client):
    items = [{"name": f"A {at}", "source": "erp", "external_id": str(at)} for at in range(201)]
    made = (await ok(client.post("/v1/accounts/batch", json={"items": items})))["results"]
    accounts = [one["id"] for one in made]
    body = {**await a_body(client), "accounts": accounts[:200]}
    at = (await client.post("/v1/selection/reviews", json=body)).headers["location"]

    refused(await client.post(f"{at}/candidates", json={"accounts": accounts[200:]}), 409, "review_full")

    assert len((await ok(client.get(at)))["candidates"]) == 200


async def test_lists_are_filtered_by_state_and_account(client):
    first, second = await a_review(client), await a_joint_review(client)

    async def listed(**params):
        return [one["id"] for one in (await ok(client.get("/v1/selection/reviews", params=params)))["data"]]

    assert await listed() == [second.id, first.id]
    assert await listed(state="joint") == [second.id]
    assert await listed(account_id=first.accounts[0]["id"]) == [first.id]
    assert await listed(account_id=first.accounts[0]["id"], state="joint") == []
    refused(await client.get("/v1/selection/reviews?state=open"), 422, "invalid_request", "/query/state")


async def test_what_is_not_there_is_not_found(client, other_client):
    case = await a_voted_review(client)
    objection = await case.objects()
    decision = await case.decides()
    nobodys = f"{case.url}/candidates/{NOBODY}"
    for asking in (client, other_client):
        theirs = asking is other_client
        review = case.url if theirs else f"/v1/selection/reviews/{NOBODY}"
        for way in (review, f"{review}/candidates/{case.accounts[0]['id']}"):
            refused(await asking.get(way), 404, "review_not_found")
        refused(await asking.post(f"{review}/candidates", json={"accounts": [NOBODY]}), 404, "review_not_found")
        refused(await asking.put(f"{review}/candidates/{NOBODY}/ratings", json=rating()), 404, "review_not_found")
        which = decision["id"] if theirs else NOBODY
        refused(await asking.get(f"/v1/selection/decisions/{which}"), 404, "decision_not_found")
        which = objection["id"] if theirs else NOBODY
        settle = f"/v1/selection/objections/{which}/withdraw"
        refused(await asking.post(settle, json={}), 404, "objection_not_found")
        which = case.accounts[0]["id"] if theirs else NOBODY
        refused(await asking.get(f"/v1/accounts/{which}/decisions"), 404, "account_not_found")
    refused(await client.get(nobodys), 404, "candidate_not_found")
    refused(await client.put(f"{nobodys}/vote", json={"vote": "object", "reason": "x"}), 404, "candidate_not_found")


async def test_only_who_takes_part_has_a_say_and_a_persons_key_speaks_for_them_alone(app, client):
    case = await a_review(client)
    outsider = await a_person(client, "legal")
    at = f"{case.candidate()}/ratings"

    refused(await client.put(at, json=rating()), 422, "unknown_people", "/user_id")
    refused(await client.put(at, json={**rating(), "user_id": NOBODY}), 422, "unknown_people", "/user_id")
    refused(await client.put(at, json={**rating(), "user_id": outsider}), 403, "not_a_participant")
    async with await own_client(app, client, case.people["sales"]) as sales:
        named = {**rating(), "user_id": case.people["finance"]}
        refused(await sales.put(at, json=named), 403, "speaks_for_another")
    async with await own_client(app, client, case.people["sales"], ["selection:read"]) as reader:
        assert (await reader.put(at, json=rating())).status_code == 403


UNFIT_RATINGS: list[tuple[dict[str, Any], str, str]] = [
    (rating("switching_cost"), "unusable_ratings", "/ratings/0/metric"),
    ({"ratings": rating()["ratings"] * 2}, "unusable_ratings", "/ratings/1/metric"),
    (rating(value=0), "invalid_request", "/ratings/0/value"),
    (rating(value=6), "invalid_request", "/ratings/0/value"),
    (rating(value=3.5), "invalid_request", "/ratings/0/value"),
    (rating(comment="x" * 2001), "invalid_request", "/ratings/0/comment"),
    ({"ratings": []}, "invalid_request", "/ratings"),
]


async def test_a_rating_off_the_scale_or_off_the_list_is_refused(client):
    case = await a_review(client)
    who = {"user_id": case.people["sales"]}
    for body, code, pointer in UNFIT_RATINGS:
        refused(await client.put(f"{case.candidate()}/ratings", json={**body, **who}), 422, code, pointer)


async def test_what_belongs_to_another_state_is_refused_with_what_may_be_done(client):
    blind, joint = await a_review(client), await a_joint_review(client)
    said = {"user_id": blind.people["sales"], **rating()}
    vote = {"user_id": blind.people["sales"], "vote": "support", "reason": "x"}
    objection = {"user_id": said["user_id"], "body": "x", "owner_user_id": said["user_id"], "due_on": SOON}
    decision = {"user_id": said["user_id"], "decision": "defer", "rationale": "x", "override_reason": "x"}

    early = [
        await client.put(f"{blind.candidate()}/unified", json=said),
        await client.put(f"{blind.candidate()}/vote", json=vote),
        await client.post(f"{blind.candidate()}/objections", json=objection),
        await client.post(f"{blind.candidate()}/decision", json=decision),
        await client.post(f"{blind.url}/close", json={"user_id": said["user_id"]}),
    ]
    who = {"user_id": joint.people["sales"]}
    late = [
        await client.put(f"{joint.candidate()}/ratings", json={**said, **who}),
        await client.post(f"{joint.url}/candidates", json={"accounts": [blind.accounts[0]["id"]]}),
        await client.post(f"{joint.url}/participants", json={"participants": [blind.people["sales"]]}),
        await client.post(f"{joint.url}/reveal", json=who),
    ]

    for answer in early:
        refused(answer, 409, "wrong_review_state")
        assert "legal: add, rate, reveal, abandon" in answer.json()["detail"]
    for answer in late:
        refused(answer, 409, "wrong_review_state")
        assert "legal: unify, vote, object, decide, close, abandon" in answer.json()["detail"]


async def test_the_reveal_waits_for_every_function_or_for_a_reason_which_stays_on_record(client):
    case = await a_review(client, accounts=2)
    await case.rates("sales", goal_fit=4)
    who = {"user_id": case.people["finance"]}

    waiting = await client.post(f"{case.url}/reveal", json=who)
    refused(waiting, 409, "not_everybody_rated")
    assert waiting.json()["detail"].startswith("finance on Account 0, operations on Account 0, finance on Account 1")
    refused(await client.post(f"{case.url}/reveal", json={**who, "reason": " "}), 422, "invalid_request", "/reason")
    revealed = await ok(client.post(f"{case.url}/reveal", json={**who, "reason": "The others are away"}))

    assert (revealed["state"], revealed["reveal_reason"]) == ("joint", "The others are away")
    assert revealed["revealed_by_user_id"] == case.people["finance"]


async def test_conditions_come_with_conditional_support_and_with_nothing_else(client):
    case = await a_joint_review(client)
    body = {"user_id": case.people["sales"], "reason": "x"}
    at = f"{case.candidate()}/vote"

    bare = {**body, "vote": "support_with_conditions"}
    refused(await client.put(at, json=bare), 422, "unusable_vote", "/conditions")
    idle = {**body, "vote": "object", "conditions": "y"}
    refused(await client.put(at, json=idle), 422, "unusable_vote", "/conditions")


async def test_each_participant_has_one_vote_which_they_may_change(client):
    case = await a_joint_review(client)
    await case.votes("sales", "object", reason="Too thin")
    await case.votes("sales", "support_with_conditions", conditions="With a hub")
    await case.votes("finance")

    look = await case.look()
    assert [(one["function"], one["vote"], one["conditions"]) for one in look["votes"]] == [
        ("finance", "support", None), ("sales", "support_with_conditions", "With a hub"),
    ]  # fmt: skip
    assert look["functions_voted"] == ["finance", "sales"]


UNFIT_OBJECTIONS: list[tuple[dict[str, Any], str, str]] = [
    ({"due_on": YESTERDAY}, "unusable_objection", "/due_on"),
    ({"owner_user_id": NOBODY}, "unknown_people", "/owner_user_id"),
    ({"body": ""}, "invalid_request", "/body"),
]


async def test_an_objection_names_somebody_to_clear_it_by_a_day_to_come(client):
    case = await a_joint_review(client)
    body = {"body": "x", "owner_user_id": case.people["operations"], "due_on": SOON, "user_id": case.people["sales"]}
    for change, code, pointer in UNFIT_OBJECTIONS:
        answer = await client.post(f"{case.candidate()}/objections", json={**body, **change})
        refused(answer, 422, code, pointer)


async def test_an_objection_is_settled_once_by_its_owner_or_its_author(client):
    case = await a_joint_review(client, accounts=2)
    first, second = await case.objects(), await case.objects(at=1)
    settle = "/v1/selection/objections"

    def by(function, **fields):
        return {"user_id": case.people[function], **fields}

    stranger = await client.post(f"{settle}/{first['id']}/resolve", json=by("sales", resolution="x"))
    refused(stranger, 403, "not_your_objection")
    owner = await client.post(f"{settle}/{second['id']}/withdraw", json=by("operations"))
    refused(owner, 403, "not_your_objection")
    resolved = await ok(client.post(f"{settle}/{first['id']}/resolve", json=by("operations", resolution="A hub")))
    withdrawn = await ok(client.post(f"{settle}/{second['id']}/withdraw", json=by("finance")))
    again = await client.post(f"{settle}/{first['id']}/withdraw", json=by("finance"))
    refused(again, 409, "objection_settled")

    assert (resolved["state"], resolved["resolution"]) == ("resolved", "A hub")
    assert resolved["resolved_by_user_id"] == case.people["operations"]
    assert (withdrawn["state"], withdrawn["resolution"]) == ("withdrawn", None)
    assert (first["owner_function"], first["function"]) == ("operations", "finance")

    async def listed(**params):
        return [one["id"] for one in (await ok(client.get(settle, params=params)))["data"]]

    assert await listed(state="resolved") == [first["id"]]
    assert await listed(state="open") == []
    assert await listed(account_id=case.accounts[1]["id"]) == [second["id"]]
    assert await listed(review_id=case.id) == [second["id"], first["id"]]


async def test_a_review_is_closed_when_all_is_decided_and_then_nothing_moves_any_more(client):
    case = await a_joint_review(client, accounts=2)
    who = {"user_id": case.people["sales"]}
    await case.decides(override_reason="x")
    waiting = await client.post(f"{case.url}/close", json=who)
    await case.decides(at=1, decision="reject", tier=None, override_reason="x")
    closed = await ok(client.post(f"{case.url}/close", json=who))

    refused(waiting, 409, "undecided_candidates")
    assert "Account 1" in waiting.json()["detail"]
    assert (closed["state"], closed["closed_by_user_id"]) == ("closed", case.people["sales"])
    for answer in (
        await client.post(f"{case.url}/abandon", json={**who, "reason": "x"}),
        await client.put(f"{case.candidate()}/unified", json={**who, **rating()}),
    ):
        refused(answer, 409, "wrong_review_state")
        assert "legal: nothing" in answer.json()["detail"]
