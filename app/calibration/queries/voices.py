"""SQL of what guests are called."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.tables import calibration_invitations
from app.infra.rows import among
from app.kernel.ids import TenantId

invitations = calibration_invitations.c


async def guests(connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names by the ids of invitations."""
    statement = select(invitations.id, invitations.name).where(
        invitations.tenant_id == tenant_id, among(invitations.id, ids)
    )
    return {row.id: row.name for row in await connection.execute(statement)}
