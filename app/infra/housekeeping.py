"""What is thrown away when its time is over, in transactions short enough to be in nobody's way."""

from datetime import timedelta

from sqlalchemy import text

from app.infra.db import Database
from app.infra.idempotency import KEPT_FOR
from app.kernel.ids import TenantId

_ROWS = 1000


async def forget_answers(database: Database, tenant_id: TenantId, *, older_than: timedelta = KEPT_FOR) -> int:
    """Delete the organization's kept answers that no repeated request may get any more; returns how many."""
    forgotten = 0
    while True:
        async with database.transaction(tenant_id) as connection:
            values = {"tenant_id": tenant_id, "older_than": older_than, "number": _ROWS}
            deleted = (await connection.execute(_FORGET, values)).rowcount
        forgotten += deleted
        if deleted < _ROWS:
            return forgotten


_FORGET = text(
    "DELETE FROM idempotency_keys WHERE tenant_id = :tenant_id AND key IN"
    " (SELECT key FROM idempotency_keys WHERE tenant_id = :tenant_id"
    " AND created_at <= now() - CAST(:older_than AS interval) LIMIT :number)"
)
