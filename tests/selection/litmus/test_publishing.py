"""The gate: a model is published when it passes the litmus test, or for a reason that stays on record."""

import asyncio

import pytest

from tests.asking import ok
from tests.selection.ground import MODEL
from tests.selection.litmus.ground import a_passing_draft, a_sound_draft, a_whole_story, litmus_of, publish, url_of
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_what_does_not_pass_is_not_published_and_the_answer_names_the_parts(client):
    model = await a_sound_draft(client)

    refused = await publish(client, model)

    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "litmus_not_passed")
    assert [error["code"] for error in problem["errors"]] == ["not_enterprise_aligned", "not_market_aligned"]
    assert "enterprise_aligned, market_aligned" in problem["detail"]
    assert (await ok(client.get(url_of(model))))["state"] == "draft"


async def test_a_reason_opens_the_gate_and_stays_on_record(client):
    model = await a_sound_draft(client)

    published = await publish(client, model, override_reason="  The pilot cannot wait ")

    shown = published.json()["publication"]
    assert published.status_code == 200
    assert shown["override_reason"] == "The pilot cannot wait"
    assert [shown["litmus"][part]["passed"] for part in ("forward_looking", "enterprise_aligned")] == [True, False]
    assert shown["published_by"] == (await ok(client.get("/v1/me")))["key_id"]
    assert (await ok(client.get(f"{url_of(model)}/versions/1")))["publication"] == shown


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001, 5])
async def test_a_reason_has_to_say_something(client, reason):
    refused = await publish(client, await a_sound_draft(client), override_reason=reason)

    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/override_reason"]


async def test_what_passes_needs_no_reason_and_keeps_none(client):
    model, round_id, note = await a_passing_draft(client)

    published = await publish(client, model, override_reason="To be on the safe side")

    shown = published.json()["publication"]
    assert (shown["litmus"]["passed"], shown["override_reason"]) == (True, None)
    assert shown["litmus"]["rests_on"]["feedback_round_id"] == round_id
    assert shown["litmus"]["rests_on"]["evidence_note_ids"] == [note["id"]]


async def test_what_was_published_stays_whatever_becomes_of_its_grounds(client):
    model, _, note = await a_passing_draft(client)
    published = (await publish(client, model)).json()

    await ok(client.post(f"/v1/selection/evidence/{note['id']}/withdraw"))

    assert (await litmus_of(client, model))["passed"] is False
    after = await ok(client.get(url_of(model)))
    assert (after["state"], after["publication"]) == ("published", published["publication"])


async def test_a_draft_has_no_publication_and_the_version_before_keeps_its_own(client):
    model = await a_sound_draft(client)
    published = (await publish(client, model, override_reason="First")).json()
    redrafted = await client.put(url_of(model), json=MODEL, headers={"If-Match": str(published["version"])})
    second = await publish(client, redrafted.json(), override_reason="Second")

    assert redrafted.json()["publication"] is None
    assert second.status_code == 200
    versions = (await ok(client.get(f"{url_of(model)}/versions")))["data"]
    assert [one["publication"]["override_reason"] for one in versions] == ["Second", "First"]
    assert [one["publication"]["review_due_on"] is None for one in versions] == [False, True]
    (listed,) = [one for one in (await ok(client.get("/v1/selection/models")))["data"] if one["id"] == model["id"]]
    assert listed["publication"] == versions[0]["publication"]


async def test_publishing_is_told(client):
    model = await a_sound_draft(client)
    await publish(client, model, override_reason="The pilot cannot wait")

    (event,) = (await ok(client.get("/v1/events", params={"type": "selection_model.published"})))["data"]

    assert event["subject_id"] == model["id"]
    assert event["data"] == {
        "name": "Potential first",
        "model_version": 1,
        "in_use": True,
        "litmus": {
            "forward_looking": True,
            "multidimensional": True,
            "enterprise_aligned": False,
            "market_aligned": False,
        },
        "overridden": True,
    }


async def test_the_shipped_model_is_published_by_the_product(client):
    scored = await ok(client.post("/v1/selection/score", json={"accounts": [{"inputs": {"goal_fit": 5}}]}))

    shown = await ok(client.get(f"/v1/selection/models/{scored['model_id']}"))

    assert (shown["shipped"], shown["state"]) == (True, "published")
    publication = shown["publication"]
    assert (publication["litmus"], publication["override_reason"], publication["published_by"]) == (None, None, None)


async def test_of_two_who_publish_at_the_same_time_one_does(client):
    model = await a_sound_draft(client)

    answers = await asyncio.gather(*(publish(client, model, override_reason=f"Mine {at}") for at in range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_every_operation_answers(client):
    assert set(await a_whole_story(client)) == {"model_id", "note_id"}
