"""Expectations through their doors: put on record, assessed by either side, missed and told, kept over time."""

from tests.asking import a_record, days_ago, ok
from tests.calibration.expectations.ground import SOON, assesses, guest_assesses, listed, owes
from tests.calibration.expectations.stories import a_whole_story
from tests.calibration.guests import THEIRS
from tests.calibration.investments.ground import a_case, active
from tests.calibration.levels.ground import aligning
from tests.planning.ground import NOBODY, a_contact
from tests.resourcing.catalogue.ground import used
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_every_operation_is_carried_out_once_and_the_log_comes_with_its_index(client):
    ids = await a_whole_story(client)

    found = await ok(client.get(f"/v1/accounts/{ids['account_id']}/strategic-contributions"))

    assert found["index"] == {"index": 12.5, "insights": 1, "insights_in_plan": 1, "sessions": 0}
    assert [one["user_name"] for one in found["data"]] == ["Ada"]
    before = await ok(
        client.get(f"/v1/accounts/{ids['account_id']}/strategic-contributions", params={"as_of": days_ago(1)})
    )
    assert (before["data"], before["index"]["index"]) == ([], 0)
    assert [found["benchmark"][name] for name in ("value", "value_to", "unit")] == [3, 4, "times_as_likely"]

    word = {"met": False, "user_id": found["data"][0]["user_id"]}
    stays = await ok(client.post(f"/v1/expectations/{ids['expectation_id']}/assessments", json=word), 409)
    assert stays["code"] == "customers_word", "the customer said before that the supplier met it"


async def test_what_is_expected_is_measured_or_judged_told_once_when_missed_and_kept_over_time(client):
    case = await active(client)
    talk = case.talk
    ours, theirs = sorted(await listed(talk), key=lambda one: one["owed_by"], reverse=True)
    assert [(one["standing"], one["measurable"]) for one in (ours, theirs)] == [("open", True)] * 2

    missed = await assesses(talk, ours, value=0.97)
    await assesses(talk, ours, value=0.9, note="Worse")
    assert (missed["met"], missed["party"], missed["by"]) == (False, "supplier", "Ada")
    refused = await assesses(talk, ours, 422, value=0.99, met=False)
    assert [one["pointer"] for one in refused["errors"]] == ["/met"]
    for days, code in ((1, "before_the_last_move"), (-1, "in_the_future")):
        assert (await assesses(talk, ours, 422, value=0.99, on=days_ago(days)))["code"] == code
    await is_told_once_and_stays(talk, ours)

    said = await guest_assesses(talk, ours, value=0.985)
    assert (said["met"], said["by"]) == (True, "Grace")
    assert (await guest_assesses(talk, theirs, 403, met=True))["code"] == "own_expectation"
    found = (await ok(client.get(f"/v1/accounts/{talk.account['id']}/expectations")))["data"]
    stands = {one["owed_by"]: (one["standing"], one["value"], one["assessed_by"]) for one in found}
    assert stands == {"supplier": ("met", 0.985, "customer"), "customer": ("open", None, None)}
    history = (await ok(client.get(f"/v1/expectations/{ours['id']}/assessments")))["data"]
    assert [(one["value"], one["by"]) for one in history] == [(0.985, "Grace"), (0.9, "Ada"), (0.97, "Ada")]

    metrics = f"/v1/accounts/{talk.account['id']}/metrics"
    assert (await ok(client.get(metrics)))["metrics"]["expectations_met"]["value"] == 1
    await assesses(talk, theirs, met=False)
    assert (await ok(client.get(metrics)))["metrics"]["expectations_met"]["value"] == 0.5
    await over_time(client, case)


async def is_told_once_and_stays(talk, missed):
    """Who has missed what it owes does not get out of it."""
    told = await ok(talk.client.get("/v1/events", params={"type": "expectation.missed"}))
    assert [one["subject_id"] for one in told["data"]] == [missed["id"]]
    dodged = await ok(talk.client.post(f"/v1/expectations/{missed['id']}/withdraw", json={"user_id": talk.user}), 409)
    assert dodged["code"] == "missed_stays"


