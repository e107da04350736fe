"""What managers look after and what hangs on them, through its door."""

import pytest

from tests.asking import a_person, a_record, counted, days_ago, ok
from tests.planning.ground import objectives
from tests.program.summary.ground import a_key_account, been_key, won
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
LOAD = "/v1/program/kam-load"


async def told(client, **params):
    return await ok(client.get(LOAD, params=params))


async def a_contact(client, account, name, **fields):
    body = {"account": account, "name": name, "effective_on": "2022-01-01", **fields}
    return await a_record(client, "contacts", **body)


async def met(client, account, kind, days, *contacts):
    body = {"account": account, "kind": kind, "held_on": days_ago(days), "contacts": list(contacts)}
    await a_record(client, "engagements", **body)


async def spent(client, user, account, activity, hours, days=5):
    body = {"user_id": user, "account_id": account, "activity": activity, "hours": hours, "on": days_ago(days)}
    await ok(client.post("/v1/program/kam-hours", json=body), 201)


async def a_book(client, database, tenant):
    """Kim holds Alone and Backed, which has a sponsor, and an ordinary account; nobody holds Orphan."""
    kim, boss = await a_person(client, "sales", "Kim"), await a_person(client, "executive", "Boss")
    alone = await a_key_account(client, "Alone", "tier_1", kam_user_id=kim)
    backed = await a_key_account(client, "Backed", "tier_2", kam_user_id=kim)
    plain = await a_key_account(client, "Plain", kam_user_id=kim)
    orphan = await a_key_account(client, "Orphan", "tier_3")
    await been_key(database, tenant, 300, alone, backed, orphan)
    await won(client, alone, 300, 30)
    await won(client, backed, 700, 30, created_on=days_ago(60))
    advocate = await a_contact(client, alone, "Advocate", stance="advocate", seniority="vp")
    chief = await a_contact(client, alone, "Chief", seniority="c_level")
    paired = await a_contact(client, backed, "Paired", seniority="director")
    long_ago = await a_contact(client, alone, "Long ago", seniority="vp")
    await met(client, alone, "meeting", 20, advocate, chief)
    await met(client, alone, "executive_review", 40, chief)
    await met(client, alone, "meeting", 500, long_ago)
    await met(client, backed, "meeting", 20, paired)
    sponsors = {"user_id": boss, "level": "vp", "contact_id": paired, "started_on": days_ago(90)}
    await ok(client.post(f"/v1/accounts/{backed}/sponsorships", json=sponsors), 201)
    await spent(client, kim, alone, "joint_roadmap", 3)
    await spent(client, kim, plain, "escalations", 2)
    await spent(client, kim, None, "internal_coordination", 5)
    await spent(client, kim, plain, "negotiation", 100, days=100)  # longer ago than the quarter
    return kim, alone


async def test_a_manager_is_told_with_load_time_and_what_is_lost_if_they_leave(client, database, tenant):
    kim, alone = await a_book(client, database, tenant)

    found = await told(client)

    (manager,) = found["data"]
    assert (manager["user_id"], manager["user_name"]) == (kim, "Kim")
    assert manager["load"] == {
        "key_accounts": 2, "accounts": 3, "by_tier": {"tier_1": 1, "tier_2": 1}, "band": "under",
        "effort": 1.7, "load": pytest.approx(1.7 / 8),
    }  # fmt: skip
    time, risk = manager["time"], manager["risk"]
    assert (time["hours"], time["dedication"], time["coordination"]) == (10.0, 0.6, 0.5)
    assert (time["tacked_on"], time["crowded_out"], time["reactive"]) == (True, True, 0.2)
    # Of three who were met in the year, an executive review had the chief in it, and a sponsor is paired with one.
    assert (risk["contacts"], risk["contacts_alone"], risk["advocates_alone"], risk["executives_alone"]) == (3, 1, 1, 1)
    assert (risk["accounts_without_sponsor"], risk["accounts_without_second_function"]) == (1, None)
    assert (risk["accounts_by_one_person"], risk["revenue_by_one_person"]["amount"]) == (1, "300.00")
    assert risk["revenue_share"] == 0.3
    assert [(one["account_name"], one["contacts_alone"], one["sponsored"]) for one in manager["accounts"]] == [
        ("Backed", 0, True),
        ("Alone", 1, False),
    ]
    assert [one["account_name"] for one in found["without_manager"]] == ["Orphan"]
    assert (found["mean"], found["under"], found["crowded_out"], found["median_accounts"]) == (2.0, 1, 1, 3.0)
    assert (found["median_cycle_days"], found["median_cycle_days_of_others"]) == (25.0, None)
    beside = {one["code"]: one["value"] for one in found["benchmarks"]}
    assert beside == {
        "accounts_per_manager": 7.0, "accounts_per_manager_band": 5.0, "coordination_limits_strategy": 66.0,
    }  # fmt: skip

    finance = await a_person(client, "finance")
    plan = {"starts_on": days_ago(1), "ends_on": days_ago(-700), "user_id": finance, "document": objectives()}
    await ok(client.put(f"/v1/accounts/{alone}/plan", json=plan))
    (after,) = (await told(client))["data"]
    assert after["risk"]["accounts_without_second_function"] == 1  # that is Backed; finance works for Alone
    assert after["risk"]["accounts_by_one_person"] == 0


async def test_a_day_that_is_past_has_the_manager_of_that_day(client, database, tenant):
    _, alone = await a_book(client, database, tenant)
    before = await told(client, as_of=days_ago(10))
    assert before["data"][0]["time"]["hours"] == 0.0  # what was spent five days ago was not yet

    lee = await a_person(client, "sales", "Lee")
    await ok(client.patch(f"/v1/accounts/{alone}", json={"kam_user_id": lee, "effective_on": days_ago(4)}))
    await met(client, alone, "executive_review", 2, await a_contact(client, alone, "New"))

    assert await told(client, as_of=days_ago(10)) == before
    assert {one["user_name"]: one["load"]["key_accounts"] for one in (await told(client))["data"]} == {
        "Kim": 1,
        "Lee": 1,
    }


async def test_more_managers_take_no_more_statements(client, other_client, database, tenant):
    await a_book(client, database, tenant)
    await told(client)
    with counted(database) as few:
        await told(client)
    for number in range(3):
        kam = await a_person(client, "sales", f"Kam {number}")
        await a_key_account(client, f"More {number}", "tier_3", kam_user_id=kam)

    with counted(database) as many:
        found = await told(client, limit=2)

    assert len(many) == len(few)
    assert (len(found["data"]), found["managers_total"]) == (2, 4)
    plain = await a_key_account(client, "Ordinary", kam_user_id=await a_person(client, "sales", "Ordinary"))
    await won(client, plain, 100, 10, created_on=days_ago(100))
    assert (await told(client))["median_cycle_days_of_others"] == 90.0
    assert (await told(other_client))["data"] == []
