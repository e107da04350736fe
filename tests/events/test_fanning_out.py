"""Giving events out: each once, in the sequence of its account, to the endpoints that asked for its type."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import pytest

from app.events import service
from app.events.queries import endpoints as endpoint_queries
from app.events.service import fanning_out
from app.events.service.fanning_out import EVENTS_AT_ONCE, fan_out
from tests.asking import counted, ok
from tests.events.ground import an_endpoint, deliveries, given_out, happens
from tests.shared_app import ONE_LOOP, app, client, one_app, other_client, other_tenant, tenant

__all__ = ["app", "client", "one_app", "other_client", "other_tenant", "tenant"]
pytestmark = ONE_LOOP


async def sequences(database, tenant):
    """Each account's sequence numbers (None: events of no account), in the order of the events' ids."""
    async with database.transaction(tenant.id) as connection:
        rows = await connection.exec_driver_sql(
            f"SELECT account_id, sequence FROM events WHERE tenant_id = '{tenant.id}' ORDER BY id"
        )
        found: dict[UUID | None, list[int | None]] = {}
        for row in rows:
            found.setdefault(row.account_id, []).append(row.sequence)
    return found


async def hints(database, tenant):
    """How many hints to give out the organization's events are in the queue."""
    async with database.engine.begin() as connection:
        found = await connection.exec_driver_sql(
            "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'webhooks.fan_out'"
            f" AND convert_from(payload, 'UTF8') LIKE '%%{tenant.id}%%'"
        )
        return found.scalar_one()


async def test_each_account_has_a_sequence_of_its_own_and_so_has_the_organization(client, database, tenant):
    one, another = uuid4(), uuid4()
    for account_id in (one, None, another, one, None):
        await happens(database, tenant, account_id=account_id)
    await given_out(database, tenant)
    await happens(database, tenant, account_id=one)
    await happens(database, tenant, "plan.approved")
    await given_out(database, tenant)

    assert await sequences(database, tenant) == {one: [1, 2, 3], None: [1, 2, 3], another: [1]}
    shown = (await ok(client.get("/v1/events", params={"account_id": str(one)})))["data"]
    assert [(each["account_id"], each["sequence"]) for each in shown] == [(str(one), number) for number in (3, 2, 1)]


async def test_an_event_is_its_accounts_also_where_it_happened_to_something_of_it(client, database, tenant):
    account_id = uuid4()
    async with database.transaction(tenant.id) as connection:
        for told in ({"account_id": str(account_id)}, {"account_id": account_id}, {"account_id": None}, {}):
            data = {key: value if value is None else str(value) for key, value in told.items()}
            await service.record(connection, tenant.id, "warning.opened", "warning", uuid4(), data)
        accounts = [(account_id, {"n": 1}), (uuid4(), {"n": 2})]
        await service.record_all(connection, tenant.id, "score.changed", "account", accounts)

    events = (await ok(client.get("/v1/events")))["data"]

    assert Counter(each["account_id"] for each in events)[str(account_id)] == 3
    assert all(each["account_id"] == each["subject_id"] for each in events if each["type"] == "score.changed")
    assert [each["account_id"] for each in events].count(None) == 2


async def test_no_number_is_missing_or_given_twice_however_many_give_out_while_others_record(client, database, tenant):
    """Recorders whose transactions overlap commit out of the order of their ids; two fan-outs go on meanwhile.

    All have a connection of the pool: nobody waits for one, however slow the machine.
    """
    endpoint = await an_endpoint(client, "tier.changed")
    accounts = [uuid4(), uuid4(), None]
    recording = 4

    async def record(turn):
        nonlocal recording
        for number in range(12):
            async with database.transaction(tenant.id) as connection:
                for account_id in accounts[turn % 3 :] + accounts[: turn % 3]:
                    subject = ("thing", uuid4()) if account_id is None else ("account", account_id)
                    await service.record(connection, tenant.id, "tier.changed", *subject, {"n": number})
                    await asyncio.sleep(0)
        recording -= 1

    async def give_out():
        while recording:
            await fan_out(database, tenant.id)

    await asyncio.gather(*(record(turn) for turn in range(4)), *(give_out() for _ in range(2)))
    await given_out(database, tenant)

    found = await sequences(database, tenant)
    everyone = {account: [*range(1, 49)] for account in accounts}
    assert {account: sorted(numbers) for account, numbers in found.items()} == everyone
    told = await deliveries(client, endpoint_id=endpoint["id"], limit=500)
    assert len({each["event_id"] for each in told}) == len(told) == 144


