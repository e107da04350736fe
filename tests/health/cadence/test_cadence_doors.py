"""The cadence of accounts through HTTP: what is due, who is late, and how well it was kept."""

import pytest

from tests.asking import a_person, counted, ok
from tests.conftest import a_tenant, client_of
from tests.health.cadence.ground import TODAY, a_tiered_account, a_touchpoint, ago, the_cadence
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
LIST = "/v1/cadence"


async def by_touchpoint(client, account, **params):
    return {one["touchpoint"]: one for one in (await the_cadence(client, account, **params))["touchpoints"]}


async def test_each_touchpoint_of_the_tier_says_when_it_is_due(client):
    account = await a_tiered_account(client, "tier_1")
    await a_touchpoint(client, account, ago(100))
    await a_touchpoint(client, account, ago(10), "steering_committee")

    shown = await the_cadence(client, account)

    assert (shown["tier"], shown["tier_basis"]) == ("tier_1", "manual")
    found = {one["touchpoint"]: one for one in shown["touchpoints"]}
    assert {kind: one["state"] for kind, one in found.items()} == {
        "qbr": "overdue",
        "steering_committee": "on_track",
        "executive_review": "unknown",
    }
    assert (found["qbr"]["overdue_days"], found["qbr"]["next_due_on"]) == (10, ago(10))
    assert (shown["overdue_days"], shown["next_due_on"]) == (10, ago(10))


async def test_an_account_without_a_tier_has_no_cadence(client):
    account = await an_account(client)

    shown = await the_cadence(client, account)

    assert (shown["tier"], shown["touchpoints"], shown["next_due_on"], shown["overdue_days"]) == (None, [], None, 0)


async def test_the_organizations_own_cadence_counts_and_an_emptied_one_asks_for_nothing(client):
    account = await a_tiered_account(client, "tier_2")
    await a_touchpoint(client, account, ago(50))
    await ok(client.patch("/v1/organization", json={"cadences": {"tier_2": {"qbr": 45}}}))
    own = await by_touchpoint(client, account)
    await ok(client.patch("/v1/organization", json={"cadences": {"tier_2": {}}}))

    assert {kind: one["overdue_days"] for kind, one in own.items()} == {"qbr": 5}
    assert await by_touchpoint(client, account) == {}


async def test_a_past_day_knows_nothing_of_what_was_held_later(client):
    account = await a_tiered_account(client)
    await ok(client.patch("/v1/organization", json={"cadences": {"tier_1": {"qbr": 90}}}))
    await a_touchpoint(client, account, ago(400))
    await a_touchpoint(client, account, ago(5))

    now = await the_cadence(client, account)
    then = await the_cadence(client, account, as_of=ago(200))

    assert now["touchpoints"][0]["last_held_on"] == ago(5)
    # The tier was given today: then the account had none.
    assert (then["as_of"], then["tier"], then["touchpoints"]) == (ago(200), None, [])


async def test_who_begins_contacts_is_told_where_it_is_known(client):
    account = await an_account(client)
    for kind, side in (("meeting", "supplier"), ("call", "supplier"), ("meeting", "customer"), ("email", None)):
        await a_touchpoint(client, account, ago(20), kind, initiated_by=side)
    await a_touchpoint(client, account, ago(500), "meeting", initiated_by="supplier")

    shown = await the_cadence(client, account)

    assert shown["contacts"] == {"total": 4, "known": 3, "planned": 1, "proactivity": 0.3333}


async def test_the_list_has_those_due_first_ahead_and_pages_through_all(client):
    for name, days in (("A", 20), ("B", 200), ("C", 95), ("D", 95)):
        await a_touchpoint(client, await a_tiered_account(client, "tier_3", name), ago(days))
    await an_account(client, "No tier")

    first = await ok(client.get(LIST, params={"limit": 3}))
    rest = await ok(client.get(LIST, params={"limit": 3, "cursor": first["next_cursor"]}))

    names = [one["account_name"] for page in (first, rest) for one in page["data"]]
    assert (names[0], sorted(names[1:3]), names[3]) == ("B", ["C", "D"], "A")
    assert rest["next_cursor"] is None
    assert [one["overdue_days"] for one in first["data"]] == [80, 0, 0]


