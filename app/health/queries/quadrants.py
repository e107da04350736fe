"""SQL of the quadrants that many accounts stand in on a day, and where each came from."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId

_PLACED: Final = text("""
    SELECT n.account_id, n.as_of, n.quadrant, n.hygiene, n.health, n.provisional, before.quadrant AS before,
           (SELECT min(s.as_of) FROM health_scores s
            WHERE s.tenant_id = :tenant_id AND s.account_id = n.account_id AND s.as_of <= n.as_of
              AND (before.as_of IS NULL OR s.as_of > before.as_of)) AS since
    FROM unnest(CAST(:account_ids AS uuid[])) AS asked(account_id)
    JOIN LATERAL (
      SELECT * FROM health_scores s
      WHERE s.tenant_id = :tenant_id AND s.account_id = asked.account_id AND s.as_of <= :as_of
      ORDER BY s.as_of DESC LIMIT 1) n ON true
    LEFT JOIN LATERAL (
      SELECT s.as_of, s.quadrant FROM health_scores s
      WHERE s.tenant_id = :tenant_id AND s.account_id = n.account_id AND s.as_of < n.as_of
        AND s.quadrant IS DISTINCT FROM n.quadrant
      ORDER BY s.as_of DESC LIMIT 1) before ON true""")


async def placed(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Sequence[AccountId], as_of: date
) -> Sequence[RowMapping]:
    """The newest day's row of each account by the end of a day, since when it is there, and from where."""
    values = {"tenant_id": tenant_id, "account_ids": list(account_ids), "as_of": as_of}
    return (await connection.execute(_PLACED, values)).mappings().all()