async def test_endpoints_are_told_of_the_types_that_they_asked_for_from_when_they_were_made(client, database, tenant):
    before = await happens(database, tenant, "warning.opened")
    exact = await an_endpoint(client, "tier.changed", "score.changed")
    family = await an_endpoint(client, "warning.*", "warning.opened")
    everything = await an_endpoint(client)
    tier = await happens(database, tenant, "tier.changed")
    warning = await happens(database, tenant, "warning.opened")
    other = await happens(database, tenant, "quadrant.changed")

    due = await given_out(database, tenant)

    async def told(endpoint):
        return {each["event_id"] for each in await deliveries(client, endpoint_id=endpoint["id"])}

    assert {str(each) for each in due} == {exact["id"], family["id"], everything["id"]}
    assert await told(exact) == {str(tier)}
    assert await told(family) == {str(warning)}
    assert await told(everything) == {str(tier), str(warning), str(other)}
    assert str(before) not in await told(everything)


async def test_a_hint_is_left_where_somebody_listens_and_nobody_is_told_of_what_was_rolled_back(
    client, database, tenant
):
    await happens(database, tenant)
    assert await hints(database, tenant) == 0
    endpoint = await an_endpoint(client)

    async def fail():
        async with database.transaction(tenant.id) as connection:
            await service.record(connection, tenant.id, "tier.changed", "account", uuid4(), {})
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    left = await hints(database, tenant)
    due = await given_out(database, tenant)
    assert (left, due, await deliveries(client)) == (0, [], [])

    await happens(database, tenant)
    assert await hints(database, tenant) == 1
    await ok(client.patch(f"/v1/webhook-endpoints/{endpoint['id']}", json={"state": "disabled"}))
    await happens(database, tenant)
    assert await hints(database, tenant) == 1


async def test_more_than_one_batch_is_given_out_with_as_many_statements_a_batch(client, database, tenant):
    for _ in range(2):
        await an_endpoint(client)
    accounts = [uuid4() for _ in range(40)]

    async def record(number):
        async with database.transaction(tenant.id) as connection:
            told = [(accounts[at % 40], {"n": at}) for at in range(number)]
            await service.record_all(connection, tenant.id, "score.changed", "account", told)

    async def sent():
        with counted(database) as statements:
            async with database.transaction(tenant.id) as connection:
                await fanning_out.give_out(connection, tenant.id)
        return len(statements)

    await record(1)
    one = await sent()
    await record(EVENTS_AT_ONCE + 200)
    assert await sent() == one
    await given_out(database, tenant)

    found = await sequences(database, tenant)
    assert all(numbers == [*range(1, len(numbers) + 1)] for numbers in found.values())
    assert sum(map(len, found.values())) == EVENTS_AT_ONCE + 201
    async with database.transaction(tenant.id) as connection:
        count = await connection.exec_driver_sql(
            f"SELECT count(*) FROM webhook_deliveries WHERE tenant_id = '{tenant.id}'"
        )
        assert count.scalar_one() == 2 * (EVENTS_AT_ONCE + 201)
        assert len(await endpoint_queries.with_something_due(connection, tenant.id)) == 2


async def test_what_others_hear_is_never_given_out_with_ours(client, other_client, database, tenant, other_tenant):
    await an_endpoint(client)
    await an_endpoint(other_client)
    ours, theirs = await happens(database, tenant), await happens(database, other_tenant)

    await given_out(database, tenant)
    assert await deliveries(other_client) == []
    await given_out(database, other_tenant)

    assert [each["event_id"] for each in await deliveries(client)] == [str(ours)]
    assert [each["event_id"] for each in await deliveries(other_client)] == [str(theirs)]
