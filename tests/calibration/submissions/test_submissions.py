"""Each side saves and seals what it says on its own; sealed by both, each reads the other's."""

import asyncio

from tests.asking import days_ago, ok
from tests.calibration.guests import CUSTOMER_SAYS, SUPPLIER_SAYS, THEIRS, a_talk
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
NOBODY = "00000000-0000-4000-8000-000000000000"


async def told(client, talk, type_):
    found = await ok(client.get("/v1/events", params={"subject_id": talk.id, "type": type_}))
    return [event["data"] for event in found["data"]]


def side(shown, party):
    return next(each for each in shown["submissions"] if each["party"] == party)


def whole(document):
    """As it is answered: with every field."""
    empty = {"goals": {"theme": None, "description": None}, "expectations": {"goal": None, "description": None}}
    empty["commitments"] = empty["expectations"]
    return {part: [{**empty[part], **entry} for entry in document[part]] for part in document}


async def test_what_both_say_is_revealed_when_the_second_seals_and_stays_as_it_is(client):
    talk = await a_talk(client)
    hidden = {"sealed": False, "sealed_at": None, "sealed_by": None, "document": None, "version": None}

    saved = await talk.saves({"goals": SUPPLIER_SAYS["goals"]})
    assert (saved["version"], saved["sealed"], saved["document"]["commitments"]) == (1, False, [])
    assert (await talk.saves(headers={"If-Match": '"1"'}))["version"] == 2
    await talk.guest_saves()
    assert await talk.guest_submissions() == {
        "calibration_id": talk.id, "round": 1, "revealed": False, "revealed_at": None,
        "submissions": [
            {"party": "supplier", **hidden},
            {"party": "customer", **hidden, "document": whole(CUSTOMER_SAYS), "version": 1},
        ],
    }  # fmt: skip

    await talk.guest_seals()
    waiting = await talk.submissions()
    assert (waiting["revealed"], side(waiting, "supplier")["document"]) == (False, whole(SUPPLIER_SAYS))
    sealed = side(waiting, "customer")
    assert (sealed["sealed"], sealed["sealed_by"], sealed["document"], sealed["version"]) == (True, "Grace", None, None)
    assert sealed["sealed_at"] is not None
    assert await told(client, talk, "calibration.revealed") == []

    last = await talk.seals(2)
    both = await talk.submissions()
    assert both == await talk.guest_submissions()
    assert (both["revealed"], both["revealed_at"]) == (True, last["sealed_at"])
    assert [each["document"] for each in both["submissions"]] == [whole(SUPPLIER_SAYS), whole(CUSTOMER_SAYS)]
    assert [each["sealed_by"] for each in both["submissions"]] == ["Ada", "Grace"]
    assert len(await told(client, talk, "calibration.revealed")) == 1
    assert {data["party"] for data in await told(client, talk, "submission.sealed")} == {"supplier", "customer"}

    for late in (talk.saves(status=409), talk.guest_saves(status=409), talk.seals(3, 409), talk.guest_seals(2, 409)):
        assert (await late)["code"] == "submission_sealed"
    assert await talk.submissions() == both


async def test_people_of_the_customer_write_on_one_submission_and_seal_what_they_have_read(client):
    talk = await a_talk(client)
    colleague = await talk.another_guest(name="Alan")
    first = await talk.guest.get(f"{THEIRS}/submission")
    assert (first.headers["etag"], first.json()["document"], first.json()["version"]) == ('"0"', None, 0)
    await talk.guest_saves(headers={"If-Match": first.headers["etag"]})
    body = {"document": {"goals": CUSTOMER_SAYS["goals"]}}

    refused = await ok(
        colleague.put(f"{THEIRS}/submission", json=body, headers={"If-Match": first.headers["etag"]}), 412
    )
    assert refused["code"] == "submission_changed"
    await ok(colleague.put(f"{THEIRS}/submission", json=body, headers={"If-Match": '"1"'}))
    assert (await talk.guest_seals(1, 412))["code"] == "submission_changed"
    assert (await ok(talk.guest.post(f"{THEIRS}/submission/seal", json={}), 428))["code"] == "if_match_needed"
    seen = await talk.guest.get(f"{THEIRS}/submission")
    assert (seen.headers["etag"], seen.json()["document"]["commitments"]) == ('"2"', [])
    sealed = await ok(colleague.post(f"{THEIRS}/submission/seal", json={}, headers={"If-Match": seen.headers["etag"]}))
    assert (sealed["sealed_by"], sealed["version"]) == ("Alan", 3)

    overview = await ok(talk.guest.get(THEIRS))
    assert {name: overview[name] for name in ("account", "name", "state", "round", "revealed")} == {
        "account": "Cancity", "name": "Grace", "state": "exploring", "round": 1, "revealed": False,
    }  # fmt: skip
    assert [(each["party"], each["sealed"]) for each in overview["sides"]] == [("supplier", False), ("customer", True)]


async def test_histories_are_brought_in_with_their_days(client):
    talk = await a_talk(client, on=days_ago(60))
    await talk.saves()
    await talk.guest_saves()
    for body, code in (({"on": days_ago(61)}, "before_the_last_move"), ({"on": days_ago(-2)}, "in_the_future")):
        assert (await talk.seals(status=422, **body))["errors"][0] | {"message": ""} == {
            "pointer": "/on", "code": code, "message": "",
        }  # fmt: skip

    await talk.seals(on=days_ago(40))
    await talk.guest_seals(on=days_ago(50))

    both = await talk.submissions()
    assert both["revealed_at"] == f"{days_ago(40)}T00:00:00Z"
    assert side(both, "customer")["sealed_at"] == f"{days_ago(50)}T00:00:00Z"
    assert (await told(client, talk, "calibration.revealed"))[0]["on"] == days_ago(40)


