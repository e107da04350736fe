"""SQL of webhook endpoints; their secrets are opened and sealed here, so that it stands nowhere else."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Select, delete, exists, func, insert, select, text, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.tables import webhook_endpoints
from app.infra.sealing import KeyRing
from app.kernel.ids import EndpointId, TenantId

columns = webhook_endpoints.c
_COLUMN = "webhook_secrets"


def sealed(keys: KeyRing, tenant_id: TenantId, endpoint_id: EndpointId, value: Any) -> bytes:
    """The secrets (plain JSON) as an endpoint keeps them."""
    return keys.seal(orjson.dumps(value), str(tenant_id), str(endpoint_id), _COLUMN)


def opened(keys: KeyRing, row: Mapping[Any, Any]) -> Any:
    """The secrets that an endpoint's row holds. Raises NotOpened."""
    return orjson.loads(keys.open(row["secrets"], str(row["tenant_id"]), str(row["id"]), _COLUMN))


def rows_of(tenant_id: TenantId) -> Select[Any]:
    """The selection that a page of endpoints is cut from."""
    return select(*columns).where(columns.tenant_id == tenant_id)


async def row(
    connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId, *, lock: bool = False
) -> RowMapping | None:
    """The endpoint; with `lock` held so that deliveries to it can still be added."""
    statement = rows_of(tenant_id).where(columns.id == endpoint_id)
    if lock:
        statement = statement.with_for_update(key_share=True)
    found: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return found


async def count(connection: AsyncConnection, tenant_id: TenantId) -> int:
    """How many endpoints the organization has."""
    found = await connection.scalar(select(func.count()).where(columns.tenant_id == tenant_id))
    return int(found or 0)


async def any_enabled(connection: AsyncConnection, tenant_id: TenantId) -> bool:
    """Whether anybody listens."""
    asked = exists().where(columns.tenant_id == tenant_id, columns.state == "enabled")
    return bool(await connection.scalar(select(asked)))


async def enabled(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[RowMapping]:
    """The endpoints that listen, by id; held so that none of them is removed meanwhile."""
    statement = (
        select(columns.id, columns.event_types)
        .where(columns.tenant_id == tenant_id, columns.state == "enabled")
        .order_by(columns.id)
        .with_for_update(read=True, key_share=True)
    )
    return (await connection.execute(statement)).mappings().all()


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> RowMapping:
    return (await connection.execute(insert(webhook_endpoints).values(**values).returning(*columns))).mappings().one()


async def change(
    connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId, values: Mapping[str, Any]
) -> RowMapping:
    """Settle something anew; the version goes up."""
    statement = (
        update(webhook_endpoints)
        .where(columns.tenant_id == tenant_id, columns.id == endpoint_id)
        .values(**values, version=columns.version + 1, updated_at=func.now())
        .returning(*columns)
    )
    return (await connection.execute(statement)).mappings().one()


async def remove(connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId) -> None:
    """Remove an endpoint with its deliveries and their attempts."""
    statement = delete(webhook_endpoints).where(columns.tenant_id == tenant_id, columns.id == endpoint_id)
    await connection.execute(statement)


async def with_something_due(connection: AsyncConnection, tenant_id: TenantId) -> list[EndpointId]:
    """The endpoints that listen, and have a delivery that is due and that nobody is sending."""
    found = await connection.execute(_DUE, {"tenant_id": tenant_id})
    return [EndpointId(one.id) for one in found]


_DUE = text(
    "SELECT p.id FROM webhook_endpoints p WHERE p.tenant_id = :tenant_id AND p.state = 'enabled' AND EXISTS ("
    "  SELECT FROM webhook_deliveries d WHERE d.tenant_id = p.tenant_id AND d.endpoint_id = p.id"
    "  AND d.state = 'waiting' AND d.due_at <= now() AND (d.claimed_until IS NULL OR d.claimed_until <= now()))"
    " ORDER BY p.id"
)


def resealed(keys: KeyRing, row: Mapping[Any, Any]) -> bytes:
    """What an endpoint's secrets are under the first key. Raises NotOpened."""
    return sealed(keys, row["tenant_id"], row["id"], opened(keys, row))


async def sealed_rows(connection: AsyncConnection, tenant_id: TenantId) -> Sequence[RowMapping]:
    """The secrets of every endpoint, locked."""
    statement = (
        select(columns.tenant_id, columns.id, columns.secrets)
        .where(columns.tenant_id == tenant_id)
        .order_by(columns.id)
        .with_for_update(key_share=True)
    )
    return (await connection.execute(statement)).mappings().all()


async def keep_secrets(
    connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId, secrets: bytes
) -> None:
    """Keep the same secrets under another key; the version stays."""
    await connection.execute(
        update(webhook_endpoints)
        .where(columns.tenant_id == tenant_id, columns.id == endpoint_id)
        .values(secrets=secrets)
    )
