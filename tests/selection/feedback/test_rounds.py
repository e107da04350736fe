"""Feedback rounds: opened on a draft, with who is asked, one at a time."""

import asyncio
import copy

import pytest
from sqlalchemy import text

from tests.asking import a_person, counted, ok
from tests.conftest import a_tenant, client_of
from tests.selection.feedback.ground import (
    CRITERIA,
    MODEL,
    a_draft,
    a_round,
    a_whole_story,
    disposes,
    people_of,
    raises,
    rounds_url,
    weighs,
)
from tests.selection.ground import a_published_model
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_a_round_goes_from_asking_to_applying(client):
    ids = await a_whole_story(client)

    listed = await ok(client.get(rounds_url({"id": ids["model_id"]})))

    assert [(one["state"], one["asked"], one["submitted"]) for one in listed["data"]] == [
        ("abandoned", 1, 0),
        ("closed", 2, 2),
    ]
    # Their orders are opposite.
    assert [one["kendalls_w"] for one in listed["data"]] == [None, 0.0]


async def test_the_criteria_stay_as_they_were_when_it_was_opened(client):
    model = await a_draft(client)
    url = await a_round(client, model, [await a_person(client, "finance")])
    other = copy.deepcopy(MODEL)
    other["criteria"][0]["weight"] = 77
    await ok(client.put(f"/v1/selection/models/{model['id']}", json=other, headers={"If-Match": "1"}))

    frozen = (await ok(client.get(url)))["criteria"]

    assert [one["key"] for one in frozen] == list(CRITERIA)
    assert [one["weight"] for one in frozen] == [3, 1, 1, 1]
    # Both dimensions have half of it, 3 : 1 in the one and 1 : 1 in the other.
    assert [one["share"] for one in frozen] == [0.375, 0.125, 0.25, 0.25]
    assert (frozen[0]["rationale"], frozen[0]["metric"]) == ("We go where they go", "goal_fit")


async def test_a_model_has_one_open_round(client):
    model = await a_draft(client)
    person = await a_person(client, "finance")
    url = await a_round(client, model, [person])

    refused = await client.post(rounds_url(model), json={"name": "Second", "participants": [person]})
    await ok(client.post(f"{url}/abandon"))

    assert (refused.status_code, refused.json()["code"]) == (409, "another_round_open")
    assert await a_round(client, model, [person])


async def test_of_rounds_that_are_opened_at_the_same_time_one_is(client):
    model = await a_draft(client)
    body = {"name": "First", "participants": [await a_person(client, "finance")]}

    answers = await asyncio.gather(*(client.post(rounds_url(model), json=body) for _ in range(4)))

    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]


async def test_a_model_in_review_may_be_asked_about_and_a_published_one_not(client):
    person = await a_person(client, "finance")
    model = await a_draft(client)
    await ok(client.post(f"/v1/selection/models/{model['id']}/submit", headers={"If-Match": "1"}))
    published = await a_published_model(client)

    refused = await client.post(rounds_url(published), json={"name": "Late", "participants": [person]})

    assert await a_round(client, model, [person])
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_draft")


async def test_the_shipped_model_is_not_asked_about(client):
    scored = await ok(client.post("/v1/selection/score", json={"accounts": [{"inputs": {"goal_fit": 5}}]}))
    body = {"name": "On the shipped one", "participants": [await a_person(client, "finance")]}

    refused = await client.post(rounds_url({"id": scored["model_id"]}), json=body)

    assert (refused.status_code, refused.json()["code"]) == (409, "shipped_model")


async def test_who_is_asked_has_to_be_an_active_user(client):
    model = await a_draft(client)
    person, gone = await people_of(client, "finance", "legal")
    await ok(client.patch(f"/v1/users/{gone}", json={"active": False}))
    asked = [person, model["id"], gone]

    refused = await client.post(rounds_url(model), json={"name": "First", "participants": asked})

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/participants/1", "/participants/2"]
    assert (await ok(client.get(rounds_url(model))))["data"] == []


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"closes_on": "2020-01-01"}, "/closes_on"),
        ({"participants": []}, "/participants"),
        ({"name": ""}, "/name"),
    ],
)
async def test_a_round_that_cannot_be_held_is_refused(client, fields, pointer):
    model = await a_draft(client)
    body = {"name": "First", "participants": [await a_person(client, "finance")], **fields}

    refused = await client.post(rounds_url(model), json=body)

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]


async def test_people_join_later_and_leave_until_they_have_answered(client):
    model = await a_draft(client)
    ada, ben, cleo = await people_of(client, "finance", "legal", "product")
    url = await a_round(client, model, [ada], closes_on="2199-12-31")
    joined = await ok(client.post(f"{url}/participants", json={"participants": [ben, cleo, ada]}))
    await weighs(client, url, ben, 25, 25, 25, 25)

    left = await client.delete(f"{url}/participants/{cleo}")
    stays = await client.delete(f"{url}/participants/{ben}")
    unknown = await client.delete(f"{url}/participants/{cleo}")

    seen = await ok(client.get(url))
    assert [one["function"] for one in joined["participants"]] == ["finance", "legal", "product"]
    assert (left.status_code, stays.status_code, unknown.status_code) == (204, 409, 404)
    assert stays.json()["code"] == "has_answered"
    assert [(one["name"], one["submitted"]) for one in seen["participants"]] == [
        ("finance 0", False),
        ("legal 1", True),
    ]
    assert not seen["overdue"]