async def over_time(client, case):
    """Both sides quarter by quarter, and what was used beside what was agreed."""
    talk, account = case.talk, case.talk.account["id"]
    await used(client, account, case.expert, 4, days_ago(0))
    await used(client, account, case.lab, 1, days_ago(0))
    found = await ok(client.get(f"{talk.url}/fulfilment"))
    sides = {side["party"]: (side["assessed"], side["fulfilment"]) for side in found["quarters"][-1]["sides"]}
    assert sides == {"supplier": (1, 1), "customer": (1, 0)}
    assert found["quarters"][-1]["use"] == 1
    beside = {one["resource_id"]: (one["code"], one["agreed"], one["used"]) for one in found["inconsistent_experience"]}
    assert beside == {case.expert: ("more_than_agreed", 3, 4), case.lab: ("not_agreed", 0, 1)}
    assert not found["takes_more_gives_less"]
    assert found["partner_confidence"] == {
        "metric": "partner_confidence", "before": None, "after": None, "change": None,
    }  # fmt: skip
    for day, value in ((days_ago(30), 3), (days_ago(0), 4.5)):
        said = {"account": account, "metric": "partner_confidence", "value": value, "observed_on": day}
        await a_record(client, "observations", **said)
    sure = (await ok(client.get(f"{talk.url}/fulfilment")))["partner_confidence"]
    assert (sure["before"], sure["after"], sure["change"]) == (
        {"observed_on": days_ago(30), "value": 3}, {"observed_on": days_ago(0), "value": 4.5}, 1.5,
    )  # fmt: skip
    early = await ok(client.get(f"{talk.url}/fulfilment", params={"as_of": days_ago(1)}))
    assert (early["quarters"], early["inconsistent_experience"]) == ([], [])


async def test_an_expectation_is_usable_owned_by_who_owes_it_and_can_be_withdrawn(client, other_client):
    case = await a_case(client)
    talk = case.talk
    grace = await a_contact(client, talk.account, "Grace")

    async def wrong(**fields):
        return [one["pointer"] for one in (await owes(talk, "supplier", 422, **fields))["errors"]]

    for pointer, fields in (
        ("/comparison", {"comparison": None}),
        ("/target", {"comparison": None, "target": None}),
        ("/owner_contact_id", {"owner_contact_id": grace}),
        ("/owner_user_id", {"owner_user_id": NOBODY}),
        ("/due_on", {"due_on": "1969-12-31"}),
    ):
        assert await wrong(**fields) == [pointer]
    made = await owes(talk, "customer", owner_contact_id=grace)
    assert made["owner_name"] == "Grace"
    ours = await owes(talk, "supplier", owner_user_id=talk.user)
    theirs = (await ok(talk.guest.get(f"{THEIRS}/expectations", params={"owed_by": "supplier"})))["data"]
    assert [(one["owner_name"], one["owner_user_id"]) for one in theirs] == [(None, None)]

    here = f"/v1/expectations/{ours['id']}"
    stale = await client.post(f"{here}/withdraw", json={"user_id": talk.user}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    gone = await client.post(f"{here}/withdraw", json={"user_id": talk.user}, headers={"If-Match": '"1"'})
    assert (gone.json()["standing"], gone.headers["etag"]) == ("withdrawn", '"2"')
    again = await ok(client.post(f"{here}/withdraw", json={"user_id": talk.user}), 409)
    assert again["code"] == "expectation_withdrawn"
    assert (await assesses(talk, made, 409, value=1))["code"] == "not_in_step"
    found = await ok(client.get(f"/v1/accounts/{talk.account['id']}/expectations"))
    assert found["data"] == []
    assert (await other_client.get(here)).status_code == 404
    await of_one_calibration_alone(client, talk, made)


async def of_one_calibration_alone(client, talk, made):
    """A guest reads and assesses what is of the own calibration."""
    other = await aligning(client, "Zotware")
    assert (await guest_assesses(other, made, 404, met=True))["code"] == "expectation_not_found"
    assert (await ok(other.guest.get(f"{THEIRS}/expectations")))["data"] == []
    assert (await owes(other, "supplier", 409))["code"] == "not_in_step"
    anew = {"owed_by": "supplier", "title": "Somebody picks up the phone", "due_on": SOON}
    said = await ok(talk.guest.post(f"{THEIRS}/expectations", json=anew), 201)
    assert (said["party"], said["measurable"]) == ("customer", False)
