"""The doors of deliveries: what endpoints were told, what came of it, and telling it again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.events.service.deliveries import forget_ended
from tests.asking import counted, ok
from tests.events.ground import NOBODY, an_endpoint, deliveries, given_out, happens, now_and, set_deliveries
from tests.shared_app import ONE_LOOP, app, client, one_app, other_client, other_tenant, tenant

__all__ = ["app", "client", "one_app", "other_client", "other_tenant", "tenant"]
pytestmark = ONE_LOOP
PATH = "/v1/webhook-deliveries"


async def add_attempt(database, tenant, delivery_id, number, status):
    async with database.transaction(tenant.id) as connection:
        await connection.exec_driver_sql(
            "INSERT INTO webhook_attempts (tenant_id, delivery_id, number, sent_at, milliseconds, status, failure)"
            f" VALUES ('{tenant.id}', '{delivery_id}', {number}, now(), 12, {status}, 'it said no')"
        )


async def replay(client, endpoint, **body):
    return await client.post(f"/v1/webhook-endpoints/{endpoint['id']}/replay", json=body)


async def asked_for(database, tenant):
    """How often sending was asked for."""
    async with database.engine.begin() as connection:
        found = await connection.exec_driver_sql(
            "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'webhooks.send'"
            f" AND convert_from(payload, 'UTF8') LIKE '%%{tenant.id}%%'"
        )
        return found.scalar_one()


async def test_deliveries_are_found_by_endpoint_state_type_account_and_event(client, database, tenant):
    account_id = uuid4()
    one, another = await an_endpoint(client, "warning.*"), await an_endpoint(client)
    warning = await happens(database, tenant, "warning.opened", account_id)
    tier = await happens(database, tenant, "tier.changed")
    await given_out(database, tenant)
    await set_deliveries(database, tenant, "state = 'exhausted'", endpoint_id=one["id"])

    async def found(**params):
        return {(each["endpoint_id"], each["event_id"]) for each in await deliveries(client, **params)}

    first, second, third = (one["id"], str(warning)), (another["id"], str(warning)), (another["id"], str(tier))
    assert await found() == {first, second, third}
    assert await found(endpoint_id=one["id"]) == {first}
    assert await found(state="exhausted") == {first}
    assert await found(event_type="warning.*") == await found(event_type="warning.opened") == {first, second}
    assert await found(account_id=str(account_id)) == {first, second}
    assert await found(event_id=str(tier), state="waiting") == {third}
    assert await found(event_type="calibration.*") == set()
    for wrong in ({"state": "lost"}, {"event_type": "*.opened"}, {"endpoint_id": "x"}):
        assert (await client.get(PATH, params=wrong)).status_code == 422


async def test_a_long_list_is_paged_with_as_many_statements_as_a_short_one(app, client, database, tenant):
    await an_endpoint(client)
    for _ in range(5):
        await happens(database, tenant)
    await given_out(database, tenant)

    seen, cursor = [], None
    while True:
        params = {"limit": 2} if cursor is None else {"limit": 2, "cursor": cursor}
        page = await ok(client.get(PATH, params=params))
        seen += [each["event_id"] for each in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 5

    async def sent(limit):
        with counted(database) as statements:
            await ok(client.get(PATH, params={"limit": limit}))
        return len(statements)

    assert await sent(1) == await sent(5)


async def test_a_delivery_shows_its_attempts_and_is_sent_again_with_the_same_event(client, database, tenant):
    await an_endpoint(client)
    event_id = await happens(database, tenant)
    await given_out(database, tenant)
    (waiting,) = await deliveries(client)
    own = f"{PATH}/{waiting['id']}"
    assert waiting["next_attempt_at"] is not None
    too_soon = await client.post(f"{own}/redeliver")
    await set_deliveries(
        database,
        tenant,
        "state = 'exhausted', tries = 10, attempts = 10, last_status = 500, last_failure = 'it said no'",
    )
    for number in (1, 2):
        await add_attempt(database, tenant, waiting["id"], number, 500)

    before = await ok(client.get(own))
    asked = await asked_for(database, tenant)
    after = await ok(client.post(f"{own}/redeliver"))

    assert (too_soon.status_code, too_soon.json()["code"]) == (409, "delivery_waits")
    assert (before["state"], before["next_attempt_at"], before["attempts"]) == ("exhausted", None, 10)
    assert [(each["number"], each["status"], each["failure"]) for each in before["log"]] == [
        (2, 500, "it said no"), (1, 500, "it said no"),
    ]  # fmt: skip
    assert (after["id"], after["event_id"]) == (waiting["id"], str(event_id))
    assert (after["state"], after["attempts"]) == ("waiting", 10)
    assert after["next_attempt_at"] is not None
    assert await asked_for(database, tenant) == asked + 1
    async with database.transaction(tenant.id) as connection:
        tries = await connection.exec_driver_sql(
            f"SELECT tries FROM webhook_deliveries WHERE tenant_id = '{tenant.id}'"
        )
        assert tries.scalar_one() == 0
    assert (await client.get(f"{PATH}/{NOBODY}")).status_code == 404
    assert (await client.post(f"{PATH}/{NOBODY}/redeliver")).status_code == 404


async def test_nothing_is_sent_again_to_an_endpoint_that_is_disabled(client, database, tenant):
    endpoint = await an_endpoint(client)
    await happens(database, tenant)
    await given_out(database, tenant)
    await ok(client.patch(f"/v1/webhook-endpoints/{endpoint['id']}", json={"state": "disabled"}))
    (dropped,) = await deliveries(client)

    again = await client.post(f"{PATH}/{dropped['id']}/redeliver")
    replayed = await replay(client, endpoint, **{"from": now_and(hours=-1)})

    assert dropped["state"] == "dropped"
    assert [(each.status_code, each.json()["code"]) for each in (again, replayed)] == [(409, "endpoint_disabled")] * 2


async def test_a_replay_tells_again_what_ended_makes_what_was_missed_and_leaves_what_waits(client, database, tenant):
    missed = await happens(database, tenant, "warning.opened")
    await given_out(database, tenant)  # before there was an endpoint
    endpoint = await an_endpoint(client, "warning.*", "tier.changed")
    delivered = await happens(database, tenant, "warning.cleared")
    await happens(database, tenant, "score.changed")  # not asked for
    await ok(client.post(f"/v1/webhook-endpoints/{endpoint['id']}/test"), 201)
    await given_out(database, tenant)
    await set_deliveries(database, tenant, "state = 'delivered', tries = 1, attempts = 1")
    waits = await happens(database, tenant, "tier.changed")
    await given_out(database, tenant)
    asked = await asked_for(database, tenant)

    first = await ok(replay(client, endpoint, **{"from": now_and(hours=-1)}))
    told = {each["event_id"] for each in await deliveries(client, state="waiting")}
    again = await ok(replay(client, endpoint, **{"from": now_and(hours=-1)}))

    assert first == {"events": 3, "waiting": 1}
    assert told == {str(missed), str(delivered), str(waits)}
    assert again == {"events": 3, "waiting": 3}
    assert await asked_for(database, tenant) == asked + 1
    one_type = {"from": now_and(hours=-1), "to": now_and(), "event_types": ["tier.*", "score.changed"]}
    assert await ok(replay(client, endpoint, **one_type)) == {"events": 1, "waiting": 1}
    earlier = {"from": now_and(days=-3), "to": now_and(days=-2)}
    assert await ok(replay(client, endpoint, **earlier)) == {"events": 0, "waiting": 0}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"from": now_and(days=-1), "to": now_and(days=-2)}, ("/to", "order")),
        ({"from": now_and(days=1)}, ("/to", "order")),
        ({"from": now_and(days=-31)}, ("/from", "too_long")),
    ],
)
async def test_a_replay_of_no_time_or_too_long_a_time_is_refused(client, body, told):
    answer = await replay(client, await an_endpoint(client), **body)

    assert (answer.status_code, answer.json()["code"]) == (422, "unusable_replay")
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [told]


async def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not(client, database, tenant):
    endpoint = await an_endpoint(client)
    for _ in range(4):
        await happens(database, tenant)
    await given_out(database, tenant)
    old, late, waits, _ = await deliveries(client, endpoint_id=endpoint["id"])
    await add_attempt(database, tenant, old["id"], 1, 200)
    long_ago = "created_at = now() - interval '91 days', updated_at = now() - interval '91 days'"
    await set_deliveries(database, tenant, f"state = 'delivered', {long_ago}", id=old["id"])
    await set_deliveries(
        database, tenant, "state = 'exhausted', created_at = now() - interval '95 days'", id=late["id"]
    )
    await set_deliveries(database, tenant, long_ago, id=waits["id"])

    assert await forget_ended(database, tenant.id) == 1
    assert (await client.get(f"{PATH}/{old['id']}")).status_code == 404
    assert len(await deliveries(client)) == 3
    assert await forget_ended(database, tenant.id, older_than=timedelta(days=90)) == 0


async def test_events_are_found_by_family_and_by_when_they_happened(client, database, tenant):
    account_id = uuid4()
    for type_ in ("warning.opened", "warning.cleared", "tier.changed"):
        await happens(database, tenant, type_, account_id)

    async def types(**params):
        return [each["type"] for each in (await ok(client.get("/v1/events", params=params)))["data"]]

    assert await types(type="warning.*") == ["warning.cleared", "warning.opened"]
    assert await types(type="*") == ["tier.changed", "warning.cleared", "warning.opened"]
    assert await types(type="tier.changed", account_id=str(account_id)) == ["tier.changed"]
    assert await types(account_id=str(uuid4())) == []
    assert await types(since=now_and(minutes=1)) == await types(until=now_and(minutes=-1)) == []
    assert len(await types(since=now_and(minutes=-1), until=now_and(minutes=1))) == 3
