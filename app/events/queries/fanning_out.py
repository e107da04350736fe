"""SQL of giving events out: their sequences, and what is to be sent of them to whom."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import EndpointId, TenantId


async def alone(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Wait for whoever gives out the organization's events; then nobody else does until the transaction ends."""
    await connection.execute(_ALONE, {"tenant_id": str(tenant_id)})


_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('webhooks ' || :tenant_id, 0))")


async def number(connection: AsyncConnection, tenant_id: TenantId, most: int) -> Sequence[Row[tuple[UUID, str]]]:
    """Give the first events that have no sequence the next ones of their accounts; returns their ids and types.

    For who is `alone`: an event that is committed later, though it has an earlier id, comes after these.
    """
    return (await connection.execute(_NUMBER, {"tenant_id": tenant_id, "most": most})).all()


# Events of no account share a sequence of their own. Each account's last one is a look at the end of an index.
_NUMBER = text(
    "WITH fresh AS ("
    "  SELECT id, account_id FROM events WHERE tenant_id = :tenant_id AND sequence IS NULL ORDER BY id LIMIT :most"
    "), reached AS ("
    "  SELECT a.account_id, (SELECT max(e.sequence) FROM events e"
    "    WHERE e.tenant_id = :tenant_id AND e.account_id = a.account_id) AS last"
    "  FROM (SELECT DISTINCT account_id FROM fresh WHERE account_id IS NOT NULL) a"
    "  UNION ALL SELECT NULL, (SELECT max(e.sequence) FROM events e"
    "    WHERE e.tenant_id = :tenant_id AND e.account_id IS NULL)"
    "), numbered AS ("
    "  SELECT f.id, coalesce(r.last, 0) + row_number() OVER (PARTITION BY f.account_id ORDER BY f.id) AS sequence"
    "  FROM fresh f JOIN reached r ON coalesce(r.account_id::text, '') = coalesce(f.account_id::text, '')"
    ") UPDATE events SET sequence = n.sequence FROM numbered n"
    " WHERE events.tenant_id = :tenant_id AND events.id = n.id RETURNING events.id, events.type"
)


async def deliver(
    connection: AsyncConnection,
    tenant_id: TenantId,
    event_ids: Sequence[UUID],
    wanted: Sequence[tuple[EndpointId, str]],
) -> None:
    """Have events sent to the endpoints that want their types; an endpoint hears of nothing from before it was made.

    wanted: each endpoint with each type that it wants. What is to be sent already is left alone.
    """
    values = {
        "tenant_id": tenant_id,
        "event_ids": list(event_ids),
        "endpoint_ids": [endpoint_id for endpoint_id, _ in wanted],
        "types": [type_ for _, type_ in wanted],
    }
    await connection.execute(_DELIVER, values)


_DELIVER = text(
    "INSERT INTO webhook_deliveries (tenant_id, id, endpoint_id, event_id, due_at)"
    " SELECT e.tenant_id, gen_random_uuid(), p.id, e.id, now()"
    " FROM unnest(CAST(:endpoint_ids AS uuid[]), CAST(:types AS text[])) AS w(endpoint_id, type)"
    " JOIN webhook_endpoints p ON p.tenant_id = :tenant_id AND p.id = w.endpoint_id"
    " JOIN events e ON e.tenant_id = :tenant_id AND e.type = w.type AND e.created_at >= p.created_at"
    " WHERE e.id = ANY(CAST(:event_ids AS uuid[]))"
    " ON CONFLICT (tenant_id, endpoint_id, event_id) DO NOTHING"
)
