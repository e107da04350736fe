"""Who signs a plan, and who is to know it."""

from uuid import UUID

from app.accounts import service as accounts
from app.accounts.kinds import CONTACTS
from tests.asking import a_person, ok, own_client
from tests.planning.ground import a_case, a_contact, a_plan, an_objective, objectives
from tests.planning.test_plans import refused
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
NEW = objectives(an_objective(target=0.98))
REWORDED = objectives(an_objective(title="No line stands still!"))


async def test_a_plan_is_co_created_while_the_customer_stands_behind_what_it_says(client):
    case = await a_plan(client)
    await case.signs(1, user_id=case.user)
    assert not (await case.look())["figures"]["co_created"]

    signed = await case.signs(1, contact_id=case.contact, comment="As agreed")

    assert (signed["side"], signed["name"], signed["number"]) == ("customer", "Their Chief", 1)
    figures = (await case.look())["figures"]
    assert (figures["co_created"], figures["customer_signed"], figures["supplier_signed"]) == (True, 1, 1)
    assert (await case.saves(REWORDED))["figures"]["co_created"]
    assert not (await case.saves(NEW))["figures"]["co_created"]
    await case.signs(3)
    assert (await case.look())["figures"]["co_created"]
    listed = (await ok(client.get(f"{case.url}/approvals")))["data"]
    assert [(one["number"], one["side"]) for one in listed] == [(3, "customer"), (1, "customer"), (1, "supplier")]


async def test_nobody_signs_what_they_have_not_seen_or_twice(client):
    case = await a_plan(client)
    other = await a_case(client)
    await case.signs(1)
    url = f"{case.url}/approvals"

    again = client.post(url, json={"number": 1, "contact_id": case.contact})
    await refused(again, 409, "signed_already")
    await case.saves(NEW)
    await refused(client.post(url, json={"number": 1, "contact_id": case.contact}), 409, "not_the_newest")
    stranger = await refused(client.post(url, json={"number": 2, "contact_id": other.contact}), 422, "unusable_plan")
    assert stranger == [("/contact_id", "unknown_contact")]
    both = {"number": 2, "contact_id": case.contact, "user_id": case.user}
    assert (await client.post(url, json=both)).status_code == 422
    told = (await ok(client.get("/v1/events", params={"type": "plan.approved"})))["data"]
    assert len(told) == 1


async def test_a_key_of_one_person_signs_in_that_persons_name_alone(app, client):
    case = await a_plan(client)
    ben = await a_person(client, "finance", "Ben")
    async with await own_client(app, client, ben, ["health:write"]) as own:
        url = f"{case.url}/approvals"
        await refused(own.post(url, json={"number": 1, "user_id": case.user}), 403, "speaks_for_another")
        signed = await ok(own.post(url, json={"number": 1}), 201)
    assert signed["name"] == "Ben"


async def test_readers_are_named_and_say_what_they_have_read(client):
    case = await a_plan(client)
    late = await a_contact(client, case.account, "Late")
    url = f"{case.url}/readers"
    empty = await ok(client.get(url))
    named = await ok(client.put(url, json={"users": [case.user], "contacts": [case.contact]}))

    half = await case.reads(1, contact_id=case.contact)
    stays = await ok(client.put(url, json={"users": [case.user], "contacts": [late, case.contact]}))

    assert (empty["coverage"], named["coverage"], half["coverage"]) == (None, 0, 0.5)
    assert stays["coverage"] == 0.3333
    assert {one["name"]: one["up_to_date"] for one in stays["data"]} == {
        "Ada": False,
        "Their Chief": True,
        "Late": False,
    }
    await case.saves(REWORDED)
    assert (await ok(client.get(url)))["coverage"] == 0.3333
    await case.saves(NEW)
    assert (await ok(client.get(url)))["coverage"] == 0
    figures = (await case.look())["figures"]
    assert (figures["readers"], figures["readers_up_to_date"]) == (3, 0)


async def test_only_readers_have_read_and_only_what_there_is(client):
    case = await a_plan(client)
    url = f"{case.url}/readers"
    acknowledge = f"{url}/acknowledge"
    await refused(client.post(acknowledge, json={"number": 1, "contact_id": case.contact}), 409, "not_a_reader")
    await ok(client.put(url, json={"users": [case.user], "contacts": []}))

    future = await refused(client.post(acknowledge, json={"number": 2, "user_id": case.user}), 422, "unusable_plan")
    assert future == [("/number", "unknown_version")]
    other = await a_case(client)
    stranger = client.put(url, json={"users": [], "contacts": [other.contact]})
    assert await refused(stranger, 422, "unusable_plan") == [("/contacts/0", "unknown_contact")]


async def test_a_contact_who_signed_may_be_merged_and_the_signature_stays(client, database, tenant):
    case = await a_plan(client)
    await case.signs(1)
    twin = await a_contact(client, case.account, "Their Chief again")

    async with database.transaction(tenant.id) as connection:
        await accounts.merge(connection, tenant.id, CONTACTS, UUID(case.contact), UUID(twin))

    assert (await case.look())["figures"]["co_created"]
