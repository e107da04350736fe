"""Connections to fake CRMs, each of an organization of its own, and what a process calls them with."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.crm.client.crm import Crm
from app.crm.client.reach import Reach
from app.crm.core.connection import Connection
from app.crm.core.spec import Limits
from app.crm.queries import connections
from app.crm.service.connections import built
from app.crm.tables import crm_connections
from app.events.tables import events
from app.infra import outgoing
from app.infra.db import Database, connected
from app.infra.outgoing import Bounds
from app.infra.sealing import KeyRing, ring_from
from app.infra.settings import Settings
from app.kernel.ids import ConnectionId, TenantId, new_id
from tests.conftest import SEALING_KEYS, a_tenant

KEYS: KeyRing = ring_from(SEALING_KEYS)
REFRESH = {"client_id": "client", "client_secret": "client-secret", "refresh_token": "refresh-1"}
CLIENT = {"client_id": "client", "client_secret": "client-secret"}
FIXED = {"token": "fixed-token"}
FAST = Limits(requests=10_000, per_seconds=1)


@asynccontextmanager
async def a_database(url: str, settings: Settings) -> AsyncIterator[Database]:
    """Connections of a process's own."""
    made = await connected(
        url, role=settings.app_role, pool_size=4, pool_timeout_seconds=10, statement_timeout_seconds=15
    )
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def a_reach(database: Database, settings: Settings, **told: Any) -> AsyncIterator[Reach]:
    """What a process calls CRMs with, with bounds of its own if the test is about them."""
    bounds = told.pop("bounds", Bounds())
    async with outgoing.guarded_client(loopback=True, bounds=bounds) as http:
        yield Reach(database, KEYS, http, settings, bounds=bounds, **told)


async def a_connection(
    database: Database,
    provider: str,
    base_url: str,
    *,
    auth_kind: str = "token",
    credentials: Mapping[str, str] = FIXED,
    settings: Mapping[str, Any] | None = None,
    tokens: Mapping[str, str] | None = None,
) -> Connection:
    """A connection of a new organization to one of the CRMs that ship."""
    tenant_id, connection_id = (await a_tenant(database)).id, ConnectionId(new_id())
    secret: dict[str, Any] = {"credentials": dict(credentials), "webhook_secrets": [], "tokens": tokens}
    sealed = {
        name: connections.sealed(KEYS, tenant_id, connection_id, name, value)
        for name, value in secret.items()
        if value is not None
    }
    values = {
        "tenant_id": tenant_id,
        "id": connection_id,
        "name": provider,
        "provider": provider,
        "source": provider,
        "base_url": base_url,
        "objects": ["account", "opportunity"],
        "auth_kind": auth_kind,
        "settings": settings or {},
        **sealed,
    }
    async with database.transaction(tenant_id) as db:
        return built(await connections.add(db, values))


def speaking(connection: Connection, **told: Any) -> Connection:
    """The connection, with parts of its connector as the test wants them; by default it is in no hurry to wait."""
    return replace(connection, spec=replace(connection.spec, **{"limits": FAST, **told}))


async def crm_of(reach: Reach, provider: str, base_url: str, **told: Any) -> Crm:
    """The client of a new connection that does not pace itself."""
    return Crm(reach, speaking(await a_connection(reach.database, provider, base_url, **told)))


async def row_of(database: Database, connection: Connection) -> Mapping[str, Any]:
    """The connection as it is kept now."""
    async with database.transaction(connection.tenant_id) as db:
        rows = await db.execute(select(crm_connections).where(crm_connections.c.id == connection.id))
        return dict(rows.mappings().one())


async def events_of(database: Database, tenant_id: TenantId) -> list[tuple[str, dict[str, Any]]]:
    """What happened in an organization."""
    async with database.transaction(tenant_id) as db:
        rows = await db.execute(select(events.c.type, events.c.data).where(events.c.tenant_id == tenant_id))
        return [(row.type, row.data) for row in rows]
