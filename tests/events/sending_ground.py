"""What tests of sending stand on: endpoints and events without doors, a clock to put on, and drains by hand."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, text

from app.accounts.service.identities import whose
from app.accounts.tables import accounts
from app.events import service as events
from app.events.core.secrets import Secret, rotated
from app.events.queries import endpoints
from app.events.service import secrets
from app.events.service.fanning_out import fan_out
from app.events.service.sending import Patience, Sender
from app.events.tables import webhook_endpoints
from app.infra.db import Database
from app.infra.outgoing import Bounds, guarded_client
from app.infra.sealing import ring_from
from app.kernel.ids import EndpointId, TenantId, new_id
from tests.conftest import SEALING_KEYS
from tests.jobs.ground import an_organization

KEYS = ring_from(SEALING_KEYS)
# A receiver on this machine answers at once or, as far as a test is concerned, never.
BOUNDS = Bounds(connect_seconds=20, read_seconds=20, call_seconds=20, answer_bytes=64 * 1024, cut=True, connections=512)
SHORT = replace(BOUNDS, read_seconds=0.3, call_seconds=0.3)


@dataclass
class Clock:
    """The time, put on as a test likes."""

    ahead: timedelta = timedelta()

    def now(self):
        return datetime.now(UTC) + self.ahead

    def pass_by(self, **much):
        self.ahead += timedelta(**much)


@dataclass
class Ground:
    """An organization and what sends for it."""

    database: Database
    tenant_id: TenantId
    sender: Sender
    clock: Clock
    secrets: dict[EndpointId, str] = field(default_factory=dict)

    async def endpoint(self, url, types=("*",)):
        """An endpoint that is told of these types."""
        return (await self.endpoints([url], types))[0]

    async def endpoints(self, urls, types=("*",)):
        rows = []
        for url in urls:
            endpoint_id, secret = EndpointId(new_id()), secrets.made()
            sealed = secrets.sealed(KEYS, self.tenant_id, endpoint_id, [Secret(secret)])
            self.secrets[endpoint_id] = secret
            rows.append({"id": endpoint_id, "url": url, "secrets": sealed})
        same = {"tenant_id": self.tenant_id, "event_types": list(types)}
        async with self.database.transaction(self.tenant_id) as connection:
            await connection.execute(insert(webhook_endpoints), [{**same, **row} for row in rows])
        return [row["id"] for row in rows]

    async def rotate(self, endpoint_id):
        """A new secret, and the one before for a day; the new one."""
        fresh = secrets.made()
        async with self.database.transaction(self.tenant_id) as connection:
            row = await endpoints.row(connection, self.tenant_id, endpoint_id, lock=True)
            assert row is not None
            kept = rotated(secrets.kept(KEYS, row), fresh, self.clock.now(), timedelta(days=1))
            sealed = secrets.sealed(KEYS, self.tenant_id, endpoint_id, kept)
            await endpoints.change(connection, self.tenant_id, endpoint_id, {"secrets": sealed})
        self.secrets[endpoint_id] = fresh
        return fresh

    async def account(self, name="Acme", source=None, external_id=None, **more):
        account_id = new_id()
        known = {"source": source, "external_id": external_id, "valid_from": self.clock.now(), **more}
        values = {"tenant_id": self.tenant_id, "id": account_id, "name": name, "name_key": name.lower(), **known}
        async with self.database.transaction(self.tenant_id) as connection:
            await connection.execute(insert(accounts).values(**values))
        return account_id

    async def tell(self, number=1, *, account_id=None):
        """Record so many events and give them out; their ids in order."""
        ids = await self.record(number, account_id=account_id)
        await fan_out(self.database, self.tenant_id)
        return ids

    async def record(self, number=1, *, account_id=None):
        subject, subject_id = ("account", account_id) if account_id else ("job", new_id())
        async with self.database.transaction(self.tenant_id) as connection:
            ids = [
                await events.record(connection, self.tenant_id, "tier.changed", subject, subject_id, {"number": at})
                for at in range(number)
            ]
        return [str(one) for one in ids]

    async def send(self, endpoint_id):
        await self.sender.send(self.tenant_id, endpoint_id)

    async def rows(self, statement, **values):
        async with self.database.transaction(self.tenant_id) as connection:
            found = await connection.execute(text(statement), {"tenant_id": self.tenant_id, **values})
            return found.mappings().all()

    async def deliveries(self, endpoint_id):
        return await self.rows(
            "SELECT d.*, e.sequence FROM webhook_deliveries d JOIN events e ON e.tenant_id = d.tenant_id"
            " AND e.id = d.event_id WHERE d.tenant_id = :tenant_id AND d.endpoint_id = :id ORDER BY d.event_id",
            id=endpoint_id,
        )

    async def delivery(self, endpoint_id):
        (one,) = await self.deliveries(endpoint_id)
        return one

    async def attempts(self, endpoint_id):
        return await self.rows(
            "SELECT a.* FROM webhook_attempts a JOIN webhook_deliveries d ON d.tenant_id = a.tenant_id"
            " AND d.id = a.delivery_id WHERE a.tenant_id = :tenant_id AND d.endpoint_id = :id ORDER BY a.sent_at",
            id=endpoint_id,
        )

    async def how_is(self, endpoint_id):
        async with self.database.transaction(self.tenant_id) as connection:
            return await endpoints.row(connection, self.tenant_id, endpoint_id)

    async def disabled(self):
        """What was told of endpoints that were disabled."""
        told = await self.rows(
            "SELECT subject_id, data FROM events WHERE tenant_id = :tenant_id AND type = 'webhook_endpoint.disabled'"
        )
        return [(one["subject_id"], one["data"]["reason"]) for one in told]


@asynccontextmanager
async def sending_ground(database, *, bounds=BOUNDS, patience=None, loopback=True, **client):
    """An organization of its own, and a sender for it."""
    clock = Clock()
    tenant_id = await an_organization(database)
    async with guarded_client(loopback=loopback, bounds=bounds, **client) as http:
        sender = Sender(database, KEYS, [http], whose, bounds, patience or Patience(), clock.now)
        yield Ground(database, tenant_id, sender, clock)
