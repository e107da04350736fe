"""Both sides rate how they fit, unseen by each other until both are done; then it shows what they think."""

import pytest

from app.calibration.core.compatibility import DIMENSIONS
from tests.asking import a_person, counted, days_ago, ok
from tests.calibration.compatibility.ground import a_whole_story, assessed, assessing, guest_rates, rates, ratings
from tests.calibration.exploration.ground import advances, explored
from tests.calibration.guests import THEIRS
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def seen(talk):
    """What each side sees."""
    return await ok(talk.client.get(f"{talk.url}/compatibility")), await ok(talk.guest.get(f"{THEIRS}/compatibility"))


async def test_ratings_come_to_a_compatibility_that_can_be_followed(client):
    talk = await assessing(client)
    await rates(talk, ratings(culture=5, risk=1))
    await guest_rates(talk, ratings(culture=2, risk=3))
    found, theirs = await seen(talk)
    # 4 and 4: 75; 5 and 2: 62.5 less 30; 1 and 3: 25 less 20
    assert found["compatibility"] == pytest.approx((6 * 75 + 32.5 + 5) / 8)
    assert found["to_discuss"] == ["culture", "risk"]
    assert sum(each["part"] for each in found["dimensions"]) == pytest.approx(found["compatibility"], abs=1e-3)
    culture = next(each for each in found["dimensions"] if each["dimension"] == "culture")
    assert [culture[name] for name in ("supplier", "customer", "fit", "gap", "score")] == [5, 2, 62.5, 3, 32.5]

    assert theirs["dimensions"] == found["dimensions"]
    ours, customer = (side["ratings"][0] for side in found["sides"])
    assert (ours["name"], ours["user_id"], customer["name"]) == ("Ada", talk.user, "Grace")
    ours, customer = (side["ratings"][0] for side in theirs["sides"])
    assert (ours["name"], ours["user_id"], customer["name"]) == (None, None, "Grace")

    # Spoken of, they rate anew; culture weighs more for this calibration than all else.
    await rates(talk, [{"dimension": "culture", "value": 2, "comment": "They are right"}])
    weights = {"culture": 3, "risk": 0}
    version = (await ok(client.get(talk.url)))["version"]
    await ok(client.patch(talk.url, json={"weights": weights}, headers={"If-Match": f'"{version}"'}))
    anew, _ = await seen(talk)
    assert anew["compatibility"] == pytest.approx((6 * 75 + 3 * 25) / 9, abs=1e-4)
    assert (await advances(talk))["state"] == "aligning"
    assert (await rates(talk, status=409))["code"] == "not_in_step"


async def test_a_sides_rating_is_the_mean_of_its_people(client):
    talk = await assessing(client)
    await rates(talk, ratings(2))
    await rates(talk, ratings(5), user_id=await a_person(client, "finance", "Ida"))
    await guest_rates(talk, ratings(3))
    await guest_rates(talk, ratings(3, culture=4), guest=await talk.another_guest(name="Mary"))
    found, _ = await seen(talk)
    assert {each["supplier"] for each in found["dimensions"]} == {3.5}
    assert {each["dimension"]: each["customer"] for each in found["dimensions"]}["culture"] == 3.5
    assert [len(side["ratings"]) for side in found["sides"]] == [16, 16]
    assert {each["name"] for each in found["sides"][1]["ratings"]} == {"Grace", "Mary"}


async def test_until_both_are_done_neither_side_learns_what_the_other_thinks(client, database):
    """Two calibrations that differ only in what the other side rated look and cost alike, from either side."""
    low, high = await assessing(client), await assessing(client)
    most = DIMENSIONS[:-1]
    for talk, value in ((low, 1), (high, 5)):
        await rates(talk, ratings(3))
        await guest_rates(talk, ratings(value, only=most if value == 1 else most[:2]))

    async def told(talk):
        with counted(database) as sent:
            answers = [
                await client.get(talk.url),
                await client.get(f"{talk.url}/compatibility"),
                await client.get(f"{talk.url}/compatibility/customer"),
                await client.get(f"{talk.url}/history"),
            ]
        assert {answer.status_code for answer in answers} == {200}
        shown = [_alike(answer.json()) for answer in answers]
        return shown, len(sent), [answer.headers.get("etag") for answer in answers]

    assert await told(low) == await told(high)
    ours, theirs = await seen(low)
    assert (ours["revealed"], ours["compatibility"], ours["dimensions"]) == (False, None, None)
    assert ours["sides"][1] == {"party": "customer", "complete": False, "missing": None, "ratings": None}
    assert theirs["sides"][0] == {"party": "supplier", "complete": True, "missing": None, "ratings": None}
    assert theirs["sides"][1]["missing"] == ["risk"]
    refused = await advances(low, status=409)
    assert {each["code"] for each in refused["errors"]} == {"customer_not_rated"}


def _alike(shown):
    """Without what differs between any two calibrations."""
    apart = {"id", "calibration_id", "account_id", "account_name", "user_id", "invitation_id", "calibration"}
    if isinstance(shown, dict):
        return {
            key: _alike(value)
            for key, value in shown.items()
            if key not in apart and not key.endswith(("_at", "_id")) and key != "sealed_by"
        }
    return [_alike(each) for each in shown] if isinstance(shown, list) else shown


async def test_bad_ratings_are_refused(client):
    early = await explored(client)
    assert (await rates(early, status=409))["code"] == "not_in_step"
    talk = await assessing(client)
    for value in (0, 6, 2.5):
        assert (await rates(talk, ratings(value), status=422))["code"] == "invalid_request"
    twice = [*ratings(only=("culture",)), *ratings(only=("culture",))]
    refused = await rates(talk, twice, status=422)
    assert [each["pointer"] for each in refused["errors"]] == ["/ratings/1/dimension"]
    assert (await rates(talk, status=422, on=days_ago(-1)))["code"] == "in_the_future"
    assert (await rates(talk, status=422, on=days_ago(3)))["code"] == "before_the_last_move"
    body = {"ratings": ratings(), "user_id": talk.user}
    spoken = await ok(client.post(f"{talk.url}/compatibility/customer", json=body), 403)
    assert spoken["code"] == "speaks_for_customer"
    assert [side["complete"] for side in (await seen(talk))[0]["sides"]] == [False, False]


async def test_how_long_they_know_each_other_changes_nothing(client):
    """Tenure is no evidence: a customer of twenty years and one of today are judged alike."""
    old, new = await assessed(client), await assessed(client)
    record = f"/v1/accounts/{old.account['id']}"
    await ok(client.patch(record, json={"customer_since": "2004-03-01"}))
    deal = {"account": old.account["id"], "name": "First line", "created_on": "2004-01-01", "closed_on": "2004-03-01"}
    await ok(client.post("/v1/opportunities", json={**deal, "status": "won"}), 201)
    for path in ("compatibility", "themes", "levels"):
        judged = [_alike(await ok(client.get(f"{talk.url}/{path}"))) for talk in (old, new)]
        assert judged[0] == judged[1]


async def test_the_whole_story(client):
    assert set(await a_whole_story(client)) == {"calibration_id", "party"}
