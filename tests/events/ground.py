"""What the tests of webhooks' doors stand on: endpoints, events that happen, and turns of the fan-out."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.events import service
from app.events.service.fanning_out import fan_out
from tests.asking import ok

HERE = "http://127.0.0.1:1025/hook"  # nobody listens there
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


async def an_endpoint(client, *types, **body) -> Any:
    """A new endpoint with its secret, which asked for these types, or for all."""
    asked = {"url": HERE, **({"event_types": list(types)} if types else {}), **body}
    return await ok(client.post("/v1/webhook-endpoints", json=asked), 201)


async def happens(database, tenant, type_="tier.changed", account_id=None, **data) -> UUID:
    """Something happens to an account, or to nobody's; returns the event's id."""
    subject, subject_id = ("thing", uuid4()) if account_id is None else ("account", account_id)
    async with database.transaction(tenant.id) as connection:
        return await service.record(connection, tenant.id, type_, subject, subject_id, data)


async def given_out(database, tenant) -> list[UUID]:
    """A turn of the fan-out; the endpoints that have something due."""
    return [UUID(str(each)) for each in await fan_out(database, tenant.id)]


async def deliveries(client, **params) -> Any:
    return (await ok(client.get("/v1/webhook-deliveries", params=params)))["data"]


async def set_deliveries(database, tenant, assignments, **where) -> None:
    """Make deliveries what sending would make them."""
    condition = "".join(f" AND {name} = '{value}'" for name, value in where.items())
    async with database.transaction(tenant.id) as connection:
        await connection.exec_driver_sql(
            f"UPDATE webhook_deliveries SET {assignments} WHERE tenant_id = '{tenant.id}'{condition}"
        )


def now_and(**apart) -> str:
    """An instant of the wire, so far from now."""
    return (datetime.now(UTC) + timedelta(**apart)).isoformat()


async def a_whole_story(client) -> dict[str, str]:
    """Each operation of webhooks once."""
    path = "/v1/webhook-endpoints"
    await ok(client.get("/v1/webhook-event-types"))
    endpoint_id = (await an_endpoint(client, "warning.*"))["id"]
    own = f"{path}/{endpoint_id}"
    await ok(client.get(path))
    await ok(client.get(own))
    delivery_id = (await ok(client.post(f"{own}/test"), 201))["id"]
    await ok(client.patch(own, json={"state": "disabled"}))
    await ok(client.patch(own, json={"state": "enabled"}))
    await ok(client.post(f"{own}/rotate-secret", json={}))
    await ok(client.post(f"{own}/replay", json={"from": now_and(hours=-1)}))
    await ok(client.post(f"/v1/webhook-deliveries/{delivery_id}/redeliver"))
    await ok(client.get("/v1/webhook-deliveries"))
    await ok(client.get(f"/v1/webhook-deliveries/{delivery_id}"))
    await ok(client.get("/v1/events"))
    unneeded = (await an_endpoint(client))["id"]
    await ok(client.delete(f"{path}/{unneeded}"), 204)
    await ok(client.patch(own, json={"state": "disabled"}))  # nobody is there: no worker is to try again and again
    return {"endpoint_id": endpoint_id, "delivery_id": delivery_id}