async def test_the_list_agrees_with_each_account(client):
    await ok(client.patch("/v1/organization", json={"cadences": {"tier_1": {"qbr": 30, "steering_committee": 10}}}))
    accounts = [await a_tiered_account(client, "tier_1", f"A{at}", customer_since=ago(700)) for at in range(4)]
    for at, days in enumerate((5, 31, 90)):
        await a_touchpoint(client, accounts[at], ago(days))
    await a_touchpoint(client, accounts[0], ago(30), "steering_committee")

    listed = (await ok(client.get(LIST)))["data"]

    assert {one["account_id"] for one in listed} == {account["id"] for account in accounts}
    for one in listed:
        alone = await the_cadence(client, {"id": one["account_id"]})
        assert {name: alone[name] for name in ("overdue_days", "next_due_on", "adherence", "touchpoints", "tier")} == {
            name: one[name] for name in ("overdue_days", "next_due_on", "adherence", "touchpoints", "tier")
        }


async def test_the_list_narrows_to_a_kam_to_who_is_late_and_to_one_touchpoint(client):
    kam = await a_person(client, "sales")
    late = await a_tiered_account(client, "tier_1", "Late", kam_user_id=kam)
    fine = await a_tiered_account(client, "tier_1", "Fine", kam_user_id=kam)
    other = await a_tiered_account(client, "tier_1", "Other")
    for account, days in ((late, 120), (fine, 3), (other, 120)):
        await a_touchpoint(client, account, ago(days))
    await a_touchpoint(client, fine, ago(60), "steering_committee")
    await a_touchpoint(client, late, ago(1), "steering_committee")

    async def names(**params):
        return {one["account_name"] for one in (await ok(client.get(LIST, params=params)))["data"]}

    assert await names(kam_user_id=kam) == {"Late", "Fine"}
    assert await names(kam_user_id=kam, overdue=True) == {"Late", "Fine"}
    assert await names(kam_user_id=kam, overdue=True, touchpoint="qbr") == {"Late"}
    assert await names(kam_user_id=kam, overdue=False, touchpoint="steering_committee") == {"Late"}
    assert await names(touchpoint="qbr", overdue=True) == {"Late", "Other"}


async def test_the_list_costs_as_many_statements_for_many_accounts_as_for_few(app, database):
    sent = []
    for number in (2, 7):
        client = client_of(app, await a_tenant(database))
        for at in range(number):
            await a_touchpoint(client, await a_tiered_account(client, name=f"A{at}"), ago(100))
        with counted(database) as statements:
            assert len((await ok(client.get(LIST)))["data"]) == number
        sent.append(len(statements))

    assert sent[0] == sent[1] > 4


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        (LIST, {"sort": "name"}, 422, "invalid_sort"),
        (LIST, {"cursor": "nonsense"}, 422, "invalid_cursor"),
        (
            "/v1/accounts/{id}/cadence",
            {"as_of": (TODAY.replace(year=TODAY.year + 1)).isoformat()},
            422,
            "in_the_future",
        ),
        ("/v1/accounts/0190a3e8-0000-7000-8000-000000000000/cadence", {}, 404, "account_not_found"),
    ],
)
async def test_what_cannot_be_asked_is_refused(client, path, params, status, code):
    account = await an_account(client)

    answer = await client.get(path.replace("{id}", account["id"]), params=params)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_another_organization_sees_nothing_of_it(client, other_client):
    account = await a_tiered_account(client)
    await a_touchpoint(client, account, ago(100))

    assert (await other_client.get(f"/v1/accounts/{account['id']}/cadence")).status_code == 404
    assert (await ok(other_client.get(LIST)))["data"] == []
