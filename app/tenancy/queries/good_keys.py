"""SQL of keys that are good, for work that goes on after the door has let somebody in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.tenancy.tables import api_keys


async def scopes_of(connection: AsyncConnection, tenant_id: TenantId, key_id: UUID, now: datetime) -> list[str] | None:
    """The scopes of a key that is good; None once it is revoked, over or gone."""
    keys = api_keys.c
    statement = select(keys.scopes).where(
        keys.tenant_id == tenant_id,
        keys.id == key_id,
        keys.revoked_at.is_(None),
        or_(keys.expires_at.is_(None), keys.expires_at > now),
    )
    scopes: list[str] | None = await connection.scalar(statement)
    return scopes