async def test_a_round_tells_which_functions_are_in_it_and_how_many_are_missing(client):
    model = await a_draft(client)
    people = await people_of(client, "sales", "legal", "legal", "product")
    url = await a_round(client, model, people)
    await weighs(client, url, people[0], 25, 25, 25, 25)
    await weighs(client, url, people[1], 25, 25, 25, 25)

    seen = await ok(client.get(url))

    assert [(one["function"], one["asked"], one["submitted"]) for one in seen["functions"]] == [
        ("legal", 2, 1),
        ("product", 1, 0),
        ("sales", 1, 1),
    ]
    assert seen["other_functions"] == {"needed": 3, "asked": 2, "submitted": 1, "missing": 2}


async def test_an_ended_round_takes_nothing_more_and_says_what_it_is(client):
    model = await a_draft(client)
    ada, ben = await people_of(client, "finance", "legal")
    url = await a_round(client, model, [ada, ben])
    item = await raises(client, url, ada)
    await disposes(client, item, "deferred", ben)
    await ok(client.post(f"{url}/abandon"))
    disposed = {"disposition": "accepted", "reason": "Yes", "user_id": ben}

    answers = [
        await client.post(f"{url}/participants", json={"participants": [ada]}),
        await client.delete(f"{url}/participants/{ben}"),
        await client.put(f"{url}/answer", json={"user_id": ada, "points": {"fit": 100}}),
        await client.post(f"{url}/items", json={"kind": "objection", "body": "Late", "user_id": ada}),
        await client.post(f"{url}/close"),
        await client.post(f"{url}/abandon"),
        await client.post(f"/v1/selection/feedback-items/{item['id']}/dispose", json=disposed),
    ]

    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (409, "round_ended"), answer.text
        assert "abandoned" in answer.json()["detail"]


async def test_a_round_is_overdue_after_its_day_and_stays_open(client, tenant, database):
    url = await a_round(client, await a_draft(client), [await a_person(client, "finance")], closes_on="2199-12-31")
    async with database.transaction(tenant.id) as connection:
        await connection.execute(text("UPDATE feedback_rounds SET closes_on = '2020-01-01'"))

    seen = await ok(client.get(url))

    assert (seen["overdue"], seen["state"]) == (True, "open")


async def test_a_round_has_two_hundred_participants_at_most(client, tenant, database):
    async with database.transaction(tenant.id) as connection:
        made = await connection.execute(
            text(
                "INSERT INTO users (tenant_id, id, name, function) SELECT :tenant_id, gen_random_uuid(), 'n', 'product'"
                " FROM generate_series(1, 200) RETURNING id"
            ),
            {"tenant_id": tenant.id},
        )
        people = [str(each) for each in made.scalars()]
    url = await a_round(client, await a_draft(client), people)

    refused = await client.post(f"{url}/participants", json={"participants": [await a_person(client, "finance")]})

    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_participants")
    assert len((await ok(client.get(url)))["participants"]) == 200


async def test_reading_and_closing_ask_the_database_as_often_however_many_take_part(app, database):
    counts = []
    for size in (2, 9):
        async with client_of(app, await a_tenant(database)) as client:
            people = await people_of(client, *(["finance", "legal", "product"] * 3)[:size])
            url = await a_round(client, await a_draft(client), people)
            for person in people:
                await weighs(client, url, person, 40, 30, 20, 10)
                await disposes(client, await raises(client, url, person), "rejected", person)
            counts.append([await statements(database, client, method, url + door) for method, door in ASKED])

    assert counts[0] == counts[1]


ASKED = (("GET", ""), ("POST", "/close"), ("GET", ""))


async def statements(database, client, method, url):
    """How many statements a request sends."""
    with counted(database) as sent:
        await ok(client.request(method, url))
    return len(sent)


async def test_what_happens_to_rounds_is_told(client):
    ids = await a_whole_story(client)

    told = (await ok(client.get("/v1/events", params={"subject_id": ids["round_id"]})))["data"]

    assert [one["type"] for one in told] == ["feedback_round.closed", "feedback_round.opened"]
    assert told[0]["data"]["kendalls_w"] == 0.0
    assert told[0]["data"]["functions"] == ["finance", "sales"]


async def test_a_round_of_nobodys_is_not_there(client, other_client):
    ids = await a_whole_story(client)

    answers = [
        await asking.get(f"/v1/selection/feedback-rounds/{found}")
        for asking, found in ((client, ids["user_id"]), (other_client, ids["round_id"]))
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "round_not_found")] * 2
