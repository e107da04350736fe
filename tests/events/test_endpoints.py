"""The doors of webhook endpoints: made with a secret that is shown once, changed, disabled, removed."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from app.events.core.catalogue import CATALOGUE
from app.events.queries import endpoints as queries
from app.events.service import resealing, secrets
from app.events.tables import webhook_endpoints
from app.infra.sealing import ring_from
from app.kernel.ids import EndpointId
from tests.asking import ok
from tests.conftest import SEALING_KEYS, client_with
from tests.events.ground import HERE, NOBODY, a_whole_story, an_endpoint, deliveries, given_out, happens, set_deliveries
from tests.shared_app import ONE_LOOP, app, client, one_app, other_client, other_tenant, tenant

__all__ = ["app", "client", "one_app", "other_client", "other_tenant", "tenant"]
pytestmark = ONE_LOOP
RING = ring_from(SEALING_KEYS)
PATH = "/v1/webhook-endpoints"


async def kept(database, tenant, endpoint):
    async with database.transaction(tenant.id) as connection:
        return await queries.row(connection, tenant.id, EndpointId(UUID(endpoint["id"])))


async def refused(answering, status):
    answer = await answering
    assert answer.status_code == status, answer.text
    problem = answer.json()
    return problem["code"], [(each["pointer"], each["code"]) for each in problem.get("errors", [])]


async def test_a_new_endpoint_shows_its_secret_once_and_hears_of_everything_unless_told(client, database, tenant):
    made = await client.post(PATH, json={"url": HERE, "description": "ours"})

    endpoint = made.json()
    secret = endpoint.pop("secret")
    assert len(b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert (made.status_code, made.headers["cache-control"], made.headers["etag"]) == (201, "no-store", '"1"')
    assert (endpoint["event_types"], endpoint["state"], endpoint["description"]) == (["*"], "enabled", "ours")
    assert (await client.get(made.headers["location"])).json() == endpoint
    assert (await ok(client.get(PATH)))["data"] == [endpoint]
    row = await kept(database, tenant, endpoint)
    assert secrets.signing(RING, row, datetime.now(UTC)) == [secret]
    assert secret.encode() not in row["secrets"]


async def test_what_an_endpoint_cannot_be_is_refused_with_the_place(client):
    body = {"url": "https://10.0.0.1/", "event_types": ["tier.changed", "tea.*", "tea.made"]}

    told = await refused(client.post(PATH, json=body), 422)

    assert told == (
        "unusable_endpoint",
        [
            ("/url", "not_permitted"),
            ("/event_types/1", "unknown_event_type"),
            ("/event_types/2", "unknown_event_type"),
        ],
    )
    made = await an_endpoint(client)
    change = client.patch(f"{PATH}/{made['id']}", json={"url": "https://u@hooks.acme.example"})
    assert await refused(change, 422) == ("unusable_endpoint", [("/url", "not_permitted")])
    for wrong in ({"url": HERE, "event_types": []}, {"url": "x" * 2001}, {"url": HERE, "event_types": ["a.*.b"]}):
        assert (await client.post(PATH, json=wrong)).status_code == 422


async def test_an_endpoint_is_settled_anew_by_who_read_it(client):
    made = await an_endpoint(client, "warning.*", "warning.*", "tier.changed")
    own = f"{PATH}/{made['id']}"
    assert made["event_types"] == ["warning.*", "tier.changed"]

    changed = await client.patch(own, json={"description": "new"}, headers={"If-Match": '"1"'})
    same = await client.patch(own, json={"description": "new"})

    assert (changed.json()["description"], changed.headers["etag"]) == ("new", '"2"')
    assert same.json() == changed.json()
    stale = client.patch(own, json={"description": "newer"}, headers={"If-Match": '"1"'})
    assert (await refused(stale, 412))[0] == "endpoint_changed"
    assert (await refused(client.delete(own, headers={"If-Match": '"1"'}), 412))[0] == "endpoint_changed"
    assert (await refused(client.patch(f"{PATH}/{NOBODY}", json={}), 404))[0] == "endpoint_not_found"


async def test_disabled_it_drops_what_waits_and_enabled_it_hears_of_what_happens_then(client, database, tenant):
    made = await an_endpoint(client, "tier.changed")
    own = f"{PATH}/{made['id']}"
    await happens(database, tenant)
    await given_out(database, tenant)

    disabled = await ok(client.patch(own, json={"state": "disabled"}))
    again = await ok(client.patch(own, json={"state": "disabled"}))
    await happens(database, tenant)
    assert await given_out(database, tenant) == []
    async with database.transaction(tenant.id) as connection:
        await connection.execute(
            update(webhook_endpoints)
            .where(webhook_endpoints.c.tenant_id == tenant.id)
            .values(failing_since=datetime.now(UTC) - timedelta(days=6))
        )
    enabled = await ok(client.patch(own, json={"state": "enabled"}))
    heard = await happens(database, tenant)
    await given_out(database, tenant)

    assert (disabled["state"], disabled["disabled_reason"]) == ("disabled", "by_hand")
    assert disabled["disabled_at"] is not None
    assert again == disabled
    assert (enabled["disabled_reason"], enabled["disabled_at"], enabled["failing_since"]) == (None, None, None)
    told = [(each["event_id"], each["state"]) for each in await deliveries(client, endpoint_id=made["id"])]
    assert [state for _, state in told] == ["waiting", "dropped"]
    assert told[0][0] == str(heard)
    events = (await ok(client.get("/v1/events", params={"type": "webhook_endpoint.*"})))["data"]
    assert [(each["type"], each["data"]["reason"]) for each in events] == [("webhook_endpoint.disabled", "by_hand")]


async def test_what_an_endpoints_address_carries_is_told_to_nobody(client, database, tenant):
    made = await an_endpoint(client, url=f"{HERE}?code=s3cr3t")
    own = f"{PATH}/{made['id']}"
    await ok(client.post(f"{own}/test"), 201)
    await ok(client.patch(own, json={"state": "disabled"}))

    events = (await ok(client.get("/v1/events", params={"type": "webhook_endpoint.*"})))["data"]
    assert [each["data"]["url"] for each in events] == [f"{HERE}?***"] * 2


async def test_a_removed_endpoint_takes_its_deliveries_along_and_leaves_the_events(client, database, tenant):
    made = await an_endpoint(client)
    event_id = await happens(database, tenant)
    await given_out(database, tenant)
    (delivery,) = await deliveries(client)
    async with database.transaction(tenant.id) as connection:
        await connection.exec_driver_sql(
            "INSERT INTO webhook_attempts (tenant_id, delivery_id, number, sent_at, milliseconds, status)"
            f" VALUES ('{tenant.id}', '{delivery['id']}', 1, now(), 3, 200)"
        )

    await ok(client.delete(f"{PATH}/{made['id']}"), 204)

    assert (await client.get(f"{PATH}/{made['id']}")).status_code == 404
    assert await deliveries(client) == []
    assert (await client.get(f"/v1/webhook-deliveries/{delivery['id']}")).status_code == 404
    assert [each["id"] for each in (await ok(client.get("/v1/events")))["data"]] == [str(event_id)]


async def test_after_a_rotation_both_secrets_sign_for_the_overlap(client, database, tenant):
    made = await an_endpoint(client)
    asked_at = datetime.now(UTC)

    rotated = await client.post(f"{PATH}/{made['id']}/rotate-secret", json={"overlap_hours": 2})

    new, until = rotated.json()["secret"], datetime.fromisoformat(rotated.json()["previous_good_until"])
    assert rotated.headers["cache-control"] == "no-store"
    assert timedelta(0) <= until - asked_at - timedelta(hours=2) < timedelta(minutes=1)
    row = await kept(database, tenant, made)
    assert secrets.signing(RING, row, until - timedelta(seconds=1)) == [new, made["secret"]]
    assert secrets.signing(RING, row, until) == [new]
    at_once = await ok(client.post(f"{PATH}/{made['id']}/rotate-secret", json={"overlap_hours": 0}))
    assert at_once["previous_good_until"] is None
    assert secrets.signing(RING, await kept(database, tenant, made), datetime.now(UTC)) == [at_once["secret"]]
    for wrong in (-1, 25):
        body = {"overlap_hours": wrong}
        assert (await client.post(f"{PATH}/{made['id']}/rotate-secret", json=body)).status_code == 422


async def test_resealing_puts_the_secrets_under_the_first_key_and_leaves_what_it_cannot_open(client, database, tenant):
    made = await an_endpoint(client)
    new = f"new:{b64encode(bytes(range(32))).decode()}"

    async def resealed(keys):
        async with database.transaction(tenant.id) as connection:
            return await resealing.reseal(connection, ring_from(keys), tenant.id)

    assert await resealed(new) == (0, 0, 1)
    assert await resealed(f"{new},{SEALING_KEYS}") == (1, 0, 0)
    assert await resealed(f"{new},{SEALING_KEYS}") == (0, 1, 0)

    row = await kept(database, tenant, made)
    assert secrets.signing(ring_from(new), row, datetime.now(UTC)) == [made["secret"]]
    assert row["version"] == made["version"]
    assert await resealed(f"{SEALING_KEYS},{new}") == (1, 0, 0)


async def test_a_test_is_sent_to_the_endpoint_alone_and_at_once(client, database, tenant):
    tried, _ = await an_endpoint(client, "warning.*"), await an_endpoint(client)
    await happens(database, tenant, "score.changed")

    delivery = await ok(client.post(f"{PATH}/{tried['id']}/test"), 201)
    await given_out(database, tenant)

    assert (delivery["event_type"], delivery["state"], delivery["sequence"]) == (
        "webhook_endpoint.tested", "waiting", 2,
    )  # fmt: skip
    assert delivery["endpoint_id"] == tried["id"]
    assert [each["id"] for each in await deliveries(client, event_type="webhook_endpoint.*")] == [delivery["id"]]
    await ok(client.patch(f"{PATH}/{tried['id']}", json={"state": "disabled"}))
    assert (await refused(client.post(f"{PATH}/{tried['id']}/test"), 409))[0] == "endpoint_disabled"
    assert (await refused(client.post(f"{PATH}/{NOBODY}/test"), 404))[0] == "endpoint_not_found"


async def test_the_types_of_events_are_listed_with_their_meaning(client):
    listed = (await ok(client.get("/v1/webhook-event-types")))["data"]

    assert [each["name"] for each in listed] == sorted(CATALOGUE)
    assert all(each["meaning"] and each["subject"] and each["when"] for each in listed)


async def test_endpoints_are_bounded_in_number(client, database, tenant):
    made = await an_endpoint(client)
    copied = ", ".join(
        "gen_random_uuid()" if name == "id" else name for name in ("tenant_id", "id", "url", "event_types", "secrets")
    )
    async with database.transaction(tenant.id) as connection:
        await connection.exec_driver_sql(
            f"INSERT INTO webhook_endpoints (tenant_id, id, url, event_types, secrets) SELECT {copied}"
            f" FROM webhook_endpoints, generate_series(2, 1000) WHERE tenant_id = '{tenant.id}'"
        )

    assert (await refused(client.post(PATH, json={"url": HERE}), 409))[0] == "too_many_endpoints"

    await ok(client.delete(f"{PATH}/{made['id']}"), 204)
    await an_endpoint(client)
    async with database.transaction(tenant.id) as connection:  # nobody could open the secrets of copies
        await connection.exec_driver_sql(f"DELETE FROM webhook_endpoints WHERE tenant_id = '{tenant.id}'")


async def test_another_organization_has_no_part_in_it(client, other_client, database, tenant):
    ids = await a_whole_story(client)
    own, delivery = f"{PATH}/{ids['endpoint_id']}", f"/v1/webhook-deliveries/{ids['delivery_id']}"
    await an_endpoint(other_client)
    await happens(database, tenant, "warning.opened")
    await given_out(database, tenant)
    await set_deliveries(database, tenant, "state = 'exhausted'")

    answers = [
        await other_client.get(own),
        await other_client.patch(own, json={"state": "disabled"}),
        await other_client.delete(own),
        await other_client.post(f"{own}/test"),
        await other_client.post(f"{own}/rotate-secret", json={}),
        await other_client.post(f"{own}/replay", json={"from": "2026-01-01T00:00:00Z"}),
        await other_client.get(delivery),
        await other_client.post(f"{delivery}/redeliver"),
    ]

    assert [each.status_code for each in answers] == [404] * len(answers)
    assert ids["endpoint_id"] not in str((await ok(other_client.get(PATH)))["data"])
    assert await deliveries(other_client) == []


@pytest.mark.parametrize(("scope", "reads", "writes"), [("read", 200, 403), ("write", 403, 201)])
async def test_reading_and_writing_are_separate_rights(app, client, scope, reads, writes):
    body = {"name": "own", "scopes": [f"webhooks:{scope}"]}
    key = (await ok(client.post("/v1/api-keys", json=body), 201))["key"]
    async with client_with(app, key) as own:
        assert (await own.get(PATH)).status_code == reads
        assert (await own.post(PATH, json={"url": HERE})).status_code == writes
