"""SQL of whether people choose their key accounts."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.kernel.periods import end_of_day


async def ever_selected(connection: AsyncConnection, tenant_id: TenantId, as_of: date) -> bool:
    """Whether any account had been selected for the program by the end of a day."""
    values = {"tenant_id": tenant_id, "known_before": end_of_day(as_of)}
    return bool(await connection.scalar(_EVER_SELECTED, values))


_EVER_SELECTED = text(
    "SELECT EXISTS (SELECT FROM lifecycle_moves WHERE tenant_id = :tenant_id AND to_state = 'selected'"
    " AND created_at < :known_before)"
)
