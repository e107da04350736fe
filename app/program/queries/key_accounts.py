"""SQL of whether people choose their key accounts."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId


async def ever_selected(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> bool:
    """Whether any account had been selected for the program by the end of a day."""
    values = {"tenant_id": tenant_id, "as_of": as_of}
    return bool(await connection.scalar(_EVER_SELECTED, values))


_EVER_SELECTED = text(
    "SELECT EXISTS (SELECT FROM lifecycle_moves WHERE tenant_id = :tenant_id AND to_state = 'selected'"
    " AND moved_on <= :as_of)"
)
