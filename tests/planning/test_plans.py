"""Plans through their doors: saved as versions, compared, seen by the customer, put away."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts.service import changing
from app.kernel.ids import AccountId
from app.planning.service.plans import newest
from tests.planning.ground import (
    NOBODY,
    TODAY,
    a_case,
    a_contact,
    a_plan,
    a_whole_document,
    an_objective,
    objectives,
    ok,
)
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def refused(answering, status, code):
    answer = await answering
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


async def test_a_plan_is_saved_with_its_author_and_what_it_comes_to(client):
    case = await a_case(client)
    await refused(client.get(case.url), 404, "plan_not_found")

    saved = await client.put(case.url, json=case.body(a_whole_document(), note="First"))

    plan = saved.json()
    assert saved.headers["etag"] == '"1"'
    assert plan == await case.look()
    assert (plan["number"], plan["note"], plan["user_id"], plan["user_name"]) == (1, "First", case.user, "Ada")
    assert (plan["saved_on"], plan["state"]) == (TODAY.isoformat(), "active")
    figures = plan["figures"]
    assert figures["completeness"] == 1
    assert figures["customer_outcome_share"] == 1 > figures["customer_outcome_benchmark"]
    assert figures["freshness"] == {
        "kind": "fresh",
        "updated_on": TODAY.isoformat(),
        "days": 0,
        "limit_days": 90,
        "updates_365_days": 1,
    }
    assert not figures["co_created"]


async def test_each_save_that_says_something_else_is_a_version(client):
    case = await a_plan(client)
    again = await case.saves()
    changed = await case.saves(objectives(an_objective(target=0.98)), note="Agreed")

    listed = (await ok(client.get(f"{case.url}/versions")))["data"]

    assert (again["number"], changed["number"]) == (1, 2)
    assert [(one["number"], one["note"], one["substantive"]) for one in listed] == [
        (2, "Agreed", True),
        (1, None, True),
    ]
    first = await ok(client.get(f"{case.url}/versions/1"))
    assert first["document"]["customer_objectives"]["items"][0]["target"] is None
    await refused(client.get(f"{case.url}/versions/3"), 404, "plan_version_not_found")
    page = await ok(client.get(f"{case.url}/versions", params={"limit": 1}))
    rest = await ok(client.get(f"{case.url}/versions", params={"limit": 1, "cursor": page["next_cursor"]}))
    assert [one["number"] for one in rest["data"]] == [1]


async def test_the_difference_of_two_versions_is_told_either_way(client):
    case = await a_plan(client)
    await case.saves(objectives(an_objective(target=0.98), an_objective("cost")))

    found = await ok(client.get(f"{case.url}/versions/2/diff"))
    back = await ok(client.get(f"{case.url}/versions/1/diff", params={"against": 2}))
    none = await ok(client.get(f"{case.url}/versions/1/diff"))

    place = "/document/customer_objectives/items"
    assert found["against"] == 1
    assert [(one["operation"], one["pointer"], one["key"]) for one in found["differences"]] == [
        ("added", f"{place}/0/target", "uptime"),
        ("added", f"{place}/1", "cost"),
    ]
    assert [one["after"] for one in found["differences"][:1]] == [0.98]
    assert [one["operation"] for one in back["differences"]] == ["removed", "removed"]
    assert (none["against"], none["differences"], none["substantive"]) == (1, [], False)


async def test_other_words_for_the_same_are_a_version_but_no_update(client):
    case = await a_plan(client)

    plan = await case.saves(objectives(an_objective(title="No line stands still!")))

    assert (plan["number"], plan["figures"]["freshness"]["updates_365_days"]) == (2, 1)
    assert not (await ok(client.get(f"{case.url}/versions/2")))["substantive"]


async def test_who_read_an_older_version_does_not_save_over_the_newer(client):
    case = await a_plan(client)
    await case.saves(objectives(an_objective("cost")), headers={"If-Match": '"1"'})

    late = client.put(case.url, json=case.body(), headers={"If-Match": '"1"'})

    await refused(late, 412, "plan_changed")
    other = await a_case(client)
    await refused(client.put(other.url, json=other.body(), headers={"If-Match": '"1"'}), 412, "plan_changed")
    await other.saves(headers={"If-Match": '"0"'})


async def test_of_two_who_save_a_first_plan_at_once_the_second_has_to_read_that_of_the_first(client):
    case = await a_case(client)
    bodies = [case.body(objectives(an_objective(key))) for key in ("a", "b")]

    answers = await asyncio.gather(*(client.put(case.url, json=body) for body in bodies))

    assert sorted(answer.status_code for answer in answers) == [200, 428]
    assert {answer.json().get("code") for answer in answers} == {None, "plan_version_needed"}
    kept = next(answer.json() for answer in answers if answer.status_code == 200)
    assert (await case.look())["document"] == kept["document"]
    again = await ok(client.put(case.url, json=case.body(kept["document"])))
    assert again["number"] == 1, "what says the same may be sent again"


@pytest.mark.parametrize(
    ("ends_on", "status"), [("2027-12-30", 422), ("2027-12-31", 200), ("2030-01-01", 200), ("2030-01-02", 422)]
)
async def test_the_horizon_is_12_to_36_months_both_valid(client, ends_on, status):
    case = await a_case(client)

    answer = await client.put(case.url, json=case.body(ends_on=ends_on))

    assert answer.status_code == status
    if status == 422:
        assert (answer.json()["code"], answer.json()["errors"][0]["pointer"]) == ("plan_horizon", "/ends_on")


async def test_a_document_names_what_is_there_and_fits_together(client):
    case = await a_case(client)
    other = await an_account(client, "Other")
    stranger = await a_contact(client, other, "Stranger")
    people = [
        {"key": "a", "name": "A", "contact_id": case.contact, "owner_user_id": case.user},
        {"key": "b", "name": "B", "contact_id": stranger, "owner_user_id": NOBODY},
    ]

    named = await refused(
        client.put(case.url, json=case.body({"stakeholder_map": {"items": people}})), 422, "unusable_plan"
    )
    twice = objectives(an_objective(), an_objective())
    repeated = await refused(client.put(case.url, json=case.body(twice)), 422, "unusable_plan")

    place = "/document/stakeholder_map/items/1"
    assert named == [(f"{place}/contact_id", "unknown_contact"), (f"{place}/owner_user_id", "unknown_user")]
    assert repeated == [("/document/customer_objectives/items/1", "repeated")]
    await refused(client.get(case.url), 404, "plan_not_found")


async def test_the_customer_sees_the_shared_parts_and_nothing_that_is_ours(client):
    case = await a_plan(client, a_whole_document(), note="They must not know")
    shared, ours = await case.acts(goal="uptime", worth={"amount": "5000", "currency": "USD"}), await case.acts()

    seen = await case.look(audience="customer")
    actions = (await ok(client.get(f"{case.url}/actions", params={"audience": "customer"})))["data"]

    there = {part for part, value in seen["document"].items() if value is not None}
    assert there == {"customer_objectives", "value_plan"}
    assert [seen[name] for name in ("note", "user_id", "user_name", "figures")] == [None] * 4
    assert [(one["id"], one["worth"]) for one in actions] == [(shared["id"], None)]
    assert ours["id"] in {one["id"] for one in (await ok(client.get(f"{case.url}/actions")))["data"]}
    await case.saves(a_whole_document(**objectives(visibility="internal")))
    assert (await case.look(audience="customer"))["document"]["customer_objectives"] is None
    assert (await ok(client.get(f"{case.url}/actions", params={"audience": "customer"})))["data"] == []


async def test_an_archived_plan_can_be_read_until_another_takes_its_place(client):
    case = await a_plan(client)
    await refused(client.post(f"{case.url}/archive", headers={"If-Match": '"7"'}), 412, "plan_changed")

    gone = await case.archives()

    assert (gone["state"], gone["archived_at"] is not None) == ("archived", True)
    assert (await case.look())["id"] == gone["id"]
    late = {"title": "Late", "owner_user_id": case.user, "due_on": "2027-01-01"}
    await refused(client.post(f"{case.url}/actions", json=late), 409, "plan_archived")
    await refused(
        client.post(f"{case.url}/archive", headers={"If-Match": f'"{gone["version"]}"'}), 409, "plan_archived"
    )
    anew = await case.saves()
    assert anew["id"] != gone["id"]
    assert anew["number"] == 1
    archived = (await ok(client.get("/v1/plans", params={"state": "archived"})))["data"]
    assert [one["id"] for one in archived] == [gone["id"]]


async def test_the_newest_version_is_that_of_the_day(client, database, tenant):
    case = await a_plan(client)
    await case.saves(objectives(an_objective("cost")))
    account_id = AccountId(UUID(case.account["id"]))

    async with database.transaction(tenant.id) as connection:
        today = await newest(connection, tenant.id, [account_id], TODAY)
        every = await newest(connection, tenant.id, None, TODAY)
        before = await newest(connection, tenant.id, [account_id], TODAY - timedelta(days=1))

    assert today == every
    assert (today[account_id].number, today[account_id].starts_on) == (2, date(2027, 1, 1))
    assert today[account_id].document["customer_objectives"]["items"][0]["key"] == "cost"
    assert before == {}
    await case.archives()
    async with database.transaction(tenant.id) as connection:
        assert await newest(connection, tenant.id, None, TODAY) == {}


async def test_a_saved_plan_has_the_accounts_health_computed_anew(client, database, tenant):
    case = await a_case(client)
    account_id = AccountId(UUID(case.account["id"]))
    async with database.transaction(tenant.id) as connection:
        await changing.all_taken(connection, tenant.id)

    await case.saves()

    async with database.transaction(tenant.id) as connection:
        assert await changing.changed_at(connection, tenant.id, account_id) is not None


@pytest.mark.parametrize(
    "statement", ["UPDATE plan_versions SET note = 'x'", "DELETE FROM plan_versions", "DELETE FROM plan_approvals"]
)
async def test_what_was_saved_and_signed_cannot_be_changed_in_the_database(client, database, tenant, statement):
    await a_plan(client)

    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.transaction(tenant.id) as connection:
            await connection.execute(text(statement))


async def test_a_plan_of_another_organization_is_not_there(client, other_client):
    case = await a_plan(client)
    action = await case.acts()

    await refused(other_client.get(case.url), 404, "account_not_found")
    await refused(other_client.put(case.url, json=case.body()), 404, "account_not_found")
    await refused(other_client.get(f"/v1/plan-actions/{action['id']}"), 404, "action_not_found")
    assert (await ok(other_client.get("/v1/plans")))["data"] == []
