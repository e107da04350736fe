"""The use cases of connections as they stand: found, opened for the work, paused, resumed, resting, removed."""

from datetime import datetime

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.connectors import CONNECTORS
from app.crm.core import webhook_secrets as kept
from app.crm.core.connection import Connection
from app.crm.core.kept_specs import spec_kept_as
from app.crm.core.names import DRAIN, drain_key, drain_payload
from app.crm.core.settings_documents import settings_from
from app.crm.core.webhook_secrets import Secret
from app.crm.queries import connections as queries
from app.crm.tables import crm_connections
from app.events import service as events
from app.infra.jobs import enqueue
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.infra.sealing import KeyRing
from app.kernel.errors import NotFound, Stale
from app.kernel.ids import ConnectionId, TenantId
from app.tenancy import service as tenancy

SUBJECT = "crm_connection"  # of events, and in the directory
KEYSET = Keyset(
    {"created_at": crm_connections.c.created_at, "name": crm_connections.c.name},
    tiebreak=crm_connections.c.id,
    default="created_at",
)

ConnectionRow = RowMapping  # as the database keeps it: secrets sealed
# How a connection is of which no trouble is known.
RESTED = {"failures": 0, "resting_until": None, "resting_reason": None}


class ConnectionNotFound(NotFound):
    """No such connection."""


class ConnectionChanged(Stale):
    """The connection was changed since it was read."""


def built(row: RowMapping) -> Connection:
    """The connection of a row, with its connector."""
    settings = settings_from(row["settings"])
    custom = settings.custom
    return Connection(
        tenant_id=TenantId(row["tenant_id"]),
        id=ConnectionId(row["id"]),
        name=row["name"],
        provider=row["provider"],
        source=row["source"],
        base_url=row["base_url"],
        objects=tuple(row["objects"]),
        auth_kind=row["auth_kind"],
        state=row["state"],
        settings=settings,
        spec=CONNECTORS[row["provider"]] if custom is None else spec_kept_as(custom),
        version=row["version"],
        token_turn=row["token_turn"],
        failures=row["failures"],
        resting_until=row["resting_until"],
        resting_reason=row["resting_reason"],
    )


async def row(connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId) -> RowMapping:
    """A connection as it is kept, its secrets sealed."""
    return _there(await queries.row(connection, tenant_id, connection_id), connection_id)


async def connection(db: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId) -> Connection:
    """One connection; raises ConnectionNotFound."""
    return built(await row(db, tenant_id, connection_id))


async def active(db: AsyncConnection, tenant_id: TenantId) -> list[Connection]:
    """The connections that work: neither paused nor in want of credentials."""
    return [built(each) for each in await queries.active_rows(db, tenant_id)]


async def page(db: AsyncConnection, tenant_id: TenantId, asked: PageRequest) -> Slice[RowMapping]:
    """A page of connections."""
    rows = (await db.execute(KEYSET.page(queries.rows_of(tenant_id), asked))).all()
    return KEYSET.cut(rows, asked, by_name)


def _there(found: RowMapping | None, connection_id: ConnectionId) -> RowMapping:
    if found is None:
        raise ConnectionNotFound(str(connection_id))
    return found


def kept_secrets(keys: KeyRing, row: RowMapping) -> list[Secret]:
    """The webhook secrets of a row, each with its end; the present one first."""
    return kept.secrets_from(queries.opened(keys, row, "webhook_secrets"))


async def own(db: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, version: int | None) -> RowMapping:
    """The connection's row, locked, as the caller read it: `version` is the one that was read, None for any."""
    before = _there(await queries.row(db, tenant_id, connection_id, lock=True), connection_id)
    if version is not None and version != before["version"]:
        raise ConnectionChanged(f"it has version {before['version']} by now")
    return before


async def pause(
    db: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, *, version: int | None = None
) -> RowMapping:
    """Call the CRM no more; what it sends is kept until the connection is resumed."""
    before = await own(db, tenant_id, connection_id, version)
    if before["state"] == "paused":
        return before
    return await _moved(db, before, "paused")


async def resume(
    db: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, *, version: int | None = None
) -> RowMapping:
    """Call the CRM again (a rest that it asked for is over too), and pull what was heard of meanwhile."""
    before = await own(db, tenant_id, connection_id, version)
    after = before if before["state"] == "active" else await _moved(db, before, "active")
    await wake(db, after)
    return after


async def _moved(db: AsyncConnection, before: RowMapping, state: str) -> RowMapping:
    values = {"state": state, "state_reason": None, **RESTED}
    after = await queries.change(db, before["tenant_id"], before["id"], values)
    states = {"previous": before["state"], "current": after["state"]}
    await tell(db, after, "resumed" if state == "active" else state, **states)
    return after


async def wake(db: AsyncConnection, row: RowMapping) -> None:
    """Have what waits for the connection pulled, once the transaction commits."""
    payload = drain_payload(row["tenant_id"], row["id"])
    await enqueue(db, DRAIN, payload, dedupe_key=drain_key(row["id"], row["drain_turn"]))


async def remove(
    db: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, *, version: int | None = None
) -> None:
    """Remove a connection with its secrets, deliveries and events; the facts that came by it stay."""
    before = await own(db, tenant_id, connection_id, version)
    await tenancy.lead_no_more(db, SUBJECT, str(connection_id), tenant_id)
    await queries.remove(db, tenant_id, connection_id)
    await tell(db, before, "removed")


async def rest_until(
    db: AsyncConnection,
    tenant_id: TenantId,
    connection_id: ConnectionId,
    until: datetime | None,
    reason: str | None,
    failures: int,
) -> None:
    """Leave the CRM alone until then; None ends the rest."""
    await queries.rest(db, tenant_id, connection_id, until, reason, failures)


async def tell(db: AsyncConnection, row: RowMapping, what: str, **more: str) -> None:
    """Record what happened to a connection; nothing secret is part of it."""
    data = {"name": row["name"], "provider": row["provider"], **more}
    await events.record(db, TenantId(row["tenant_id"]), f"connection.{what}", SUBJECT, row["id"], data)
