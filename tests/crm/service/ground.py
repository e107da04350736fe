"""A fake CRM with a connection to it, and the work that is done on it: told, drained, synced, and looked at."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
from sqlalchemy import text

from app.crm.client.reach import Reach
from app.crm.connectors import CONNECTORS
from app.crm.core.asked import Asked, Credentials
from app.crm.core.connection import Settings
from app.crm.core.names import SYNC
from app.crm.core.spec import ConnectorSpec
from app.crm.queries import hints
from app.crm.queries.hints import Place
from app.crm.service import connecting, connections, starting, syncing
from app.crm.service.connecting import Setup
from app.crm.service.draining import Drains
from app.infra import outgoing
from app.infra.db import Database
from app.infra.jobs import Delivery
from app.jobs import service as jobs
from app.kernel.ids import ConnectionId, JobId
from tests.conftest import Tenant
from tests.crm.client.connected import KEYS
from tests.crm.fakes.fake import Fake, serving
from tests.crm.fakes.store import Change

SETUP = Setup(KEYS, "", loopback=True)
SECRETS = {"pipedrive": "kap:hook-secret-of-some-length", "salesforce": "a-secret-path-of-some-length"}
SECRET = "hook-secret-of-some-length"
_CLIENT = {"client_id": "client", "client_secret": "client-secret"}
TOKEN_PATHS = {"pipedrive": "/oauth/token", "dynamics": "/common/oauth2/v2.0/token"}


def credentials(provider: str, url: str) -> Credentials:
    """What opens the fake; its tokens are given at its own address."""
    if provider == "hubspot":
        return Credentials("token", {"token": "fixed-token"})
    given = {"token_url": f"{url}{TOKEN_PATHS[provider]}"} if provider in TOKEN_PATHS else {}
    if provider == "pipedrive":
        return Credentials("refresh_token", {**_CLIENT, **given, "refresh_token": "refresh-1"})
    return Credentials("client_credentials", {**_CLIENT, **given})


@dataclass
class Ground:
    """A connection to a fake CRM, and what works on it. ahead: how far the clock of the work is ahead."""

    fake: Fake
    database: Database
    tenant: Tenant
    id: ConnectionId
    reach: Reach
    hooks: httpx.AsyncClient
    ahead: timedelta = timedelta(0)

    @property
    def path(self) -> str:
        secret = f"/{self.fake.hook.secret}" if self.fake.dialect.provider == "salesforce" else ""
        return f"/v1/crm/webhooks/{self.id}{secret}"

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def tell(self, changes: Change | Sequence[Change], *, times: int = 1) -> None:
        """Webhooks as the vendor sends them."""
        for webhook in self.fake.deliveries_for(changes):
            for _ in range(times):
                answer = await webhook.sent(self.hooks, self.path)
                assert answer.is_success, answer.text

    async def drain(self) -> None:
        await Drains(self.reach).drain(self.tenant.id, self.id)

    async def hear(self, name: Any, *ids: str) -> None:
        """Records are to be pulled, though no event told of them."""
        async with self.database.transaction(self.tenant.id) as db:
            await hints.hear(db, Place(self.tenant.id, self.id, name), ids)

    async def start(self, kind: Any = "backfill", **told: Any) -> JobId:
        async with self.database.transaction(self.tenant.id) as db:
            job = await starting.start(db, self.tenant.id, self.id, starting.Asked(kind, **told), None)
        return job.id

    async def sweep(self) -> JobId:
        async with self.database.transaction(self.tenant.id) as db:
            job = await starting.sweep(db, await connections.connection(db, self.tenant.id, self.id))
        assert job is not None
        await self.work(job.id)
        return job.id

    async def work(self, job_id: JobId, *, tries: int = 1) -> None:
        """One delivery of a sync's job, as the worker carries it out."""
        payload = {"tenant_id": str(self.tenant.id), "job_id": str(job_id)}
        await jobs.perform(self.database, partial(syncing.run, self.reach), Delivery(SYNC, payload, tries))

    async def sync(self, kind: Any = "backfill", **told: Any) -> dict[str, Any]:
        """A sync, carried out at once; its row."""
        job_id = await self.start(kind, **told)
        await self.work(job_id)
        return await self.row_of(job_id)

    async def row_of(self, job_id: JobId) -> dict[str, Any]:
        (row,) = await self.rows(
            "SELECT s.*, j.status, j.problem FROM crm_syncs s JOIN jobs j USING (tenant_id, id) WHERE s.id = :id",
            id=job_id,
        )
        return row

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        async with self.database.transaction(self.tenant.id) as db:
            return [dict(row) for row in (await db.execute(text(statement), values)).mappings()]

    async def facts(self, table: str) -> dict[str, dict[str, Any]]:
        return {row["external_id"]: row for row in await self.rows(f"SELECT * FROM {table} ORDER BY external_id")}

    async def events(self) -> list[dict[str, Any]]:
        return await self.rows("SELECT * FROM crm_events ORDER BY id")

    async def notes(self) -> dict[tuple[str, str], dict[str, Any]]:
        rows = await self.rows("SELECT * FROM crm_records")
        return {(row["object"], row["external_id"]): row for row in rows}

    async def hints(self) -> list[dict[str, Any]]:
        return await self.rows("SELECT * FROM crm_hints ORDER BY object, external_id")


