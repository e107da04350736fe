"""Connections that take deliveries, and deliveries as their senders send them, signed by these tests' own words."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from app.crm.connectors import CONNECTORS
from app.crm.core.asked import Asked, Credentials
from app.crm.core.connection import Settings
from app.crm.core.spec import ConnectorSpec
from app.crm.service import connecting
from app.crm.service.connecting import Setup
from app.infra.sealing import ring_from
from app.kernel.ids import ConnectionId, TenantId
from tests.conftest import SEALING_KEYS

SECRET = "4bfb4aee-canary-secret"
PUBLIC_URL = "https://kap.example/hooks"
SETUP = Setup(ring_from(SEALING_KEYS), "", loopback=True)
OPENED_BY = {
    "salesforce": Credentials("client_credentials", {"client_id": "c", "client_secret": "s"}),
    "hubspot": Credentials("token", {"token": "t"}),
    "pipedrive": Credentials("token", {"token": "t"}),
    "dynamics": Credentials("client_credentials", {"client_id": "c", "client_secret": "s"}),
    "push": Credentials("none"),
}
ADDRESSES = {
    "salesforce": "https://acme.my.salesforce.com",
    "hubspot": "https://api.hubapi.com",
    "pipedrive": "https://acme.pipedrive.com",
    "dynamics": "https://acme.crm.dynamics.com",
    "push": "",
}
SECRETS = {"pipedrive": f"kap:{SECRET}", "push": "whsec_" + base64.b64encode(SECRET.encode()).decode()}


@dataclass(frozen=True)
class Inlet:
    """A connection that takes deliveries."""

    tenant_id: TenantId
    id: ConnectionId
    secret: str

    @property
    def path(self) -> str:
        return f"/v1/crm/webhooks/{self.id}"


async def an_inlet(database, tenant, provider: str = "hubspot", *, source: str = "crm", **settings: Any) -> Inlet:
    """A connection of a CRM that ships."""
    spec = CONNECTORS[provider]
    settings.setdefault("public_url", PUBLIC_URL)
    asked = Asked(
        name=f"Our {provider}",
        source=source,
        base_url=ADDRESSES[provider],
        objects=tuple(spec.objects),
        settings=Settings(**settings),
        spec=spec,
        credentials=OPENED_BY[provider],
    )
    secret = SECRETS.get(provider, SECRET)
    async with database.transaction(tenant.id) as db:
        made = await connecting.create(db, SETUP, tenant.id, asked, secret)
    return Inlet(tenant.id, ConnectionId(made.row["id"]), secret)


async def a_custom_inlet(database, tenant, spec: ConnectorSpec, secret: str = SECRET, **settings: Any) -> Inlet:
    """A connection of a CRM that nobody here knows."""
    settings.setdefault("public_url", PUBLIC_URL)
    address, opened_by = spec.base_url.strip("^$"), Credentials("none")
    asked = Asked("Other", "other", address, tuple(spec.objects), Settings(**settings), spec, opened_by)
    async with database.transaction(tenant.id) as db:
        made = await connecting.create(db, SETUP, tenant.id, asked, secret)
    return Inlet(tenant.id, ConnectionId(made.row["id"]), secret)


@dataclass
class Sent:
    """A delivery on its way."""

    path: str
    body: bytes
    headers: dict[str, str]

    async def by(self, client: httpx.AsyncClient) -> httpx.Response:
        return await client.post(self.path, content=self.body, headers=self.headers)


def hubspot(inlet: Inlet, told: Any, *, secret: str | None = None, age_seconds: float = 0) -> Sent:
    """As HubSpot signs it (v3)."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    timestamp = str(int((time.time() - age_seconds) * 1000))
    signed = b"POST" + PUBLIC_URL.encode() + body + timestamp.encode()
    signature = hmac.new((secret or inlet.secret).encode(), signed, hashlib.sha256).digest()
    headers = {
        "content-type": "application/json",
        "x-hubspot-signature-v3": base64.b64encode(signature).decode(),
        "x-hubspot-request-timestamp": timestamp,
    }
    return Sent(inlet.path, body, headers)


def standard(
    inlet: Inlet, told: Any, *, message_id: str = "msg_1", age_seconds: float = 0, timestamp: str | None = None
) -> Sent:
    """As Standard Webhooks have it."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    timestamp = str(int(time.time() - age_seconds)) if timestamp is None else timestamp
    key = base64.b64decode(inlet.secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }
    return Sent(inlet.path, body, headers)


def a_change(number: int, *, deal: int | None = None, kind: str = "deal.propertyChange", **more: Any) -> dict[str, Any]:
    """An event of HubSpot."""
    return {
        "eventId": number,
        "subscriptionId": 1,
        "portalId": 7,
        "occurredAt": 1_760_000_000_000 + number,
        "subscriptionType": kind,
        "attemptNumber": 0,
        "objectId": number if deal is None else deal,
        "propertyName": "amount",
        "propertyValue": str(100 + number),
        **more,
    }


async def kept(database, inlet: Inlet, table: str = "crm_events") -> list[dict[str, Any]]:
    """The rows of a table that came by a connection, in the order in which they came."""
    order = {"crm_events": "id", "crm_deliveries": "id", "crm_hints": "object, external_id"}[table]
    async with database.transaction(inlet.tenant_id) as db:
        rows = await db.exec_driver_sql(f"SELECT * FROM {table} WHERE connection_id = $1 ORDER BY {order}", (inlet.id,))
        return [dict(row) for row in rows.mappings()]


async def drains(database, inlet: Inlet) -> list[str]:
    """The keys of the drains that wait for a worker."""
    async with database.engine.begin() as db:
        found = await db.exec_driver_sql(
            "SELECT dedupe_key FROM pgqueuer WHERE entrypoint = 'crm.drain' AND status = 'queued'"
            " AND convert_from(payload, 'UTF8')::jsonb ->> 'connection_id' = $1",
            (str(inlet.id),),
        )
        return [row.dedupe_key for row in found]


async def changed(database, inlet: Inlet, assignments: str) -> None:
    """Change the row of a connection as its owner's doors do: the version goes up."""
    async with database.transaction(inlet.tenant_id) as db:
        await db.exec_driver_sql(
            f"UPDATE crm_connections SET {assignments}, version = version + 1 WHERE id = $1", (inlet.id,)
        )


def event_ids(rows: list[dict[str, Any]]) -> list[UUID]:
    return [row["id"] for row in rows]


async def nothing_is_kept(database, inlet: Inlet) -> bool:
    """Whether a connection's deliveries left no trace."""
    return not any([await kept(database, inlet, table) for table in ("crm_events", "crm_deliveries", "crm_hints")])
