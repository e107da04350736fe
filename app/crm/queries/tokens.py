"""SQL of access to CRMs: what a connection holds, who renews it, and what came of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.crm.queries import connections
from app.crm.queries.connections import columns
from app.crm.tables import crm_connections
from app.infra.sealing import KeyRing
from app.kernel.ids import ConnectionId, TenantId


@dataclass(frozen=True, slots=True)
class Held:
    """What a connection holds of access to its CRM.

    credentials: as its owner gave them. tokens: what the CRM gave for them (access_token, refresh_token, base_url, and
    stale_at, from when on it is renewed ahead of time).
    turn: up by one with each renewal, and with each change of the credentials. busy_until: the calls of the day are
    used up until then.
    """

    credentials: Mapping[str, str] = field(repr=False)
    tokens: Mapping[str, str] = field(repr=False)
    turn: int
    state: str
    state_reason: str | None
    busy_until: datetime | None


async def held(
    connection: AsyncConnection, keys: KeyRing, tenant_id: TenantId, connection_id: ConnectionId
) -> Held | None:
    """What the connection holds now; None if it is gone. Raises NotOpened."""
    row = await connections.row(connection, tenant_id, connection_id)
    return None if row is None else _held(keys, row)


def _held(keys: KeyRing, row: RowMapping) -> Held:
    return Held(
        credentials=connections.opened(keys, row, "credentials") or {},
        tokens=connections.opened(keys, row, "tokens") or {},
        turn=row["token_turn"],
        state=row["state"],
        state_reason=row["state_reason"],
        busy_until=row["quota_resets_at"],
    )


async def lease(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, seen: Held, length: timedelta
) -> datetime | None:
    """Take the renewal of what was seen, and until when; None if somebody has it, or had it and came to an end.

    The database's clock counts, since several machines take part.
    """
    now = func.statement_timestamp()
    statement = (
        update(crm_connections)
        .where(
            columns.tenant_id == tenant_id,
            columns.id == connection_id,
            columns.token_turn == seen.turn,
            columns.state == seen.state,  # else somebody was refused meanwhile: it is not asked for again
            or_(columns.renewing_until.is_(None), columns.renewing_until < now),
        )
        .values(renewing_until=now + length)
        .returning(columns.renewing_until)
    )
    until: datetime | None = await connection.scalar(statement)
    return until


async def release(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, until: datetime
) -> None:
    """Give a lease back, so that the next one need not wait for its end."""
    await connection.execute(
        update(crm_connections)
        .where(columns.tenant_id == tenant_id, columns.id == connection_id, columns.renewing_until == until)
        .values(renewing_until=None)
    )


@dataclass(frozen=True, slots=True)
class Given:
    """What the CRM gave, sealed, for which turn."""

    turn: int
    tokens: bytes = field(repr=False)
    expires_at: datetime | None


async def keep(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, given: Given
) -> int | None:
    """Keep what was given in this turn; the new turn, or None if another renewal, or new credentials, came first."""
    # The lease is not asked for: one that ended while the CRM answered must not cost the only valid refresh token.
    statement = (
        update(crm_connections)
        .where(columns.tenant_id == tenant_id, columns.id == connection_id, columns.token_turn == given.turn)
        .values(
            tokens=given.tokens,
            token_expires_at=given.expires_at,
            token_turn=columns.token_turn + 1,
            renewing_until=None,
        )
        .returning(columns.token_turn)
    )
    turn: int | None = await connection.scalar(statement)
    return turn


async def note_quota(
    connection: AsyncConnection, tenant_id: TenantId, connection_id: ConnectionId, values: Mapping[str, Any]
) -> None:
    """Keep how many calls are left today (`quota_left`), and until when there are none (`quota_resets_at`)."""
    await connections.note(connection, tenant_id, connection_id, values)
