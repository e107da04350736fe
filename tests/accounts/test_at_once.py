"""Several change the same facts at once: nothing is lost, nothing is made twice, nobody gets a fault."""

import asyncio

import pytest

from app.infra.db import enter
from tests.accounts.facts import made
from tests.jobs.ground import until
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_case_66_changes_of_different_fields_at_once_lose_nothing(client):
    record = await made(client, "accounts", {"name": "Acme"})
    at = f"/v1/accounts/{record['id']}"
    fields = {
        "industry": "retail", "country": "US", "employees": 7, "website": "https://a.example", "name": "Acme 2",
        "customer_since": "2000-01-01",
    }  # fmt: skip

    answers = await asyncio.gather(*(client.patch(at, json={name: value}) for name, value in fields.items()))

    assert [answer.status_code for answer in answers] == [200] * len(fields)
    after = (await client.get(at)).json()
    assert {name: after[name] for name in fields} == fields
    assert after["version"] == 1 + len(fields)
    assert sorted(answer.json()["version"] for answer in answers) == list(range(2, 2 + len(fields)))


async def test_case_66_of_changes_that_were_made_from_the_same_version_one_holds(client):
    record = await made(client, "accounts", {"name": "Acme"})
    at = f"/v1/accounts/{record['id']}"

    answers = await asyncio.gather(
        *(client.patch(at, json={"industry": str(each)}, headers={"If-Match": '"1"'}) for each in range(6))
    )

    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 5]
    assert (await client.get(at)).json()["version"] == 2


@pytest.mark.parametrize("given", ['"2"', "2", 'W/"2"', "*"])
async def test_if_match_takes_the_version_in_any_form(client, given):
    record = await made(client, "accounts", {"name": "Acme"})
    at = f"/v1/accounts/{record['id']}"
    await client.patch(at, json={"industry": "retail"})

    assert (await client.patch(at, json={"industry": "x"}, headers={"If-Match": given})).status_code == 200


async def test_if_match_that_is_no_version_is_unreadable(client):
    record = await made(client, "accounts", {"name": "Acme"})

    for given in ('"a"', '"1", "2"', "", "-1"):
        answer = await client.patch(f"/v1/accounts/{record['id']}", json={}, headers={"If-Match": given})
        assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_if_match"), given


async def test_an_account_put_twenty_times_at_once_is_one(client):
    at = "/v1/accounts/by-external-id/salesforce/001"

    answers = await asyncio.gather(*(client.put(at, json={"name": "Acme", "employees": each}) for each in range(20)))

    assert {answer.status_code for answer in answers} <= {200, 201, 503}
    assert [answer.status_code for answer in answers].count(201) == 1
    assert len({answer.json()["id"] for answer in answers if answer.status_code < 300}) == 1
    assert len((await client.get("/v1/accounts")).json()["data"]) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("offerings", {"code": "X", "name": "X"}),
        ("users", {"name": "Ada", "function": "sales", "source": "erp", "external_id": "1"}),
        ("exchange-rates", {"currency": "EUR", "into_currency": "USD", "rate": "1", "from_on": "2017-01-01"}),
    ],
)
async def test_a_record_created_or_saved_twenty_times_at_once_is_one(client, path, body):
    created = await asyncio.gather(*(client.post(f"/v1/{path}", json=body) for _ in range(10)))
    saved = await asyncio.gather(*(client.post(f"/v1/{path}/batch", json={"items": [body]}) for _ in range(10)))

    assert sorted(answer.status_code for answer in created) == [201, *[409] * 9]
    assert {answer.status_code for answer in saved} == {200}
    assert len((await client.get(f"/v1/{path}")).json()["data"]) == 1


async def test_two_moves_that_make_a_circle_only_together_are_not_both_done(client):
    ids = [(await made(client, "accounts", {"name": str(each)}))["id"] for each in range(4)]
    first, second, third, fourth = ids
    await client.patch(f"/v1/accounts/{second}", json={"parent": third})
    await client.patch(f"/v1/accounts/{fourth}", json={"parent": first})

    answers = await asyncio.gather(
        client.patch(f"/v1/accounts/{first}", json={"parent": second}),
        client.patch(f"/v1/accounts/{third}", json={"parent": fourth}),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_a_record_that_changes_while_it_is_removed_is_kept_when_its_version_was_named(client, database, tenant):
    record = await made(client, "accounts", {"name": "Acme"})
    at = f"/v1/accounts/{record['id']}"

    async with database.engine.connect() as connection, connection.begin() as transaction:
        await enter(connection, tenant.id)
        await connection.exec_driver_sql("UPDATE accounts SET version = version + 1")
        removing = asyncio.create_task(client.delete(at, headers={"If-Match": '"1"'}))
        await waiting_for_a_lock(database)
        await transaction.commit()

    assert (await removing).status_code == 412
    assert (await client.get(at)).status_code == 200


async def test_a_reference_that_is_removed_at_that_moment_is_unknown(client, database, tenant):
    account = await made(client, "accounts", {"name": "Acme"})

    async with database.engine.connect() as connection, connection.begin() as transaction:
        await enter(connection, tenant.id)
        await connection.exec_driver_sql("DELETE FROM accounts")
        creating = asyncio.create_task(client.post("/v1/contacts", json={"account": account["id"], "name": "Ada"}))
        await waiting_for_a_lock(database)
        await transaction.commit()

    answer = await creating
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_reference")


async def waiting_for_a_lock(database):
    """Return once somebody waits for a lock."""

    async def somebody_waits():
        return (await database.quickly("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted) AS waits"))["waits"]

    await until(somebody_waits)
