"""SQL of imports."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId


async def wait_for_turn(connection: AsyncConnection, tenant_id: TenantId) -> None:
    """Wait until no other import of the organization is under way; the turn ends with the transaction."""
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('import:' || :tenant_id, 0))"),
        {"tenant_id": str(tenant_id)},
    )
