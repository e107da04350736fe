"""Usage: told once however often it is sent, never of days to come, and seen by the account's scores."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import insert

from app.kernel.ids import AccountId, new_id
from app.resourcing.service.usage import NewUsage, record
from app.resourcing.tables import commitments
from tests.asking import days_ago, ok
from tests.resourcing.catalogue.ground import a_resource, used
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_a_batch_that_is_sent_twice_is_kept_once(client):
    account, resource = (await an_account(client))["id"], await a_resource(client, code="experts")
    entry = {"account": account, "resource": "experts", "quantity": 1.5, "used_on": days_ago(2)}
    items = [{**entry, "source": "timesheets", "external_id": str(number)} for number in range(3)]
    items += [{**entry, "resource": "nobody"}, {**entry, "used_on": days_ago(-1)}, {**entry, "quantity": 0}]

    first, again = [await ok(client.post("/v1/usage/batch", json={"items": items})) for _ in range(2)]
    changed = await ok(client.post("/v1/usage/batch", json={"items": [{**items[0], "quantity": 2}]}))

    assert [one["status"] for one in first["results"]] == [201, 201, 201, 422, 422, 422]
    assert [one["problem"]["code"] for one in first["results"][3:]] == [
        "unknown_reference", "in_the_future", "unreadable_item",
    ]  # fmt: skip
    assert (again["unchanged"], again["created"], changed["updated"]) == (3, 0, 1)
    kept = (await ok(client.get(f"/v1/accounts/{account}/usage", params={"resource_id": resource})))["data"]
    assert sorted(one["quantity"] for one in kept) == [1.5, 1.5, 2]


async def test_ratings_are_of_the_accounts_own_contacts_and_come_latest_first(client):
    account, other = await an_account(client), await an_account(client, "Other")
    resource = await a_resource(client)
    here = f"/v1/accounts/{account['id']}/resource-ratings"
    contacts = [
        (await ok(client.post("/v1/contacts", json={"account": one["id"], "name": "Chief"}), 201))["id"]
        for one in (account, other)
    ]
    body = {"resource_id": resource, "value": 4}

    for days, contact in ((1, contacts[0]), (9, None)):
        await ok(client.post(here, json={**body, "on": days_ago(days), "contact_id": contact}), 201)
    refusals = [
        await client.post(here, json={**body, **fields})
        for fields in ({"contact_id": contacts[1]}, {"on": days_ago(-1)}, {"value": 6}, {"resource_id": contacts[0]})
    ]

    listed = await ok(client.get(here, params={"limit": 1}))
    assert [one["contact_id"] for one in listed["data"]] == [contacts[0]]
    rest = await ok(client.get(here, params={"cursor": listed["next_cursor"]}))
    assert [one["rated_on"] for one in rest["data"]] == [days_ago(9)]
    assert [answer.status_code for answer in refusals] == [422, 422, 422, 404]
    assert refusals[0].json()["code"] == "foreign_contact"


async def test_another_organization_sees_and_changes_none_of_it(client, other_client):
    account, resource = (await an_account(client))["id"], await a_resource(client)
    entry = await used(client, account, resource, 1, days_ago(1))

    theirs = await an_account(other_client)
    body = {"resource": resource, "quantity": 1, "used_on": days_ago(1)}
    answers = [
        await other_client.get(f"/v1/usage/{entry['id']}"),
        await other_client.patch(f"/v1/usage/{entry['id']}", json={"quantity": 3}),
        await other_client.get(f"/v1/accounts/{account}/usage"),
        await other_client.post(f"/v1/accounts/{theirs['id']}/usage", json=body),
        await other_client.post(f"/v1/accounts/{account}/resource-ratings", json={"resource_id": resource, "value": 1}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 422, 404]
    assert (await ok(other_client.get("/v1/usage")))["data"] == []


async def test_usage_of_a_commitment_stays_with_its_account_and_resource(client, database, tenant):
    account, resource = (await an_account(client))["id"], await a_resource(client)
    other = await a_resource(client, code="other")
    today, promised = datetime.now(UTC).date(), new_id()
    days = {"requested_on": today, "due_on": today}
    whose = {"tenant_id": tenant.id, "account_id": UUID(account), "resource_id": UUID(resource)}
    words = {"expected_outcome": "more", "channel": "defined_process"}
    entry = NewUsage(AccountId(UUID(account)), UUID(resource), 2, today, commitment_id=promised)
    async with database.transaction(tenant.id) as connection:
        await connection.execute(insert(commitments).values(id=promised, quantity=1, **whose, **days, **words))
        (kept,) = await record(connection, tenant.id, [entry], key_id=None)

    moved = await client.patch(f"/v1/usage/{kept}", json={"resource": other})
    more = await ok(client.patch(f"/v1/usage/{kept}", json={"quantity": 3}))

    assert (moved.status_code, moved.json()["code"]) == (422, "of_commitment")
    assert (more["quantity"], more["commitment_id"]) == (3, str(promised))