def asked_for(fake: Fake, spec: ConnectorSpec | None = None, **more: Any) -> Asked:
    """A connection to a fake that is served, as its owner asks for it; `more` are its settings."""
    provider = fake.dialect.provider
    spec = spec or CONNECTORS[provider]
    told = {"public_url": fake.hook.url, "organization_id": fake.organization_id, "default_currency": "EUR"}
    return Asked(
        name=provider,
        source=provider,
        base_url=fake.url,
        objects=more.pop("objects", tuple(spec.objects)),
        settings=Settings(**{**told, **more}),
        spec=spec,
        credentials=credentials(provider, fake.url),
    )


@asynccontextmanager
async def a_ground(
    fake: Fake,
    database: Database,
    tenant: Tenant,
    hooks: httpx.AsyncClient,
    settings: Any,
    *,
    spec: ConnectorSpec | None = None,
    **more: Any,
) -> AsyncIterator[Ground]:
    """A fake CRM that is served, and a connection that leads to it."""
    provider = fake.dialect.provider
    secret = SECRETS.get(provider, SECRET)
    with serving(fake):
        asked = asked_for(fake, spec, **more)
        async with database.transaction(tenant.id) as db:
            made = await connecting.create(db, SETUP, tenant.id, asked, secret)
        fake.hook.secret = secret
        fake.hook.header = "X-Webhook-Key" if provider == "dynamics" else ""
        async with outgoing.guarded_client(loopback=True) as http:
            ground = Ground(fake, database, tenant, ConnectionId(made.row["id"]), None, hooks)  # type: ignore[arg-type]
            ground.reach = Reach(database, KEYS, http, settings, now=ground.now)
            yield ground


def later(moment: datetime, **told: float) -> datetime:
    return moment + timedelta(**told)


def unhurried(spec: ConnectorSpec) -> ConnectorSpec:
    """The connector, in no need to wait between calls."""
    return replace(spec, limits=replace(spec.limits, requests=10_000, per_seconds=1))


def vanish(fake: Fake, kind: str, record_id: str) -> None:
    """A record is no longer in the CRM, and nothing tells of it."""
    del fake.store._records[kind][record_id]  # noqa: SLF001  # no CRM has a word for this


def shown_twice(fake: Fake, kind: str, record_id: str) -> None:
    """Lists of the CRM show a record twice."""
    records = fake.store._records[kind]  # noqa: SLF001  # no CRM has a word for this
    records["again"] = records[record_id]