async def test_both_may_seal_at_once_and_it_is_revealed_once(client):
    talks = [await a_talk(client, f"A{place}") for place in range(3)]
    for talk in talks:
        await asyncio.gather(talk.saves(), talk.guest_saves())

    sealing = [action for talk in talks for action in (talk.seals(), talk.guest_seals())]
    await asyncio.gather(*sealing)

    for talk in talks:
        assert len(await told(client, talk, "calibration.revealed")) == 1
        assert len(await told(client, talk, "submission.sealed")) == 2
        assert (await talk.submissions())["revealed"]


async def test_sealing_twice_at_once_seals_once(client):
    talk = await a_talk(client)
    await talk.guest_saves()
    where = f"{THEIRS}/submission/seal"

    answers = await asyncio.gather(*(talk.guest.post(where, json={}, headers={"If-Match": '"1"'}) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(await told(client, talk, "submission.sealed")) == 1


async def test_what_cannot_be_is_refused(client, other_client):
    talk = await a_talk(client)
    here, body = f"{talk.url}/submissions", {"document": SUPPLIER_SAYS, "user_id": talk.user}
    seen = {"If-Match": '"0"'}

    for refused, status, code in (
        (client.put(f"{here}/customer", json=body), 403, "speaks_for_customer"),
        (client.post(f"{here}/customer/seal", json={"user_id": talk.user}, headers=seen), 403, "speaks_for_customer"),
        (client.put(f"{here}/nobody", json=body), 422, "invalid_request"),
        (client.put(f"{here}/supplier", json={"document": SUPPLIER_SAYS}), 422, "unknown_people"),
        (client.put(f"/v1/calibrations/{NOBODY}/submissions/supplier", json=body), 404, "calibration_not_found"),
        (other_client.get(here), 404, "calibration_not_found"),
        (client.post(f"{here}/supplier/seal", json={"user_id": talk.user}), 428, "if_match_needed"),
        (client.post(f"{here}/supplier/seal", json={"user_id": talk.user}, headers=seen), 409, "nothing_to_seal"),
    ):
        assert (await ok(refused, status))["code"] == code
    assert (await talk.saves(headers={"If-Match": '"1"'}, status=412))["code"] == "submission_changed"
    await talk.saves({"goals": []})
    assert (await talk.seals(status=409))["code"] == "nothing_to_seal"


async def test_a_submission_that_cannot_be_right_is_refused_with_the_place(client):
    talk, goal = await a_talk(client), CUSTOMER_SAYS["goals"][0]

    for document, pointer in (
        ({"goals": [{**goal, "importance": 6}]}, "/document/goals/0/importance"),
        ({"goals": [{**goal, "key": "No Key"}]}, "/document/goals/0/key"),
        ({"goals": CUSTOMER_SAYS["goals"] * 2}, "/document/goals/2/key"),
        ({"goals": [], "commitments": [{"key": "a", "title": "A", "level": 0}]}, "/document/commitments/0/level"),
        ({**CUSTOMER_SAYS, "goals": CUSTOMER_SAYS["goals"][1:]}, "/document/expectations/0/goal"),
        ({"goals": [], "secret": 1}, "/document/secret"),
        ({"goals": [goal] * 51}, "/document/goals"),
        ({}, "/document/goals"),
    ):
        refused = await talk.guest_saves(document, 422)
        assert pointer in {problem["pointer"] for problem in refused["errors"]}
    assert (await ok(talk.guest.get(f"{THEIRS}/submission")))["version"] == 0


async def test_when_it_has_ended_nothing_is_submitted_and_nothing_revealed(client):
    talk = await a_talk(client)
    await talk.saves()
    await talk.guest_saves()
    await talk.guest_seals()
    current = await client.get(talk.url)
    body = {"reason": "Their board has changed", "user_id": talk.user}
    await ok(client.post(f"{talk.url}/end", json=body, headers={"If-Match": current.headers["etag"]}))

    assert (await talk.seals(status=409))["code"] == "not_in_step"
    assert (await talk.guest_saves(status=409))["code"] == "not_in_step"
    assert side(await talk.submissions(), "customer")["document"] is None
    assert (await ok(talk.guest.get(THEIRS)))["state"] == "ended"


async def test_going_back_to_exploring_seals_anew(client):
    talk = await (await a_talk(client)).reveals()
    current = await client.get(talk.url)
    body = {"to": "exploring", "reason": "Their plans have changed", "user_id": talk.user}
    await ok(client.post(f"{talk.url}/go-back", json=body, headers={"If-Match": current.headers["etag"]}))

    fresh = await talk.submissions()
    assert (fresh["round"], fresh["revealed"], [each["document"] for each in fresh["submissions"]]) == (
        2, False, [None, None],
    )  # fmt: skip
    await talk.guest_saves({"goals": CUSTOMER_SAYS["goals"][:1]})
    await talk.guest_seals()
    assert side(await talk.submissions(), "customer")["document"] is None
