"""SQL of how other systems know accounts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId


async def known_as(
    connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]
) -> Sequence[Row[tuple[UUID, str, str | None, str | None]]]:
    """(id, name, source, external_id) of accounts, a row for each system that knows one; one that none knows has one.

    Known by the ids that were merged into it as well.
    """
    return (await connection.execute(_KNOWN_AS, {"tenant_id": tenant_id, "ids": list(ids)})).all()


_KNOWN_AS = text(
    "SELECT a.id, a.name, k.source, k.external_id FROM accounts a"
    " LEFT JOIN accounts k ON k.tenant_id = a.tenant_id AND (k.id = a.id OR k.merged_into_id = a.id)"
    "  AND k.source IS NOT NULL"
    " WHERE a.tenant_id = :tenant_id AND a.id = ANY(CAST(:ids AS uuid[]))"
)
