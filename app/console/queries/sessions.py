"""SQL of the console's sessions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import TenantId
from app.tenancy.tables import api_keys, console_sessions, organizations

_FEW = 100


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(console_sessions).values(**values))


async def find(connection: AsyncConnection, tenant_id: TenantId, session_id: UUID) -> RowMapping | None:
    """A session with the key that it was begun with, and what its organization is called."""
    sessions, keys = console_sessions.c, api_keys.c
    statement = (
        select(
            sessions.digest,
            sessions.expires_at,
            sessions.ended_at,
            keys.id.label("key_id"),
            keys.name.label("key_name"),
            keys.scopes,
            keys.user_id,
            keys.revoked_at,
            keys.expires_at.label("key_expires_at"),
            organizations.c.name.label("organization"),
            organizations.c.simulated,
        )
        .join_from(console_sessions, api_keys, (keys.tenant_id == sessions.tenant_id) & (keys.id == sessions.key_id))
        .join(organizations, organizations.c.tenant_id == sessions.tenant_id)
        .where(sessions.tenant_id == tenant_id, sessions.id == session_id)
    )
    return (await connection.execute(statement)).mappings().one_or_none()


async def end(connection: AsyncConnection, tenant_id: TenantId, session_id: UUID) -> None:
    await connection.execute(
        update(console_sessions)
        .where(console_sessions.c.tenant_id == tenant_id, console_sessions.c.id == session_id)
        .values(ended_at=func.coalesce(console_sessions.c.ended_at, func.now()), updated_at=func.now())
    )


async def forget_expired(connection: AsyncConnection, tenant_id: TenantId, now: datetime) -> None:
    """Remove a few sessions that are over; who signs in cleans up."""
    over = (
        select(console_sessions.c.id)
        .where(console_sessions.c.tenant_id == tenant_id, console_sessions.c.expires_at < now)
        .limit(_FEW)
    )
    await connection.execute(
        delete(console_sessions).where(console_sessions.c.tenant_id == tenant_id, console_sessions.c.id.in_(over))
    )
