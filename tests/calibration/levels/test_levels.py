"""Levels through their doors: recommended, proposed by each side, disagreed on, agreed, and told openly."""

import asyncio

from app.calibration.core.compatibility import DIMENSIONS
from tests.asking import days_ago, ok
from tests.calibration.compatibility.ground import guest_rates, rates
from tests.calibration.exploration.ground import advances, notes
from tests.calibration.guests import THEIRS
from tests.calibration.levels.ground import (
    agrees,
    aligning,
    guest_agrees,
    guest_proposes,
    look,
    proposes,
    settles,
    tells,
)
from tests.planning.ground import NOBODY, a_contact
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def code_of(answering):
    """Which problem it is."""
    found = await answering
    return found["code"]


async def test_a_level_is_recommended_proposed_agreed_and_told_and_nothing_else_goes_into_it(client, other_client):
    talk = await aligning(client, importance=(4, 5), value=4)
    fresh = await look(talk)
    recommended = fresh["recommended"]
    assert (recommended["potential"], recommended["compatibility"], recommended["asymmetry"]) == (80, 75, -0.2)
    assert (recommended["level"], recommended["of_grid"]) == ("strategic", "strategic")
    assert [one["code"] for one in recommended["reasons"]] == ["compatibility_limits"]
    assert recommended["grid"][3]["levels"] == ["transactional", "preferred", "strategic", "integrated"]
    assert (fresh["agreed_level"], fresh["supplier_proposal"], fresh["disagreement"]) == (None, None, False)

    # How long the customer is one, and what it once bought, is no evidence.
    account = talk.account["id"]
    await ok(client.patch(f"/v1/accounts/{account}", json={"customer_since": "1999-01-01"}))
    deal = {"account": account, "name": "Old", "stage": "Won", "status": "won", "closed_on": "2005-05-05"}
    money = {"amount": {"amount": "9000000", "currency": "USD"}}
    await ok(client.post("/v1/opportunities", json={**deal, **money, "created_on": "2005-01-01"}), 201)
    assert await look(talk) == fresh

    body = {"level": "strategic", "reason": "Theirs", "user_id": talk.user}
    theirs = await client.post(f"{talk.url}/level-proposals/customer", json=body)
    assert (theirs.status_code, theirs.json()["code"]) == (403, "speaks_for_customer")
    await ok(client.post(f"{talk.url}/level-proposals/supplier", json={**body, "level": "platinum"}), 422)
    assert (await other_client.get(f"{talk.url}/levels")).status_code == 404

    await settles(talk)
    events = (await ok(client.get("/v1/events", params={"limit": 100})))["data"]
    about = [one["type"] for one in reversed(events) if one["subject_id"] == talk.id]
    assert [type_ for type_ in about if "level" in type_ or "agreed" in type_] == [
        "level.proposed", "level.proposed", "calibration.agreed", "level.agreed", "level.communicated",
    ]  # fmt: skip


async def test_sides_that_disagree_agree_on_one_level_in_the_end_and_the_customer_is_told_of_it(client):
    talk = await aligning(client)
    assert await code_of(agrees(talk, "strategic", 409)) == "not_both_proposed"
    await proposes(talk, "integrated")
    await guest_proposes(talk, "transactional")
    assert (await look(talk))["disagreement"]
    assert await code_of(agrees(talk, "strategic", 409)) == "level_not_proposed"
    assert await code_of(tells(talk, "integrated", 409)) == "nothing_agreed"

    answers = await asyncio.gather(  # each to its own, at once
        client.post(f"{talk.url}/agreements/supplier", json={"level": "integrated", "user_id": talk.user}),
        talk.guest.post(f"{THEIRS}/agreements", json={"level": "transactional"}),
    )
    assert sorted((answer.status_code, answer.json().get("code")) for answer in answers) == [
        (201, None), (409, "other_level_agreed"),
    ]  # fmt: skip
    refused = await advances(talk, 409)
    assert (refused["code"], [one["code"] for one in refused["errors"]]) == ("step_not_done", ["level_not_agreed"])

    await proposes(talk, "transactional")  # it takes back what it agreed to alone
    between = await look(talk)
    assert (between["supplier_agreement"], between["disagreement"]) == (None, False)
    await asyncio.gather(
        client.post(f"{talk.url}/agreements/supplier", json={"level": "transactional", "user_id": talk.user}),
        talk.guest.post(f"{THEIRS}/agreements", json={"level": "transactional"}),
    )
    settled = await look(talk)
    assert (settled["agreed_level"], settled["disagreement"]) == ("transactional", False)
    told = (await ok(client.get("/v1/events", params={"type": "level.agreed"})))["data"]
    assert [one["subject_id"] for one in told] == [talk.id]
    assert await code_of(proposes(talk, "strategic", 409)) == "level_agreed"
    assert await code_of(guest_agrees(talk, "transactional", 409)) == "level_agreed"
    await is_told(client, talk)


async def is_told(client, talk):
    """Openly, though it is the lowest, before anything is invested."""
    refused = await advances(talk, 409)
    assert [one["code"] for one in refused["errors"]] == ["level_not_communicated"]
    assert await code_of(tells(talk, "integrated", 409)) == "other_level_agreed"
    assert await code_of(tells(talk, "transactional", 422, contact_id=NOBODY)) == "unknown_contact"
    assert await code_of(tells(talk, "transactional", 422, on=days_ago(1))) == "before_the_last_move"
    grace = await a_contact(client, talk.account, "Grace")
    told = await tells(talk, "transactional", contact_id=grace, note="She took it well")
    assert [(one["level"], one["told_to"], one["by"], one["note"]) for one in told["communications"]] == [
        ("transactional", "Grace", "Ada", "She took it well")
    ]
    theirs = await ok(talk.guest.get(f"{THEIRS}/levels"))
    assert [(one["by"], one["note"]) for one in theirs["communications"]] == [(None, None)]
    assert (theirs["supplier_proposal"]["by"], theirs["customer_proposal"]["by"]) == (None, "Grace")
    assert (await advances(talk))["state"] == "investing"


async def test_lopsided_importance_caps_and_untested_assumptions_hold_until_they_rate_anew(client):
    talk = await aligning(client, importance=(5, 3), value=5)
    recommended = (await look(talk))["recommended"]
    assert (recommended["potential"], recommended["asymmetry"]) == (60, 0.4)
    assert (recommended["level"], recommended["of_grid"]) == ("preferred", "strategic")
    assert recommended["reasons"][-1]["code"] == "asymmetry_caps"

    noted = await notes(talk)
    await settles(talk, "strategic")
    refused = await advances(talk, 409)
    assert [one["code"] for one in refused["errors"]] == ["assumptions_untested"]
    assert (await look(talk))["untested_assumptions"] == 1
    where = f"{talk.url}/assumptions/{noted['id']}/waive"
    await ok(client.post(where, json={"reason": "Known from their sister plant", "user_id": talk.user}))
    version = (await advances(talk))["version"]

    # Back at the ratings, nothing tells how the other side rated, nor what was agreed by the old ones.
    back = {"to": "assessing", "reason": "They rated in haste", "user_id": talk.user}
    await ok(client.post(f"{talk.url}/go-back", json=back, headers={"If-Match": f'"{version}"'}))
    await rates(talk, [{"dimension": name, "value": 1} for name in DIMENSIONS])
    await guest_rates(talk, [{"dimension": name, "value": 1} for name in DIMENSIONS[:-1]])
    found = await look(talk)
    assert (found["recommended"], found["supplier_proposal"], found["agreed_level"]) == (None, None, None)
    assert found["communications"] == []
