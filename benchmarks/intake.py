"""B5: a CRM delivers an event, which is verified, read, recognised if known, and durable before it is acknowledged."""

import hashlib
import hmac
import random
import time
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from typing import Any

import asyncpg
import orjson

from app.crm.connectors import CONNECTORS
from app.crm.core.asked import Asked, Credentials
from app.crm.core.connection import Settings
from app.crm.service import connecting
from app.infra.db import Database
from app.infra.sealing import ring_from
from benchmarks import servers
from benchmarks.bare import DELIVERIES
from benchmarks.figures import Figure, medians, rate
from benchmarks.ground import Ground
from benchmarks.load import request, requests_a_second

CONNECTIONS = 64
# More than any run sends, as a delivery that comes twice would be no work at all.
MOST_A_SECOND = 12_000
DEALS = 20_000
SECRET = "a client secret of 36 characters, say"  # noqa: S105  # of a connection that lives as long as the run
ADDRESS = "https://kap.example/v1/crm/webhooks"
NAME = f"B5 POST /v1/crm/webhooks/{{id}}, {CONNECTIONS} connections, beside ASGI and one INSERT and COMMIT a request"


def deliveries(ground: Ground, *, repetitions: int, seconds: float) -> list[Figure]:
    """B5: against an ASGI function that inserts the same bodies into a table, one by one."""
    path = f"/v1/crm/webhooks/{ground.serving(lambda database: _connection(database, ground))}"
    ground.owning(_bare_table)
    events = _Events(path)
    with servers.ours(ground.url) as ours, servers.bare("keep", ground.url) as bare:

        def run(port: int) -> Callable[[], float]:
            load = partial(requests_a_second, connections=CONNECTIONS, seconds=seconds)
            return lambda: load(port, events.signed(int(MOST_A_SECOND * seconds)))

        found = medians({"ours": run(ours), "bare": run(bare)}, repetitions)
    return [rate(NAME, found["ours"], found["bare"], 1.0)]


async def _connection(database: Database, ground: Ground) -> str:
    setup = connecting.Setup(ring_from(servers.SEALING_KEYS), "", loopback=False)
    spec = CONNECTORS["hubspot"]
    settings, opened_by = Settings(public_url=ADDRESS), Credentials("token", {"token": "none"})
    asked = Asked("Bench", "bench", "https://api.hubapi.com", tuple(spec.objects), settings, spec, opened_by)
    async with database.transaction(ground.tenant_id) as db:
        made = await connecting.create(db, setup, ground.tenant_id, asked, SECRET)
    return str(made.row["id"])


async def _bare_table(connection: "asyncpg.Connection[Any]") -> None:
    await connection.execute(f"CREATE TABLE {DELIVERIES} (id bigserial PRIMARY KEY, body bytea NOT NULL)")


class _Events:
    """Deliveries of one event each as HubSpot sends and signs them, no two alike; among so many deals."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._number = 0
        self._chance = random.Random(1)

    def signed(self, count: int) -> list[bytes]:
        return [self._next() for _ in range(count)]

    def _next(self) -> bytes:
        self._number += 1
        now = time.time_ns() // 1_000_000
        event = {
            "eventId": self._number,
            "subscriptionId": 3114325,
            "portalId": 62515,
            "appId": 1160452,
            "occurredAt": now,
            "subscriptionType": "deal.propertyChange",
            "attemptNumber": 0,
            "objectId": self._chance.randrange(DEALS),
            "propertyName": "amount",
            "propertyValue": str(self._number),
            "changeSource": "CRM_UI",
        }
        body = orjson.dumps([event])
        timestamp = str(now)
        signature = hmac.digest(SECRET.encode(), f"POST{ADDRESS}".encode() + body + timestamp.encode(), hashlib.sha256)
        shown = {
            "X-HubSpot-Signature-Version": "v3",
            "X-HubSpot-Signature-v3": b64encode(signature).decode(),
            "X-HubSpot-Request-Timestamp": timestamp,
        }
        return request("POST", self._path, body=body, headers=shown)
