"""Executive sponsorships through their doors: a charter, a counterpart of the same rank, and meetings in time."""

import asyncio

from tests.asking import a_person, days_ago, ok
from tests.resourcing.sponsorships.ground import CHARTER, a_case, a_contact, a_whole_story
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def refused(answering, status, code):
    answer = await answering
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return answer.json()


async def test_a_sponsorship_is_told_with_what_is_wrong_with_it(client):
    case = await a_case(client)
    good = await case.starts()
    bare = await case.starts(
        user_id=await a_person(client, "executive", "Bob"), contact_id=None, charter={"scope": "Their board"},
        started_on=days_ago(200),
    )  # fmt: skip
    junior = await a_contact(client, case.account_id, "functional", "A buyer")
    unlike = await case.starts(user_id=await a_person(client, "executive", "Cleo"), contact_id=junior)

    assert (good["flags"], good["seniority_gap"], good["charter_complete"]) == ([], 1, True)
    assert (good["counterpart"]["name"], good["user_name"], good["sponsor_accounts"]) == ("Their Chief", "Ada", 1)
    assert good["activity"] == {
        "last_on": None, "days_since": 30, "next_due_on": days_ago(-60), "held": 0, "planned": 0, "adherence": None,
    }  # fmt: skip
    assert bare["flags"] == ["undefined_role", "unpaired", "no_recent_meeting"]
    assert bare["charter_missing"] == [
        "responsibilities", "out_of_scope", "time_budget_days_per_quarter", "next_review_on",
    ]  # fmt: skip
    assert (unlike["flags"], unlike["seniority_gap"]) == (["seniority_gap"], 4)
    for flag, found in (("unpaired", [bare["id"]]), ("overloaded", []), ("seniority_gap", [unlike["id"]])):
        listed = await ok(client.get("/v1/sponsorships", params={"flag": flag}))
        assert [one["id"] for one in listed["data"]] == found
    assert (await ok(client.get(f"{case.url}?sort=started_on")))["data"][0]["id"] == bare["id"]


async def test_executive_reviews_and_meetings_with_the_counterpart_count(client):
    case = await a_case(client)
    made = await case.starts(started_on=days_ago(200), cadence_days=50)
    chief = await a_contact(client, case.account_id, "c_level", "Their chief officer")
    buyer = await a_contact(client, case.account_id, "manager", "A buyer")
    await case.meet("executive_review", 220)  # before it began
    await case.meet("qbr", 190, buyer)  # no executive came
    await case.meet("call", 180, case.contact)  # no meeting
    await case.meet("meeting", 170, chief)  # not the counterpart
    await case.meet("executive_review", 160)
    await case.meet("qbr", 120, chief)
    await case.meet("workshop", 45, case.contact, buyer)

    found = (await case.look(made))["activity"]

    assert found == {
        "last_on": days_ago(45), "days_since": 45, "next_due_on": days_ago(-5), "held": 3, "planned": 4,
        "adherence": 0.75,
    }  # fmt: skip


async def test_who_sponsors_too_many_accounts_is_overloaded_until_some_end(client):
    cases = [await a_case(client) for _ in range(6)]
    user = cases[0].user
    made = [await case.starts(user_id=user) for case in cases]

    loads = await ok(client.get("/v1/sponsors"))
    assert (loads["sponsorships"], loads["most_accounts"]) == (6, 5)
    assert loads["data"] == [
        {
            "user_id": user, "user_name": "Ada", "accounts": 6, "overloaded": True,
            "time_budget_days_per_quarter": 18.0, "met_in_time": 6, "flags": {"overloaded": 6},
        }
    ]  # fmt: skip
    here = f"/v1/sponsorships/{made[0]['id']}"
    await refused(client.post(f"{here}/end", json={"reason": "x", "on": days_ago(31)}), 422, "unusable_sponsorship")
    ended = await ok(client.post(f"{here}/end", json={"reason": "Moves on", "on": days_ago(2)}))
    assert (ended["ended_on"], ended["end_reason"], ended["flags"]) == (days_ago(2), "Moves on", [])
    await refused(client.patch(here, json={"cadence_days": 30}), 409, "sponsorship_ended")
    assert (await case_flags(client, made[1])) == []
    assert (await ok(client.get(cases[0].url, params={"current": "true"})))["data"] == []
    told = (await ok(client.get("/v1/events", params={"type": "sponsorship.ended"})))["data"]
    assert [(one["subject_id"], one["data"]["account_id"]) for one in told] == [(made[0]["id"], cases[0].account_id)]


async def case_flags(client, made):
    return (await ok(client.get(f"/v1/sponsorships/{made['id']}")))["flags"]


async def test_executives_without_a_counterpart_are_listed(client):
    case = await a_case(client)
    await a_contact(client, case.account_id, "c_level", "Another chief")
    await a_contact(client, case.account_id, "manager", "A buyer")
    await case.starts()

    found = await ok(client.get(f"/v1/accounts/{case.account_id}/executive-coverage"))

    assert (found["executives"], found["covered"], found["coverage"]) == (2, 1, 0.5)
    assert [(one["name"], [own["user_name"] for own in one["sponsors"]]) for one in found["data"]] == [
        ("Another chief", []),
        ("Their Chief", ["Ada"]),
    ]


async def test_what_cannot_be_is_refused(client, other_client):
    case, other = await a_case(client), await a_case(client)
    made = await case.starts()
    here = f"/v1/sponsorships/{made['id']}"
    fields = {"user_id": other.user, "level": "vp"}

    await refused(client.post(case.url, json={**fields, "contact_id": other.contact}), 422, "unusable_sponsorship")
    await refused(client.post(case.url, json={**fields, "started_on": days_ago(-2)}), 422, "unusable_sponsorship")
    await refused(client.post(case.url, json={**fields, "user_id": case.contact}), 422, "unknown_people")
    await refused(client.post(case.url, json={"user_id": case.user, "level": "vp"}), 409, "sponsors_already")
    await refused(client.patch(here, json={"charter": {}}, headers={"If-Match": '"7"'}), 412, "sponsorship_changed")
    await refused(client.patch(here, json={"charter": None}), 422, "invalid_request")
    await refused(other_client.get(here), 404, "sponsorship_not_found")
    await refused(other_client.get(case.url), 404, "account_not_found")
    changed = await client.patch(here, json={"charter": CHARTER | {"scope": "All"}, "contact_id": None})
    assert (changed.json()["flags"], changed.headers["etag"]) == (["unpaired"], '"2"')


async def test_of_two_who_start_at_once_one_is_refused(client):
    case = await a_case(client)
    body = {"user_id": case.user, "level": "vp"}

    answers = await asyncio.gather(*(client.post(case.url, json=body) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_every_door_opens(client):
    await a_whole_story(client)
