"""SQL of what was written to CRMs' account records."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.core.write_backs import Result, Write, Written
from app.crm.tables import crm_writes
from app.kernel.ids import ConnectionId, TenantId

columns = crm_writes.c
NOT_ANSWERED = "the CRM has not answered yet"
OVERTAKEN = "another value was written at the same time"


async def written(
    connection: AsyncConnection,
    tenant_id: TenantId,
    connection_id: ConnectionId,
    external_ids: Sequence[str] | None = None,
) -> dict[UUID, Written]:
    """What was last written through a connection, by account; to these records, or to all."""
    given = None if external_ids is None else list(external_ids)
    values = {"tenant_id": tenant_id, "connection_id": connection_id, "ids": given}
    rows = (await connection.execute(_WRITTEN, values)).mappings()
    return {
        row["account_id"]: Written(row["external_id"], row["values"], row["result"], row["attempts"], row["updated_at"])
        for row in rows
    }


_WRITTEN = text(
    'SELECT account_id, external_id, "values", result, attempts, updated_at FROM crm_writes'
    " WHERE tenant_id = :tenant_id AND connection_id = :connection_id"
    "  AND (CAST(:ids AS text[]) IS NULL OR external_id = ANY(CAST(:ids AS text[])))"
)


async def intend(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, writes: Sequence[Write]
) -> None:
    """Note what is about to be written: the CRM may tell us of it before it answers, and we may not live to hear."""
    await connection.execute(_INTEND, {**_given(tenant_id, connection_id, writes), "reason": NOT_ANSWERED})


_INTEND = text(
    "INSERT INTO crm_writes AS w"
    ' (tenant_id, connection_id, account_id, external_id, "values", result, reason, attempts)'
    " SELECT CAST(:tenant_id AS uuid), CAST(:connection_id AS uuid), g.account_id, g.external_id, g.fields, 'failed',"
    "  CAST(:reason AS text), g.attempts"
    " FROM unnest(CAST(:account_ids AS uuid[]), CAST(:external_ids AS text[]), CAST(:fields AS jsonb[]),"
    "  CAST(:attempts AS int[])) AS g(account_id, external_id, fields, attempts)"
    " JOIN accounts AS a ON a.tenant_id = :tenant_id AND a.id = g.account_id"
    " ORDER BY g.account_id"
    " ON CONFLICT (tenant_id, connection_id, account_id) DO UPDATE SET external_id = excluded.external_id,"
    '  "values" = excluded."values", result = excluded.result, reason = excluded.reason, attempts = excluded.attempts,'
    "  version = w.version + 1, updated_at = now()"
)


async def settle(
    connection: AsyncConnection,
    tenant_id: TenantId,
    connection_id: ConnectionId,
    writes: Sequence[Write],
    results: Sequence[tuple[Result, str | None]],
) -> None:
    """Note what came of writes; where another value was noted meanwhile, nobody knows which came last: both failed."""
    values = _given(tenant_id, connection_id, writes)
    given = [result for result, _ in results]
    reasons = [reason for _, reason in results]
    await connection.execute(_SETTLE, {**values, "results": given, "reasons": reasons, "overtaken": OVERTAKEN})


_SETTLE = text(
    "UPDATE crm_writes AS w SET"
    " result = CASE WHEN w.\"values\" = g.fields THEN g.result ELSE 'failed' END,"
    ' reason = CASE WHEN w."values" = g.fields THEN g.reason ELSE CAST(:overtaken AS text) END,'
    " written_at = CASE WHEN w.\"values\" = g.fields AND g.result = 'written' THEN now() ELSE w.written_at END,"
    " attempts = g.attempts, version = w.version + 1, updated_at = now()"
    " FROM unnest(CAST(:account_ids AS uuid[]), CAST(:external_ids AS text[]), CAST(:fields AS jsonb[]),"
    "  CAST(:attempts AS int[]), CAST(:results AS text[]), CAST(:reasons AS text[]))"
    "  AS g(account_id, external_id, fields, attempts, result, reason)"
    " WHERE w.tenant_id = :tenant_id AND w.connection_id = :connection_id AND w.account_id = g.account_id"
)


def _given(tenant_id: TenantId, connection_id: ConnectionId, writes: Sequence[Write]) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "connection_id": connection_id,
        "account_ids": [write.account_id for write in writes],
        "external_ids": [write.external_id for write in writes],
        "fields": [orjson.dumps(dict(write.fields)).decode() for write in writes],
        "attempts": [write.attempts for write in writes],
    }


def rows_of(tenant_id: TenantId, connection_id: ConnectionId, wanted: Mapping[str, str]) -> Select[Any]:
    """The selection that a page of write-backs is cut from."""
    statement = select(*columns).where(columns.tenant_id == tenant_id, columns.connection_id == connection_id)
    for name, value in wanted.items():
        statement = statement.where(columns[name] == value)
    return statement


async def tenant_wants(connection: AsyncConnection, tenant_id: TenantId) -> bool:
    """Whether any of the organization's connections writes back."""
    return bool(await connection.scalar(_WANTS, {"tenant_id": tenant_id}))


_WANTS = text(
    "SELECT EXISTS (SELECT FROM crm_connections WHERE tenant_id = :tenant_id AND state = 'active'"
    " AND coalesce(settings->'write_back', '{}') <> '{}')"
)
