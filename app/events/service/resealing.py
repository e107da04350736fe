"""Seals endpoints' secrets anew that are sealed under older keys, so that these can be thrown away."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.queries import endpoints as queries
from app.infra.sealing import KeyRing, NotOpened
from app.kernel.ids import TenantId


async def reseal(connection: AsyncConnection, keys: KeyRing, tenant_id: TenantId) -> tuple[int, int, int]:
    """How many were sealed anew, were under the first key already, and could not be opened."""
    anew = current = shut = 0
    for row in await queries.sealed_rows(connection, tenant_id):
        try:
            if keys.is_current(row["secrets"]):
                current += 1
                continue
            fresh = queries.resealed(keys, row)
        except NotOpened:
            shut += 1
            continue
        await queries.keep_secrets(connection, tenant_id, row["id"], fresh)
        anew += 1
    return anew, current, shut
