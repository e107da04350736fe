"""Connections as their owners make and see them through the API."""

from typing import Any

from app.crm.service import connections
from app.infra.sealing import ring_from
from app.kernel.ids import ConnectionId
from tests.conftest import SEALING_KEYS

NOBODY = "00000000-0000-4000-8000-000000000000"
CANARY = "canary-5f3759df"
RING = ring_from(SEALING_KEYS)
HUBSPOT: dict[str, Any] = {
    "name": "Our HubSpot",
    "provider": "hubspot",
    "credentials": {"kind": "token", "token": f"{CANARY}-token"},
    "webhook_secret": f"{CANARY}-client-secret",
}
SALESFORCE: dict[str, Any] = {
    "name": "Our Salesforce",
    "provider": "salesforce",
    "base_url": "https://acme.my.salesforce.com/",
    "credentials": {"kind": "client_credentials", "client_id": "id", "client_secret": f"{CANARY}-client"},
}
PUSH: dict[str, Any] = {"name": "The scheduler", "provider": "push"}


async def a_connection(client, **body):
    answer = await client.post("/v1/crm/connections", json={**HUBSPOT, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def path_of(connection, *more):
    return "/".join(("/v1/crm/connections", connection["id"], *more))


async def kept(database, tenant, connection):
    async with database.transaction(tenant.id) as db:
        return await connections.row(db, tenant.id, ConnectionId(connection["id"]))


async def refused(client, body, path="/v1/crm/connections", method="POST"):
    answer = await client.request(method, path, json=body)
    problem = answer.json()
    return answer.status_code, problem["code"], [error["pointer"] for error in problem.get("errors", ())]


async def queued(database, connection):
    return await database.fast.fetchval(
        "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'crm.drain' AND convert_from(payload, 'UTF8') LIKE $1",
        f"%{connection['id']}%",
    )
