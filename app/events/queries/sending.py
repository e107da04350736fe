"""SQL of sending: what is due is claimed, attempts are written down, and endpoints are told apart by how they do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, text, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.tables import webhook_endpoints
from app.kernel.ids import EndpointId, TenantId


@dataclass(frozen=True, slots=True)
class Claim:
    """How many deliveries are taken, of those that are due at a time, and until when they are ours."""

    number: int
    now: datetime
    until: datetime


async def claim(
    connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId, wanted: Claim
) -> Sequence[RowMapping]:
    """Take deliveries that are due, in the order in which they are, and then of their events; with these."""
    values = {"number": wanted.number, "now": wanted.now, "until": wanted.until}
    found = await connection.execute(_CLAIM, {"tenant_id": tenant_id, "endpoint_id": endpoint_id, **values})
    return found.mappings().all()


_HERE = "tenant_id = :tenant_id AND endpoint_id = :endpoint_id AND state = 'waiting'"
_CLAIM = text(
    "WITH due AS ("
    f" SELECT id FROM webhook_deliveries WHERE {_HERE} AND due_at <= :now"
    "  AND (claimed_until IS NULL OR claimed_until <= :now)"
    " ORDER BY due_at, event_id LIMIT :number FOR UPDATE SKIP LOCKED"
    "), taken AS ("
    " UPDATE webhook_deliveries d SET claimed_until = :until FROM due"
    " WHERE d.tenant_id = :tenant_id AND d.id = due.id RETURNING d.id, d.event_id, d.tries, d.attempts, d.due_at"
    ") SELECT taken.id AS delivery_id, taken.tries, taken.attempts, e.id, e.type, e.created_at, e.sequence,"
    " e.account_id, e.subject, e.subject_id, e.data FROM taken"
    " JOIN events e ON e.tenant_id = :tenant_id AND e.id = taken.event_id"
    " ORDER BY taken.due_at, e.id"
)


async def next_due(connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId) -> datetime | None:
    """When the next delivery to the endpoint may be taken; None if nothing waits."""
    found: datetime | None = await connection.scalar(_NEXT, {"tenant_id": tenant_id, "endpoint_id": endpoint_id})
    return found


_NEXT = text(f"SELECT min(greatest(due_at, claimed_until)) FROM webhook_deliveries WHERE {_HERE}")


async def give_back(connection: AsyncConnection, tenant_id: TenantId, delivery_ids: Sequence[UUID]) -> None:
    """Let others take what was claimed."""
    await connection.execute(_GIVE_BACK, {"tenant_id": tenant_id, "ids": list(delivery_ids)})


_GIVE_BACK = text(
    "UPDATE webhook_deliveries SET claimed_until = NULL WHERE tenant_id = :tenant_id AND id = ANY(CAST(:ids AS uuid[]))"
)


@dataclass(frozen=True, slots=True)
class Made:
    """An attempt that was made, and what becomes of its delivery."""

    delivery_id: UUID
    state: str
    due_at: datetime | None
    sent_at: datetime
    answered_at: datetime
    milliseconds: int
    status: int | None
    failure: str | None


async def settle(connection: AsyncConnection, tenant_id: TenantId, made: Sequence[Made]) -> None:
    """Write attempts down, and what becomes of their deliveries: one each.

    What has ended meanwhile stays so, unless it was delivered now: that is told in any case.
    """
    given = {name: [getattr(one, name) for one in made] for name in Made.__dataclass_fields__}
    await connection.execute(_SETTLE, {"tenant_id": tenant_id, **given})


_SETTLE = text(
    "WITH given AS (SELECT * FROM unnest(CAST(:delivery_id AS uuid[]), CAST(:state AS text[]),"
    " CAST(:due_at AS timestamptz[]), CAST(:sent_at AS timestamptz[]), CAST(:answered_at AS timestamptz[]),"
    " CAST(:milliseconds AS int[]), CAST(:status AS int[]), CAST(:failure AS text[]))"
    " AS given(id, state, due_at, sent_at, answered_at, milliseconds, status, failure)"
    "), settled AS ("
    " UPDATE webhook_deliveries d SET attempts = d.attempts + 1, tries = d.tries + 1, claimed_until = NULL,"
    " state = CASE WHEN d.state = 'waiting' OR g.state = 'delivered' THEN g.state ELSE d.state END,"
    " due_at = CASE WHEN d.state = 'waiting' THEN coalesce(g.due_at, d.due_at) ELSE d.due_at END,"
    " last_status = g.status, last_failure = g.failure, updated_at = now(),"
    " delivered_at = CASE WHEN g.state = 'delivered' THEN g.answered_at ELSE d.delivered_at END"
    " FROM given g WHERE d.tenant_id = :tenant_id AND d.id = g.id RETURNING d.id, d.attempts"
    ") INSERT INTO webhook_attempts (tenant_id, delivery_id, number, sent_at, milliseconds, status, failure)"
    " SELECT :tenant_id, s.id, s.attempts, g.sent_at, g.milliseconds, g.status, g.failure"
    " FROM settled s JOIN given g ON g.id = s.id"
)


async def note_health(
    connection: AsyncConnection, tenant_id: TenantId, endpoint_id: EndpointId, values: dict[str, Any]
) -> None:
    """Write down how the endpoint does; what its owner has settled stays, and so does its version."""
    columns = webhook_endpoints.c
    here = (columns.tenant_id == tenant_id, columns.id == endpoint_id)
    await connection.execute(update(webhook_endpoints).where(*here).values(**values, updated_at=func.now()))
