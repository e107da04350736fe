"""Whether a key is still good, for what outlives the request that showed it: streams and links."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.tenancy.queries import good_keys as queries


async def scopes_now(connection: AsyncConnection, tenant_id: TenantId, key_id: UUID) -> Sequence[str] | None:
    """What the key may do; None once it is revoked, over or gone."""
    return await queries.scopes_of(connection, tenant_id, key_id, datetime.now(UTC))
