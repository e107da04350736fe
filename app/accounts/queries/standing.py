"""SQL of which accounts ids stand for."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.tables import accounts
from app.infra.rows import among
from app.kernel.ids import AccountId, TenantId


async def standing_for(
    connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[AccountId]
) -> dict[AccountId, AccountId]:
    """By id, the account or the one that it was merged into; without those that are removed or never were."""
    columns = accounts.c
    statement = select(columns.id, func.coalesce(columns.merged_into_id, columns.id).label("standing")).where(
        columns.tenant_id == tenant_id,
        among(columns.id, ids),
        columns.removed_at.is_(None) | columns.merged_into_id.is_not(None),
    )
    return {AccountId(row.id): AccountId(row.standing) for row in await connection.execute(statement)}
